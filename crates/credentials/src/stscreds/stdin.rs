//! Asking the person at the terminal for an MFA code.

use std::io::{self, BufRead, Write};
use std::sync::{Mutex, PoisonError};

use cumulo_core::{BoxError, Error};

use crate::err_code;

const PROMPT: &str = "Assume Role MFA token code: ";

/// Prompts on standard error and reads the code from standard input; blocks until a line is there.
///
/// Handed to [`AssumeRoleProvider::token_provider`](super::AssumeRoleProvider::token_provider) or to a session, which
/// call it on a thread of its own. Never a default, because a program without a user would wait for ever. Prompts of
/// one process come one after the other: one whose caller has given up still takes the next line.
/// Same meaning as Go's `stscreds.StdinTokenProvider`, which is not safe to call concurrently.
///
/// # Errors
/// `AssumeRoleTokenNotAvailable` if standard input ends or the line is empty; what the system says if it cannot be read.
pub fn stdin_token_provider() -> Result<String, BoxError> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    ask(&mut io::stdin().lock(), &mut io::stderr())
}

fn ask(input: &mut dyn BufRead, output: &mut dyn Write) -> Result<String, BoxError> {
    write!(output, "{PROMPT}")?;
    output.flush()?;
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Err(not_entered("standard input ended before an MFA token code was entered"));
    }
    match line.split_whitespace().next() {
        Some(code) => Ok(code.to_owned()),
        None => Err(not_entered("no MFA token code was entered")),
    }
}

fn not_entered(message: &'static str) -> BoxError {
    Error::new(err_code::ASSUME_ROLE_TOKEN_NOT_AVAILABLE, message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(mut input: &[u8]) -> (Result<String, String>, String, usize) {
        let mut output = Vec::new();
        let answer = ask(&mut input, &mut output).map_err(|error| error.to_string());
        (answer, String::from_utf8(output).unwrap(), input.len())
    }

    #[test]
    fn one_line_is_read_after_a_prompt_without_a_line_feed() {
        let (answer, shown, left) = typed(b"  123456 \r\nnext");
        assert_eq!(answer.as_deref(), Ok("123456"));
        assert_eq!(shown, "Assume Role MFA token code: ");
        assert_eq!(left, "next".len(), "the next line is left for the next prompt");
    }

    #[test]
    fn an_ended_input_and_an_empty_line_are_errors() {
        let code = "AssumeRoleTokenNotAvailable";
        let ended = format!("{code}: standard input ended before an MFA token code was entered");
        assert_eq!(typed(b"").0, Err(ended));
        assert_eq!(typed(b"\n").0, Err(format!("{code}: no MFA token code was entered")));
    }
}
