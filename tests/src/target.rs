//! The server that the tests talk to: where it is, whom it knows, and what it can do.
//!
//! This module is the only reader of these variables:
//!
//! | variable | what it holds | set for |
//! | --- | --- | --- |
//! | `CUMULO_TEST_TARGET` | `moto`, `ministack` or `s3s`; not set for the embedded endpoint | all |
//! | `CUMULO_TEST_ENDPOINT` | `http://127.0.0.1:PORT`, no slash at the end | all |
//! | `CUMULO_TEST_REGION` | the region to sign for | all |
//! | `CUMULO_TEST_ACCESS_KEY_ID` | the key of a user who may use every service of the target | all |
//! | `CUMULO_TEST_SECRET_ACCESS_KEY` | its secret | all |
//! | `CUMULO_TEST_ROLE_ARN` | a role that the user may assume, with the same rights | moto, ministack |
//! | `CUMULO_TEST_MFA_ROLE_ARN` | a role that asks for multi-factor authentication | moto, ministack |
//! | `CUMULO_TEST_MFA_SERIAL` | the user's MFA device | moto, ministack |
//! | `CUMULO_TEST_WEB_IDENTITY_ROLE_ARN` | a role for the tokens of `https://issuer.test` | moto, ministack |
//! | `CUMULO_TEST_PEER_PYTHON` | the Python that has the official S3 encryption client | moto |
//! | `CUMULO_TEST_PEER_SCRIPT` | the script that takes orders for it | moto |
//!
//! The embedded endpoint needs none of them: a test fills a [`Target`] from the endpoint that it has started.

use std::{env, fmt};

/// What a test must know of a server. What its tests may expect stands in [`Target::capabilities`].
#[derive(Clone)]
pub struct Target {
    /// Which server it is.
    pub server: Server,
    /// The endpoint of all services, without a slash at the end.
    pub endpoint: String,
    /// The region to sign for.
    pub region: String,
    /// The access key of a user who may use every service.
    pub access_key_id: String,
    /// The secret of that key.
    pub secret_access_key: String,
    /// A role that the user may assume; none if the server has no roles.
    pub role_arn: Option<String>,
    /// A role that asks for multi-factor authentication; none if the server has no roles.
    pub mfa_role_arn: Option<String>,
    /// The user's MFA device.
    pub mfa_serial: Option<String>,
    /// The shared secret of that device, from which codes are made; only the embedded endpoint's is known.
    pub mfa_secret: Option<Vec<u8>>,
    /// A role for the tokens of `https://issuer.test`; none if the server takes no web identities.
    pub web_identity_role_arn: Option<String>,
    /// The official S3 encryption client, where it is to exchange objects with ours.
    pub encryption_peer: Option<Peer>,
}

/// An S3 encryption client in Python.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The Python that has it.
    pub python: String,
    /// The script that takes orders for it.
    pub script: String,
}

/// The servers that tests run against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// The endpoint of this workspace, in the test's own process.
    Embedded,
    /// moto's server, with its authentication off.
    Moto,
    /// MiniStack, with `AUTH=true`.
    MiniStack,
    /// `s3s-fs`.
    S3s,
}

/// What a server can do, so that a test asks for what it needs instead of naming servers.
#[derive(Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The services, by the names of their endpoints.
    pub services: &'static [&'static str],
    /// Whether a wrong signature, secret or session token is refused.
    pub verifies_signatures: bool,
    /// Whether S3 checks the policy of an upload by a form.
    pub verifies_policies: bool,
    /// Whether S3 checks keys of the customer and their MD5.
    pub checks_customer_keys: bool,
    /// What becomes of a role that asks for multi-factor authentication.
    pub mfa: Mfa,
    /// Whether S3 has the operation SelectObjectContent.
    pub has_s3_select: bool,
    /// What it plays of EC2 instance metadata.
    pub instance_metadata: InstanceMetadata,
    /// Whether it plays the ECS agent.
    pub has_container_agent: bool,
    /// Whether KMS has the operation ReEncrypt.
    pub has_kms_reencrypt: bool,
    /// Whether KMS refuses a ciphertext that was altered; another encryption context is refused by all.
    pub authenticates_ciphertexts: bool,
    /// The checksums that S3 answers with an object that was uploaded with them.
    pub checksums: &'static [&'static str],
    /// Whether S3 refuses an upload whose checksum is wrong.
    pub compares_checksums: bool,
}

/// What a server makes of multi-factor authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mfa {
    /// It has no roles.
    None,
    /// Any code will do, and none will too.
    Ignored,
    /// It never believes in a code, so that the role is refused always.
    Refused,
    /// It wants the right code, once.
    Checked,
}

const CHECKSUMS: &[&str] = &["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];
/// What a server plays of EC2 instance metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceMetadata {
    /// Nothing.
    None,
    /// Values and credentials, without the identity document.
    Partial,
    /// The identity document too.
    Full,
}

const ALL: &[&str] = &["s3", "sts", "kms", "sqs"];

static EMBEDDED: Capabilities = Capabilities {
    services: ALL,
    verifies_signatures: true,
    verifies_policies: true,
    checks_customer_keys: false,
    mfa: Mfa::Checked,
    has_s3_select: false,
    instance_metadata: InstanceMetadata::None,
    has_container_agent: false,
    has_kms_reencrypt: true,
    authenticates_ciphertexts: true,
    checksums: CHECKSUMS,
    compares_checksums: true,
};

