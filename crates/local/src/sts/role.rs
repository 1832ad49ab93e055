//! A role that callers may assume, and on what conditions.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::identity::Principal;
use crate::ids::unique_id;

/// A role for [`Builder::role`](crate::Builder::role). By default every authenticated caller may assume it.
///
/// ```
/// use std::time::Duration;
/// use cumulo_local::Role;
///
/// let role = Role::new("arn:aws:iam::123456789012:role/admin")
///     .trust("arn:aws:iam::123456789012:user/alice")
///     .require_mfa("arn:aws:iam::123456789012:mfa/alice", b"12345678901234567890")
///     .external_id("third-party")
///     .maximum_session(Duration::from_secs(2 * 60 * 60));
/// assert!(!format!("{role:?}").contains("1234567890123456789"));
/// ```
#[derive(Clone)]
pub struct Role {
    pub(crate) arn: String,
    pub(super) id: String,
    pub(crate) mfa: Option<MfaDevice>,
    pub(super) maximum_session: Duration,
    trusted: Vec<String>,
    external_id: Option<String>,
}

/// A device's serial number and its shared secret.
#[derive(Clone)]
pub(crate) struct MfaDevice {
    pub(crate) serial: String,
    pub(crate) secret: Zeroizing<Vec<u8>>,
}

impl Role {
    /// A role by its ARN, `arn:aws:iam::<account>:role/<name>`.
    pub fn new(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            id: unique_id("AROA"),
            mfa: None,
            maximum_session: Duration::from_secs(60 * 60),
            trusted: Vec::new(),
            external_id: None,
        }
    }

    /// Lets this principal assume the role, and from then on only those named so.
    #[must_use]
    pub fn trust(mut self, principal_arn: impl Into<String>) -> Self {
        self.trusted.push(principal_arn.into());
        self
    }

    /// Demands a code of this MFA device. `totp_secret` is the shared secret's bytes, not their base32 form.
    #[must_use]
    pub fn require_mfa(mut self, serial: impl Into<String>, totp_secret: impl AsRef<[u8]>) -> Self {
        let secret = Zeroizing::new(totp_secret.as_ref().to_vec());
        self.mfa = Some(MfaDevice { serial: serial.into(), secret });
        self
    }

    /// Demands this external id.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// Sets the longest session; one hour by default, as in IAM.
    #[must_use]
    pub fn maximum_session(mut self, duration: Duration) -> Self {
        self.maximum_session = duration;
        self
    }

    pub(super) fn trusts(&self, caller: &Principal, external_id: Option<&str>) -> bool {
        let is_trusted = self.trusted.is_empty() || self.trusted.contains(&caller.arn);
        is_trusted && (self.external_id.is_none() || self.external_id.as_deref() == external_id)
    }

    /// The ARN of one of its sessions.
    pub(super) fn session_arn(&self, session_name: &str) -> String {
        let account = self.arn.split(':').nth(4).unwrap_or(crate::identity::ACCOUNT);
        let name = self.arn.rsplit('/').next().unwrap_or_default();
        format!("arn:aws:sts::{account}:assumed-role/{name}/{session_name}")
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role")
            .field("arn", &self.arn)
            .field("trusted", &self.trusted)
            .field("mfa", &self.mfa.as_ref().map(|device| &device.serial))
            .field("maximum_session", &self.maximum_session)
            .finish_non_exhaustive()
    }
}
