//! ecs

mod customizations;
#[rustfmt::skip]
mod generated;

pub use generated::{Client, SERVICE, enums, err_code, iface, operation, types};
#[doc(no_inline)]
pub use generated::operation::*;
