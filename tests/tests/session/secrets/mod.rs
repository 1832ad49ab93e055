//! That no secret stands in any Debug, Display, error or `tracing` event of whole sessions: with an endpoint that checks
//! signatures and codes, and with neighbours that babble.

mod played;
mod real;
mod recorder;

use std::fmt::{Debug, Display};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::OnceCell;

/// Everything that was shown, and what must not have been.
#[derive(Default)]
struct Transcript {
    shown: String,
    secret_keys: Vec<String>,
    session_tokens: Vec<String>,
    totp_secrets: Vec<String>,
    sso_tokens: Vec<String>,
    identity_tokens: Vec<String>,
    mfa_codes: Vec<String>,
}

impl Transcript {
    fn show(&mut self, text: impl Display) {
        self.shown += &format!("{text}\n");
    }

    fn debug(&mut self, value: &impl Debug) {
        self.show(format!("{value:?} {value:#?}"));
    }

    /// An error, with its sources.
    fn error(&mut self, error: &(dyn std::error::Error + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.show(format!("{error} {error:?} {error:#?}"));
            next = error.source();
        }
    }

    /// Of all sessions, taken once.
    async fn whole() -> &'static Self {
        static WHOLE: OnceCell<Transcript> = OnceCell::const_new();
        WHOLE
            .get_or_init(|| async {
                recorder::start();
                let mut transcript = Self::default();
                real::run(&mut transcript).await;
                played::run(&mut transcript).await;
                transcript.show(recorder::told());
                transcript
            })
            .await
    }
}

/// That none of `secrets`, of which there must be `at_least`, was shown in any form.
#[track_caller]
fn assert_hidden(transcript: &Transcript, secrets: &[String], at_least: usize) {
    assert!(secrets.len() >= at_least, "{} secrets were in use", secrets.len());
    for secret in secrets {
        assert!(secret.len() >= 6, "too short to be looked for");
        let bytes = format!("{:?}", secret.as_bytes());
        let forms = [
            secret.clone(),
            utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
            bytes.trim_matches(['[', ']']).to_owned(),
        ];
        for form in forms {
            let found = transcript
                .shown
                .match_indices(&form)
                .find(|(at, _)| stands_alone(&transcript.shown, *at, form.len()));
            if let Some((at, _)) = found {
                let line = transcript.shown[..at].lines().count();
                panic!(
                    "a secret stands in line {line}: {}",
                    transcript.shown.lines().nth(line.max(1) - 1).unwrap_or_default()
                );
            }
        }
    }
}

/// Whether the text at `at` is no part of a longer number, as six digits may be of a time in nanoseconds.
fn stands_alone(shown: &str, at: usize, length: usize) -> bool {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = shown.as_bytes();
    let all_digits = bytes[at..at + length].iter().all(u8::is_ascii_digit);
    !all_digits || !(is_digit(bytes.get(at.wrapping_sub(1))) || is_digit(bytes.get(at + length)))
}

#[tokio::test]
async fn no_secret_key_is_shown() {
    let transcript = Transcript::whole().await;
    assert_hidden(transcript, &transcript.secret_keys, 5);
}

#[tokio::test]
async fn no_session_token_is_shown() {
    let transcript = Transcript::whole().await;
    assert_hidden(transcript, &transcript.session_tokens, 4);
}

#[tokio::test]
async fn no_totp_secret_is_shown() {
    let transcript = Transcript::whole().await;
    assert_hidden(transcript, &transcript.totp_secrets, 2);
}

#[tokio::test]
async fn no_token_of_a_sign_in_is_shown() {
    let transcript = Transcript::whole().await;
    assert_hidden(transcript, &transcript.sso_tokens, 4);
}

#[tokio::test]
async fn no_token_of_a_container_or_an_identity_provider_is_shown() {
    let transcript = Transcript::whole().await;
    assert_hidden(transcript, &transcript.identity_tokens, 2);
}

#[tokio::test]
async fn no_mfa_code_is_shown() {
    let transcript = Transcript::whole().await;
    assert_hidden(transcript, &transcript.mfa_codes, 2);
}

#[tokio::test]
async fn the_transcript_holds_what_it_must_to_prove_anything() {
    let shown = &Transcript::whole().await.shown;
    for expected in [
        "TRACE cumulo_core::hyper_client",
        "DEBUG cumulo_core::stages::retry",
        "a cached role is ignored",
        "ASIASSO",
        "MultiFactorAuthentication failed",
        "SSOProviderInvalidToken",
        "ProcessProviderParseError",
        "NoSuchKey",
        "operation: \"AssumeRole\"",
    ] {
        assert!(shown.contains(expected), "{expected} is missing");
    }
}
