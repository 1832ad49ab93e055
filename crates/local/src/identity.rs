//! Who may call: the identities given to the server and the temporary credentials that its STS issued.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

use crate::auth::Rejection;
use crate::clock::Clock;
use crate::ids::{opaque, unique_id};

/// The account of identities and resources that name no other.
pub(crate) const ACCOUNT: &str = "123456789012";

/// How long sessions of S3 Express last.
const S3_EXPRESS_SESSION: Duration = Duration::from_secs(5 * 60);

/// A user with long-term credentials, known to the server from the start.
///
/// ```
/// let alice = cumulo_local::Identity::new("AKIDALICE", "secret").arn("arn:aws:iam::123456789012:user/alice");
/// assert!(!format!("{alice:?}").contains("secret"));
/// ```
#[derive(Clone)]
pub struct Identity {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Zeroizing<String>,
    arn: String,
}

impl Identity {
    /// A user whose ARN is `arn:aws:iam::123456789012:user/<access key id>`.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        let access_key_id = access_key_id.into();
        let arn = format!("arn:aws:iam::{ACCOUNT}:user/{access_key_id}");
        Self { access_key_id, secret_access_key: Zeroizing::new(secret_access_key.into()), arn }
    }

    /// A user with credentials made up for this process.
    pub(crate) fn random() -> Self {
        Self::new(unique_id("AKIA"), opaque::<30>()).arn(format!("arn:aws:iam::{ACCOUNT}:user/local"))
    }

    /// Sets the user's ARN, as `GetCallerIdentity` answers it and as roles trust it.
    #[must_use]
    pub fn arn(mut self, arn: impl Into<String>) -> Self {
        self.arn = arn.into();
        self
    }

    fn principal(&self) -> Principal {
        Principal {
            arn: self.arn.clone(),
            user_id: format!("AIDA{:0>17}", self.access_key_id.chars().skip(4).collect::<String>()),
            is_session: false,
            is_role: false,
            has_mfa: false,
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("access_key_id", &self.access_key_id)
            .field("arn", &self.arn)
            .finish_non_exhaustive()
    }
}

/// The caller of one request, once its signature and token have been accepted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Principal {
    pub(crate) arn: String,
    pub(crate) user_id: String,
    /// Whether it called with temporary credentials.
    pub(crate) is_session: bool,
    /// Whether those are a role's.
    pub(crate) is_role: bool,
    /// Whether those were issued against an MFA code.
    pub(crate) has_mfa: bool,
}

impl Principal {
    pub(crate) fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or(ACCOUNT)
    }
}

/// Credentials that STS or S3 Express issued, on their way to the caller.
pub(crate) struct Issued {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Zeroizing<String>,
    pub(crate) session_token: String,
    pub(crate) expires: SystemTime,
}

struct Session {
    secret_access_key: Zeroizing<String>,
    session_token: Zeroizing<String>,
    expires: SystemTime,
    principal: Principal,
    /// Where it is one of S3 Express, what it is for.
    grant: Option<Grant>,
}

/// What the session of a directory bucket is good for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    pub(crate) bucket: String,
    pub(crate) is_read_only: bool,
}

/// Every credential the server accepts.
pub(crate) struct Identities {
    clock: Clock,
    users: BTreeMap<String, Identity>,
    sessions: Mutex<BTreeMap<String, Session>>,
}

impl Identities {
    pub(crate) fn new(clock: Clock, users: Vec<Identity>) -> Self {
        let users = users.into_iter().map(|user| (user.access_key_id.clone(), user)).collect();
        Self { clock, users, sessions: Mutex::default() }
    }

    /// The secret that requests of this access key must be signed with, whether or not they are still allowed.
    pub(crate) fn secret(&self, access_key_id: &str) -> Option<Zeroizing<String>> {
        match self.users.get(access_key_id) {
            Some(user) => Some(user.secret_access_key.clone()),
            None => self.sessions().get(access_key_id).map(|session| session.secret_access_key.clone()),
        }
    }

    /// Checks what a signature does not cover by itself: that the session token belongs to the key and has not expired.
    pub(crate) fn admit(&self, access_key_id: &str, token: Option<&str>) -> Result<Principal, Rejection> {
        if let Some(user) = self.users.get(access_key_id) {
            return if token.is_none() { Ok(user.principal()) } else { Err(Rejection::WrongToken) };
        }
        let sessions = self.sessions();
        let session = sessions.get(access_key_id).ok_or(Rejection::UnknownKey)?;
        // AWS knows a temporary key only together with its token.
        let token = token.ok_or(Rejection::UnknownKey)?;
        if session.grant.is_some() {
            return Err(Rejection::WrongToken);
        }
        self.check(session, token)?;
        Ok(session.principal.clone())
    }

    /// The same for a key of S3 Express, whose token is no security token; what its session is good for.
    pub(crate) fn admit_to_s3_express(&self, access_key_id: &str, token: &str) -> Result<Grant, Rejection> {
        if self.users.contains_key(access_key_id) {
            return Err(Rejection::WrongToken);
        }
        let sessions = self.sessions();
        let session = sessions.get(access_key_id).ok_or(Rejection::UnknownKey)?;
        let grant = session.grant.as_ref().ok_or(Rejection::WrongToken)?;
        self.check(session, token)?;
        Ok(grant.clone())
    }

