//! Makes one kind of call many times, for callgrind to count: `bench-calls ENDPOINT CALL TIMES`.
//!
//! All runs of a call do the same but for the number of times, so the difference of two runs is what the calls cost.
//! `put-64mib` measures itself: see [`upload`].

mod bare;
mod calls;
mod upload;

use std::env;

use anyhow::{Context as _, Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [endpoint, call, times] = &arguments[..] else { bail!("usage: bench-calls ENDPOINT CALL TIMES") };
    let times = times.parse().context("TIMES is a number")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match call.as_str() {
            "put-64mib" => upload::measure(endpoint, times).await,
            call => calls::repeat(endpoint, call, times).await,
        }
    })
}
