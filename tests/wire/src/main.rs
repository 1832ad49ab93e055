//! The wire, seen: JSON lines on standard input, and for each the exact HTTP request that the SDK would send and what it
//! makes of a given answer, as one JSON line on standard output. Nothing reaches the network.
//!
//! The README beside this package has the format. A line passes through [`mod@line`] (what is asked), [`config`] (the client's
//! configuration), [`call`] (the call itself, over [`services`] and [`transport`]) and [`answer`] (what is printed).

mod answer;
mod call;
mod config;
mod input;
mod line;
mod response;
mod services;
mod transport;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use answer::Answer;
use input::{LONGEST, Lines, Next};
use line::{Fields, fault};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the answers has left.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut lines = Lines::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    loop {
        match lines.next()? {
            Next::End => return Ok(()),
            Next::Blank => continue,
            Next::TooLong => {
                let error = fault(format!("the line is longer than {} MiB", LONGEST >> 20));
                Answer::refused(None, error).write(&mut output)?;
            }
            Next::Line(line) => {
                let mut fields = Fields::default();
                let answer = match fields.read(line) {
                    Err(error) => Answer::refused(fields.id, error),
                    Ok(()) => runtime.block_on(call::answer(&fields)),
                };
                answer.write(&mut output)?;
            }
        }
        output.flush()?;
    }
}
