//! Asking the person at the terminal for an MFA code.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock};
use std::thread;

use cumulo_core::{BoxError, BoxFuture, Error};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Mutex, oneshot};
use zeroize::Zeroizing;

use crate::err_code;

const PROMPT: &str = "Assume Role MFA token code: ";

/// Prompts on standard error and takes the code from standard input; waits until a line is there.
///
/// Handed to [`AssumeRoleProvider::token_provider`](super::super::AssumeRoleProvider::token_provider) or to a session.
/// Never a default, because a program without a user would wait for ever. Prompts of one process come one after the
/// other, and the runtime is not held up. Same meaning as Go's `stscreds.StdinTokenProvider`, which is not safe to call
/// concurrently.
///
/// # Errors
/// `AssumeRoleTokenNotAvailable` if standard input ends or the line is empty; what the system says if it cannot be read.
///
/// # Cancel safety
/// Dropping the future takes the prompt back: a line that is typed before the next prompt is nobody's, so that no old code
/// is taken for a new one. A program can end with a prompt open.
pub fn stdin_token_provider() -> BoxFuture<'static, Result<String, BoxError>> {
    static STANDARD_INPUT: LazyLock<Prompts> = LazyLock::new(|| Prompts::new(read_line));
    Box::pin(STANDARD_INPUT.ask(io::stderr()))
}

fn read_line() -> Line {
    let mut line = Zeroizing::new(String::new());
    io::stdin().read_line(&mut line)?;
    Ok(line)
}

/// A line with its end; empty where the input has ended.
type Line = io::Result<Zeroizing<String>>;

/// An input that is read line by line, a prompt at a time.
struct Prompts {
    read: Arc<dyn Fn() -> Line + Send + Sync>,
    /// The read under way. One that blocks cannot be ended, so the next prompt takes it over.
    turn: Mutex<Option<oneshot::Receiver<Line>>>,
}

impl Prompts {
    fn new(read: impl Fn() -> Line + Send + Sync + 'static) -> Self {
        Self { read: Arc::new(read), turn: Mutex::const_new(None) }
    }

    async fn ask(&self, mut output: impl Write + Send) -> Result<String, BoxError> {
        let mut turn = self.turn.lock().await;
        // What was typed while no prompt was open.
        turn.take_if(|left_over| !matches!(left_over.try_recv(), Err(TryRecvError::Empty)));
        output.write_all(PROMPT.as_bytes())?;
        output.flush()?;
        let reading = match &mut *turn {
            Some(reading) => reading,
            none => none.insert(self.start()?),
        };
        let line = reading.await;
        *turn = None;
        code_in(&line??)
    }

    /// Reads a line on a thread of its own, which does not keep the program from ending.
    fn start(&self) -> io::Result<oneshot::Receiver<Line>> {
        let (sender, reading) = oneshot::channel();
        let read = Arc::clone(&self.read);
        let work = move || {
            // Nobody may be waiting any more.
            let _ = sender.send(read());
        };
        thread::Builder::new().name("cumulo-stdin".to_owned()).spawn(work)?;
        Ok(reading)
    }
}

