//! What a server starts with.

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::faults::Faults;
use crate::identity::{Identities, Identity};
use crate::kms::Kms;
use crate::mfa::Devices;
use crate::requests::RequestLog;
use crate::s3::S3;
use crate::server::Server;
use crate::sqs::Sqs;
use crate::sts::{Role, Sts};

/// A server about to start. Made by [`Server::builder`].
#[derive(Debug)]
pub struct Builder {
    port: u16,
    folder: Option<PathBuf>,
    clock: Clock,
    minimum_session: Duration,
    identities: Vec<Identity>,
    roles: Vec<Role>,
    devices: Vec<(String, Zeroizing<Vec<u8>>)>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            folder: None,
            clock: Clock::system(),
            minimum_session: Duration::from_secs(15 * 60),
            identities: Vec::new(),
            roles: Vec::new(),
            devices: Vec::new(),
        }
    }

    /// Sets the port on 127.0.0.1; 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds a user. The first one is what [`Server::access_key_id`] answers; without any, one is made up.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identities.push(identity);
        self
    }

    /// Adds a role, and its MFA device if it requires one.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        if let Some(device) = &role.mfa {
            self.devices.push((device.serial.clone(), device.secret.clone()));
        }
        self.roles.push(role);
        self
    }

    /// Adds an MFA device that no role requires, for `GetSessionToken`. `totp_secret` is bytes, not base32.
    #[must_use]
    pub fn mfa_device(mut self, serial: impl Into<String>, totp_secret: impl AsRef<[u8]>) -> Self {
        self.devices.push((serial.into(), Zeroizing::new(totp_secret.as_ref().to_vec())));
        self
    }

    /// Keeps S3's objects in this folder, which is created if need be, and not in memory.
    ///
    /// Storage is then the `s3s-fs` crate's, which knows fewer operations and conditions than the one in memory, and no
    /// sessions of directory buckets.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets the clock; the system's by default.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the shortest session that STS issues; 15 minutes by default, as on AWS. Shorter ones make expiry testable.
    #[must_use]
    pub fn minimum_session_duration(mut self, duration: Duration) -> Self {
        self.minimum_session = duration;
        self
    }

    /// Starts serving, on the runtime that this is called in.
    ///
    /// # Errors
    /// When the port is taken or the folder cannot be made.
    pub async fn start(mut self) -> io::Result<Server> {
        if self.identities.is_empty() {
            self.identities.push(Identity::random());
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        if let Some(folder) = &self.folder {
            std::fs::create_dir_all(folder)?;
        }
        let first = self.identities[0].clone();
        let clock = self.clock;
        let identities = Arc::new(Identities::new(clock.clone(), self.identities));
        let devices = Arc::new(Devices::new(clock.clone(), self.devices));
        let endpoint = Endpoint {
            faults: Faults::default(),
            log: RequestLog::default(),
            s3: S3::new(Arc::clone(&identities), &clock, self.folder.as_deref())?,
            sts: Sts {
                roles: self.roles.into_iter().map(|role| (role.arn.clone(), role)).collect(),
                identities: Arc::clone(&identities),
                devices: Arc::clone(&devices),
                minimum_session: self.minimum_session,
            },
            kms: Kms::new(clock.clone()),
            sqs: Sqs::new(clock.clone(), format!("http://{address}")),
            clock,
            identities,
            devices,
        };
        Ok(Server::run(listener, address, first, Arc::new(endpoint)))
    }
}
