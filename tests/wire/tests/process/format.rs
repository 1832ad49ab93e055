//! The format of the lines: every key of it, and lines that cannot be used.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::{ask, run};

const B64_OF_HI: &str = "aGk=";

fn line(id: u32, more: Value) -> Value {
    let mut line =
        json!({"id": id, "service": "s3", "operation": "GetObject", "params": {"Bucket": "bkt", "Key": "k"}});
    for (key, value) in more.as_object().unwrap() {
        line[key] = value.clone();
    }
    line
}

fn header<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    let headers = answer["request"]["headers"].as_array().unwrap();
    headers.iter().find(|pair| pair[0] == name)?[1].as_str()
}

#[test]
fn without_any_configuration_a_line_is_signed_with_the_keys_and_at_the_time_of_the_published_examples() {
    let answers = ask([line(1, json!({}))]);
    let [answer] = &*answers else { panic!("{answers:?}") };
    assert_eq!(answer["id"], 1);
    assert_eq!(answer["request"]["method"], "GET");
    assert_eq!(answer["request"]["url"], "https://bkt.s3.us-east-1.amazonaws.com/k");
    assert_eq!(answer["request"]["body_b64"], "");
    assert_eq!(header(answer, "host"), Some("bkt.s3.us-east-1.amazonaws.com"));
    assert_eq!(header(answer, "x-amz-date"), Some("20150830T123600Z"));
    assert!(header(answer, "authorization").unwrap().contains("AKIDEXAMPLE/20150830/us-east-1/s3/"));
    assert_eq!(answer["result"]["Body"], json!({"$bytes": ""}));
}

#[test]
fn every_key_of_the_configuration_has_its_effect() {
    let configs = [
        json!({"region": "eu-west-1", "access_key": "AK", "secret_key": "SK", "session_token": "TOKEN"}),
        json!({"time": "2020-02-29T01:02:03+01:00"}),
        json!({"time": 0.5}),
        json!({"endpoint_url": "http://localhost:9000/base", "path_style": true}),
        json!({"use_fips": true}),
        json!({"anonymous": true}),
        json!({"presign_expires": 60}),
        Value::Null,
        json!({"accelerate": true, "checksum": "when_required"}),
        json!({"endpoint_url": "http://localhost:9000", "checksum": "when_supported"}),
    ];
    let answers = ask(configs.into_iter().zip(0..).map(|(config, id)| line(id, json!({"config": config}))));
    let url = |index: usize| answers[index]["request"]["url"].as_str().unwrap();

    assert_eq!(url(0), "https://bkt.s3.eu-west-1.amazonaws.com/k");
    assert_eq!(header(&answers[0], "x-amz-security-token"), Some("TOKEN"));
    assert!(header(&answers[0], "authorization").unwrap().contains("Credential=AK/20150830/eu-west-1/s3/"));
    assert_eq!(header(&answers[1], "x-amz-date"), Some("20200229T000203Z"));
    assert_eq!(header(&answers[2], "x-amz-date"), Some("19700101T000000Z"));
    assert_eq!(url(3), "http://localhost:9000/base/bkt/k");
    assert_eq!(url(4), "https://bkt.s3-fips.us-east-1.amazonaws.com/k");
    assert_eq!(header(&answers[5], "authorization"), None);
    assert!(url(6).contains("X-Amz-Expires=60") && url(6).contains("X-Amz-Signature="), "{}", url(6));
    assert_eq!(answers[6]["result"], json!({}));
    assert_eq!(url(7), "https://bkt.s3.us-east-1.amazonaws.com/k");
    assert_eq!(header(&answers[7], "x-amz-checksum-mode"), Some("ENABLED"));
    assert_eq!(url(8), "https://bkt.s3-accelerate.amazonaws.com/k");
    assert_eq!(header(&answers[8], "x-amz-checksum-mode"), None);
    assert_eq!(header(&answers[3], "x-amz-checksum-mode"), None);
    assert_eq!(header(&answers[9], "x-amz-checksum-mode"), Some("ENABLED"));
}

