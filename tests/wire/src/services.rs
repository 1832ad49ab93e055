//! The services that a line can name: their models, and their generated clients by way of the operation tables.

use cumulo::core::client::BaseClient;
use cumulo::core::operation::Operations;
use cumulo::{Config, Error, Handlers, ecs, kms, s3, sqs, sts};

use crate::line::fault;

/// A service with a crate of its own.
pub(crate) struct Shipped {
    /// Its name in a line.
    name: &'static str,
    /// The model from which the crate is generated.
    pub(crate) model: &'static [u8],
    /// The endpoint rules beside it.
    pub(crate) endpoint_rules: &'static [u8],
    /// The operations of the crate.
    pub(crate) operations: &'static Operations,
    /// What the crate adds to the default handlers, for both kinds of structures.
    pub(crate) customize: fn(&mut Handlers),
    /// Makes the client of the crate.
    pub(crate) client: fn(&Config) -> BaseClient,
}

macro_rules! shipped {
    ($($service:ident),*) => {
        [$(Shipped {
            name: stringify!($service),
            model: include_bytes!(concat!("../../../xtask/models/", stringify!($service), "/service-2.json")),
            endpoint_rules: include_bytes!(concat!(
                "../../../xtask/models/",
                stringify!($service),
                "/endpoint-rule-set-1.json"
            )),
            operations: &$service::OPERATIONS,
            customize: $service::customizations::client_handlers,
            client: |config| $service::Client::new(config).base().clone(),
        }),*]
    };
}

static SHIPPED: [Shipped; 5] = shipped![ecs, kms, s3, sqs, sts];

/// The service called `name`, in any case of letters.
///
/// # Errors
/// If there is no crate for it; the message lists those that there are.
pub(crate) fn find(name: &str) -> Result<&'static Shipped, Error> {
    SHIPPED.iter().find(|service| service.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let names: Vec<_> = SHIPPED.iter().map(|service| service.name).collect();
        fault(format!("service: {name} is none of {}; give its model instead", names.join(", ")))
    })
}
