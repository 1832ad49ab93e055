//! `cargo xtask conformance`: runs the cases that the pinned botocore release carries in its `tests` folder.
//!
//! The protocol cases go through [`cumulo_core::dynamic`], and so through the code that generated clients use, with an
//! HTTP client that records the request and answers what the case says. The cases of Signature Version 4 go through the
//! signer, those of the endpoint rules through their interpreter. The only exclusions are those that the release lists itself; they are run all the same and reported apart.

mod case;
mod cbor;
mod compare;
mod endpoints;
mod exclusions;
mod input;
mod operations;
mod output;
mod protocols;
mod report;
mod sigv4;
mod transport;
mod xml;

use anyhow::{Result, bail};
use lexopt::Arg;

use crate::source::Release;
use crate::workspace;
use report::Report;

/// Runs every suite whose name contains one of the arguments, or all.
///
/// # Errors
///
/// If a case fails, or the release cannot be read.
pub(crate) fn run(mut args: lexopt::Parser) -> Result<()> {
    let mut wanted = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Value(name) => wanted.push(name.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    let is_wanted = |suite: &str| wanted.is_empty() || wanted.iter().any(|name| suite.contains(&**name));

    let release = Release::pinned(workspace::root())?;
    let folder = release.folder(&workspace::cache())?;
    let tests = folder.join("tests/unit");
    println!("botocore {}", release.version());

    let mut report = Report::default();
    protocols::run(&tests.join("protocols"), is_wanted, &mut report)?;
    if is_wanted("auth/sigv4") {
        report.add(sigv4::run(&tests.join("auth"))?);
    }
    endpoints::run(&folder, is_wanted, &mut report)?;
    print!("{report}");
    match report.failed() {
        0 => Ok(()),
        failed => bail!("{failed} cases failed"),
    }
}
