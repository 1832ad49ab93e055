//! What this service adds to the default handlers: nothing.

use cumulo_core::Handlers;

/// Adds the handlers of this service to the default ones, of which it has none. Called by the service's client for itself,
/// and for a [dynamic client](cumulo_core::dynamic::Client) by whoever makes it.
pub fn client_handlers(_handlers: &mut Handlers) {}
