//! `endpoint_rules.rs` of each service: its endpoint rules as the table of an interpreter.
//!
//! The rules of most services differ in their names alone. A table that several services have stands in the endpoints crate,
//! which all of them use; the linker leaves out what a program does not.

use std::path::Path;

use anyhow::{Context as _, Result};
use cumulo_core::endpoints::rules::{RuleSet, Table};

use super::super::file_set::FileSet;
use super::super::names;
use super::super::writer::Writer;
use crate::models;
use crate::services::Service;

/// The rules of every service, in the order of the services.
pub(in super::super) struct AllRules {
    services: Vec<(String, RuleSet)>,
}

impl AllRules {
    pub(in super::super) fn read(root: &Path, services: &[Service]) -> Result<Self> {
        let read = |service: &Service| {
            let name = service.name.clone();
            let folder = root.join("xtask/models").join(&name);
            let json = models::read(&folder, "endpoint-rule-set-1")?
                .with_context(|| format!("{name} has no endpoint rules"))?;
            let rules =
                RuleSet::from_json_value(&json).with_context(|| format!("the endpoint rules of {name}"))?;
            Ok((name, rules))
        };
        Ok(Self { services: services.iter().map(read).collect::<Result<_>>()? })
    }

    /// The rules of one service.
    pub(super) fn of(&self, service: &str) -> &RuleSet {
        let mut services = self.services.iter();
        let found = services.find(|(name, _)| name == service).map(|(_, rules)| rules);
        found.expect("the rules of every service have been read")
    }

    /// The tables that several services have.
    pub(in super::super) fn shared_files(&self) -> FileSet {
        let mut writer = Writer::new("cargo xtask codegen", "the services' endpoint-rule-set-1.json");
        writer.line("//!").line("//! The tables of endpoint rules that several services have.");
        writer.blank().line("use std::borrow::Cow;").blank().line("use crate::rules::Table;");
        for (name, rules) in &self.services {
            let sharers = self.sharers(rules.table());
            if sharers.len() > 1 && sharers[0] == name {
                writer.blank().doc(format_args!("The rules of {}.", sharers.join(", ")));
                writer.line(format_args!("pub static {}: Table = ", shared_name(name)));
                table(&mut writer, rules.table());
            }
        }
        let mut files = FileSet::new("crates/endpoints/src/rules/generated");
        files.add("shared.rs", writer);
        files
    }

    /// The service's own file, without its head.
    pub(super) fn file(&self, service: &str, title: &str, mut writer: Writer) -> Writer {
        let rules = self.of(service);
        let sharers = self.sharers(rules.table());
        writer.line(format_args!("//! The rules that give the endpoints of {title}.")).blank();
        let names: Vec<&str> = rules.names().collect();
        let place = if sharers.len() > 1 {
            writer.line("use cumulo_core::endpoints::rules::{RuleSet, shared};");
            format!("shared::{}", shared_name(sharers[0]))
        } else {
            writer.line("use std::borrow::Cow;").blank();
            writer.line("use cumulo_core::endpoints::rules::{RuleSet, Table};");
            "TABLE".to_owned()
        };
        writer.blank().doc(format_args!("The rules that give the endpoints of {title}."));
        writer.line(format_args!("pub static ENDPOINT_RULES: RuleSet = RuleSet::of(&{place}, &{names:?});"));
        if sharers.len() == 1 {
            writer.blank().line("static TABLE: Table = ");
            table(&mut writer, rules.table());
        }
        writer
    }

    /// The services that have this table.
    fn sharers(&self, table: &Table) -> Vec<&str> {
        let same = self.services.iter().filter(|(_, rules)| rules.table() == table);
        same.map(|(name, _)| name.as_str()).collect()
    }
}

fn shared_name(service: &str) -> String {
    format!("LIKE_{}", names::constant(service))
}

/// The value of a table.
fn table(writer: &mut Writer, table: &Table) {
    writer.line("Table {").line("text: Cow::Borrowed(");
    text(writer, &table.text);
    writer.line("),");
    for (field, words) in [
        ("parameters", &table.parameters),
        ("expressions", &table.expressions),
        ("lists", &table.lists),
        ("decisions", &table.decisions),
        ("results", &table.results),
    ] {
        writer.line(format_args!("{field}: Cow::Borrowed(&{words:?}),"));
    }
    writer.line("};");
}

/// A text in lines of the usual length.
fn text(writer: &mut Writer, text: &str) {
    const LINE: usize = 96;
    let mut lines = vec![String::new()];
    for character in text.chars() {
        // White space at the start of a continued line is no part of the text.
        if let Some(line) = lines.last_mut()
            && (line.len() < LINE || character.is_whitespace())
        {
            line.extend(character.escape_debug());
            continue;
        }
        lines.push(character.escape_debug().collect());
    }
    writer.line(format_args!("\"{}\"", lines.join("\\\n")));
}
