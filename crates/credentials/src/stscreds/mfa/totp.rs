//! The codes of a virtual MFA device, computed from its secret.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cumulo_core::clock::{Clock, SystemClock};
use cumulo_core::{BoxError, BoxFuture, Error, SecretBlob, SecretString, crypto};

use super::{MfaRequest, TokenProvider, base32, failed};

/// How long a code is shown.
const STEP_SECONDS: u64 = 30;
/// How many steps ahead of the time codes are given, where many are asked for at once.
const FAR: u64 = 10;

/// Computes the codes of a virtual MFA device, as an authenticator app does: six digits, HMAC-SHA-1, 30 seconds each.
///
/// For tests and automation. Whoever has the secret beside the access key has both factors, so keep it elsewhere. STS takes
/// a code once: asked again within its 30 seconds, for a second role or a forced refresh, the provider waits for the next.
///
/// Source: [RFC 6238](https://www.rfc-editor.org/rfc/rfc6238).
///
/// ```
/// use cumulo_credentials::stscreds::TotpTokenProvider;
///
/// // What the console shows below the QR code when the device is made.
/// let device = TotpTokenProvider::from_base32("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")?;
/// # let _ = device;
/// # Ok::<(), cumulo_core::Error>(())
/// ```
pub struct TotpTokenProvider {
    secret: SecretBlob,
    clock: Arc<dyn Clock>,
    /// The step whose code was given last.
    given: Mutex<Option<u64>>,
}

impl TotpTokenProvider {
    /// The device with this secret, as bytes.
    pub fn new(secret: impl Into<SecretBlob>) -> Self {
        Self { secret: secret.into(), clock: Arc::new(SystemClock), given: Mutex::default() }
    }

    /// The device with this secret in base32 (RFC 4648), in any case, with or without blanks, hyphens and padding.
    ///
    /// # Errors
    /// `AssumeRoleTokenProviderError` with what is wrong with the text, and nothing of the text itself.
    pub fn from_base32(secret: &str) -> Result<Self, Error> {
        let bytes = base32::decode(secret);
        bytes.map(Self::new).map_err(|why| failed(format!("the TOTP secret is no base32: {why}")))
    }

    /// The same with a clock, which has to agree with AWS's to half a minute.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes the next step whose code was not given yet, and tells how long it is until it begins.
    fn next_step(&self) -> (u64, Duration) {
        let now = u64::try_from(self.clock.now().unix_seconds()).unwrap_or_default();
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let current = now / STEP_SECONDS;
        // Far from it is only what was given by a clock that has been set since.
        let used = given.filter(|given| given.abs_diff(current) <= FAR);
        let step = used.map_or(current, |used| current.max(used + 1));
        *given = Some(step);
        (step, Duration::from_secs((step * STEP_SECONDS).saturating_sub(now)))
    }

    /// RFC 4226 §5.3, with the step as its counter.
    fn code(&self, step: u64) -> SecretString {
        let tag = crypto::hmac_sha1(&self.secret, &step.to_be_bytes());
        let offset = usize::from(tag[tag.len() - 1] & 0x0f);
        let word = [tag[offset], tag[offset + 1], tag[offset + 2], tag[offset + 3]];
        let number = u32::from_be_bytes(word) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000).into()
    }
}

impl TokenProvider for TotpTokenProvider {
    fn token(self: Arc<Self>, _request: MfaRequest) -> BoxFuture<'static, Result<SecretString, BoxError>> {
        Box::pin(async move {
            let (step, wait) = self.next_step();
            if !wait.is_zero() {
                self.clock.sleep(wait).await;
            }
            Ok(self.code(step))
        })
    }
}

impl fmt::Debug for TotpTokenProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TotpTokenProvider").finish_non_exhaustive()
    }
}
