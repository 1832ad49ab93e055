//! Rule sets from JSON: what is refused and why, and what the language says that no published rule set uses.

use serde_json::{Value as Json, json};

use super::*;

fn rules(parameters: Json, rules: Json) -> Result<RuleSet, Error> {
    RuleSet::from_json_value(&json!({"parameters": parameters, "rules": rules}))
}

/// A rule set of text parameters `A` and `B`, a boolean `Flag` and a list `List`, with one rule.
fn rule(conditions: Json, url: &str) -> Result<RuleSet, Error> {
    let parameters = json!({
        "A": {"type": "String"},
        "B": {"type": "String"},
        "Flag": {"type": "Boolean"},
        "List": {"type": "StringArray"},
    });
    let endpoint = json!({"type": "endpoint", "conditions": conditions, "endpoint": {"url": url}});
    rules(parameters, json!([endpoint, {"type": "error", "conditions": [], "error": "none"}]))
}

/// What is wrong with a rule set, and where.
#[track_caller]
fn fault(found: Result<RuleSet, Error>) -> String {
    match found {
        Err(Error::InvalidRules { path, reason }) => format!("{path}: {reason}"),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn url(rules: &RuleSet, values: &[(&str, ParamValue<'_>)]) -> Result<String, String> {
    let mut params = rules.params();
    for (name, value) in values {
        params.set(name, *value).map_err(|error| error.to_string())?;
    }
    params.resolve().map(|endpoint| endpoint.url).map_err(|error| error.to_string())
}

#[test]
fn what_is_no_rule_set_is_refused_with_its_place() {
    assert!(fault(RuleSet::from_json("{")).starts_with("the document: it is no JSON"));
    assert_eq!(fault(RuleSet::from_json("{}")), "the document: there are no parameters");
    assert_eq!(fault(RuleSet::from_json(r#"{"parameters": {}}"#)), "the document: there are no rules");
    assert_eq!(
        fault(RuleSet::from_json(r#"{"parameters": {}, "nodes": ""}"#)),
        "the document: the rules are a decision diagram, and only trees can be read"
    );
    assert_eq!(
        fault(rules(json!({"P": {"type": "map"}}), json!([]))),
        r#"parameters.P: a parameter cannot have the type "map""#
    );
    assert_eq!(
        fault(rules(json!({"P": {"type": "boolean", "default": "x"}}), json!([]))),
        "parameters.P: the default is not a boolean"
    );
    assert_eq!(
        fault(rules(json!({}), json!([{"type": "leaf"}]))),
        "rules[0]: a rule must have the type tree, endpoint or error"
    );
}

#[test]
fn an_unknown_function_variable_or_field_is_named() {
    for (condition, expected) in [
        (json!({"fn": "isGreen", "argv": []}), r#"there is no function "isGreen""#),
        (json!({"fn": "isSet", "argv": []}), "isSet cannot take 0 arguments"),
        (json!({"fn": "substring", "argv": [{"ref": "A"}]}), "substring cannot take 1 arguments"),
        (json!({"argv": []}), "a condition must be a function"),
    ] {
        assert_eq!(
            fault(rule(json!([condition]), "https://a")),
            format!("rules[0].conditions[0]: {expected}")
        );
    }
    for (argument, expected) in [
        (json!({"ref": "C"}), "`C` is no parameter and no variable that was assigned before"),
        (json!("{C}"), "`C` is no parameter and no variable that was assigned before"),
        (json!("{A"), r#"a brace in "{A" has no partner"#),
        (json!({"ref": 1}), "an object must have either `ref` or `fn`, a string"),
        (json!([]), "a list or null cannot be a value"),
        (
            json!({"fn": "uriEncode", "argv": ["x"], "assign": "x"}),
            "only a condition can assign a variable, not a function within it",
        ),
    ] {
        let condition = json!({"fn": "isSet", "argv": [argument]});
        let expected = format!("rules[0].conditions[0].argv[0]: {expected}");
        assert_eq!(fault(rule(json!([condition]), "https://a")), expected);
    }
    let partition = json!({"fn": "aws.partition", "argv": [{"ref": "A"}], "assign": "p"});
    let field = json!({"fn": "getAttr", "argv": [{"ref": "p"}, "colour"]});
    assert_eq!(
        fault(rule(json!([partition, field]), "https://a")),
        r#"rules[0].conditions[1].argv[1]: a partition has no field "colour""#
    );
    assert_eq!(
        fault(rule(json!([partition]), "https://{p#supportsFIPS}")),
        "rules[0].endpoint.url: {p#supportsFIPS} stands for a boolean, not a string"
    );
}

#[test]
fn a_value_of_another_type_is_refused() {
    for (condition, place, expected) in [
        (
            json!({"fn": "stringEquals", "argv": [{"ref": "Flag"}, "a"]}),
            0,
            "a boolean stands where a string must",
        ),
        (
            json!({"fn": "booleanEquals", "argv": [{"ref": "Flag"}, "a"]}),
            1,
            "a string stands where a boolean must",
        ),
        (json!({"fn": "not", "argv": [{"ref": "A"}]}), 0, "a string stands where a boolean must"),
        (json!({"fn": "aws.parseArn", "argv": [{"ref": "List"}]}), 0, "a list stands where a string must"),
        (
            json!({"fn": "getAttr", "argv": [{"ref": "A"}, "[0]"]}),
            1,
            r#""[0]" takes an item of what is no list"#,
        ),
    ] {
        let expected = format!("rules[0].conditions[0].argv[{place}]: {expected}");
        assert_eq!(fault(rule(json!([condition]), "https://a")), expected);
    }
}

#[test]
fn a_variable_cannot_be_made_of_itself_nor_have_two_values() {
    let itself = json!({"fn": "uriEncode", "argv": [{"ref": "x"}], "assign": "x"});
    assert_eq!(
        fault(rule(json!([itself]), "https://a")),
        "rules[0].conditions[0].argv[0]: the value of `x` is made of itself"
    );
    let once = json!({"fn": "uriEncode", "argv": [{"ref": "A"}], "assign": "x"});
    assert_eq!(
        fault(rule(json!([once, once]), "https://a")),
        "rules[0].conditions[1]: `x` has a value already"
    );
    let parameter = json!({"fn": "uriEncode", "argv": [{"ref": "A"}], "assign": "B"});
    assert_eq!(
        fault(rule(json!([parameter]), "https://a")),
        "rules[0].conditions[0]: `B` has a value already"
    );
    // A variable is gone where its rule ends.
    let inner = json!({"type": "endpoint", "conditions": [once], "endpoint": {"url": "https://{x}"}});
    let outer = json!({"type": "endpoint", "conditions": [], "endpoint": {"url": "https://{x}"}});
    assert_eq!(
        fault(rules(json!({"A": {"type": "string"}}), json!([inner, outer]))),
        "rules[1].endpoint.url: `x` is no parameter and no variable that was assigned before"
    );
}

#[test]
fn rules_without_end_are_refused() {
    let mut deep = json!({"type": "error", "conditions": [], "error": "e"});
    for _ in 0..200 {
        deep = json!({"type": "tree", "conditions": [], "rules": [deep]});
    }
    assert!(fault(rules(json!({}), json!([deep]))).ends_with("the rules are nested too deep"));
    // Each variable is twice the one before it.
    let doubled = |index: usize| {
        let of = if index == 0 { "A".to_owned() } else { format!("v{}", index - 1) };
        json!({"fn": "coalesce", "argv": [format!("{{{of}}}{{{of}}}"), "x"], "assign": format!("v{index}")})
    };
    let conditions: Vec<Json> = (0..40).map(doubled).collect();
    assert!(fault(rule(json!(conditions), "https://a")).ends_with("the value takes too many steps"));
    let parameters = (0..25).map(|index| (format!("P{index}"), json!({"type": "string"})));
    assert_eq!(
        fault(rules(Json::Object(parameters.collect()), json!([]))),
        "the document: there are more than 24 parameters"
    );
    let many =
        (0..70_000).map(|index| json!({"type": "error", "conditions": [], "error": format!("{index}")}));
    assert!(fault(rules(json!({}), many.collect())).contains("larger than their table can be"));
}

#[test]
fn long_lists_of_rules_are_decided_one_after_the_other() {
    let rule = |index: usize| {
        json!({
            "type": "endpoint",
            "conditions": [{"fn": "stringEquals", "argv": [{"ref": "A"}, format!("a{index}")]}],
            "endpoint": {"url": "https://{A}"},
        })
    };
    let rules = rules(json!({"A": {"type": "string"}}), (0..5000).map(rule).collect()).unwrap();
    assert_eq!(url(&rules, &[("A", "a4999".into())]).as_deref(), Ok("https://a4999"));
    assert_eq!(url(&rules, &[("A", "a5000".into())]).unwrap_err(), Error::NoRule.to_string());
}

#[test]
fn a_tree_that_decides_nothing_leaves_it_to_the_next_rule() {
    let set = |name: &str| json!({"fn": "isSet", "argv": [{"ref": name}]});
    let endpoint = |condition: Json, url: &str| json!({"type": "endpoint", "conditions": [condition], "endpoint": {"url": url}});
    let tree =
        json!({"type": "tree", "conditions": [set("A")], "rules": [endpoint(set("B"), "https://both")]});
    let parameters = json!({"A": {"type": "string"}, "B": {"type": "string"}});
    let rules = rules(parameters, json!([tree, endpoint(set("A"), "https://a")])).unwrap();
    assert_eq!(url(&rules, &[("A", "x".into()), ("B", "x".into())]).as_deref(), Ok("https://both"));
    assert_eq!(url(&rules, &[("A", "x".into())]).as_deref(), Ok("https://a"));
    assert!(url(&rules, &[]).is_err());
}

#[test]
fn what_no_published_rules_use_works_too() {
    let given = |function: Json| {
        let condition = json!({"fn": "coalesce", "argv": [function, ""], "assign": "v"});
        rule(json!([condition]), "{v}").unwrap()
    };
    let text = |text| ParamValue::String(text);
    let choice = json!({"fn": "ite", "argv": [{"ref": "Flag"}, {"ref": "A"}, {"ref": "B"}]});
    let values = [("A", text("a")), ("B", text("b")), ("Flag", true.into())];
    assert_eq!(url(&given(choice.clone()), &values).as_deref(), Ok("a"));
    assert_eq!(url(&given(choice), &values[..2]).as_deref(), Ok("b"));
    let part = |index: &str, limit: u8| {
        let split = json!({"fn": "split", "argv": [{"ref": "A"}, "--", limit]});
        given(json!({"fn": "getAttr", "argv": [split, index]}))
    };
    for (index, limit, expected) in [("[0]", 0, "x"), ("[-1]", 0, "z"), ("[1]", 2, "y--z"), ("[3]", 0, "")] {
        let found = url(&part(index, limit), &[("A", text("x--y--z"))]);
        assert_eq!(found.as_deref(), Ok(expected), "{index}");
    }
    let item = given(json!({"fn": "getAttr", "argv": [{"ref": "List"}, "[-1]"]}));
    let list = ["p".to_owned(), "q".to_owned()];
    assert_eq!(url(&item, &[("List", list.as_slice().into())]).as_deref(), Ok("q"));
    let encoded = rule(json!([]), "https://{{{A}}}").unwrap();
    assert_eq!(url(&encoded, &[("A", text("a"))]).as_deref(), Ok("https://{a}"));
}

#[test]
fn a_comparison_with_false_needs_a_value() {
    let is_false = json!({"fn": "booleanEquals", "argv": [{"ref": "Flag"}, false]});
    let rules = rule(json!([is_false]), "https://a").unwrap();
    assert_eq!(url(&rules, &[]).unwrap_err(), "none");
    assert_eq!(url(&rules, &[("Flag", false.into())]).as_deref(), Ok("https://a"));
    assert_eq!(url(&rules, &[("Flag", true.into())]).unwrap_err(), "none");
}

#[test]
fn parameters_are_checked_when_they_are_set_and_when_they_are_missing() {
    let parameters = json!({
        "Region": {"type": "string", "required": true, "builtIn": "AWS::Region"},
        "Stage": {"type": "string", "default": "prod"},
        "Names": {"type": "stringArray", "default": ["x", "y"]},
        "Unused": {"type": "boolean"},
    });
    let first = json!({"fn": "getAttr", "argv": [{"ref": "Names"}, "[0]"], "assign": "name"});
    let endpoint = json!({"url": "https://{name}.{Stage}.{Region}"});
    let rules = rules(parameters, json!([{"type": "endpoint", "conditions": [first], "endpoint": endpoint}]))
        .unwrap();
    let mut params = rules.params();
    assert_eq!(params.resolve().unwrap_err(), Error::MissingParameter { name: "Region".to_owned() });
    assert_eq!(
        params.set("Colour", "red").unwrap_err(),
        Error::UnknownParameter { name: "Colour".to_owned() }
    );
    let error = params.set("Region", true).unwrap_err();
    assert_eq!(error.to_string(), "the endpoint parameter Region is not a string");
    assert_eq!(error.code(), "InvalidParameter");
    params.set("Region", "r").unwrap();
    assert_eq!(params.resolve().unwrap().url, "https://x.prod.r");
    params.set("Region", ParamValue::Unset).unwrap();
    assert!(params.resolve().is_err());
    let described: Vec<_> =
        rules.parameters().map(|p| (p.name, p.built_in, p.is_required, p.is_used)).collect();
    assert!(described.contains(&("Region", Some("AWS::Region"), true, true)), "{described:?}");
    assert!(described.contains(&("Unused", None, false, false)), "{described:?}");
}

#[test]
fn an_endpoint_that_uses_what_is_not_set_is_an_error() {
    let rules = rule(json!([]), "https://{A}.{B}").unwrap();
    assert_eq!(
        url(&rules, &[("A", "a".into())]).unwrap_err(),
        "the endpoint of the rule that applies uses the parameter B, which is not set"
    );
}

#[test]
fn rules_that_differ_in_a_services_name_alone_have_the_same_table() {
    let kms = rule(json!([]), "https://kms.{A}.example.com").unwrap();
    let ecs = rule(json!([]), "https://ecs.{A}.example.com").unwrap();
    assert_eq!(kms.table(), ecs.table());
    assert_ne!(kms, ecs);
    assert_eq!(ecs.names().collect::<Vec<_>>(), ["ecs"]);
}

#[test]
fn a_rule_tells_what_its_endpoint_depends_on_beside_the_url() {
    let parameters = json!({"A": {"type": "string"}, "B": {"type": "string"}, "C": {"type": "string"}});
    let rules = rules(
        parameters,
        json!([{
            "type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "C"}]}],
            "endpoint": {
                "url": "https://{A}",
                "headers": {"x-b": ["b-{B}"]},
                "properties": {"authSchemes": [{"name": "sigv4", "signingName": "n"}]}
            }
        }]),
    )
    .unwrap();
    let mut params = rules.params();
    for (name, value) in [("A", "a"), ("B", "b"), ("C", "c")] {
        params.set(name, value).unwrap();
    }
    let (parts, parameters) = params
        .with_rule(|rule| {
            let mut url = "before ".to_owned();
            rule.append_url(&mut url).unwrap();
            ((url, rule.beside_url().unwrap()), rule.parameters_beside_url())
        })
        .unwrap();
    assert_eq!(parameters, 1 << rules.parameter_index("B").unwrap());
    let whole = params.resolve().unwrap();
    assert_eq!((parts.0, parts.1.headers), (format!("before {}", whole.url), whole.headers.clone()));
    assert_eq!(whole.headers, [("x-b".to_owned(), "b-b".to_owned())]);
    params.set("C", ParamValue::Unset).unwrap();
    assert_eq!(params.with_rule(|rule| rule.rule()), Err(Error::NoRule));
}
