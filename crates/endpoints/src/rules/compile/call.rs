//! Values and functions: what they take, and what they give.

use serde_json::Value as Json;

use super::super::error::Error;
use super::super::expression::{Expression, Id};
use super::builder::Type;
use super::template::Use;
use super::{Compiler, MAX_DEPTH, MAX_WEIGHT};

/// A function of one argument.
struct OneArgument {
    name: &'static str,
    make: fn(Id) -> Expression,
    /// What it takes; anything if none.
    takes: Option<Type>,
    gives: Type,
    /// Whether it gives something for arguments that are not set.
    is_set: bool,
}

const ONE_ARGUMENT: [OneArgument; 6] = {
    use Type::{Arn, Boolean, Partition, String, Url};
    const fn known(
        name: &'static str,
        make: fn(Id) -> Expression,
        takes: Option<Type>,
        gives: Type,
        is_set: bool,
    ) -> OneArgument {
        OneArgument { name, make, takes, gives, is_set }
    }
    [
        known("isSet", Expression::IsSet, None, Boolean, true),
        known("not", Expression::Not, Some(Boolean), Boolean, true),
        known("uriEncode", Expression::UriEncode, Some(String), String, false),
        known("parseURL", Expression::ParseUrl, Some(String), Url, false),
        known("aws.partition", Expression::Partition, Some(String), Partition, true),
        known("aws.parseArn", Expression::ParseArn, Some(String), Arn, false),
    ]
};

/// A function of two arguments that gives a boolean.
struct TwoArguments {
    name: &'static str,
    make: fn(Id, Id) -> Expression,
    takes: (Type, Type),
    is_set: bool,
    is_symmetric: bool,
}

const TWO_ARGUMENTS: [TwoArguments; 4] = [
    TwoArguments {
        name: "stringEquals",
        make: Expression::StringEquals,
        takes: (Type::String, Type::String),
        is_set: true,
        is_symmetric: true,
    },
    TwoArguments {
        name: "booleanEquals",
        make: Expression::BooleanEquals,
        takes: (Type::Boolean, Type::Boolean),
        is_set: false,
        is_symmetric: true,
    },
    TwoArguments {
        name: "isValidHostLabel",
        make: Expression::IsValidHostLabel,
        takes: (Type::String, Type::Boolean),
        is_set: true,
        is_symmetric: false,
    },
    TwoArguments {
        name: "aws.isVirtualHostableS3Bucket",
        make: Expression::IsVirtualHostableBucket,
        takes: (Type::String, Type::Boolean),
        is_set: true,
        is_symmetric: false,
    },
];

impl Compiler {
    /// A value: text, a boolean, a number, `{"ref": ..}` or `{"fn": .., "argv": ..}`.
    pub(super) fn value(&mut self, json: &Json) -> Result<Id, Error> {
        let id = match json {
            Json::String(text) => self.template(text, Use::Other)?,
            Json::Bool(value) => self.builder.boolean(*value),
            Json::Number(number) => match number.as_i64().and_then(|number| number.try_into().ok()) {
                Some(number) => self.builder.add(Expression::Integer(number), Type::Integer, true, &[]),
                None => return Err(self.refuse(format!("{number} is no whole number of 32 bits"))),
            },
            Json::Object(object) => match (object.get("ref"), object.get("fn")) {
                (Some(Json::String(name)), None) => self.reference(name)?,
                (None, Some(Json::String(function))) => self.call(function, json)?,
                _ => return Err(self.refuse("an object must have either `ref` or `fn`, a string")),
            },
            Json::Array(_) | Json::Null => return Err(self.refuse("a list or null cannot be a value")),
        };
        self.bounded(id)
    }

    /// Refuses a value that variables made of variables have made too large.
    pub(super) fn bounded(&self, id: Id) -> Result<Id, Error> {
        let facts = self.builder.facts(id);
        match facts.depth > MAX_DEPTH || facts.weight > MAX_WEIGHT {
            true => Err(self.refuse("the value takes too many steps")),
            false => Ok(id),
        }
    }

    /// A variable of the rules around, or a parameter.
    pub(super) fn reference(&mut self, name: &str) -> Result<Id, Error> {
        if let Some((_, id)) = self.scope.iter().find(|(assigned, _)| assigned == name) {
            return Ok(*id);
        }
        if self.assigning.as_deref() == Some(name) {
            return Err(self.refuse(format!("the value of `{name}` is made of itself")));
        }
        self.parameter(name).ok_or_else(|| {
            self.refuse(format!("`{name}` is no parameter and no variable that was assigned before"))
        })
    }

    fn call(&mut self, function: &str, json: &Json) -> Result<Id, Error> {
        let arguments = json.get("argv").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        if json.get("assign").is_some() {
            return Err(self.refuse("only a condition can assign a variable, not a function within it"));
        }
        self.function(function, arguments)
    }

