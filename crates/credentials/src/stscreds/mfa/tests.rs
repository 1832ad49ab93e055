//! Codes from closures, commands and secrets.

use std::sync::mpsc;
use std::thread::ThreadId;

use cumulo_core::DateTime;
use cumulo_core::clock::Clock;

use super::*;
use crate::process::{ProcessOutput, ProcessRunner};
use crate::testing::StoppedClock;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn request() -> MfaRequest {
    MfaRequest { serial_number: "the device".into(), role_arn: "the role".into() }
}

async fn code(provider: impl TokenProvider) -> Result<String, String> {
    let answer = SharedTokenProvider::new(provider).code(request()).await;
    answer.map(|code| code.to_string()).map_err(|error| {
        let shown = format!("{error:?}");
        assert!(!shown.contains("123456") && !shown.contains("hush"), "{shown}");
        error.to_string()
    })
}

#[tokio::test]
async fn closures_may_answer_at_once_or_later() {
    assert_eq!(code(|| Ok("123456".into())).await.as_deref(), Ok("123456"));
    let later = || -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(async {
            tokio::task::yield_now().await;
            Ok("123456".into())
        })
    };
    assert_eq!(code(later).await.as_deref(), Ok("123456"));
}

#[tokio::test]
async fn closures_that_want_to_know_are_told_device_and_role() {
    let told = |request: MfaRequest| Ok(format!("{} of {}", request.serial_number, request.role_arn));
    assert_eq!(code(blocking_token_provider(told)).await.as_deref(), Ok("the device of the role"));
    let told = move |request| std::future::ready(told(request));
    assert_eq!(code(async_token_provider(told)).await.as_deref(), Ok("the device of the role"));
}

#[tokio::test]
async fn closures_that_may_block_run_on_a_thread_of_their_own() {
    let (sender, threads) = mpsc::channel::<ThreadId>();
    let elsewhere = sender.clone();
    let tell = move |_: MfaRequest| {
        elsewhere.send(std::thread::current().id())?;
        Ok("123456".into())
    };
    code(blocking_token_provider(tell)).await.unwrap();
    assert_ne!(threads.recv().unwrap(), std::thread::current().id());

    let here = move |_: MfaRequest| {
        sender.send(std::thread::current().id()).unwrap();
        std::future::ready(Ok("123456".into()))
    };
    code(async_token_provider(here)).await.unwrap();
    assert_eq!(threads.recv().unwrap(), std::thread::current().id());
}

/// Ends with a code after having printed something, or hangs.
#[derive(Debug)]
struct Prints(Option<i32>, &'static str);

impl ProcessRunner for Prints {
    fn run<'a>(&'a self, command: &'a str, limit: usize) -> BoxFuture<'a, std::io::Result<ProcessOutput>> {
        assert_eq!((command, limit), ("ykman --password hush", 4096));
        match self.1 {
            "hang" => Box::pin(std::future::pending()),
            printed => {
                let output = ProcessOutput::new(self.0, printed);
                Box::pin(async { Ok(output) })
            }
        }
    }
}

fn command(printed: &'static str) -> ProcessTokenProvider {
    ProcessTokenProvider::new("ykman --password hush").runner(Prints(Some(0), printed))
}

#[tokio::test]
async fn the_last_word_that_a_command_prints_is_the_code() {
    for printed in ["123456", "123456\n", "aws:me                  123456\r\n", "touch your key\n123456\n\n"]
    {
        assert_eq!(code(command(printed)).await.as_deref(), Ok("123456"), "{printed:?}");
    }
}

#[tokio::test]
async fn a_command_without_a_code_is_an_error_that_repeats_nothing() {
    let is_no_code =
        "AssumeRoleTokenProviderError: the last word that the command for MFA codes printed is not 6 digits";
    for printed in ["", "\n", "hush", "123456 hush", "12345", "1234567", "12345a"] {
        assert_eq!(code(command(printed)).await.unwrap_err(), is_no_code, "{printed:?}");
    }
    let failed = "AssumeRoleTokenProviderError: error in the command for MFA codes: it";
    let ended = |code| ProcessTokenProvider::new("ykman --password hush").runner(Prints(code, "123456"));
    assert_eq!(code(ended(Some(2))).await.unwrap_err(), format!("{failed} ended with exit code 2"));
    assert_eq!(code(ended(None)).await.unwrap_err(), format!("{failed} was ended by a signal"));
    let clock = StoppedClock::new();
    let hangs = command("hang").clock(clock.shared()).timeout(std::time::Duration::from_secs(7));
    let shown = format!("{hangs:?}");
    assert!(shown.contains("ykman") && !shown.contains("hush"), "{shown}");
    assert_eq!(code(hangs).await.unwrap_err(), format!("{failed} timed out after 7s"));
    assert_eq!(clock.slept(), [7.0]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_in_a_real_shell_gives_its_code_or_is_cut_off() {
    let (real, flood) = ("echo hush >&2; echo me 123456", "yes hush");
    assert_eq!(code(ProcessTokenProvider::new(real)).await.as_deref(), Ok("123456"));
    assert_eq!(
        code(ProcessTokenProvider::new(flood)).await.unwrap_err(),
        "AssumeRoleTokenProviderError: error in the command for MFA codes: it has written more than 4096 bytes on standard \
         output"
    );
}

/// A clock that stands at a time until it is told otherwise.
fn at(seconds: i64) -> StoppedClock {
    let clock = StoppedClock::new();
    clock.set(DateTime::from_unix_seconds(seconds));
    clock
}

fn device(clock: &StoppedClock) -> SharedTokenProvider {
    SharedTokenProvider::new(TotpTokenProvider::from_base32(SECRET).unwrap().clock(clock.shared()))
}

#[tokio::test]
async fn codes_are_those_of_rfc_6238_appendix_b() {
    for (seconds, expected) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        assert_eq!(code(device(&at(seconds))).await.as_deref(), Ok(expected), "at {seconds}");
        let bytes = TotpTokenProvider::new(b"12345678901234567890").clock(at(seconds).shared());
        assert_eq!(code(bytes).await.as_deref(), Ok(expected), "at {seconds}");
    }
}

#[tokio::test]
async fn a_code_is_given_once_and_the_next_is_waited_for() {
    let clock = at(1_111_111_085);
    let device = device(&clock);
    assert_eq!(code(device.clone()).await.as_deref(), Ok("081804"));
    assert_eq!(code(device).await.as_deref(), Ok("050471"), "the code from 1111111110 on");
    assert_eq!(clock.slept(), [25.0]);
}

#[tokio::test]
async fn a_clock_that_has_been_set_back_causes_no_long_wait() {
    let clock = at(1_111_111_109);
    let device = device(&clock);
    code(device.clone()).await.unwrap();
    clock.set(clock.now().minus(std::time::Duration::from_secs(3600)));
    code(device).await.unwrap();
    assert!(clock.slept().is_empty());
}

#[test]
fn a_secret_is_never_shown() {
    let error = TotpTokenProvider::from_base32("GEZDGNBV!").unwrap_err();
    assert_eq!(
        error.to_string(),
        "AssumeRoleTokenProviderError: the TOTP secret is no base32: character 9 is none of A to Z and 2 to 7"
    );
    let shown = format!("{:?} {error:?}", TotpTokenProvider::from_base32(SECRET).unwrap());
    assert!(!shown.contains("GEZD") && !shown.contains("1234") && !shown.contains("49, 50"), "{shown}");
}
