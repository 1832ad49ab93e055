//! What SQS adds to the default handlers.

use cumulo_core::{Handlers, NamedHandler};

use crate::checksums;

/// Compares the MD5 that SQS has computed of each message with that of what was sent or has arrived. Without it,
/// nothing is compared:
///
/// ```
/// use cumulo_core::Config;
/// use cumulo_sqs::{Client, customizations};
///
/// let mut client = Client::new(&Config::new());
/// client.handlers_mut().unmarshal.remove_by_name(customizations::VERIFY_CHECKSUMS);
/// ```
pub const VERIFY_CHECKSUMS: &str = "sqs.VerifyChecksums";

/// Adds the handlers of this service to the default ones. Called by the service's client for itself, and for a
/// [dynamic client](cumulo_core::dynamic::Client) by whoever makes it.
pub fn client_handlers(handlers: &mut Handlers) {
    handlers.unmarshal.push_back_named(NamedHandler::new(VERIFY_CHECKSUMS, checksums::verify));
}
