//! Validate: the parameters are checked against the schema, and every fault is listed with its path.

use crate::err_code;
use crate::error::Error;
use crate::request::Request;
use crate::schema::{Location, Member, Target, Traits};
use crate::shape::{Ref, Shape};

/// Checks required members and the least lengths and values, as Go's `core.ValidateParametersHandler` does.
pub const PARAMETERS: &str = "core.ValidateParameters";

pub(super) fn parameters(request: &mut Request) {
    if !request.settings().config.validate_parameters.unwrap_or(true) {
        return;
    }
    let mut faults = Faults::default();
    faults.path.extend([request.operation().name, "Input"]);
    faults.structure(&*request.params);
    if let Some(error) = faults.into_error() {
        request.fail(error);
    }
}

#[derive(Default)]
struct Faults {
    /// Where the walk is, for example `CreateServiceInput.Tags[2].Key`.
    path: String,
    found: Vec<String>,
}

impl Faults {
    fn structure(&mut self, shape: &dyn Shape) {
        let schema = shape.schema();
        for (index, member) in schema.members().iter().enumerate() {
            match shape.member(index) {
                Some(value) => {
                    self.within(|path| path.extend([".", member.name]), |faults| faults.value(member, value))
                }
                None if member.has(Traits::REQUIRED) && !member.has(Traits::IDEMPOTENCY_TOKEN) => {
                    self.within(
                        |path| path.extend([".", member.name]),
                        |faults| faults.add("missing required field"),
                    );
                }
                None => {}
            }
        }
    }

    fn value(&mut self, member: &Member, value: Ref<'_>) {
        let in_path = matches!(member.location, Location::Uri) || member.has(Traits::HOST_LABEL);
        // An empty label would make the path or the host that of something else.
        let min = member.min.or(in_path.then_some(1));
        match value {
            Ref::Integer(number) => self.number(member.min, f64::from(number)),
            Ref::Long(number) => self.number(member.min, number as f64),
            Ref::Float(number) => self.number(member.min, f64::from(number)),
            Ref::Double(number) => self.number(member.min, number),
            Ref::String(text) => self.length(min, text.chars().count()),
            Ref::Blob(bytes) => self.length(min, bytes.len()),
            Ref::Structure(shape) => self.structure(shape),
            Ref::List(list) => {
                self.length(min, list.len());
                let Target::List(schema) = member.target else { return };
                for (index, item) in (0..list.len()).filter_map(|index| Some((index, list.item(index)?))) {
                    self.within(
                        |path| path.push_str(&format!("[{index}]")),
                        |faults| faults.value(&schema.element, item),
                    );
                }
            }
            Ref::Map(map) => {
                self.length(min, map.len());
                let Target::Map(schema) = member.target else { return };
                let walked = map.visit(&mut |key, item| {
                    self.within(
                        |path| path.extend(["[", key, "]"]),
                        |faults| {
                            faults.length(schema.key.min, key.chars().count());
                            faults.value(&schema.value, item);
                        },
                    );
                    Ok(())
                });
                debug_assert!(walked.is_ok(), "the visitor never fails");
            }
            Ref::Boolean(_) | Ref::Timestamp(_) | Ref::Document(_) | Ref::Stream(_) | Ref::Events(_) => {}
        }
    }

    fn within(&mut self, enter: impl FnOnce(&mut String), walk: impl FnOnce(&mut Self)) {
        let outer = self.path.len();
        enter(&mut self.path);
        walk(self);
        self.path.truncate(outer);
    }

    fn number(&mut self, min: Option<i64>, number: f64) {
        if let Some(min) = min.filter(|min| number < *min as f64) {
            self.add(&format!("minimum field value of {min}"));
        }
    }

    fn length(&mut self, min: Option<i64>, length: usize) {
        if let Some(min) = min.filter(|min| (length as i64) < *min) {
            self.add(&format!("minimum field size of {min}"));
        }
    }

    fn add(&mut self, fault: &str) {
        self.found.push(format!("{fault}, {}", self.path));
    }

    fn into_error(self) -> Option<Error> {
        let count = match self.found.len() {
            0 => return None,
            1 => "1 validation error".to_owned(),
            n => format!("{n} validation errors"),
        };
        Some(Error::new(err_code::INVALID_PARAMETER, format!("{count}: {}", self.found.join("; "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamic::{DynamicShape, fill};
    use crate::schema::Schema;

    static MEMBERS: [Member; 3] = [
        Member::new("Offset", Target::Double).uri("Offset"),
        Member::new("Name", Target::String).uri("Name"),
        Member::new("Size", Target::Integer).min(2),
    ];
    static INPUT: Schema = Schema::new("Input", &MEMBERS);

    fn faults(params: &serde_json::Value) -> Option<String> {
        let mut shape = DynamicShape::new(&INPUT);
        fill(&mut shape, params).unwrap();
        let mut faults = Faults::default();
        faults.structure(&shape);
        faults.into_error().map(|error| error.message().to_owned())
    }

    #[test]
    fn text_in_the_path_must_not_be_empty_and_a_number_there_may_be_any() {
        assert_eq!(faults(&serde_json::json!({"Offset": "-Infinity", "Name": "a", "Size": 2})), None);
        let found = faults(&serde_json::json!({"Offset": 0, "Name": "", "Size": 1})).unwrap();
        let expected = "2 validation errors: minimum field size of 1, .Name; minimum field value of 2, .Size";
        assert_eq!(found, expected);
    }
}
