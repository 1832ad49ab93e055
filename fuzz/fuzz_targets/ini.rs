//! The shared files: reading them ends, and says the same twice. The config file comes first, behind a line of `====` the
//! credentials file.
#![no_main]

use cumulo_shared_config::SharedConfig;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (config, credentials) = text.split_once("\n====\n").unwrap_or((text, ""));
    let Ok(parsed) = SharedConfig::parse(config, credentials) else { return };
    let again = SharedConfig::parse(config, credentials).expect("it can be read twice");
    let names = |config: &SharedConfig| {
        config.profiles().map(|profile| profile.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&parsed), names(&again));
    for profile in parsed.profiles() {
        assert!(parsed.profile(profile.name()).is_some(), "{}", profile.name());
        assert_eq!(profile.region(), again.profile(profile.name()).and_then(|profile| profile.region()));
        let _ = (profile.source_profile(), profile.role_arn(), profile.mfa_serial());
    }
    let _ = (parsed.sso_session("a"), parsed.services("a"));
});
