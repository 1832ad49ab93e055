//! Sessions: what wins over what, and what fails when they are made.

mod endpoints;
mod explain;
mod settings;
mod transport;

use std::path::Path;

use cumulo_core::retryer::RetryMode;
use cumulo_core::{ChecksumPolicy, NamedHandler};

use super::*;

const FILES: [(&str, &str); 2] = [
    (
        "/h/.aws/config",
        "[default]\nregion = file-1\nendpoint_url = http://file:1\nmax_attempts = 7\nuse_fips_endpoint = true\n\
         use_dualstack_endpoint = true\nsdk_ua_app_id = file-app\n[profile dev]\nregion = dev-1\n",
    ),
    (
        "/h/.aws/credentials",
        "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = hush\n[keys]\nregion = keys-1\n",
    ),
];

fn builder(variables: &[(&str, &str)]) -> SessionBuilder {
    let home = [("HOME", "/h")];
    let variables = home.iter().chain(variables).copied();
    Session::builder().env(Env::from_map(variables)).file_system(MemoryFiles::from_map(FILES))
}

fn region(builder: SessionBuilder) -> Option<String> {
    builder.build().unwrap().config().region.clone()
}

fn error(builder: SessionBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

#[test]
fn each_setting_comes_from_the_code_else_the_environment_else_the_profile() {
    let variables = [
        ("AWS_REGION", "env-1"),
        ("AWS_ENDPOINT_URL", "http://env:1"),
        ("AWS_MAX_ATTEMPTS", "5"),
        ("AWS_USE_FIPS_ENDPOINT", "false"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "false"),
        ("AWS_SDK_UA_APP_ID", "env-app"),
    ];
    let code = Config::new()
        .region("code-1")
        .endpoint("http://code:1")
        .max_attempts(3)
        .use_fips(true)
        .use_dual_stack(true)
        .app_id("code-app");
    let shown = |builder: SessionBuilder| {
        let session = builder.build().unwrap();
        let config = session.config();
        let endpoint = config.endpoint.clone().or(config.configured_endpoint.clone());
        let texts = [&config.region, &endpoint, &config.app_id].map(|text| text.clone().unwrap());
        (texts.join(" "), config.max_attempts, config.use_fips, config.use_dual_stack)
    };
    let expected = |texts: &str, attempts, flag| (texts.to_owned(), Some(attempts), Some(flag), Some(flag));
    assert_eq!(shown(builder(&[])), expected("file-1 http://file:1 file-app", 7, true));
    assert_eq!(shown(builder(&variables)), expected("env-1 http://env:1 env-app", 5, false));
    assert_eq!(shown(builder(&variables).config(&code)), expected("code-1 http://code:1 code-app", 3, true));
}

#[test]
fn checksum_policies_come_from_the_environment_else_the_profile() {
    let files = [("/h/.aws/config", "[default]\nrequest_checksum_calculation = WHEN_REQUIRED\n")];
    let policies = |variables: &[(&str, &str)]| {
        let session = builder(variables).file_system(MemoryFiles::from_map(files)).build().unwrap();
        let config = session.config();
        (config.request_checksum_calculation, config.response_checksum_validation)
    };
    assert_eq!(policies(&[]), (Some(ChecksumPolicy::WhenRequired), None));
    let variables = [
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported"),
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"),
    ];
    let expected = (Some(ChecksumPolicy::WhenSupported), Some(ChecksumPolicy::WhenRequired));
    assert_eq!(policies(&variables), expected);
    assert_eq!(
        error(builder(&[("AWS_REQUEST_CHECKSUM_CALCULATION", "always")])),
        "EnvConfigErr: environment variable AWS_REQUEST_CHECKSUM_CALCULATION: found \"always\", expected \
         when_supported or when_required"
    );
}

#[test]
fn the_last_word_of_the_code_counts() {
    let config = Config::new().region("config-1");
    assert_eq!(region(builder(&[]).region("a").config(&config)).as_deref(), Some("config-1"));
    assert_eq!(region(builder(&[]).config(&config).region("a")).as_deref(), Some("a"));
    assert_eq!(
        builder(&[]).endpoint("http://x").build().unwrap().config().endpoint.as_deref(),
        Some("http://x")
    );
}

#[test]
fn the_profile_is_named_by_the_code_else_the_environment_else_default() {
    assert_eq!(region(builder(&[])).as_deref(), Some("file-1"));
    assert_eq!(region(builder(&[("AWS_DEFAULT_PROFILE", "dev")])).as_deref(), Some("dev-1"));
    let both = [("AWS_PROFILE", "dev"), ("AWS_DEFAULT_PROFILE", "none")];
    assert_eq!(region(builder(&both)).as_deref(), Some("dev-1"));
    assert_eq!(region(builder(&both).profile("default")).as_deref(), Some("file-1"));
    assert_eq!(region(builder(&both).profile("keys")).as_deref(), Some("keys-1"), "both files count");
}

#[test]
fn a_named_profile_that_is_missing_is_an_error_and_a_missing_default_is_not() {
    let line = "SharedConfigProfileNotExistsError: failed to get profile, none";
    assert_eq!(error(builder(&[("AWS_PROFILE", "none")])), line);
    assert_eq!(error(builder(&[]).profile("none")), line);
    let nothing = MemoryFiles::default();
    assert_eq!(region(builder(&[]).file_system(nothing.clone())), None);
    let line = "SharedConfigProfileNotExistsError: failed to get profile, default";
    assert_eq!(error(builder(&[]).file_system(nothing).profile("default")), line);
}

#[test]
fn the_cause_of_a_missing_profile_tells_which_section_was_looked_for_where_and_what_there_is() {
    let files = MemoryFiles::from_map([
        ("/home/me/.aws/config", "[dev]\nregion = r\n[profile one]\n"),
        ("/home/me/.aws/credentials", "[two]\n"),
    ]);
    let builder = Session::builder().env(Env::from_map([("HOME", "/home/me")])).file_system(files);
    let cause = |builder: SessionBuilder| {
        let error = builder.build().unwrap_err();
        std::error::Error::source(&error).unwrap().to_string()
    };
    assert_eq!(
        cause(builder.clone().profile("dev")),
        "no section [profile dev] in /home/me/.aws/config, or [dev] in /home/me/.aws/credentials; \
         the profiles there are: one, two"
    );
    assert_eq!(
        cause(builder.profile("default").file_system(MemoryFiles::default())),
        "no section [default] in /home/me/.aws/config, or [default] in /home/me/.aws/credentials; \
         the profiles there are: none"
    );
}

#[test]
fn shared_config_is_on_unless_environment_or_code_turn_it_off() {
    let off =
        [("AWS_SDK_LOAD_CONFIG", "0"), ("AWS_DEFAULT_REGION", "default-1"), ("AWS_DEFAULT_PROFILE", "none")];
    assert_eq!(region(builder(&off)), None, "neither the files' region nor the variables of shared config");
    assert_eq!(region(builder(&[]).shared_config_state(SharedConfigState::Disabled)), None);
    let on = builder(&off[..2]).shared_config_state(SharedConfigState::Enabled);
    assert_eq!(region(on).as_deref(), Some("default-1"));
    assert_eq!(region(builder(&[("AWS_SDK_LOAD_CONFIG", "1")])).as_deref(), Some("file-1"));
}

#[test]
fn a_profile_of_the_config_file_does_not_exist_with_shared_config_off() {
    let off = builder(&[("AWS_PROFILE", "dev")]).shared_config_state(SharedConfigState::Disabled);
    assert_eq!(error(off), "SharedConfigProfileNotExistsError: failed to get profile, dev");
}

#[test]
fn the_files_may_lie_elsewhere() {
    let variables = [("AWS_CONFIG_FILE", "/x"), ("AWS_PROFILE", "x")];
    let files =
        MemoryFiles::from_map([("/x", "[profile x]\nregion = x-1\n"), ("/y", "[profile x]\nregion = y-1\n")]);
    let elsewhere = builder(&variables).file_system(files);
    assert_eq!(region(elsewhere.clone()).as_deref(), Some("x-1"));
    let locations = Locations { config: Some(Path::new("/y").into()), credentials: None };
    assert_eq!(region(elsewhere.shared_config_files(locations)).as_deref(), Some("y-1"));
}

#[test]
fn a_broken_file_is_an_error_that_names_it_unless_nothing_depends_on_it() {
    let broken = MemoryFiles::from_map([("/h/.aws/credentials", "[default\n")]);
    let text = error(builder(&[]).file_system(broken.clone()));
    assert!(
        text.starts_with("SharedConfigLoadError: failed to load config file, /h/.aws/credentials"),
        "{text}"
    );

    let keys = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let with_keys = builder(&keys).file_system(broken.clone());
    assert!(with_keys.clone().build().is_err(), "with shared config on, the file counts");
    let off = with_keys.shared_config_state(SharedConfigState::Disabled);
    assert!(off.clone().build().is_ok());
    assert!(off.profile("dev").build().is_err());
    let without_keys = builder(&[]).file_system(broken).shared_config_state(SharedConfigState::Disabled);
    assert!(without_keys.build().is_err());
}

#[test]
fn values_that_cannot_be_read_are_errors_that_name_their_place() {
    assert_eq!(
        error(builder(&[("AWS_MAX_ATTEMPTS", "0")])),
        "EnvConfigErr: environment variable AWS_MAX_ATTEMPTS: found \"0\", expected a whole number of at least 1"
    );
    let files = MemoryFiles::from_map([("/h/.aws/config", "[default]\nuse_fips_endpoint = maybe\n")]);
    let text = error(builder(&[]).file_system(files));
    assert!(text.starts_with("SharedConfigErr: /h/.aws/config line 2"), "{text}");
}

#[test]
fn the_retry_mode_and_compression_come_from_the_code_else_the_environment_else_the_profile() {
    let text = "[default]\nretry_mode = Adaptive\ndisable_request_compression = true\n\
                request_min_compression_size_bytes = 100\n";
    let files = MemoryFiles::from_map([("/h/.aws/config", text)]);
    let variables = [
        ("AWS_RETRY_MODE", "legacy"),
        ("AWS_DISABLE_REQUEST_COMPRESSION", "FALSE"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "0"),
    ];
    let code = Config::new()
        .retry_mode(RetryMode::Adaptive)
        .disable_request_compression(true)
        .request_min_compression_size_bytes(7);
    let shown = |builder: SessionBuilder| {
        let session = builder.file_system(files.clone()).build().unwrap();
        let config = session.config();
        let compression = (config.disable_request_compression, config.request_min_compression_size_bytes);
        (config.retry_mode.unwrap(), compression.0.unwrap(), compression.1.unwrap())
    };
    assert_eq!(shown(builder(&[])), (RetryMode::Adaptive, true, 100));
    assert_eq!(shown(builder(&variables)), (RetryMode::Standard, false, 0));
    assert_eq!(shown(builder(&variables).config(&code)), (RetryMode::Adaptive, true, 7));
    assert_eq!(builder(&[]).build().unwrap().config().retry_mode, None);
}

#[test]
fn signatures_are_chosen_by_the_code_else_the_environment_else_the_profile() {
    let text = "[default]\nsigv4a_signing_region_set = *\nauth_scheme_preference = sigv4a\n";
    let files = MemoryFiles::from_map([("/h/.aws/config", text)]);
    let variables = [
        ("AWS_SIGV4A_SIGNING_REGION_SET", "us-west-2, us-east-1,"),
        ("AWS_AUTH_SCHEME_PREFERENCE", "sigv4, sigv4a"),
    ];
    let code = Config::new().sigv4a_signing_region_set(["eu-*"]).auth_scheme_preference(["sigv4"]);
    let shown = |builder: SessionBuilder| {
        let session = builder.file_system(files.clone()).build().unwrap();
        let config = session.config().clone();
        let schemes = config.auth_scheme_preference.unwrap();
        let schemes: Vec<&str> = schemes.iter().map(|scheme| scheme.as_str()).collect();
        format!("{} {}", config.sigv4a_signing_region_set.unwrap().join(","), schemes.join(","))
    };
    assert_eq!(shown(builder(&[])), "* sigv4a");
    assert_eq!(shown(builder(&variables)), "us-west-2,us-east-1 sigv4,sigv4a");
    assert_eq!(shown(builder(&variables).config(&code)), "eu-* sigv4");
}

#[test]
fn a_retry_mode_or_a_size_that_cannot_be_read_is_an_error() {
    let expected = "EnvConfigErr: environment variable AWS_RETRY_MODE: found \"fast\", expected legacy, standard or adaptive";
    assert_eq!(error(builder(&[("AWS_RETRY_MODE", "fast")])), expected);
    let size = error(builder(&[("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "10485761")]));
    assert!(size.ends_with("found \"10485761\", expected a whole number from 0 to 10485760"), "{size}");
}

#[test]
fn a_copy_takes_other_settings_and_leaves_the_original_alone() {
    let session = builder(&[]).build().unwrap();
    let copy = session.copy(&Config::new().region("copy-1"));
    assert_eq!(copy.config().region.as_deref(), Some("copy-1"));
    assert_eq!(copy.config().max_attempts, Some(7));
    assert_eq!(session.config().region.as_deref(), Some("file-1"));
}

#[test]
fn handlers_of_a_session_reach_the_clients_made_afterwards() {
    let mut session = builder(&[]).build().unwrap();
    let (_, before) = session.client_config("S3").unwrap();
    assert_eq!(before.send.names().collect::<Vec<_>>(), ["core.Send"]);
    session.handlers_mut().send.push_back_named(NamedHandler::new("my.Log", |_| {}));
    let clone = session.clone();
    session.handlers_mut().send.clear();
    let (_, handlers) = clone.client_config("S3").unwrap();
    assert_eq!(handlers.send.names().collect::<Vec<_>>(), ["core.Send", "my.Log"]);
    assert_eq!(before.send.len(), 1);
    assert_eq!(session.handlers().send.len(), 0);
    let given = builder(&[]).handlers(Handlers::default()).build().unwrap();
    assert!(given.handlers().is_empty());
}

#[test]
fn debug_of_builder_and_session_shows_no_secret() {
    let variables =
        [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush"), ("AWS_SESSION_TOKEN", "hush")];
    let builder = builder(&variables);
    let shown = format!(
        "{builder:?} {:?} {:?}",
        builder.clone().build().unwrap(),
        builder.clone().profile("default").build()
    );
    assert!(shown.contains("AKIDFILE") && shown.contains("AKIDENV") && !shown.contains("hush"), "{shown}");
}

#[test]
fn the_clients_of_a_session_share_connections_and_those_of_two_sessions_do_not() {
    let session = || Session::builder().env(Env::from_map([("AWS_REGION", "eu-central-1")])).build().unwrap();
    let (one, other) = (session(), session());
    let client_of = |session: &Session| session.config().http_client.clone().unwrap();
    assert!(std::sync::Arc::ptr_eq(&client_of(&one), &client_of(&one.copy(&Config::new()))));
    assert!(!std::sync::Arc::ptr_eq(&client_of(&one), &client_of(&other)));
}

#[test]
fn the_profile_says_how_s3_is_addressed() {
    for (s3, accelerate, path_style) in [
        ("addressing_style = path", None, Some(true)),
        ("addressing_style = virtual", None, Some(false)),
        ("addressing_style = auto\n  use_accelerate_endpoint = true", Some(true), None),
        ("use_accelerate_endpoint = false", Some(false), None),
    ] {
        let text = format!("[default]\ns3 =\n  {s3}\n");
        let files = MemoryFiles::from_map([("/h/.aws/config", &*text)]);
        let session = builder(&[]).file_system(files).build().unwrap();
        let config = session.config();
        assert_eq!((config.s3_use_accelerate, config.s3_path_style), (accelerate, path_style), "{s3}");
    }
}
