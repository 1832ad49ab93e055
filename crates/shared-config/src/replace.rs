//! Writing a file in one step: beside it first, then over it. And locking one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// Puts `contents` in the place of the file at `path`, readable by its owner alone (on Windows, by whom the folder says).
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    make_folder(folder)?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let beside = folder.join(format!(".{}.{}.{count}.tmp", name.to_string_lossy(), process::id()));
    let written = create(&beside)
        .and_then(|mut file| file.write_all(contents).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What remains of a failed attempt; the failure itself says more than that of the clean-up.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Locks the file at `path`, which is made if need be, and is nobody else's to read; none if somebody has locked it.
#[cfg(feature = "lock")]
pub(crate) fn try_lock(path: &Path) -> io::Result<Option<crate::FileLock>> {
    use fs4::TryLockError;

    make_folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => Ok(Some(crate::FileLock::new(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A folder of one test, gone with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("cumulo-{}-{name}", process::id())))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_replaced_in_folders_that_are_made_and_nothing_is_left_beside_it() {
        let folder = Folder::new("replaced");
        let path = folder.0.join("sso/cache/token.json");
        replace(&path, b"first").unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it_also_where_others_could_read_the_old_one() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = Folder::new("private");
        let path = folder.0.join("token.json");
        replace(&path, b"first").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"second").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder.0)), (0o600, 0o700));
    }

    #[cfg(feature = "lock")]
    #[test]
    fn a_lock_is_one_holders_until_it_is_dropped() {
        let folder = Folder::new("locked");
        let path = folder.0.join("cache/token.lock");
        let held = try_lock(&path).unwrap();
        assert!(held.is_some() && try_lock(&path).unwrap().is_none());
        drop(held);
        assert!(try_lock(&path).unwrap().is_some());
        assert!(try_lock(&folder.0).is_err(), "a folder is no file");
    }

    #[test]
    fn what_cannot_be_replaced_leaves_nothing_behind() {
        let folder = Folder::new("blocked");
        let path = folder.0.join("token.json");
        fs::create_dir_all(path.join("a folder in the way")).unwrap();
        assert!(replace(&path, b"x").is_err());
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
        assert!(replace(Path::new("/"), b"x").is_err());
    }
}
