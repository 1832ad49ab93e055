//! Small models with every kind of value.

use cumulo_core::dynamic::Model;
use serde_json::{Value, json};

/// A service of `protocol` whose operations carry every kind of value in the body.
pub fn everything(protocol: &str) -> Model {
    let mut shapes = json!({
        "Everything": {"type": "structure", "members": {
            "Text": {"shape": "Text"}, "Flag": {"shape": "Flag"}, "Small": {"shape": "Small"}, "Big": {"shape": "Big"},
            "Float": {"shape": "Float"}, "Double": {"shape": "Double"}, "Bytes": {"shape": "Bytes"},
            "When": {"shape": "Time"}, "Date": {"shape": "Time", "timestampFormat": "rfc822"},
            "Seconds": {"shape": "Time", "timestampFormat": "unixTimestamp"},
            "Day": {"shape": "Time", "timestampFormat": "iso8601"},
            "List": {"shape": "List"}, "Lists": {"shape": "Lists"}, "Items": {"shape": "Items"}, "Flat": {"shape": "FlatList"},
            "Map": {"shape": "Map"}, "Maps": {"shape": "Maps"}, "FlatMap": {"shape": "FlatMap"},
            "Inner": {"shape": "Everything", "locationName": "inner"}, "Choice": {"shape": "Choice"}
        }},
        "Choice": {"type": "structure", "union": true, "members": {"A": {"shape": "Text"}, "B": {"shape": "Everything"}}},
        "List": {"type": "list", "member": {"shape": "Text"}},
        "Lists": {"type": "list", "member": {"shape": "List", "locationName": "item"}},
        "Items": {"type": "list", "member": {"shape": "Everything"}},
        "FlatList": {"type": "list", "member": {"shape": "Big"}, "flattened": true},
        "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Double"}},
        "Maps": {"type": "map", "key": {"shape": "Text", "locationName": "K"}, "value": {"shape": "Everything", "locationName": "V"}},
        "FlatMap": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}, "flattened": true},
        "Text": {"type": "string"}, "Flag": {"type": "boolean"}, "Small": {"type": "integer"}, "Big": {"type": "long"},
        "Float": {"type": "float"}, "Double": {"type": "double"}, "Bytes": {"type": "blob"}, "Time": {"type": "timestamp"},
        "Any": {"type": "structure", "document": true, "members": {}},
        "Fault": {"type": "structure", "exception": true, "members": {
            "Message": {"shape": "Text"}, "Inner": {"shape": "Everything"}, "Count": {"shape": "Small"}
        }}
    });
    if protocol.contains("json") {
        shapes["Everything"]["members"]["Any"] = json!({"shape": "Any"});
    }
    if protocol.contains("xml") {
        shapes["Everything"]["members"]["Attribute"] =
            json!({"shape": "Text", "xmlAttribute": true, "locationName": "x:attribute"});
    }
    model(protocol, "Everything", shapes)
}

/// A service whose operations carry every kind of value in headers.
pub fn headers() -> Model {
    let member =
        |shape: &str, name: &str| json!({"shape": shape, "location": "header", "locationName": name});
    let shapes = json!({
        "Headers": {"type": "structure", "members": {
            "Text": member("Text", "x-text"), "Flag": member("Flag", "x-flag"), "Number": member("Number", "x-number"),
            "Double": member("Double", "x-double"), "Time": member("Time", "x-time"), "Bytes": member("Bytes", "x-bytes"),
            "Texts": member("Texts", "x-texts"), "Times": member("Times", "x-times"), "Numbers": member("Numbers", "x-numbers"),
            "Days": member("Days", "x-days"),
            "Json": {"shape": "Text", "location": "header", "locationName": "x-json", "jsonvalue": true},
            "More": {"shape": "More", "location": "headers", "locationName": "x-more-"}
        }},
        "Texts": {"type": "list", "member": {"shape": "Text"}}, "Times": {"type": "list", "member": {"shape": "Time"}},
        "Numbers": {"type": "list", "member": {"shape": "Number"}}, "Days": {"type": "list", "member": {"shape": "Day"}},
        "More": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "Text": {"type": "string"}, "Flag": {"type": "boolean"}, "Number": {"type": "long"}, "Double": {"type": "double"},
        "Time": {"type": "timestamp"}, "Day": {"type": "timestamp", "timestampFormat": "iso8601"}, "Bytes": {"type": "blob"}
    });
    model("rest-json", "Headers", shapes)
}

fn model(protocol: &str, root: &str, shapes: Value) -> Model {
    let http = json!({"method": "POST", "requestUri": "/"});
    let model = json!({
        "metadata": {
            "protocol": protocol, "jsonVersion": "1.1", "targetPrefix": "Fuzz", "serviceId": "Fuzz", "endpointPrefix": "fuzz",
            "apiVersion": "2020-01-01", "awsQueryCompatible": {}
        },
        "operations": {
            "Read": {"http": http, "output": {"shape": root, "resultWrapper": "ReadResult"}, "errors": [{"shape": "Fault"}]},
            "Write": {"http": http, "input": {"shape": root, "locationName": "Root"}}
        },
        "shapes": shapes
    });
    Model::from_json(model.to_string()).expect("the model is sound")
}
