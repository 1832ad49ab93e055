//! Makes one kind of call many times, for callgrind to count: `bench-official-calls ENDPOINT CALL TIMES`.
//!
//! The names are those of the program `calls`, which makes the same calls with our own SDK.

mod calls;

use std::env;

use anyhow::{Context as _, Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [endpoint, call, times] = &arguments[..] else {
        bail!("usage: bench-official-calls ENDPOINT CALL TIMES")
    };
    let times = times.parse().context("TIMES is a number")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(calls::repeat(endpoint, call, times))
}
