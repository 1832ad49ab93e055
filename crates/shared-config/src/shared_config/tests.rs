//! Loading and merging, and what files in the wild look like.

mod cases;
mod hostile;

use super::*;
use crate::{MemoryFiles, env};

fn value(config: &str, credentials: &str, profile: &str, key: &str) -> Option<String> {
    let config = SharedConfig::parse(config, credentials).unwrap();
    config.profile(profile).and_then(|profile| profile.get(key).map(str::to_owned))
}

fn names(config: &str, credentials: &str) -> Vec<String> {
    let config = SharedConfig::parse(config, credentials).unwrap();
    config.profiles().map(|profile| profile.name().to_owned()).collect()
}

/// Files that fail with anything but "not found".
#[derive(Debug)]
struct Locked;

impl FileSystem for Locked {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

#[derive(Debug)]
struct Bytes(&'static [u8]);

impl FileSystem for Bytes {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Ok(self.0.to_vec())
    }
}

#[test]
fn the_credentials_file_wins_key_by_key() {
    let config = "[profile a]\nregion = r1\nrole_arn = x\n";
    let credentials = "[a]\nregion = r2\n";
    assert_eq!(value(config, credentials, "a", "region").as_deref(), Some("r2"));
    assert_eq!(value(config, credentials, "a", "role_arn").as_deref(), Some("x"));
}

#[test]
fn static_credentials_come_from_one_file_only() {
    let config = "[profile a]\naws_access_key_id = C\naws_secret_access_key = c\naws_session_token = t\n";
    let merged =
        SharedConfig::parse(config, "[a]\naws_access_key_id = K\naws_secret_access_key = k\n").unwrap();
    let found = merged.profile("a").unwrap().credentials().unwrap().unwrap();
    assert_eq!((&*found.access_key_id, found.secret_access_key.expose()), ("K", "k"));
    assert!(found.session_token.is_none(), "the token of another file's pair must not stay");
    assert_eq!(found.file, Path::new("credentials"));
}

#[test]
fn half_a_pair_in_the_credentials_file_does_not_tear_the_config_files_pair_apart() {
    let config = "[profile a]\naws_access_key_id = C\naws_secret_access_key = c\n";
    let merged = SharedConfig::parse(config, "[a]\naws_access_key_id = K\n").unwrap();
    let found = merged.profile("a").unwrap().credentials().unwrap().unwrap();
    assert_eq!((&*found.access_key_id, found.secret_access_key.expose()), ("C", "c"));
    assert_eq!(found.file, Path::new("config"));
}

#[test]
fn two_halves_in_two_files_make_no_pair() {
    let config = "[profile a]\naws_secret_access_key = c\n";
    let merged = SharedConfig::parse(config, "[a]\naws_access_key_id = K\n").unwrap();
    assert!(merged.profile("a").unwrap().credentials().is_err());
}

#[test]
fn profile_default_wins_over_bare_default_in_either_order() {
    for config in
        ["[default]\na = 1\n[profile default]\nb = 2\n", "[profile default]\nb = 2\n[default]\na = 1\n"]
    {
        assert_eq!(value(config, "", "default", "a"), None);
        assert_eq!(value(config, "", "default", "b").as_deref(), Some("2"));
    }
}

#[test]
fn sections_of_one_name_are_merged_and_the_later_value_wins() {
    let config = "[profile a]\nx = 1\ny = 1\n[profile b]\n[profile a]\nY = 2\nz = 3\nz = 4\n";
    for (key, expected) in [("x", "1"), ("y", "2"), ("z", "4")] {
        assert_eq!(value(config, "", "a", key).as_deref(), Some(expected), "{key}");
    }
}

#[test]
fn sections_that_the_file_cannot_hold_are_skipped_with_their_properties() {
    let config =
        "[a]\nx = 1\n[profile in valid]\nx = 1\n[profile b]\nx = 2\n[profilec]\n[profile d]e]\nf = 1\n";
    assert_eq!(names(config, "[profile g]\n[h i]\n[j]\n"), ["b", "j"]);
}

#[test]
fn properties_with_an_impossible_name_are_skipped() {
    assert_eq!(value("[default]\nin valid = 1\na\\ = 2\nb = 3\n", "", "default", "b").as_deref(), Some("3"));
}

#[test]
fn secrets_keep_every_character_they_have() {
    for secret in
        ["ab/c+d=:;#e", "\"quoted\"", "'a", "a\\tb\\x", "a[b]c", "=a=", "\u{e001}\u{e080}", "😂", "C:\\dir\\"]
    {
        for end in ["\n", "\r\n"] {
            let text = format!("[default]{end}k = {secret}{end}region = r{end}");
            assert_eq!(value("", &text, "default", "k").as_deref(), Some(secret), "{secret} {end:?}");
            assert_eq!(value("", &text, "default", "region").as_deref(), Some("r"), "{secret} {end:?}");
        }
    }
}

#[test]
fn keys_may_hold_colons() {
    assert_eq!(value("[default]\naws:key = v\n", "", "default", "aws:key").as_deref(), Some("v"));
}

#[test]
fn nested_keys_of_two_services_do_not_collide() {
    let text = "[services s]\r\ns3 =\r\n  endpoint_url = http://a # c\r\n\r\n  X = y\r\nsqs =\r\n  endpoint_url = http://b\r\n";
    let config = SharedConfig::parse(text, "").unwrap();
    let services = config.services("s").unwrap();
    let url = |key| services.nested(key).and_then(|nested| nested.string("endpoint_url"));
    assert_eq!((url("s3"), url("sqs")), (Some("http://a"), Some("http://b")));
    assert_eq!(services.nested("s3").unwrap().keys().collect::<Vec<_>>(), ["endpoint_url", "x"]);
    assert_eq!(services.get("s3"), Some("\nendpoint_url = http://a # c\nX = y"));
}

#[test]
fn continued_values_are_joined_with_a_line_feed() {
    assert_eq!(value("[default]\nk = a\n  b\n", "", "default", "k").as_deref(), Some("a\nb"));
}

#[test]
fn shared_config_is_on_unless_turned_off() {
    let on = |state: SharedConfigState, text: &str| {
        state.is_enabled(&Env::from_map([(env::AWS_SDK_LOAD_CONFIG, text)]))
    };
    for (text, expected) in [("", true), ("1", true), ("yes", true), ("0", false), ("False", false)] {
        assert_eq!(on(SharedConfigState::FromEnv, text), expected, "{text}");
        assert!(on(SharedConfigState::Enabled, text));
        assert!(!on(SharedConfigState::Disabled, text));
    }
}

#[test]
fn turned_off_only_credentials_are_read_and_only_from_the_credentials_file() {
    let files = MemoryFiles::from_map([
        ("/h/.aws/config", "[profile a]\nregion = r\n[profile b]\nregion = r\n"),
        (
            "/h/.aws/credentials",
            "[a]\naws_access_key_id = K\naws_secret_access_key = k\nregion = r\nrole_arn = x\ncredential_process = p\n",
        ),
    ]);
    let env = Env::from_map([("HOME", "/h"), (env::AWS_SDK_LOAD_CONFIG, "false")]);
    let config = SharedConfig::load(&env, &files, SharedConfigState::FromEnv).unwrap();
    let profile = config.profile("a").unwrap();
    let keys = profile.keys().collect::<Vec<_>>();
    assert_eq!(keys, ["aws_access_key_id", "aws_secret_access_key", "credential_process"]);
    assert!(config.profile("b").is_none());
    let on = SharedConfig::load(&env, &files, SharedConfigState::Enabled).unwrap();
    assert_eq!(on.profile("a").unwrap().role_arn(), Some("x"));
}

#[test]
fn missing_files_are_empty_and_a_missing_profile_has_its_own_code() {
    let env = Env::from_map([("HOME", "/h")]);
    let config = SharedConfig::load(&env, &MemoryFiles::default(), SharedConfigState::Enabled).unwrap();
    assert_eq!(config.profiles().count(), 0);
    let error = config.require_profile("dev").unwrap_err();
    assert_eq!(error.code(), "SharedConfigProfileNotExistsError");
    assert_eq!(error.to_string(), "failed to get profile, dev");
}

#[test]
fn an_unreadable_file_is_an_error_that_names_it() {
    let env = Env::from_map([("HOME", "/h")]);
    let error = SharedConfig::load(&env, &Locked, SharedConfigState::Enabled).unwrap_err();
    assert_eq!(error.code(), "SharedConfigLoadError");
    assert!(error.to_string().starts_with("failed to load config file, /h/.aws/config: "), "{error}");
}

#[test]
fn a_file_that_breaks_the_grammar_is_an_error_with_its_line_and_without_its_text() {
    let files = MemoryFiles::from_map([("/h/.aws/credentials", "[a]\naws_secret_access_key hunter2\n")]);
    let env = Env::from_map([("HOME", "/h")]);
    let error = SharedConfig::load(&env, &files, SharedConfigState::Disabled).unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to load config file, /h/.aws/credentials line 2: \
         expected an equals sign between a property's name and its value"
    );
}

#[test]
fn bytes_that_are_no_text_are_an_error_with_their_line() {
    let locations = Locations { config: Some("c".into()), credentials: None };
    let error = SharedConfig::load_from(&locations, &Bytes(b"[a]\nk = \xff\n")).unwrap_err();
    assert_eq!(error.to_string(), "failed to load config file, c line 2: expected UTF-8 text");
}

#[test]
fn no_text_makes_the_parser_panic_or_blame_a_line_that_is_not_there() {
    let tokens = [
        "[",
        "]",
        "[default]",
        "[profile a]",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "=",
        ":",
        "#",
        ";",
        "\\",
        "\"",
        "k",
        "s3 =",
        "\u{feff}",
        "\u{e000}",
        "\u{e080}",
        "\u{a0}",
        "\u{85}",
        "\0",
        "é",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..24 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(tokens[(state % tokens.len() as u64) as usize]);
        }
        if let Err(error) = SharedConfig::parse(&text, &text) {
            let Error::Syntax { line, .. } = error else { panic!("{error}") };
            assert!((1..=text.matches(['\r', '\n']).count() + 1).contains(&line), "{text:?}: line {line}");
        }
    }
}
