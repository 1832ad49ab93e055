//! What a test starts with: a server and the configuration of clients for it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use cumulo::{Config, Credentials};
use cumulo_local::{Identity, Role};
use cumulo_tests::{Server, Target};

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/reader";
pub(crate) const MFA_ROLE: &str = "arn:aws:iam::123456789012:role/operator";
pub(crate) const MFA_SERIAL: &str = "arn:aws:iam::123456789012:mfa/me";
const MFA_SECRET: &[u8] = b"12345678901234567890";

/// A server and who may use it.
pub(crate) struct World {
    pub(crate) target: Target,
    local: Option<cumulo_local::Server>,
}

impl World {
    /// The server that the environment names, or else an embedded endpoint of the test's own.
    pub(crate) async fn start() -> Self {
        match Target::from_environment().unwrap() {
            Some(target) => Self { target, local: None },
            None => Self::embedded().await,
        }
    }

    /// An embedded endpoint, whatever the environment names.
    pub(crate) async fn embedded() -> Self {
        let local = cumulo_local::Server::builder()
            .identity(Identity::new("AKIDTEST", "an odd/secret+key="))
            .role(Role::new(ROLE))
            .role(Role::new(MFA_ROLE).require_mfa(MFA_SERIAL, MFA_SECRET))
            .start()
            .await
            .unwrap();
        let target = Target {
            server: Server::Embedded,
            endpoint: local.endpoint_url(),
            region: "eu-central-1".into(),
            access_key_id: local.access_key_id().into(),
            secret_access_key: local.secret_access_key().into(),
            role_arn: Some(ROLE.into()),
            mfa_role_arn: Some(MFA_ROLE.into()),
            mfa_serial: Some(MFA_SERIAL.into()),
            mfa_secret: Some(MFA_SECRET.into()),
            web_identity_role_arn: None,
            encryption_peer: None,
        };
        Self { target, local: Some(local) }
    }

    /// The embedded endpoint, for a test that runs against no other.
    pub(crate) fn local(&self) -> &cumulo_local::Server {
        self.local.as_ref().expect("the test started an embedded endpoint")
    }

    /// The configuration of a client of the user.
    pub(crate) fn config(&self) -> Config {
        let target = &self.target;
        let credentials = Credentials::from_keys(&*target.access_key_id, &*target.secret_access_key);
        Config::new().region(&*target.region).endpoint(&*target.endpoint).credentials(credentials)
    }

    /// A code for the MFA device: the right one where it is checked, any elsewhere.
    pub(crate) fn mfa_code(&self) -> String {
        self.local.as_ref().and_then(|local| local.mfa_code(MFA_SERIAL)).unwrap_or_else(|| "123456".into())
    }
}

/// A name that no other test and no earlier run has used.
pub(crate) fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!("{prefix}-{nanos}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
