//! Models loaded at run time: what they are made of, how they are called, and which are refused.

use serde_json::json;

use super::*;
use crate::body::Body;
use crate::config::Config;
use crate::http::HttpResponse;
use crate::schema::Target;
use crate::shape::Shape;
use crate::testing::{CountingClock, Server, config, ok};

/// A service of the `json` protocol whose items hold themselves, directly and through lists and maps.
fn tree_model(name: &str) -> serde_json::Value {
    json!({
        "version": "2.0", "unknownKey": {"a": [1, null]},
        "metadata": {
            "apiVersion": "2020-01-01", "endpointPrefix": "trees", "protocol": "json", "jsonVersion": "1.0",
            "targetPrefix": "Trees", "serviceId": name, "signatureVersion": "v4"
        },
        "operations": {
            "PutTree": {
                "name": "PutTree", "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": "Tree"}, "output": {"shape": "Tree"}, "unknownTrait": true
            },
            "ListTrees": {
                "name": "ListTrees", "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": "ListTreesInput"}, "output": {"shape": "ListTreesOutput"},
                "errors": [{"shape": "NoForest"}]
            },
            "Ping": {"name": "Ping", "http": {"method": "POST", "requestUri": "/"}}
        },
        "shapes": {
            "Tree": {"type": "structure", "required": ["Name"], "members": {
                "Name": {"shape": "Name"}, "Height": {"shape": "Double"}, "Age": {"shape": "Long"},
                "Left": {"shape": "Tree"}, "Children": {"shape": "Trees"}, "ByName": {"shape": "TreeMap"},
                "Seed": {"shape": "Blob"}, "Planted": {"shape": "Timestamp"}, "Key": {"shape": "Secret"},
                "Any": {"shape": "Any"}
            }},
            "Trees": {"type": "list", "member": {"shape": "Tree"}},
            "TreeMap": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Trees"}},
            "ListTreesInput": {"type": "structure", "members": {"Token": {"shape": "Name"}}},
            "ListTreesOutput": {"type": "structure", "members": {
                "Token": {"shape": "Name"}, "Trees": {"shape": "Trees"}
            }},
            "NoForest": {"type": "structure", "exception": true, "members": {"Message": {"shape": "Name"}}},
            "Name": {"type": "string", "min": 1}, "Double": {"type": "double"}, "Long": {"type": "long"},
            "Blob": {"type": "blob"}, "Timestamp": {"type": "timestamp"}, "Any": {"type": "structure", "document": true},
            "Secret": {"type": "string", "sensitive": true}
        }
    })
}

fn model(name: &str) -> Model {
    Model::from_json(tree_model(name).to_string()).unwrap()
}

fn client(model: &Model, server: &Server) -> Client {
    Client::new(model, &config(server, &CountingClock::new()))
}

/// The message with which a model is refused after `edit`.
fn refusal(edit: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut model = tree_model("Refused");
    edit(&mut model);
    let error = Model::from_json(model.to_string()).unwrap_err();
    assert_eq!(error.code(), crate::err_code::INVALID_MODEL);
    error.message().to_owned()
}

