//! Runs the endpoint until it is interrupted, and prints how to reach it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use cumulo_local::{Role, Server};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: cumulo-local [--port N] [--folder DIR] [--minimum-session SECONDS]

Serves S3, STS, KMS and SQS on 127.0.0.1, in memory, until it is interrupted. Prints the
environment variables that point a client at it, and a role with an MFA device to try.

  --port N                   the port; a free one by default
  --folder DIR               keep S3's objects in this folder
  --minimum-session SECONDS  the shortest session that STS issues; 900 by default
  --help                     this text";

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";
const MFA_ROLE: &str = "arn:aws:iam::123456789012:role/demo-mfa";
const MFA_SERIAL: &str = "arn:aws:iam::123456789012:mfa/local";

fn main() -> ExitCode {
    let options = match Options::parse() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    if options.help {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(run(options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> std::io::Result<()> {
    let mut secret = [0; 20];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_| std::io::Error::other("no randomness"))?;
    let mut builder = Server::builder()
        .port(options.port)
        .role(Role::new(ROLE))
        .role(Role::new(MFA_ROLE).require_mfa(MFA_SERIAL, secret));
    if let Some(folder) = options.folder {
        builder = builder.folder(folder);
    }
    if let Some(seconds) = options.minimum_session {
        builder = builder.minimum_session_duration(Duration::from_secs(seconds));
    }
    let local = builder.start().await?;
    println!("AWS_ENDPOINT_URL={}", local.endpoint_url());
    println!("AWS_ACCESS_KEY_ID={}", local.access_key_id());
    println!("AWS_SECRET_ACCESS_KEY={}", local.secret_access_key());
    println!("AWS_REGION=us-east-1");
    println!("# Role for anyone: {ROLE}");
    println!("# Role with MFA:   {MFA_ROLE}");
    println!("# MFA device:      {MFA_SERIAL}, for an authenticator app: {}", base32(&secret));
    local.wait().await;
    Ok(())
}

#[derive(Default)]
struct Options {
    port: u16,
    folder: Option<PathBuf>,
    minimum_session: Option<u64>,
    help: bool,
}

impl Options {
    fn parse() -> Result<Self, lexopt::Error> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("port") => options.port = parser.value()?.parse()?,
                Long("folder") => options.folder = Some(parser.value()?.into()),
                Long("minimum-session") => options.minimum_session = Some(parser.value()?.parse()?),
                Long("help") | Short('h') => options.help = true,
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(options)
    }
}

/// RFC 4648 §6. Twenty bytes need no padding.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut buffer, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        buffer = buffer << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[(buffer >> bits & 31) as usize]));
        }
        buffer &= (1 << bits) - 1;
    }
    text
}
