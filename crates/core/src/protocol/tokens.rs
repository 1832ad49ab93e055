//! Idempotency tokens: members by which a service tells a retry from a new request.

use crate::request::Request;
use crate::schema::Traits;
use crate::shape::Mut;

/// Fills the tokens that the caller left unset with random UUIDs. Called once for each request, before it is built, so
/// that its retries carry the same token.
pub(super) fn fill(request: &mut Request) {
    let settings = request.shared_settings();
    let members = request.params.schema().members();
    for (index, _) in members.iter().enumerate().filter(|(_, member)| member.has(Traits::IDEMPOTENCY_TOKEN)) {
        if request.params.member(index).is_none()
            && let Some(Mut::String(token)) = request.params.member_mut(index)
        {
            token.set_text(settings.random.uuid());
        }
    }
}
