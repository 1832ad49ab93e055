//! What this service adds to the default handlers: nothing.

use cumulo_core::Handlers;

pub(crate) fn client_handlers(_handlers: &mut Handlers) {}
