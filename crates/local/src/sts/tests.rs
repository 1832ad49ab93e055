//! Roles with conditions, and what AWS says when one is not met.

use super::*;
use crate::clock::Clock;
use crate::identity::Identity;
use crate::mfa::totp_code;
use std::time::SystemTime;
use zeroize::Zeroizing;

const SECRET: &[u8] = b"12345678901234567890";
const PLAIN: &str = "arn:aws:iam::123456789012:role/plain";
const GUARDED: &str = "arn:aws:iam::123456789012:role/path/guarded";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/me";

struct Bench {
    clock: Clock,
    sts: Sts,
    caller: Principal,
}

impl Bench {
    fn new() -> Self {
        Self::with_role(Role::new(PLAIN))
    }

    fn with_role(role: Role) -> Self {
        let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        let identities = Arc::new(Identities::new(clock.clone(), vec![Identity::new("AKID", "S")]));
        let secrets = vec![(SERIAL.to_owned(), Zeroizing::new(SECRET.to_vec()))];
        let guarded = Role::new(GUARDED).require_mfa(SERIAL, SECRET);
        let caller = identities.admit("AKID", None).unwrap();
        let sts = Sts {
            roles: [role, guarded].into_iter().map(|role| (role.arn.clone(), role)).collect(),
            identities,
            devices: Arc::new(Devices::new(clock.clone(), secrets)),
            minimum_session: Duration::from_secs(900),
        };
        Self { clock, sts, caller }
    }

    fn call(&self, parameters: &[(&str, &str)]) -> Result<String, ServiceError> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.sts.call("", body.as_bytes(), &self.caller, "id")
    }

    fn assume(&self, role: &str, more: &[(&str, &str)]) -> Result<String, ServiceError> {
        let mut parameters = vec![("Action", "AssumeRole"), ("RoleArn", role), ("RoleSessionName", "tour")];
        parameters.extend(more);
        self.call(&parameters)
    }

    fn code(&self) -> String {
        totp_code(SECRET, self.clock.now())
    }
}

#[test]
fn a_role_is_assumed_and_its_caller_identity_is_the_sessions() {
    let bench = Bench::new();
    let answer = bench.assume(PLAIN, &[]).unwrap();
    let text = |name: &str| {
        let start = answer.find(&format!("<{name}>")).unwrap() + name.len() + 2;
        answer[start..].split('<').next().unwrap().to_owned()
    };
    assert!(answer.contains("<Arn>arn:aws:sts::123456789012:assumed-role/plain/tour</Arn>"), "{answer}");
    assert_eq!(text("Expiration"), "1970-01-12T14:46:40Z");

    let session = bench.sts.identities.admit(&text("AccessKeyId"), Some(&text("SessionToken"))).unwrap();
    let identity = bench.sts.call("", b"Action=GetCallerIdentity", &session, "id").unwrap();
    assert!(identity.contains("<Arn>arn:aws:sts::123456789012:assumed-role/plain/tour</Arn>"), "{identity}");
    assert!(identity.contains("<Account>123456789012</Account>"), "{identity}");
}

#[test]
fn a_right_code_opens_the_guarded_role_once() {
    let bench = Bench::new();
    let code = bench.code();
    let mfa = [("SerialNumber", SERIAL), ("TokenCode", &code)];
    let answer = bench.assume(GUARDED, &mfa).unwrap();
    assert!(answer.contains("assumed-role/guarded/tour"), "{answer}");

    let error = bench.assume(GUARDED, &mfa).unwrap_err();
    assert_eq!(error.code, "AccessDenied");
    assert!(error.message.contains("invalid MFA one time pass code"), "{}", error.message);
}

#[test]
fn a_missing_code_is_not_authorized() {
    let error = Bench::new().assume(GUARDED, &[]).unwrap_err();
    assert_eq!(error.code, "AccessDenied");
    assert_eq!(
        error.message,
        "User: arn:aws:iam::123456789012:user/AKID is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::123456789012:role/path/guarded"
    );
}

#[test]
fn a_wrong_code_or_half_of_the_pair_is_refused() {
    let bench = Bench::new();
    let wrong = if bench.code() == "000000" { "000001" } else { "000000" };
    let error = bench.assume(GUARDED, &[("SerialNumber", SERIAL), ("TokenCode", wrong)]).unwrap_err();
    assert!(error.message.contains("invalid MFA one time pass code"), "{}", error.message);
    let error = bench.assume(GUARDED, &[("SerialNumber", SERIAL)]).unwrap_err();
    assert!(error.message.contains("must provide both"), "{}", error.message);
}

#[test]
fn a_session_made_with_a_code_needs_no_second_one() {
    let mut bench = Bench::new();
    let code = bench.code();
    bench.call(&[("Action", "GetSessionToken"), ("SerialNumber", SERIAL), ("TokenCode", &code)]).unwrap();
    bench.caller = Principal { is_session: true, has_mfa: true, ..bench.caller };
    assert!(bench.assume(GUARDED, &[]).is_ok());
    let error = bench.call(&[("Action", "GetSessionToken")]).unwrap_err();
    assert_eq!(error.message, "Cannot call GetSessionToken with session credentials");
}

#[test]
fn trust_and_external_id_are_conditions() {
    let bench = Bench::with_role(Role::new(PLAIN).trust("arn:aws:iam::123456789012:user/other"));
    assert_eq!(bench.assume(PLAIN, &[]).unwrap_err().code, "AccessDenied");
    let bench = Bench::with_role(Role::new(PLAIN).external_id("x"));
    assert_eq!(bench.assume(PLAIN, &[("ExternalId", "y")]).unwrap_err().code, "AccessDenied");
    assert!(bench.assume(PLAIN, &[("ExternalId", "x")]).is_ok());
    assert_eq!(bench.assume("arn:aws:iam::123456789012:role/none", &[]).unwrap_err().code, "AccessDenied");
}

#[test]
fn durations_outside_the_limits_are_validation_errors() {
    let bench = Bench::new();
    for (seconds, part) in
        [("899", "greater than or equal to 900"), ("43201", "less than"), ("3601", "MaxSession")]
    {
        let error = bench.assume(PLAIN, &[("DurationSeconds", seconds)]).unwrap_err();
        assert_eq!(error.code, "ValidationError");
        assert!(error.message.contains(part), "{}", error.message);
    }
    assert!(bench.assume(PLAIN, &[("DurationSeconds", "900")]).is_ok());
}

#[test]
fn unknown_actions_and_missing_parameters_are_named() {
    let bench = Bench::new();
    assert_eq!(bench.call(&[("Action", "Nothing")]).unwrap_err().code, "InvalidAction");
    assert_eq!(bench.call(&[]).unwrap_err().code, "MissingAction");
    let error = bench.call(&[("Action", "AssumeRole")]).unwrap_err();
    assert!(error.message.contains("Value null at 'roleArn'"), "{}", error.message);
    let error = bench.call(&[("Action", "AssumeRole"), ("RoleArn", PLAIN), ("RoleSessionName", "a b")]);
    assert!(error.unwrap_err().message.contains("regular expression"));
}
