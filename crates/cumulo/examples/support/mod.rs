//! What the examples share: an embedded endpoint, and the configuration of clients for it.

use cumulo::{Config, Credentials};
use cumulo_local::Server;

/// Starts an endpoint on a free port of this machine. It stops when the server is dropped.
pub(crate) async fn embedded() -> std::io::Result<(Server, Config)> {
    let local = Server::start().await?;
    let config = Config::new()
        .region("eu-central-1")
        .endpoint(local.endpoint_url())
        .credentials(Credentials::from_keys(local.access_key_id(), local.secret_access_key()));
    Ok((local, config))
}
