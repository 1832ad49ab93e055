//! `cargo xtask codegen`: writes each service's `src/generated/` from its model.

mod model;
mod names;
