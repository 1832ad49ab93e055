//! What a user's program costs to build: CPU time, crates, and the size of the binary.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Options;
use super::compared::Compared;
use super::cpu;
use super::crates::Crates;
use super::table::{Budget, Table, Unit};
use super::template::Template;

const CRATES: Budget = Budget {
    what: "crates that program depends on (Linux, normal dependencies)",
    unit: Unit::Count,
    at_most: Some(100.0),
};
const DUPLICATES: Budget =
    Budget { what: "of these in more than one version", unit: Unit::Count, at_most: Some(0.0) };

/// A way to build the program.
struct Variant {
    features: &'static [&'static str],
    /// Whether each crate is compiled as one unit; if not, in as many as Cargo's default.
    whole: bool,
    /// Whether the official SDK is built so too; what it has by default is AWS-LC.
    official: bool,
    time: Budget,
    size: Budget,
}

const VARIANTS: [Variant; 4] = [
    Variant {
        features: AWS_LC,
        whole: false,
        official: true,
        time: time(
            "clean release build: s3, sts, kms, sqs and the default credential chain, with aws-lc-rs",
            Some(120.0),
        ),
        size: size("that program's stripped binary", Some(5e6)),
    },
    Variant {
        features: RING,
        whole: false,
        official: false,
        time: time("the same with `ring`", Some(80.0)),
        size: size("the same with `ring`", Some(5e6)),
    },
    Variant {
        features: AWS_LC,
        whole: true,
        official: true,
        time: time("for comparison: with aws-lc-rs and `codegen-units = 1`", None),
        size: size("for comparison: with aws-lc-rs and `codegen-units = 1`", None),
    },
    Variant {
        features: RING,
        whole: true,
        official: false,
        time: time("for comparison: with `ring` and `codegen-units = 1`", None),
        size: size("for comparison: with `ring` and `codegen-units = 1`", None),
    },
];

/// A user's defaults.
const AWS_LC: &[&str] = &[];
const RING: &[&str] = &["--no-default-features", "--features", "ring"];

const fn time(what: &'static str, at_most: Option<f64>) -> Budget {
    Budget { what, unit: Unit::CpuSeconds, at_most }
}

const fn size(what: &'static str, at_most: Option<f64>) -> Budget {
    Budget { what, unit: Unit::Megabytes, at_most }
}

/// Adds the rows; with `quick`, those that need a build are left out.
pub(super) fn measure(cache: &Path, options: Options, table: &mut Table) {
    let programs = Compared::prepare("program", options.official, |name| Template::copy(name, cache));
    let builds: Vec<_> = match options.quick {
        true => Vec::new(),
        false => VARIANTS.iter().map(|variant| (variant, variant.build(&programs))).collect(),
    };
    let crates = programs.measure(Crates::of);

    for (variant, built) in &builds {
        table.add(&variant.time, built.measure(|built| Ok(built.seconds)));
    }
    if options.quick {
        VARIANTS.iter().for_each(|variant| table.leave_out(&variant.time));
    }
    table.add(&CRATES, crates.measure(|crates| Ok(crates.count() as f64)));
    table.add(&DUPLICATES, crates.measure(|crates| Ok(crates.repeated().len() as f64)));
    for (variant, built) in &builds {
        table.add(&variant.size, built.measure(|built| Ok(built.bytes)));
    }
    add_notes(&programs, &crates, table);
}

fn add_notes(programs: &Compared<Template>, crates: &Compared<Crates>, table: &mut Table) {
    let repeated = crates.ours.as_ref().map_or_else(|_| Vec::new(), Crates::repeated);
    if !repeated.is_empty() {
        table.note(format!("In more than one version: {}.", repeated.join("; ")));
    }
    if let Some(Ok(named)) = programs.measure(Crates::named_by).official {
        let named = named.beginning("aws-").join(", ");
        table.note(format!("The official SDK, with the features that it has by default: {named}."));
    }
    table.note(
        "Built with Cargo's default release profile and `strip = true`, every crate from nothing, downloads not \
         counted; CPU seconds of Cargo and all it starts, in user and kernel mode.",
    );
}

impl Variant {
    fn build(&self, programs: &Compared<Template>) -> Compared<Built> {
        match self.official {
            true => programs.measure(|program| build(program, self)),
            false => programs.measure_ours(|program| build(program, self)),
        }
    }
}

/// What a clean build took, and what came out of it.
struct Built {
    seconds: f64,
    bytes: f64,
}

/// Builds into an empty folder.
fn build(program: &Template, variant: &Variant) -> Result<Built> {
    let target = program.path("target");
    if target.exists() {
        fs::remove_dir_all(&target).context("empty the target folder")?;
    }
    let mut command = program.cargo(&["build", "--quiet", "--release", "--offline"]);
    if variant.whole {
        command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    }
    let seconds = cpu::seconds_of(command.args(variant.features))?;
    let binary = program.binary();
    let bytes = fs::metadata(&binary).with_context(|| format!("find {}", binary.display()))?.len();
    Ok(Built { seconds, bytes: bytes as f64 })
}
