//! `waiters.rs`: waiting until a resource is in some state.

use serde_json::Value;

use super::super::api::{Api, Operation};
use super::super::model::{Acceptor, AcceptorState, Matcher, Waiter};
use super::super::names;
use super::super::writer::Writer;
use super::{imports, operation, title, writer};

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! Waiting for a state of a resource of {}.", title(api)));
    let mut body = Writer::default();
    for (name, waiter) in &api.waiters {
        table(&mut body, name, waiter, asked(api, waiter));
    }
    body.line("impl Client {");
    for (index, (name, waiter)) in api.waiters.iter().enumerate() {
        if index > 0 {
            body.blank();
        }
        method(&mut body, name, waiter, asked(api, waiter));
    }
    body.line("}");
    imports::with_imports(api, head, body, "crate::generated::waiters")
}

/// The operation that a waiter asks; that there is one has been checked.
fn asked<'a>(api: &'a Api, waiter: &Waiter) -> &'a Operation {
    let found = api.operations.iter().find(|operation| operation.name == waiter.operation);
    found.expect("the passes have checked that waiters name operations")
}

fn table_name(name: &str) -> String {
    format!("{}_WAITER", names::constant(name))
}

fn table(body: &mut Writer, name: &str, waiter: &Waiter, asked: &Operation) {
    body.line(format_args!("const {}: &WaiterModel = &WaiterModel {{", table_name(name)));
    body.line(format_args!("name: {name:?}, operation: {},", operation::table_name(asked)));
    body.line(format_args!("delay: {}, max_attempts: {}, acceptors: &[", waiter.delay, waiter.max_attempts));
    for item in &waiter.acceptors {
        body.line(format_args!("{},", acceptor(item)));
    }
    body.line("]};").blank();
}

fn method(body: &mut Writer, name: &str, waiter: &Waiter, asked: &Operation) {
    let input = names::type_name(&asked.input);
    body.doc(format_args!(
        "Waits for `{name}`: asks {} up to {} times, {} s apart.",
        asked.name, waiter.max_attempts, waiter.delay
    ));
    body.inline(format_args!(
        "pub fn wait_until_{}(&self, input: {input}) -> Waiter {{",
        names::module(name).trim_end_matches('_')
    ));
    body.line(format_args!("Waiter::new(&self.base, {}, input)\n}}", table_name(name)));
}

fn acceptor(acceptor: &Acceptor) -> String {
    let state = match acceptor.state {
        AcceptorState::Failure => "failure",
        AcceptorState::Retry => "retry",
        AcceptorState::Success => "success",
    };
    let path = acceptor.argument.as_deref().unwrap_or_default();
    let matcher = match (acceptor.matcher, &acceptor.expected) {
        (Matcher::Status, status) => format!("Status({status})"),
        (Matcher::Error, Value::Bool(true)) => "AnyError".into(),
        (Matcher::Error, Value::Bool(false)) => "NoError".into(),
        (Matcher::Error, code) => format!("Error({code})"),
        (Matcher::Path, value) => format!("Path({path:?}, {})", expected(value)),
        (Matcher::PathAll, value) => format!("PathAll({path:?}, {})", expected(value)),
        (Matcher::PathAny, value) => format!("PathAny({path:?}, {})", expected(value)),
    };
    format!("Acceptor::{state}(Matcher::{matcher})")
}

fn expected(value: &Value) -> String {
    match value {
        Value::Bool(value) => format!("Expected::Bool({value})"),
        Value::Number(number) => format!("Expected::Integer({number})"),
        other => format!("Expected::Text({other})"),
    }
}
