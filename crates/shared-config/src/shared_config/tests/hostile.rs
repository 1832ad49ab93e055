//! Files that nobody would write: long, many, or no text at all. None takes long, and what is wrong is named.

use super::*;
use crate::RealFiles;

const MEGABYTE: usize = 1 << 20;

#[test]
fn a_nul_byte_is_an_error_with_file_and_line() {
    let config = Locations { config: Some("c".into()), credentials: None };
    for (bytes, line) in [
        (&b"\0"[..], 1),
        (b"[default]\nk = a\0b\n", 2),
        (b"[default]\n# \0\n", 2),
        (b"[default]\nk = v\n  \0\n", 3),
        (b"[\0d\0e\0f\0]\0\n\0", 1),
    ] {
        let error = SharedConfig::load_from(&config, &Bytes(bytes)).unwrap_err();
        let expected = format!("failed to load config file, c line {line}: expected text, found a NUL byte");
        assert_eq!(error.to_string(), expected);
    }
    let error = SharedConfig::load_from(&config, &Bytes(b"\xff\xfe[\0d\0")).unwrap_err();
    assert_eq!(error.to_string(), "failed to load config file, c line 1: expected UTF-8 text");
}

#[test]
fn lines_of_ten_megabytes_are_read_or_refused_with_their_number() {
    let long = "x".repeat(10 * MEGABYTE);
    let name = &long[..MEGABYTE];
    let text =
        format!("[default]\nregion = r\nk = {long}\n  {name}\n# {long}\n[profile {name}]\n{name} = v\n");
    let config = SharedConfig::parse(&text, "").unwrap();
    let default = config.profile("default").unwrap();
    assert_eq!((default.region(), default.get("k").unwrap().len()), (Some("r"), 11 * MEGABYTE + 1));
    assert_eq!(config.profile(name).unwrap().get(name), Some("v"));

    for (text, line) in
        [(format!("[default]\n{long}"), 2), (format!("[{long}"), 1), (format!("[a]\ns =\n {long}"), 3)]
    {
        let error = SharedConfig::parse("", &text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("failed to load config file, credentials line {line}: ")));
        assert!(error.len() < 200, "the line is not repeated");
    }
    let text = format!("[default]\nuse_fips_endpoint = {name}\n");
    let error =
        SharedConfig::parse(&text, "").unwrap().profile("default").unwrap().use_fips_endpoint().unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with("config line 2, [profile default] use_fips_endpoint: found \"xxx"));
    assert!(shown.ends_with("expected true or false") && shown.len() < 300, "{}", shown.len());
}

#[test]
fn ten_thousand_sections_keys_and_lines_are_read() {
    let mut text = String::new();
    for index in 0..10_000 {
        text.push_str(&format!("[profile p{index}]\nregion = r-{index}\nk{index} = v\n"));
    }
    for index in 0..10_000 {
        text.push_str(&format!("[profile same]\nk{index} = {index}\nk = v\n  {index}\n"));
    }
    text.push_str("[profile last]\ns3 =\n");
    for index in 0..10_000 {
        text.push_str(&format!("  k{index} = {index}\n"));
    }
    let config = SharedConfig::parse(&text, "").unwrap();
    assert_eq!(config.profiles().count(), 10_002);
    assert_eq!(config.profile("p9999").unwrap().region(), Some("r-9999"));
    assert_eq!(config.profile("same").unwrap().keys().count(), 10_001);
    assert_eq!(config.profile("last").unwrap().nested("s3").unwrap().get("k9999"), Some("9999"));
}

#[test]
fn a_value_of_a_hundred_thousand_lines_is_read() {
    let text = format!("[default]\nk = v\n{}", "  line\n".repeat(100_000));
    let config = SharedConfig::parse(&text, "").unwrap();
    assert_eq!(config.profile("default").unwrap().get("k").unwrap().lines().count(), 100_001);
}

#[cfg(unix)]
#[test]
fn a_file_without_end_is_refused() {
    let locations = Locations::new("/dev/zero", "/dev/null");
    let error = SharedConfig::load_from(&locations, &RealFiles).unwrap_err();
    assert_eq!(error.to_string(), "failed to load config file, /dev/zero: the file is larger than 64 MiB");
}

#[test]
fn a_folder_in_the_place_of_a_file_is_an_error_that_names_it() {
    let folder = std::env::temp_dir();
    let locations = Locations { config: None, credentials: Some(folder.clone()) };
    let error = SharedConfig::load_from(&locations, &RealFiles).unwrap_err();
    let expected = format!("failed to load config file, {}: ", folder.display());
    assert!(error.to_string().starts_with(&expected), "{error}");
}