fn code_in(line: &str) -> Result<String, BoxError> {
    let not_entered = |message: &'static str| {
        BoxError::from(Error::new(err_code::ASSUME_ROLE_TOKEN_NOT_AVAILABLE, message))
    };
    match line.split_whitespace().next() {
        Some(code) => Ok(code.to_owned()),
        None if line.is_empty() => {
            Err(not_entered("standard input ended before an MFA token code was entered"))
        }
        None => Err(not_entered("no MFA token code was entered")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex as StdMutex, mpsc};

    use super::*;

    /// What has been shown; a clone shows the same.
    #[derive(Clone, Default)]
    struct Screen(Arc<StdMutex<Vec<u8>>>);

    impl Screen {
        fn shown(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A keyboard, and prompts that wait for what is typed there. A letter shows that a line was taken.
    fn keyboard() -> (mpsc::Sender<&'static str>, mpsc::Receiver<()>, Arc<Prompts>, Screen) {
        let (keys, typed) = mpsc::channel();
        let (taken, takes) = mpsc::channel();
        let typed = StdMutex::new((typed, taken));
        let read = move || {
            let typed = typed.lock().unwrap();
            let line: &str = typed.0.recv().map_err(io::Error::other)?;
            typed.1.send(()).unwrap();
            Ok(Zeroizing::new(line.to_owned()))
        };
        (keys, takes, Arc::new(Prompts::new(read)), Screen::default())
    }

    async fn typed(line: &'static str) -> (Result<String, String>, String) {
        let (keys, _takes, prompts, screen) = keyboard();
        keys.send(line).unwrap();
        let answer = prompts.ask(screen.clone()).await.map_err(|error| error.to_string());
        (answer, screen.shown())
    }

    #[tokio::test]
    async fn one_line_is_read_after_a_prompt_without_a_line_feed() {
        let (answer, shown) = typed("  123456 \r\n").await;
        assert_eq!(answer.as_deref(), Ok("123456"));
        assert_eq!(shown, "Assume Role MFA token code: ");
    }

    #[tokio::test]
    async fn an_ended_input_an_empty_line_and_a_failure_are_errors() {
        let code = "AssumeRoleTokenNotAvailable";
        let ended = format!("{code}: standard input ended before an MFA token code was entered");
        assert_eq!(typed("").await.0, Err(ended));
        assert_eq!(typed("\n").await.0, Err(format!("{code}: no MFA token code was entered")));

        let (keys, _takes, prompts, screen) = keyboard();
        drop(keys);
        let failed = prompts.ask(screen).await.unwrap_err();
        assert!(failed.is::<io::Error>(), "{failed}");
    }

    #[tokio::test]
    async fn there_are_never_two_prompts_at_once() {
        let (keys, _takes, prompts, screen) = keyboard();
        let asked: Vec<_> = (0..2)
            .map(|_| {
                let (prompts, screen) = (Arc::clone(&prompts), screen.clone());
                tokio::spawn(async move { prompts.ask(screen).await.unwrap() })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(screen.shown(), PROMPT);
        keys.send("111111\n").unwrap();
        keys.send("222222\n").unwrap();
        let mut codes = Vec::new();
        for asked in asked {
            codes.push(asked.await.unwrap());
        }
        assert_eq!(codes, ["111111", "222222"]);
        assert_eq!(screen.shown(), [PROMPT, PROMPT].concat());
    }

    /// Opens a prompt and takes it back.
    async fn give_up(prompts: &Prompts, screen: &Screen) {
        tokio::select! {
            biased;
            _ = prompts.ask(screen.clone()) => panic!("nothing was typed yet"),
            () = std::future::ready(()) => {}
        }
    }

    #[tokio::test]
    async fn a_prompt_that_was_given_up_leaves_the_next_line_to_the_next_prompt() {
        let (keys, _takes, prompts, screen) = keyboard();
        give_up(&prompts, &screen).await;
        let (again, screen) = (Arc::clone(&prompts), screen.clone());
        let asked = tokio::spawn(async move { again.ask(screen).await.unwrap() });
        tokio::task::yield_now().await;
        keys.send("111111\n").unwrap();
        assert_eq!(asked.await.unwrap(), "111111");
    }

    #[tokio::test]
    async fn what_was_typed_while_no_prompt_was_open_is_nobodys() {
        let (keys, takes, prompts, screen) = keyboard();
        give_up(&prompts, &screen).await;
        keys.send("111111\n").unwrap();
        takes.recv().unwrap();
        // The thread has the line, and is about to hand it over.
        while prompts.turn.lock().await.as_ref().is_none_or(oneshot::Receiver::is_empty) {
            tokio::task::yield_now().await;
        }
        keys.send("222222\n").unwrap();
        assert_eq!(prompts.ask(screen).await.unwrap(), "222222");
    }
}
