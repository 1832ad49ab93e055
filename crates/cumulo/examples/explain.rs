//! Tells where the region, the other settings and the credentials of a session come from, without asking anybody.
//!
//! `cargo run --example explain` looks at the environment and the files of whoever runs it; `-- PROFILE` at that profile,
//! `-- --all` also at what nothing is set for.

use cumulo::Session;

fn main() {
    let (mut builder, mut with_defaults) = (Session::builder(), false);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--all" => with_defaults = true,
            profile => builder = builder.profile(profile),
        }
    }
    match builder.build() {
        Ok(session) if with_defaults => print!("{:#}", session.explain()),
        Ok(session) => print!("{}", session.explain()),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}