    fn check(&self, session: &Session, token: &str) -> Result<(), Rejection> {
        verify_slices_are_equal(token.as_bytes(), session.session_token.as_bytes())
            .map_err(|_| Rejection::WrongToken)?;
        if self.clock.now() >= session.expires { Err(Rejection::ExpiredToken) } else { Ok(()) }
    }

    /// Issues temporary credentials.
    pub(crate) fn issue(&self, principal: Principal, lifetime: Duration) -> Issued {
        self.issue_with(principal, lifetime, None)
    }

    /// Issues the credentials of a session of S3 Express.
    pub(crate) fn issue_for_s3_express(&self, principal: Principal, grant: Grant) -> Issued {
        self.issue_with(principal, S3_EXPRESS_SESSION, Some(grant))
    }

    fn issue_with(&self, principal: Principal, lifetime: Duration, grant: Option<Grant>) -> Issued {
        let issued = Issued {
            access_key_id: unique_id("ASIA"),
            secret_access_key: Zeroizing::new(opaque::<30>()),
            session_token: opaque::<96>(),
            expires: self.clock.now() + lifetime,
        };
        let session = Session {
            secret_access_key: issued.secret_access_key.clone(),
            session_token: Zeroizing::new(issued.session_token.clone()),
            expires: issued.expires,
            principal,
            grant,
        };
        self.sessions().insert(issued.access_key_id.clone(), session);
        issued
    }

    /// Ends every session issued so far.
    pub(crate) fn expire_sessions(&self) {
        let now = self.clock.now();
        for session in self.sessions().values_mut() {
            session.expires = session.expires.min(now);
        }
    }

    fn sessions(&self) -> MutexGuard<'_, BTreeMap<String, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identities").field("users", &self.users.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identities(clock: &Clock) -> Identities {
        Identities::new(clock.clone(), vec![Identity::new("AKID", "SECRET")])
    }

    fn role() -> Principal {
        Principal {
            arn: "arn:aws:sts::123456789012:assumed-role/demo/s".to_owned(),
            user_id: "AROA:s".to_owned(),
            is_session: true,
            is_role: true,
            has_mfa: false,
        }
    }

    #[test]
    fn a_session_needs_its_own_token_and_ends_with_its_lifetime() {
        let clock = Clock::fixed(SystemTime::UNIX_EPOCH);
        let identities = identities(&clock);
        let one = identities.issue(role(), Duration::from_secs(900));
        let other = identities.issue(role(), Duration::from_secs(900));
        let admit = |token: Option<&str>| identities.admit(&one.access_key_id, token);

        assert_eq!(admit(Some(&one.session_token)), Ok(role()));
        assert_eq!(admit(Some(&other.session_token)), Err(Rejection::WrongToken));
        assert_eq!(admit(None), Err(Rejection::UnknownKey));
        clock.advance(Duration::from_secs(899));
        assert!(admit(Some(&one.session_token)).is_ok());
        clock.advance(Duration::from_secs(1));
        assert_eq!(admit(Some(&one.session_token)), Err(Rejection::ExpiredToken));
    }

    #[test]
    fn a_session_of_s3_express_is_known_by_its_own_token_for_five_minutes() {
        let clock = Clock::fixed(SystemTime::UNIX_EPOCH);
        let identities = identities(&clock);
        let grant = Grant { bucket: "b--use1-az4--x-s3".to_owned(), is_read_only: false };
        let issued = identities.issue_for_s3_express(role(), grant.clone());
        let (key, token) = (&*issued.access_key_id, &*issued.session_token);
        assert_eq!(identities.admit_to_s3_express(key, token), Ok(grant));
        assert_eq!(identities.admit_to_s3_express(key, "other"), Err(Rejection::WrongToken));
        assert_eq!(identities.admit(key, Some(token)), Err(Rejection::WrongToken), "it is no security token");
        let of_sts = identities.issue(role(), Duration::from_secs(900));
        let admitted = identities.admit_to_s3_express(&of_sts.access_key_id, &of_sts.session_token);
        assert_eq!(admitted, Err(Rejection::WrongToken), "and the other way round");
        clock.advance(Duration::from_secs(300));
        assert_eq!(identities.admit_to_s3_express(key, token), Err(Rejection::ExpiredToken));
    }

    #[test]
    fn a_users_key_goes_without_a_token() {
        let identities = identities(&Clock::system());
        assert_eq!(identities.admit("AKID", None).unwrap().account(), "123456789012");
        assert_eq!(identities.admit("AKID", Some("token")), Err(Rejection::WrongToken));
        assert_eq!(identities.admit("OTHER", None), Err(Rejection::UnknownKey));
    }

    #[test]
    fn all_sessions_can_be_ended_at_once() {
        let identities = identities(&Clock::system());
        let issued = identities.issue(role(), Duration::from_secs(900));
        identities.expire_sessions();
        let admitted = identities.admit(&issued.access_key_id, Some(&issued.session_token));
        assert_eq!(admitted, Err(Rejection::ExpiredToken));
    }
}