    /// The function of a condition, whose value can be assigned to a variable.
    pub(super) fn condition_value(&mut self, json: &Json) -> Result<Id, Error> {
        let Some(function) = json.get("fn").and_then(Json::as_str) else {
            return Err(self.refuse("a condition must be a function"));
        };
        let arguments = json.get("argv").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let Some(name) = json.get("assign").and_then(Json::as_str) else {
            let id = self.function(function, arguments)?;
            return self.bounded(id);
        };
        let is_taken = self.scope.iter().any(|(other, _)| other == name)
            || self.parameters.iter().any(|parameter| parameter.is_called(name));
        if is_taken {
            return Err(self.refuse(format!("`{name}` has a value already")));
        }
        self.assigning = Some(name.to_owned());
        let id = self.function(function, arguments)?;
        self.assigning = None;
        self.scope.push((name.to_owned(), id));
        self.bounded(id)
    }

    fn function(&mut self, function: &str, arguments: &[Json]) -> Result<Id, Error> {
        use Type::{Boolean, String, Strings};
        // The last two of `getAttr`, `substring` and `split` are part of the operation.
        match (function, arguments) {
            ("getAttr", [target, path]) => {
                let target = self.argument(0, target, None)?;
                match path.as_str() {
                    Some(path) => return self.within(".argv[1]", |this| this.path(target, path)),
                    None => return Err(self.refuse("the path of getAttr must be a string")),
                }
            }
            ("substring", [text, start, stop, reverse]) => {
                let text = self.argument(0, text, Some(String))?;
                let number = |json: &Json| json.as_u64().and_then(|number| u16::try_from(number).ok());
                let (Some(start), Some(stop), Some(reverse)) =
                    (number(start), number(stop), reverse.as_bool())
                else {
                    return Err(self.refuse("substring takes a string, two positions and a boolean"));
                };
                let expression = Expression::Substring { text, start, stop, reverse };
                return Ok(self.builder.add(expression, String, false, &[text]));
            }
            ("split", [text, delimiter, limit]) => {
                let text = self.argument(0, text, Some(String))?;
                let delimiter = self.argument(1, delimiter, Some(String))?;
                let Some(limit) = limit.as_u64().and_then(|limit| u16::try_from(limit).ok()) else {
                    return Err(self.refuse("the limit of split must be a number"));
                };
                let expression = Expression::Split { text, delimiter, limit };
                let is_set = self.builder.facts(text).is_set;
                return Ok(self.builder.add(expression, Strings, is_set, &[text, delimiter]));
            }
            ("coalesce", [first, rest @ ..]) if !rest.is_empty() => {
                let mut ids = vec![self.argument(0, first, None)?];
                let gives = self.builder.facts(ids[0]).gives;
                for (index, json) in rest.iter().enumerate() {
                    ids.push(self.argument(index + 1, json, Some(gives))?);
                }
                let is_set = ids.iter().any(|id| self.builder.facts(*id).is_set);
                let span = self.builder.list(&ids);
                return Ok(self.builder.add(Expression::Coalesce(span), gives, is_set, &ids));
            }
            ("ite", [condition, a, b]) => {
                let condition = self.argument(0, condition, Some(Boolean))?;
                let a = self.argument(1, a, None)?;
                let gives = self.builder.facts(a).gives;
                let b = self.argument(2, b, Some(gives))?;
                let is_set = self.builder.facts(a).is_set && self.builder.facts(b).is_set;
                let expression = Expression::IfElse(condition, a, b);
                return Ok(self.builder.add(expression, gives, is_set, &[condition, a, b]));
            }
            _ => {}
        }
        if let Some(known) = ONE_ARGUMENT.iter().find(|known| known.name == function)
            && let [a] = arguments
        {
            let a = self.argument(0, a, known.takes)?;
            return Ok(self.builder.add((known.make)(a), known.gives, known.is_set, &[a]));
        }
        if let Some(known) = TWO_ARGUMENTS.iter().find(|known| known.name == function)
            && let [a, b] = arguments
        {
            let (a, b) =
                (self.argument(0, a, Some(known.takes.0))?, self.argument(1, b, Some(known.takes.1))?);
            // With what is constant at the right, equal comparisons are one.
            let (a, b) = if known.is_symmetric && self.is_constant(a) { (b, a) } else { (a, b) };
            return Ok(self.builder.add((known.make)(a, b), Boolean, known.is_set, &[a, b]));
        }
        let is_known = ["getAttr", "substring", "split", "coalesce", "ite"].contains(&function)
            || ONE_ARGUMENT.iter().any(|known| known.name == function)
            || TWO_ARGUMENTS.iter().any(|known| known.name == function);
        Err(self.refuse(match is_known {
            true => format!("{function} cannot take {} arguments", arguments.len()),
            false => format!("there is no function {function:?}"),
        }))
    }

    fn is_constant(&self, id: Id) -> bool {
        matches!(self.builder.expression(id), Some(Expression::Boolean(_) | Expression::Text(_)))
    }

    fn argument(&mut self, index: usize, json: &Json, takes: Option<Type>) -> Result<Id, Error> {
        self.within(&format!(".argv[{index}]"), |this| {
            let id = this.value(json)?;
            match (this.builder.facts(id).gives, takes) {
                (gives, Some(takes)) if gives != takes => {
                    Err(this.refuse(format!("{} stands where {} must", gives.describe(), takes.describe())))
                }
                _ => Ok(id),
            }
        })
    }
}
