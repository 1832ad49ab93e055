//! Time-based one-time codes (RFC 6238) and the virtual MFA devices that accept each of them once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::clock::Clock;

const STEP_SECONDS: u64 = 30;

/// How many steps a device's clock may be off, in either direction.
const SKEW_STEPS: u64 = 1;

/// The six-digit code of `secret` at `time`: HMAC-SHA-1, 30-second steps, as every authenticator app computes it.
///
/// `secret` is the shared secret's bytes, not their base32 form. Times before 1970 count as 1970.
///
/// Source: [RFC 6238](https://www.rfc-editor.org/rfc/rfc6238), on top of [RFC 4226 §5.3](https://www.rfc-editor.org/rfc/rfc4226#section-5.3).
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// let code = cumulo_local::totp_code(b"12345678901234567890", UNIX_EPOCH + Duration::from_secs(59));
/// assert_eq!(code, "287082");
/// ```
pub fn totp_code(secret: impl AsRef<[u8]>, time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("{:06}", hotp(secret.as_ref(), seconds / STEP_SECONDS) % 1_000_000)
}

fn hotp(secret: &[u8], counter: u64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &counter.to_be_bytes());
    let digest = tag.as_ref();
    let offset = usize::from(digest[digest.len() - 1] & 0x0f);
    let word = [digest[offset], digest[offset + 1], digest[offset + 2], digest[offset + 3]];
    u32::from_be_bytes(word) & 0x7fff_ffff
}

/// The virtual MFA devices that the server knows, by serial number.
pub(crate) struct Devices {
    clock: Clock,
    devices: Mutex<BTreeMap<String, Device>>,
}

struct Device {
    secret: Zeroizing<Vec<u8>>,
    /// Steps whose code was accepted: a code is worth one use (RFC 6238 §5.2).
    used: BTreeSet<u64>,
    /// Steps whose code was handed to the program under test.
    handed_out: BTreeSet<u64>,
}

impl Devices {
    pub(crate) fn new(clock: Clock, secrets: Vec<(String, Zeroizing<Vec<u8>>)>) -> Self {
        let device = |secret| Device { secret, used: BTreeSet::new(), handed_out: BTreeSet::new() };
        let devices = secrets.into_iter().map(|(serial, secret)| (serial, device(secret))).collect();
        Self { clock, devices: Mutex::new(devices) }
    }

    /// Accepts `code` if it is the device's for the current step or one beside it and was not accepted before.
    pub(crate) fn accept(&self, serial: &str, code: &str) -> bool {
        let mut devices = self.lock();
        let Some(device) = devices.get_mut(serial) else { return false };
        let now = self.current_step();
        let step = window(now)
            .find(|step| verify_slices_are_equal(device.code(*step).as_bytes(), code.as_bytes()).is_ok());
        // A step that was used before is not inserted again.
        step.is_some_and(|step| device.used.insert(step))
    }

    /// The next code that the device would show and that nobody was given yet.
    pub(crate) fn next_code(&self, serial: &str) -> Option<String> {
        let mut devices = self.lock();
        let device = devices.get_mut(serial)?;
        let step = window(self.current_step())
            .find(|step| !device.used.contains(step) && !device.handed_out.contains(step))?;
        device.handed_out.insert(step);
        Some(device.code(step))
    }

    fn current_step(&self) -> u64 {
        self.clock.unix_seconds() / STEP_SECONDS
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Device>> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Device {
    fn code(&self, step: u64) -> String {
        format!("{:06}", hotp(&self.secret, step) % 1_000_000)
    }
}

impl fmt::Debug for Devices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Devices").finish_non_exhaustive()
    }
}

fn window(now: u64) -> impl Iterator<Item = u64> {
    now.saturating_sub(SKEW_STEPS)..=now.saturating_add(SKEW_STEPS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SECRET: &[u8] = b"12345678901234567890";

    fn devices(clock: &Clock) -> Devices {
        Devices::new(clock.clone(), vec![("mfa".to_owned(), Zeroizing::new(SECRET.to_vec()))])
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in vectors {
            assert_eq!(totp_code(SECRET, at(seconds)), code, "at {seconds}");
        }
    }

    #[test]
    fn a_code_is_accepted_once_and_one_step_of_skew_is_allowed() {
        let clock = Clock::fixed(at(1_000_000));
        let devices = devices(&clock);
        let code = totp_code(SECRET, at(1_000_000 - 30));
        assert!(devices.accept("mfa", &code));
        assert!(!devices.accept("mfa", &code));
        assert!(devices.accept("mfa", &totp_code(SECRET, at(1_000_000 + 30))));
        assert!(!devices.accept("mfa", &totp_code(SECRET, at(1_000_000 - 60))));
        assert!(!devices.accept("mfa", &totp_code(SECRET, at(1_000_000 + 60))));
    }

    #[test]
    fn an_unknown_device_accepts_nothing() {
        let clock = Clock::fixed(at(59));
        assert!(!devices(&clock).accept("other", "287082"));
        assert_eq!(devices(&clock).next_code("other"), None);
    }

    #[test]
    fn each_code_handed_out_is_fresh_until_the_window_is_used_up() {
        let clock = Clock::fixed(at(1_000_000));
        let devices = devices(&clock);
        for _ in 0..3 {
            let code = devices.next_code("mfa").unwrap();
            assert!(devices.accept("mfa", &code));
        }
        assert_eq!(devices.next_code("mfa"), None);
        clock.advance(Duration::from_secs(30));
        assert!(devices.next_code("mfa").is_some());
    }
}
