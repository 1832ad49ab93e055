//! The cost of sending 64 MiB whose hash is signed, beside that of the hash alone and of the bare exchange alone.

use std::fs;
use std::hint::black_box;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use cumulo_core::crypto;
use cumulo_s3::PutObjectInput;
use hyper::Method;

use crate::bare::Bare;
use crate::calls::config;

const LENGTH: usize = 64 << 20;

/// Prints the medians of this many rounds: CPU nanoseconds of the hash, of the bare exchange and of the SDK's call.
pub(crate) async fn measure(endpoint: &str, rounds: u32) -> Result<()> {
    let data = Bytes::from(vec![b'x'; LENGTH]);
    let bare = Bare::new(endpoint);
    let s3 = cumulo_s3::Client::new(&config(endpoint));
    let mut times: [Vec<u64>; 3] = Default::default();
    for round in 0..=rounds {
        let start = cpu_time()?;
        black_box(crypto::sha256(&data));
        let hashed = cpu_time()?;
        bare.exchange(Method::PUT, data.clone()).await?;
        let sent = cpu_time()?;
        s3.put_object(PutObjectInput::new().bucket("bucket").key("key").body(data.clone())).await?;
        let put = cpu_time()?;
        if round > 0 {
            let spans = [hashed - start, sent - hashed, put - sent];
            times.iter_mut().zip(spans).for_each(|(times, span)| times.push(span));
        }
    }
    let [hash, send, put] = times.map(median);
    println!("{hash} {send} {put}");
    Ok(())
}

fn median(mut times: Vec<u64>) -> u64 {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The nanoseconds that this process, which has one busy thread, has spent on a CPU, in the program and in the kernel.
fn cpu_time() -> Result<u64> {
    let text = fs::read_to_string("/proc/self/schedstat").context("the kernel's scheduler statistics")?;
    let first = text.split(' ').next().unwrap_or_default();
    first.parse().with_context(|| format!("read {text:?}"))
}
