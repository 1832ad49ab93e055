//! The command line.

use lexopt::prelude::*;

const USAGE: &str = "\
Usage: cargo run --example tour [-- OPTIONS]

  --endpoint URL   the server to run against; without it, an endpoint inside this program
  --profile NAME   the profile of your config file to use
  --mfa stdin      ask for the MFA code; without it, the endpoint inside this program makes one";

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) endpoint: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) asks_for_code: bool,
}

impl Options {
    /// Reads the command line; none if only the usage was asked for.
    pub(crate) fn from_args() -> Result<Option<Self>, cumulo::BoxError> {
        let mut options = Self::default();
        let mut args = lexopt::Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("endpoint") => options.endpoint = Some(args.value()?.string()?),
                Long("profile") => options.profile = Some(args.value()?.string()?),
                Long("mfa") => match args.value()?.string()?.as_str() {
                    "stdin" => options.asks_for_code = true,
                    other => return Err(format!("--mfa takes `stdin`, not `{other}`\n\n{USAGE}").into()),
                },
                Long("help") | Short('h') => {
                    println!("{USAGE}");
                    return Ok(None);
                }
                other => return Err(format!("{}\n\n{USAGE}", other.unexpected()).into()),
            }
        }
        if options.endpoint.is_some() != options.profile.is_some() {
            return Err(format!("--endpoint and --profile go together\n\n{USAGE}").into());
        }
        Ok(Some(options))
    }
}