#[tokio::test]
async fn an_operation_is_called_by_name_with_values_by_the_names_of_the_model() {
    let server =
        Server::answering([ok(r#"{"Name":"oak","Left":{"Name":"leaf","Height":0.5},"Seed":"/w=="}"#)]);
    let trees = client(&model("Trees"), &server);
    let params = json!({
        "Name": "oak", "Height": "NaN", "Planted": {"$time": "2015-08-30T12:36:00Z"}, "Seed": {"$b64": "/w=="},
        "Children": [{"Name": "a", "Left": {"Name": "b"}}], "ByName": {"z": [], "a": [{"Name": "c"}]},
        "Any": {"x": [1]}, "Age": null
    });
    let output = trees.call("PutTree", &params).await.unwrap();
    let expected = json!({"Name": "oak", "Left": {"Name": "leaf", "Height": 0.5}, "Seed": {"$b64": "/w=="}});
    assert_eq!(output, expected);

    let requests = server.requests.lock().unwrap();
    let sent: serde_json::Value = serde_json::from_slice(requests[0].body.bytes().unwrap()).unwrap();
    let expected = json!({
        "Name": "oak", "Height": "NaN", "Planted": 1_440_938_160, "Seed": "/w==",
        "Children": [{"Name": "a", "Left": {"Name": "b"}}], "ByName": {"z": [], "a": [{"Name": "c"}]},
        "Any": {"x": [1]}
    });
    assert_eq!(sent, expected);
    assert_eq!(requests[0].headers["x-amz-target"], "Trees.PutTree");
    assert!(requests[0].headers.contains_key("authorization"));
}

#[test]
fn members_stand_in_the_order_of_the_model() {
    let model = r#"{
        "metadata": {"protocol": "json"},
        "operations": {"Put": {"input": {"shape": "In"}}},
        "shapes": {
            "In": {"type": "structure", "members": {"Z": {"shape": "S"}, "A": {"shape": "S"}, "M": {"shape": "S"}}},
            "S": {"type": "string"}
        }
    }"#;
    let members = Model::from_json(model).unwrap().operation("Put").unwrap().input.schema.members();
    let names: Vec<_> = members.iter().map(|member| member.name).collect();
    assert_eq!(names, ["Z", "A", "M"]);
}

#[test]
fn a_shape_that_holds_itself_refers_to_itself_and_can_be_shown() {
    let model = model("Trees that hold trees");
    let tree = model.operation("PutTree").unwrap().input.schema;
    let Target::Structure(left) = tree.members()[tree.index_of("Left").unwrap()].target else { panic!() };
    assert!(std::ptr::eq(left, tree));
    assert!(format!("{tree:?}").contains("Children"));
}

#[test]
fn the_same_model_is_loaded_once() {
    assert!(std::ptr::eq(model("Once").service(), model("Once").service()));
    assert!(!std::ptr::eq(model("Once").service(), model("Twice").service()));
    let paged = Model::builder(tree_model("Once").to_string()).paginators(r#"{"pagination": {}}"#).load();
    assert!(!std::ptr::eq(paged.unwrap().service(), model("Once").service()));
}

#[test]
fn debug_hides_what_the_model_calls_sensitive() {
    let mut tree = DynamicShape::new(model("Trees").operation("PutTree").unwrap().input.schema);
    fill(&mut tree, &json!({"Name": "oak", "Key": "hunter2"})).unwrap();
    // The order of the members is that of the model, which `json!` does not keep in every build.
    let shown = format!("{tree:?}");
    assert!(shown.contains("Key: <sensitive>") && shown.contains(r#"Name: "oak""#), "{shown}");
    assert_eq!(to_json(&tree), json!({"Name": "oak", "Key": "hunter2"}));
}

#[test]
fn values_that_do_not_fit_are_named_with_their_path() {
    let schema = model("Trees").operation("PutTree").unwrap().input.schema;
    for (params, message) in [
        (json!({"Nome": "x"}), "there is no such member, Tree.Nome"),
        (json!({"Name": "x", "Age": 1.5}), "the value is not a 64-bit integer, Tree.Age"),
        (
            json!({"Children": [{"Planted": "never"}]}),
            "the value is not a timestamp, Tree.Children[0].Planted",
        ),
        (json!({"ByName": {"a": {}}}), "the value is not a list, Tree.ByName[a]"),
        (json!({"Seed": {"$b64": "!"}}), "the value is not bytes, Tree.Seed"),
        (json!([]), "the value is not a structure, Tree"),
    ] {
        let error = fill(&mut DynamicShape::new(schema), &params).unwrap_err();
        assert_eq!((error.code(), error.message()), (crate::err_code::INVALID_PARAMETER, message));
    }
}

#[test]
fn values_nested_without_end_are_refused() {
    let schema = model("Trees").operation("PutTree").unwrap().input.schema;
    let mut params = json!({});
    for _ in 0..1000 {
        params = json!({ "Left": params });
    }
    let error = fill(&mut DynamicShape::new(schema), &params).unwrap_err();
    assert!(error.message().contains("deeper than 128"), "{error}");
}

#[test]
fn what_is_filled_from_json_is_shown_as_the_same_json() {
    let schema = model("Trees").operation("PutTree").unwrap().input.schema;
    let value = json!({
        "Name": "oak", "Height": 1.5, "Age": 9_007_199_254_740_993_i64, "Planted": 1.25, "Seed": "text",
        "ByName": {"a": [{"Name": "b"}]}, "Children": [], "Any": null
    });
    let mut tree = DynamicShape::new(schema);
    fill(&mut tree, &value).unwrap();
    let mut expected = value;
    expected.as_object_mut().unwrap().remove("Any");
    assert_eq!(to_json(&tree), expected);
}

#[tokio::test]
async fn parameters_are_validated_as_those_of_generated_clients() {
    let trees = client(&model("Trees"), &Server::default());
    let error = trees.call("PutTree", &json!({"Left": {"Name": ""}})).await.unwrap_err();
    assert_eq!(error.code(), crate::err_code::INVALID_PARAMETER);
    assert!(error.message().contains("missing required field, Tree.Name"), "{error}");
    assert!(error.message().contains("minimum field size of 1, Tree.Left.Name"), "{error}");
}

#[tokio::test]
async fn an_operation_that_the_model_does_not_have_is_an_error() {
    let trees = client(&model("Trees"), &Server::default());
    let error = trees.call("Fell", &json!({})).await.unwrap_err();
    assert_eq!(error.message(), "Trees has no operation Fell");
    assert_eq!(trees.wait_until("Grown", &json!({})).unwrap_err().message(), "Trees has no waiter Grown");
}

#[tokio::test]
async fn modelled_errors_have_their_fields() {
    let answer = HttpResponse::new(400, r#"{"__type":"com.trees#NoForest","Message":"none"}"#);
    let trees = client(&model("Trees"), &Server::answering([Ok(answer)]));
    let error = trees.call("ListTrees", &json!({})).await.unwrap_err();
    assert_eq!((error.code(), error.message()), ("NoForest", "none"));
    assert_eq!(error.fields().map(to_json), Some(json!({"Message": "none"})));
}

#[tokio::test]
async fn pages_follow_the_tokens_of_the_model() {
    let paginators = json!({"pagination": {"ListTrees": {
        "input_token": "Token", "output_token": "Token", "result_key": "Trees"
    }}});
    let model = Model::builder(tree_model("Paged").to_string()).paginators(paginators.to_string());
    let server = Server::answering([ok(r#"{"Trees":[{"Name":"a"}],"Token":"2"}"#), ok(r#"{"Trees":[]}"#)]);
    let mut pages = client(&model.load().unwrap(), &server).pages("ListTrees", &json!({})).unwrap();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.push(to_json(&page.unwrap())["Trees"].clone());
    }
    assert_eq!(found, [json!([{"Name": "a"}]), json!([])]);
    assert_eq!(&**server.requests.lock().unwrap()[1].body.bytes().unwrap(), br#"{"Token":"2"}"#);
}

#[tokio::test]
async fn waiters_of_the_model_wait() {
    let waiters = json!({"waiters": {"TreeExists": {
        "operation": "ListTrees", "delay": 3, "maxAttempts": 5, "acceptors": [
            {"state": "success", "matcher": "pathAny", "argument": "Trees[].Name", "expected": "oak"}
        ]
    }}});
    let model = Model::builder(tree_model("Waited").to_string()).waiters(waiters.to_string()).load().unwrap();
    let server = Server::answering([ok(r#"{"Trees":[]}"#), ok(r#"{"Trees":[{"Name":"oak"}]}"#)]);
    let clock = CountingClock::new();
    let trees = Client::new(&model, &config(&server, &clock));
    trees.wait_until("TreeExists", &json!({})).unwrap().await.unwrap();
    assert_eq!(*clock.slept.lock().unwrap(), [std::time::Duration::from_secs(3)]);
}

#[tokio::test]
async fn an_operation_without_input_and_output_is_called_with_nothing() {
    let server = Server::answering([ok("")]);
    let output = client(&model("Trees"), &server).call("Ping", &json!({})).await.unwrap();
    assert_eq!(output, json!({}));
    assert!(!model("Trees").operation("Ping").unwrap().has_input);
}

#[test]
fn a_broken_model_is_refused_with_what_is_wrong() {
    for (shape, message) in [
        (json!({"type": "structure", "members": {"A": {"shape": "Gone"}}}), "X.A has the shape Gone"),
        (json!({"type": "structure", "members": {"A": {}}}), "X.A names no shape"),
        (json!({"type": "structure", "payload": "A"}), "X has no member A, its payload"),
        (json!({"type": "structure", "members": {"A": {"shape": "Y"}}}), "the type heap, which is unknown"),
        (json!({"type": "structure", "members": {"A": {"shape": "Z"}}}), "Z holds itself"),
        (json!({"type": "structure", "members": {"A": {"shape": "W"}}}), "W has no member"),
    ] {
        let found = refusal(|model| {
            model["shapes"]["X"] = shape;
            model["shapes"]["Y"] = json!({"type": "heap"});
            model["shapes"]["Z"] = json!({"type": "list", "member": {"shape": "Z"}});
            model["shapes"]["W"] = json!({"type": "list"});
        });
        assert!(found.contains(message), "{found}");
    }
    let found = refusal(|model| model["operations"]["PutTree"]["input"]["shape"] = json!("Gone"));
    assert_eq!(found, "there is no structure Gone");
    let found = refusal(|model| model["metadata"]["protocol"] = json!("morse"));
    assert_eq!(found, "the protocol morse is not supported");
    assert!(Model::from_json("{").unwrap_err().message().starts_with("the model is no JSON"));
    assert!(Model::from_json("[".repeat(10_000)).unwrap_err().message().starts_with("the model is no JSON"));
}

#[test]
fn a_protocol_that_is_listed_stands_in_for_one_that_is_not_known() {
    let mut json = tree_model("Listed");
    json["metadata"]["protocol"] = json!("morse");
    json["metadata"]["protocols"] = json!(["morse", "smithy-rpc-v2-cbor"]);
    let model = Model::from_json(json.to_string()).unwrap();
    assert_eq!(model.service().protocol.name(), "rpc_v2_cbor");
}

#[test]
fn a_document_root_is_named_by_its_shape_before_its_operation() {
    let json = json!({
        "metadata": {"protocol": "rest-xml", "serviceId": "Roots"},
        "operations": {"Put": {
            "http": {"method": "PUT", "requestUri": "/"},
            "input": {"shape": "In", "locationName": "PutRequest"}
        }},
        "shapes": {
            "In": {
                "type": "structure", "locationName": "Ahoy", "xmlNamespace": "http://foo.com",
                "payload": "A", "members": {
                    "A": {"shape": "Named", "locationName": "A"}, "B": {"shape": "Named", "locationName": "Hola"},
                    "C": {"shape": "Named"}
                }
            },
            "Named": {"type": "structure", "locationName": "Hello", "members": {}}
        }
    });
    let model = Model::from_json(json.to_string()).unwrap();
    let put = model.operation("Put").unwrap();
    let root = put.input_root.unwrap();
    assert_eq!((root.name, root.namespace.unwrap().uri), ("Ahoy", "http://foo.com"));
    let names: Vec<_> = put.input.schema.members().iter().map(|member| member.wire_name()).collect();
    assert_eq!(names, ["Hello", "Hola", "C"]);
}

#[test]
fn maps_keep_the_order_in_which_they_were_filled() {
    let schema = model("Trees").operation("PutTree").unwrap().input.schema;
    let mut tree = DynamicShape::new(schema);
    let index = schema.index_of("ByName").unwrap();
    let Some(crate::shape::Mut::Map(map)) = tree.member_mut(index) else { panic!() };
    for key in ["z", "a", "z"] {
        map.insert_entry(key.to_owned());
    }
    let mut keys = Vec::new();
    map.visit(&mut |key, _| {
        keys.push(key.to_owned());
        Ok(())
    })
    .unwrap();
    assert_eq!((keys, map.len()), (vec!["z".to_owned(), "a".to_owned()], 2));
}

#[test]
fn a_client_without_a_region_says_so_to_each_call() {
    let trees = Client::new(&model("Trees"), &Config::new());
    let request = trees.request("Ping", &json!({})).unwrap();
    assert_eq!(request.error.as_ref().unwrap().code(), crate::err_code::MISSING_REGION);
}

#[tokio::test]
async fn the_base_path_and_the_host_prefix_of_an_endpoint_take_part_in_every_protocol() {
    for (protocol, path) in [
        ("json", "/base/"),
        ("query", "/base/"),
        ("ec2", "/base/"),
        ("rest-json", "/base/trees"),
        ("rest-xml", "/base/trees"),
        ("smithy-rpc-v2-cbor", "/base/service/Trees/operation/Get"),
    ] {
        let uri = if protocol.starts_with("rest") { "/trees" } else { "/" };
        let model = json!({
            "metadata": {"protocol": protocol, "targetPrefix": "Trees"},
            "operations": {"Get": {
                "http": {"method": "POST", "requestUri": uri}, "endpoint": {"hostPrefix": "data."}
            }},
            "shapes": {}
        });
        let model = Model::from_json(model.to_string()).unwrap();
        for (endpoint, host) in
            [("https://example.com/base", "data.example.com"), ("http://[::1]:1/base", "[::1]:1")]
        {
            let server = Server::answering([ok("")]);
            let config = config(&server, &CountingClock::new()).endpoint(endpoint);
            let outcome = Client::new(&model, &config).call("Get", &json!({})).await;
            assert!(outcome.is_ok() || protocol == "query" || protocol == "ec2", "{protocol}: {outcome:?}");
            let url = &server.requests.lock().unwrap()[0].url;
            assert_eq!((&*url.authority, &*url.path), (host, path), "{protocol}");
        }
    }
}

#[tokio::test]
async fn a_location_may_stand_at_the_shape() {
    let model = json!({
        "metadata": {"protocol": "rest-json"},
        "operations": {"Get": {"http": {"method": "GET", "requestUri": "/"}, "output": {"shape": "Out"}}},
        "shapes": {
            "Out": {"type": "structure", "members": {"A": {"shape": "H", "locationName": "x-a"}}},
            "H": {"type": "string", "location": "header"}
        }
    });
    let mut answer = HttpResponse::new(200, "");
    answer.headers.insert("x-a", "1".parse().unwrap());
    let client = client(&Model::from_json(model.to_string()).unwrap(), &Server::answering([Ok(answer)]));
    assert_eq!(client.call("Get", &json!({})).await.unwrap(), json!({"A": "1"}));
}

#[tokio::test]
async fn a_streamed_body_is_read_into_the_answer() {
    let model = json!({
        "metadata": {"protocol": "rest-json"},
        "operations": {"Get": {"http": {"method": "GET", "requestUri": "/"}, "output": {"shape": "Out"}}},
        "shapes": {
            "Out": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "B", "streaming": true}}},
            "B": {"type": "blob"}
        }
    });
    let mut answer = HttpResponse::new(200, "");
    answer.body = Body::reader(&b"two pieces"[..], 10);
    let client = client(&Model::from_json(model.to_string()).unwrap(), &Server::answering([Ok(answer)]));
    assert_eq!(client.call("Get", &json!({})).await.unwrap(), json!({"Body": "two pieces"}));
}

/// The model and the cases of botocore's `tests/unit/retries/test_standard.py`.
#[tokio::test]
async fn errors_are_repeated_as_their_model_says() {
    let mut model = tree_model("Retried");
    let error = |traits: serde_json::Value| {
        let mut shape = json!({"type": "structure", "exception": true, "members": {}});
        shape.as_object_mut().unwrap().extend(traits.as_object().unwrap().clone());
        shape
    };
    model["shapes"]["ModeledThrottlingError"] = error(json!({"retryable": {"throttling": true}}));
    model["shapes"]["ModeledRetryableError"] = error(json!({"retryable": {}}));
    model["shapes"]["ModeledRetryableErrorWithCode"] =
        error(json!({"error": {"code": "ErrorCodeRetryable"}, "retryable": {"throttling": true}}));
    model["shapes"]["NonRetryableError"] = error(json!({}));
    let model = Model::from_json(model.to_string()).unwrap();
    for (status, code, attempts, is_throttle) in [
        (400, "ModeledThrottlingError", 3, true),
        (400, "ModeledRetryableError", 3, false),
        (400, "ErrorCodeRetryable", 3, true),
        (400, "NonRetryableError", 1, false),
        (429, "NonRetryableError", 1, false),
        (429, "NotModelled", 3, true),
        (500, "NonRetryableError", 3, false),
    ] {
        let answer = move || Ok(HttpResponse::new(status, format!("{{\"__type\": \"{code}\"}}")));
        let client = client(&model, &Server::answering((0..3).map(|_| answer())));
        let error = client.call("Ping", &json!({})).await.unwrap_err();
        assert_eq!((error.code(), error.attempts()), (code, attempts));
        assert_eq!(error.is_throttle(), is_throttle, "{status} {code}");
    }
}

#[test]
fn operations_that_take_compressed_bodies_are_known() {
    let mut model = tree_model("Compressed");
    model["operations"]["Ping"]["requestcompression"] = json!({"encodings": ["br", "gzip"]});
    model["operations"]["PutTree"]["requestcompression"] = json!({"encodings": ["br"]});
    let model = Model::from_json(model.to_string()).unwrap();
    let is_compressed = |name| model.operation(name).unwrap().request_compression;
    assert!(is_compressed("Ping") && !is_compressed("PutTree") && !is_compressed("ListTrees"));
}