#[test]
fn tokens_are_fixed_and_values_have_the_forms_of_the_format() {
    let model = json!({
        "metadata": {"protocol": "json", "jsonVersion": "1.0", "targetPrefix": "T", "endpointPrefix": "things"},
        "operations": {"Put": {"input": {"shape": "S"}, "output": {"shape": "S"}}},
        "shapes": {
            "S": {"type": "structure", "members": {
                "Token": {"shape": "Text", "idempotencyToken": true}, "Bytes": {"shape": "Bytes"},
                "More": {"shape": "Bytes"}, "When": {"shape": "Time"}, "Number": {"shape": "Number"},
                "Map": {"shape": "Map"}, "Any": {"shape": "Any"}
            }},
            "Text": {"type": "string"}, "Bytes": {"type": "blob"}, "Time": {"type": "timestamp"},
            "Number": {"type": "double"}, "Any": {"type": "structure", "document": true, "members": {}},
            "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Number"}}
        }
    });
    let call = |params: Value, config: Value| {
        let response = json!({"body": r#"{"Bytes": "aGk=", "More": "/w==", "When": 1.25, "Number": "NaN", "Any": {"b": 1, "a": []}}"#});
        json!({"model": model, "operation": "Put", "params": params, "config": config, "response": response})
    };
    let answers = ask([
        call(
            json!({"Bytes": {"$bytes": "hi"}, "When": {"$time": "2015-08-30T12:36:00Z"}, "Number": "-Infinity"}),
            json!({}),
        ),
        call(
            json!({"Bytes": {"$b64": B64_OF_HI}, "When": 1_440_938_160}),
            json!({"idempotency_token": "fixed"}),
        ),
        call(json!({"Bytes": "hi", "Map": {"z": 1, "a": 2}}), json!({})),
    ]);
    let body = |index: usize| answers[index]["request"]["body_b64"].as_str().unwrap();
    let sent = [
        r#"{"Token":"00000000-0000-4000-8000-000000000000","Bytes":"aGk=","When":1440938160,"Number":"-Infinity"}"#,
        r#"{"Token":"fixed","Bytes":"aGk=","When":1440938160}"#,
        r#"{"Token":"00000000-0000-4000-8000-000000000000","Bytes":"aGk=","Map":{"z":1.0,"a":2.0}}"#,
    ];
    for (index, sent) in sent.into_iter().enumerate() {
        assert_eq!(body(index), STANDARD.encode(sent));
        assert_eq!(answers[index]["id"], Value::Null);
    }
    let result = json!({
        "Bytes": {"$bytes": "hi"}, "More": {"$b64": "/w=="}, "When": {"$time": "1970-01-01T00:00:01.25Z"},
        "Number": "NaN", "Any": {"b": 1, "a": []}
    });
    assert_eq!(answers[0]["result"], result);
}

#[test]
fn an_error_of_the_service_has_its_code_message_status_request_id_and_fields_and_is_asked_for_once() {
    let answers = ask([
        line(
            1,
            json!({"response": {
                "status_code": 404, "headers": {"x-amz-request-id": "R1"},
                "body": "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>"
            }}),
        ),
        line(2, json!({"response": {"status_code": 503, "body": ""}})),
    ]);
    let expected =
        json!({"code": "NoSuchKey", "message": "gone", "status": 404, "request_id": "R1", "fields": {}});
    assert_eq!(answers[0]["error"], expected);
    assert!(answers[0]["request"].is_object());
    assert_eq!(answers[1]["error"]["code"], "ServiceUnavailable");
}

#[test]
fn lines_that_cannot_be_used_say_why_and_the_next_is_read() {
    let good = line(0, json!({})).to_string();
    let deep = |key: &str| format!(r#"{{"id": 5, "{key}": {}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let with = |more: Value| line(5, more).to_string();
    let cases = [
        ("nonsense".to_owned(), Value::Null, "the line cannot be read: expected"),
        (
            "[1]".to_owned(),
            Value::Null,
            "the line cannot be read: invalid type: sequence, expected an object",
        ),
        (r#"{"id": 5, "service": "s3"#.to_owned(), json!(5), "the line cannot be read: EOF"),
        ("\u{feff}{}".to_owned(), Value::Null, "the line cannot be read"),
        (r#"{"id": 5}"#.to_owned(), json!(5), "service: the line names none"),
        (with(json!({"service": "mars"})), json!(5), "service: mars is none of ecs, kms, s3, sqs, sts"),
        (with(json!({"service": 7})), json!(5), "service: invalid type"),
        (with(json!({"client": "both"})), json!(5), "client: unknown variant"),
        (with(json!({"operation": "Fly"})), json!(5), "S3 has no operation Fly"),
        (with(json!({"operation": "Fly", "client": "typed"})), json!(5), "S3 has no operation Fly"),
        (with(json!({"operation": null})), json!(5), "operation: the line has none"),
        (with(json!({"params": []})), json!(5), "the value is not a structure, GetObjectInput"),
        (
            with(json!({"params": {"Bukcet": "b"}})),
            json!(5),
            "there is no such member, GetObjectInput.Bukcet",
        ),
        (
            with(json!({"params": {"Bucket": "b"}})),
            json!(5),
            "1 validation error: missing required field, GetObjectInput.Key",
        ),
        (with(json!({"config": {"pathstyle": true}})), json!(5), "config.pathstyle: unknown field"),
        (with(json!({"config": {"time": "noon"}})), json!(5), "config.time: neither"),
        (with(json!({"config": {"time": true}})), json!(5), "config.time: expected RFC 3339"),
        (with(json!({"config": {"presign_expires": -1}})), json!(5), "config.presign_expires: "),
        (with(json!({"config": {"endpoint_url": "ftp://x"}})), json!(5), "expected `http://`"),
        (with(json!({"response": {"status_code": "200"}})), json!(5), "response.status_code: "),
        (with(json!({"model": {}})), json!(5), "model: the line names a service too"),
        (with(json!({"service": null, "model": {}})), json!(5), "the model has no metadata"),
        (
            with(json!({"service": null, "model": {"metadata": {"protocol": "morse"}}})),
            json!(5),
            "the protocol morse is not supported",
        ),
        (
            with(
                json!({"service": null, "model": {"metadata": {"protocol": "json"}, "operations": {"Get": {"input": {"shape": "Gone"}}}}}),
            ),
            json!(5),
            "there is no structure Gone",
        ),
        (
            with(json!({"service": null, "model": {}, "client": "typed"})),
            json!(5),
            "client: a model has no generated types",
        ),
        (deep("params"), json!(5), "service: the line names none"),
        (
            with(json!({})).replace(
                r#"{"Bucket":"bkt","Key":"k"}"#,
                &format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
            ),
            json!(5),
            "params: recursion limit exceeded",
        ),
        (deep("model"), json!(5), "the model is no JSON: recursion limit exceeded"),
        (deep("config"), json!(5), "service: the line names none"),
        (
            format!(r#"{{"id": 5, "x": "{}"}}"#, "x".repeat(100 << 20)),
            Value::Null,
            "the line is longer than 16 MiB",
        ),
    ];
    let lines = cases.iter().flat_map(|(line, _, _)| [line.clone(), good.clone()]).collect();
    let answers = run(lines);
    assert_eq!(answers.len(), 2 * cases.len());
    for ((line, id, message), pair) in cases.iter().zip(answers.chunks(2)) {
        let shown: String = line.chars().take(200).collect();
        let answer: Value = serde_json::from_str(&pair[0]).unwrap();
        assert_eq!(answer["id"], *id, "{shown}");
        let found = answer["error"]["message"].as_str().unwrap();
        assert!(found.starts_with(message), "{shown}: {found}");
        assert_eq!(answer.get("request"), None, "{shown}");
        assert!(pair[1].contains(r#""result""#), "{shown}");
    }
}
