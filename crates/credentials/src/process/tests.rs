//! What commands print and do, and what becomes of it.

use std::io;
use std::sync::Mutex;

use cumulo_core::DateTime;

use super::*;
use crate::testing::StoppedClock;

const GOOD: &str = r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"hush","SessionToken":"whisper",
    "Expiration":"2999-01-01T00:00:00Z","AccountId":"123456789012"}"#;

/// Answers every command with one output, or never.
#[derive(Debug, Default)]
struct Fake {
    output: Option<(Option<i32>, String)>,
    ran: Mutex<Vec<String>>,
}

impl ProcessRunner for Fake {
    fn run<'a>(&'a self, command: &'a str, _: usize) -> BoxFuture<'a, io::Result<ProcessOutput>> {
        self.ran.lock().unwrap().push(command.to_owned());
        match &self.output {
            Some((code, stdout)) => {
                let output = ProcessOutput::new(*code, stdout.as_str());
                Box::pin(async { Ok(output) })
            }
            None => Box::pin(std::future::pending()),
        }
    }
}

fn printing(text: &str) -> ProcessProvider {
    let fake = Fake { output: Some((Some(0), text.to_owned())), ..Fake::default() };
    ProcessProvider::new("login --password hush").runner(fake)
}

async fn error(provider: ProcessProvider) -> String {
    let error = provider.retrieve().await.unwrap_err();
    let shown = format!("{error:?} {provider:?}");
    assert!(!shown.contains("hush") && !shown.contains("whisper"), "{shown}");
    error.to_string()
}

#[tokio::test]
async fn what_a_command_prints_becomes_credentials() {
    let value = printing(GOOD).retrieve().await.unwrap();
    assert_eq!((value.access_key_id.as_str(), &*value.secret_access_key), ("AKID", "hush"));
    assert_eq!(value.session_token.as_deref(), Some("whisper"));
    assert_eq!(value.expires, DateTime::parse_iso8601("2999-01-01T00:00:00Z"));
    assert_eq!(
        (value.account_id.as_deref(), &*value.provider_name),
        (Some("123456789012"), "ProcessProvider")
    );

    let fixed = r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"hush"}"#;
    let value = printing(fixed).retrieve().await.unwrap();
    assert_eq!((value.expires, value.session_token), (None, None));
}

#[tokio::test]
async fn the_command_is_run_as_it_stands_and_again_at_each_refresh() {
    let fake = Arc::new(Fake { output: Some((Some(0), GOOD.into())), ..Fake::default() });
    let provider = ProcessProvider::new(r#"a "b c" | d"#).runner(Arc::clone(&fake));
    provider.retrieve().await.unwrap();
    provider.retrieve().await.unwrap();
    assert_eq!(*fake.ran.lock().unwrap(), [r#"a "b c" | d"#, r#"a "b c" | d"#]);
}

#[tokio::test]
async fn output_that_is_no_use_has_its_own_code_and_is_not_repeated() {
    for (printed, expected) in [
        ("", "ProcessProviderParseError: parse failed of credential_process output: it is empty"),
        (
            "hush",
            "ProcessProviderParseError: parse failed of credential_process output: the JSON cannot be read: ",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"hush"}"#,
            "ProcessProviderVersionError: wrong version in process output (not 1)",
        ),
        (
            r#"{"Version":2,"SecretAccessKey":"hush"}"#,
            "ProcessProviderVersionError: wrong version in process output (not 1)",
        ),
        (
            r#"{"Version":1,"SecretAccessKey":"hush"}"#,
            "ProcessProviderRequiredError: missing AccessKeyId in process output",
        ),
        (
            r#"{"Version":1,"AccessKeyId":"A","SessionToken":"hush"}"#,
            "ProcessProviderRequiredError: missing SecretAccessKey in process output",
        ),
        (
            r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"hush","Expiration":"2020-01-01T00:00:00Z"}"#,
            "ProcessProviderExecutionError: error in credential_process: the credentials it printed have expired already",
        ),
    ] {
        let shown = error(printing(printed)).await;
        assert!(shown.starts_with(expected), "{shown}");
    }
}

#[tokio::test]
async fn a_command_that_fails_hangs_or_is_missing_says_so() {
    let ended = |code| {
        let fake = Fake { output: Some((code, GOOD.into())), ..Fake::default() };
        ProcessProvider::new("x").runner(fake)
    };
    let failed = "ProcessProviderExecutionError: error in credential_process: it";
    assert_eq!(error(ended(Some(1))).await, format!("{failed} ended with exit code 1"));
    assert_eq!(error(ended(None)).await, format!("{failed} was ended by a signal"));
    assert_eq!(
        error(ProcessProvider::new(" ")).await,
        "ProcessProviderExecutionError: command must not be empty"
    );

    let clock = StoppedClock::new();
    let hangs = ProcessProvider::new("x").runner(Fake::default()).clock(clock.shared());
    assert_eq!(error(hangs).await, "ProcessProviderExecutionError: credential process timed out: 60s");
    assert_eq!(clock.slept(), [60.0]);
}

#[cfg(unix)]
mod in_a_real_shell {
    use super::*;

    #[tokio::test]
    async fn the_shell_expands_pipes_and_quotes_and_standard_error_is_no_part_of_the_output() {
        let command =
            format!("printf '%s\\n' 'hush on stderr' >&2; echo '{}' | cat", GOOD.replace('\n', " "));
        let value = ProcessProvider::new(command).retrieve().await.unwrap();
        assert_eq!(value.access_key_id, "AKID");
    }

    #[tokio::test]
    async fn secrets_on_standard_error_are_in_no_error() {
        let shown = error(ProcessProvider::new("echo hush >&2; exit 1")).await;
        assert!(shown.ends_with("it ended with exit code 1"), "{shown}");
    }

    #[tokio::test]
    async fn a_flood_is_cut_off() {
        let shown = error(ProcessProvider::new("cat /dev/zero")).await;
        assert!(shown.ends_with("it has written more than 65536 bytes on standard output"), "{shown}");
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended_with_the_future_that_runs_it() {
        let clock = StoppedClock::new();
        let shown = error(ProcessProvider::new("exec sleep 600").clock(clock.shared())).await;
        assert!(shown.ends_with("timed out: 60s"), "{shown}");
    }

    #[tokio::test]
    async fn a_command_that_is_not_there_is_the_shells_exit_code() {
        let shown = error(ProcessProvider::new("/no/such/program 2>/dev/null")).await;
        assert!(shown.ends_with("it ended with exit code 127"), "{shown}");
    }
}
