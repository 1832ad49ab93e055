//! Programs that share one MFA session through the cache file: their user types one code.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use cumulo_local::{Identity, Role, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use crate::world::{DEVICE, ROLE};

const PROMPT: &str = "Assume Role MFA token code: ";

/// A server, and a folder with the files of a user of it; gone with the test.
struct World {
    server: Server,
    folder: PathBuf,
}

impl World {
    async fn new() -> Self {
        let server = Server::builder()
            .identity(Identity::new("AKIDME", "hush"))
            .role(Role::new(ROLE).require_mfa(DEVICE, b"12345678901234567890"))
            .start()
            .await
            .unwrap();
        let folder =
            std::env::temp_dir().join(format!("cumulo-{}-{}", std::process::id(), server.address().port()));
        std::fs::create_dir_all(&folder).unwrap();
        let config = format!(
            "[profile operator]\nregion = us-east-1\nrole_arn = {ROLE}\nsource_profile = me\nmfa_serial = {DEVICE}\n"
        );
        std::fs::write(folder.join("config"), config).unwrap();
        let credentials = "[me]\naws_access_key_id = AKIDME\naws_secret_access_key = hush\n";
        std::fs::write(folder.join("credentials"), credentials).unwrap();
        Self { server, folder }
    }

    fn cache(&self) -> PathBuf {
        self.folder.join("cli/cache")
    }

    /// Starts the program, whose user can type if there is a `keyboard`.
    fn program(&self, keyboard: Stdio) -> Child {
        Command::new(env!("CARGO_BIN_EXE_mfa_program"))
            .arg(self.server.endpoint_url())
            .args([self.folder.join("config"), self.folder.join("credentials"), self.cache()])
            .env_clear()
            .stdin(keyboard)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|found| found == extension)).collect()
}

/// Who a program says it is, and what it asked.
fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout).trim().to_owned(), text(&output.stderr))
}

#[tokio::test]
async fn two_programs_at_once_and_one_later_ask_for_one_code() {
    let world = World::new().await;
    let mut first = world.program(Stdio::piped());
    let mut shown = [0; PROMPT.len()];
    first.stderr.as_mut().unwrap().read_exact(&mut shown).await.unwrap();
    assert_eq!(shown, PROMPT.as_bytes());

    // Nobody could answer this one: without the code that the first is given it would fail.
    let second = world.program(Stdio::null());
    let code = world.server.mfa_code(DEVICE).unwrap();
    let mut keyboard = first.stdin.take().unwrap();
    keyboard.write_all(format!("{code}\n").as_bytes()).await.unwrap();
    let (first, second) = tokio::join!(first.wait_with_output(), second.wait_with_output());
    let later = world.program(Stdio::null()).wait_with_output().await.unwrap();

    let (arn, asked) = said(&first.unwrap());
    assert!(arn.starts_with("arn:aws:sts::123456789012:assumed-role/operator/"), "{arn} {asked}");
    assert_eq!(asked, "", "no second prompt");
    assert_eq!(said(&second.unwrap()), (arn.clone(), String::new()));
    assert_eq!(said(&later), (arn, String::new()));
    let calls = world.server.requests();
    assert_eq!(calls.len(), 4, "one AssumeRole and three times the question who the caller is: {calls:?}");

    let files = files_in(&world.cache(), "json");
    assert_eq!(files.len(), 1, "{files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_program_whose_user_goes_away_says_so_and_leaves_no_file() {
    let world = World::new().await;
    let failed = world.program(Stdio::null()).wait_with_output().await.unwrap();
    assert!(!failed.status.success());
    let (_, asked) = said(&failed);
    assert!(asked.starts_with(PROMPT), "{asked}");
    assert!(asked.contains("standard input ended before an MFA token code was entered"), "{asked}");
    assert!(files_in(&world.cache(), "json").is_empty());
}