static MOTO: Capabilities = Capabilities {
    services: ALL,
    verifies_signatures: false,
    verifies_policies: false,
    checks_customer_keys: false,
    mfa: Mfa::Ignored,
    has_s3_select: true,
    instance_metadata: InstanceMetadata::Partial,
    has_container_agent: false,
    has_kms_reencrypt: true,
    authenticates_ciphertexts: true,
    checksums: CHECKSUMS,
    compares_checksums: false,
};

static MINISTACK: Capabilities = Capabilities {
    services: ALL,
    verifies_signatures: true,
    verifies_policies: true,
    checks_customer_keys: true,
    mfa: Mfa::Refused,
    has_s3_select: false,
    instance_metadata: InstanceMetadata::Full,
    has_container_agent: true,
    has_kms_reencrypt: false,
    authenticates_ciphertexts: false,
    checksums: CHECKSUMS,
    compares_checksums: true,
};

static S3S: Capabilities = Capabilities {
    services: &["s3"],
    verifies_signatures: true,
    verifies_policies: true,
    checks_customer_keys: false,
    mfa: Mfa::None,
    has_s3_select: false,
    instance_metadata: InstanceMetadata::None,
    has_container_agent: false,
    has_kms_reencrypt: false,
    authenticates_ciphertexts: false,
    checksums: CHECKSUMS,
    compares_checksums: true,
};

impl Target {
    /// Reads the variables; none if `CUMULO_TEST_TARGET` is not set, and the test is to start the embedded endpoint.
    ///
    /// # Errors
    ///
    /// A message that names the variable which is missing or holds something else.
    pub fn from_environment() -> Result<Option<Self>, String> {
        Self::read(|name| env::var(name).ok())
    }

    fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let required = |name: &str| lookup(name).ok_or_else(|| format!("{name} is not set"));
        let server = match lookup("CUMULO_TEST_TARGET").as_deref() {
            None => return Ok(None),
            Some("moto") => Server::Moto,
            Some("ministack") => Server::MiniStack,
            Some("s3s") => Server::S3s,
            Some(other) => {
                return Err(format!("CUMULO_TEST_TARGET is none of moto, ministack, s3s: {other}"));
            }
        };
        Ok(Some(Self {
            server,
            endpoint: required("CUMULO_TEST_ENDPOINT")?,
            region: required("CUMULO_TEST_REGION")?,
            access_key_id: required("CUMULO_TEST_ACCESS_KEY_ID")?,
            secret_access_key: required("CUMULO_TEST_SECRET_ACCESS_KEY")?,
            role_arn: lookup("CUMULO_TEST_ROLE_ARN"),
            mfa_role_arn: lookup("CUMULO_TEST_MFA_ROLE_ARN"),
            mfa_serial: lookup("CUMULO_TEST_MFA_SERIAL"),
            mfa_secret: None,
            web_identity_role_arn: lookup("CUMULO_TEST_WEB_IDENTITY_ROLE_ARN"),
            encryption_peer: match (lookup("CUMULO_TEST_PEER_PYTHON"), lookup("CUMULO_TEST_PEER_SCRIPT")) {
                (Some(python), Some(script)) => Some(Peer { python, script }),
                _ => None,
            },
        }))
    }

    /// What a test may expect of the server.
    pub fn capabilities(&self) -> &'static Capabilities {
        match self.server {
            Server::Embedded => &EMBEDDED,
            Server::Moto => &MOTO,
            Server::MiniStack => &MINISTACK,
            Server::S3s => &S3S,
        }
    }

    /// Whether the server has a service, such as `kms`.
    pub fn serves(&self, service: &str) -> bool {
        self.capabilities().services.contains(&service)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("server", &self.server)
            .field("endpoint", &self.endpoint)
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S3S_VARIABLES: [(&str, &str); 5] = [
        ("CUMULO_TEST_TARGET", "s3s"),
        ("CUMULO_TEST_ENDPOINT", "http://127.0.0.1:1"),
        ("CUMULO_TEST_REGION", "eu-west-1"),
        ("CUMULO_TEST_ACCESS_KEY_ID", "AK"),
        ("CUMULO_TEST_SECRET_ACCESS_KEY", "hunter2"),
    ];

    fn read(variables: &[(&str, &str)]) -> Result<Option<Target>, String> {
        Target::read(|name| Some(variables.iter().find(|(key, _)| *key == name)?.1.to_owned()))
    }

    #[test]
    fn without_variables_the_test_is_to_start_the_embedded_endpoint() {
        assert!(read(&[]).unwrap().is_none());
    }

    #[test]
    fn a_target_is_read_and_shows_no_secret() {
        let target = read(&S3S_VARIABLES).unwrap().unwrap();

        assert_eq!(target.server, Server::S3s);
        assert!(target.serves("s3") && !target.serves("sts"));
        assert_eq!((target.endpoint.as_str(), target.region.as_str()), ("http://127.0.0.1:1", "eu-west-1"));
        assert_eq!(target.secret_access_key, "hunter2");
        assert_eq!(target.role_arn, None);
        assert!(!format!("{target:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (left_out, _) in &S3S_VARIABLES[1..] {
            let rest: Vec<_> = S3S_VARIABLES.into_iter().filter(|(name, _)| name != left_out).collect();
            assert_eq!(read(&rest).unwrap_err(), format!("{left_out} is not set"));
        }
        let error = read(&[("CUMULO_TEST_TARGET", "aws")]).unwrap_err();
        assert_eq!(error, "CUMULO_TEST_TARGET is none of moto, ministack, s3s: aws");
    }
}
