"""Compares what botocore reads from answers with what the program in tests/wire says that Cumulo reads.

Usage: answers.py SEED PROGRAM [ARGUMENT]...

For every operation of the shipped services, by structures of both kinds, and for some of every other protocol, by their models: answers
with all members and with some, and one error that the model describes. Values are compared as they are, timestamps to the microsecond.
"""

import base64
import collections
import datetime
import json
import random
import subprocess
import sys

from botocore.awsrequest import HeadersDict
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

from samples import Cbor, Json, Values, Xml, plain
from wire import Sampler

SHIPPED = ("s3", "sqs", "kms", "sts", "ecs")
# One more for each protocol, so that all are read with the models of real services.
OTHERS = ("ec2", "iam", "cloudfront", "lambda", "dynamodb", "cloudwatch")
# How many operations of those are asked for.
SOME = 60
TIMES = 2
# Those of S3 whose answer always has a body.
WITH_A_DOCUMENT = ("CompleteMultipartUpload", "CopyObject", "UploadPartCopy")


def excerpt(model, name):
    """A model of one operation, with the shapes that its answers have."""
    operation = {key: model["operations"][name][key] for key in ("name", "output", "errors") if key in model["operations"][name]}
    operation["http"] = {"method": "POST", "requestUri": "/"}
    todo, shapes = [operation], {}
    while todo:
        item = todo.pop()
        for key, value in item.items() if isinstance(item, dict) else enumerate(item):
            if key == "shape" and value not in shapes:
                shapes[value] = {k: v for k, v in model["shapes"][value].items() if k != "documentation"}
                todo.append(shapes[value])
            elif isinstance(value, (dict, list)):
                todo.append(value)
    return {"metadata": model["metadata"], "operations": {name: operation}, "shapes": shapes}


def body_of(rng, protocol, shape, value, name):
    """The body with the members that travel in it, and the headers."""
    headers, payload = [], shape.serialization.get("payload")
    if protocol.startswith("rest"):
        for member, item in ((shape.members[key], (key, item)) for key, item in value.items()):
            wire = member.serialization.get("name", item[0])
            case = rng.choice([str, str.lower, str.upper])
            if member.serialization.get("location") == "headers":
                headers += [(case(wire) + key.lower(), text) for key, text in item[1].items()]
            elif member.serialization.get("location") == "header":
                texts = item[1] if member.type_name == "list" else [item[1]]
                inner = member.member if member.type_name == "list" else member
                headers.append((case(wire), ", ".join(plain(rng, inner, text, "rfc822") for text in texts)))
        if payload:
            shape, value = shape.members[payload], value.get(payload)
            if value is None or isinstance(value, (bytes, str)):
                return headers, value.encode() if isinstance(value, str) else value or b""
            name = shape.serialization.get("name", shape.name)
    if protocol == "smithy-rpc-v2-cbor":
        return headers, Cbor(rng).value(shape, value)
    if protocol in ("json", "rest-json"):
        return headers, Json(rng).value(shape, value).encode()
    xml = Xml(rng)
    wrapper = shape.serialization.get("resultWrapper") if protocol == "query" else None
    if wrapper:
        document = xml.element(name, xml.space() + xml.value(shape, wrapper, value) + "<ResponseMetadata/>")
    else:
        document = xml.value(shape, name, value)
    return headers, (rng.choice(["", "\ufeff", '<?xml version="1.0"?>\n', "<!-- c -->"]) + document).encode()


def error_of(rng, protocol, shape, value):
    """An answer that reports the error of this shape."""
    code = shape.error_code
    value = {key: item for key, item in value.items() if key.lower() != "message"}
    if protocol == "smithy-rpc-v2-cbor":
        cbor = Cbor(rng)
        members = [cbor.text(key) + cbor.value(shape.members[key], item) for key, item in value.items()]
        members += [cbor.text("__type") + cbor.text(f"com.example#{code}"), cbor.text("message") + cbor.text("why")]
        return [], cbor.items(5, members)
    if protocol in ("json", "rest-json"):
        document = json.loads(Json(rng).value(shape, value)) | {"message": "why"}
        if protocol == "rest-json" and rng.random() < 0.5:
            return [("X-Amzn-ErrorType", f"{code}:http://example.com/")], json.dumps(document).encode()
        return [], json.dumps(document | {"__type": f"com.example#{code}"}).encode()
    inner = f"<Code>{code}</Code><Message>why</Message>" + Xml(rng).members(shape, value)[1]
    if protocol == "ec2":
        return [], f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>id</RequestID></Response>".encode()
    return [], f"<ErrorResponse xmlns='http://x/'><Error>{inner}</Error><RequestId>id</RequestId></ErrorResponse>".encode()


def theirs(protocol, shape, status, headers, body):
    """What botocore reads, as the program would show it."""
    head = HeadersDict()
    for name, value in headers:
        head[name] = value
    payload = shape.members.get(shape.serialization.get("payload"))
    is_raw = payload is not None and payload.type_name in ("blob", "string")
    answer = {"status_code": status, "headers": head, "body": b"" if is_raw else body}
    parsed = create_parser(protocol).parse(answer, shape)
    if is_raw:
        parsed[shape.serialization["payload"]] = body if payload.type_name == "blob" else body.decode()
    parsed.pop("ResponseMetadata", None)
    return parsed


def normal(value):
    """A value of either side, with one form for each meaning."""
    if isinstance(value, dict):
        if set(value) == {"$bytes"}:
            return ("bytes", value["$bytes"].encode())
        if set(value) == {"$b64"}:
            return ("bytes", base64.b64decode(value["$b64"]))
        if set(value) == {"$time"}:
            return normal(datetime.datetime.fromisoformat(value["$time"].replace("Z", "+00:00")))
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, bytes):
        return ("bytes", value)
    if isinstance(value, datetime.datetime):
        # Where botocore goes through a double, its microseconds are not exact.
        return ("time", round(value.timestamp(), 4))
    return value


def otherwise(operation, shape, body, expected):
    """The same as Cumulo reads it on purpose."""
    if operation in WITH_A_DOCUMENT and not body:
        # These answer before their work is done, so that nothing may follow if it fails; Go has it for an error too.
        return {"code": "SerializationError", "message": "empty response payload", "fields": {}}
    return {"result": normal(other_result(operation, shape, body, expected))}


def other_result(operation, shape, body, expected):
    if operation == "GetBucketLocation":
        # As Go's handler names it: callers compare it with regions.
        location = expected.get("LocationConstraint", "")
        return {"LocationConstraint": {"": "us-east-1", "EU": "eu-west-1"}.get(location, location)}
    payload = shape.serialization.get("payload")
    if payload and not body and not shape.members[payload].serialization.get("streaming"):
        # The published cases of the protocols want a member unset that has no body.
        return {key: value for key, value in expected.items() if key != payload}
    if operation == "GetBucketNotification":
        # A list has every event; the member for one, which is there for old programs, stays unset beside it.
        for configuration in expected.values():
            configuration.pop("Event", None)
    return expected


def cases(rng):
    """What is asked for (without a service, of a model), the answer, and what botocore reads of it."""
    loader = create_loader()
    for service in SHIPPED + OTHERS:
        source = loader.load_service_model(service, "service-2")
        model = ServiceModel(source, service)
        protocol = source["metadata"]["protocol"]
        names = model.operation_names if service in SHIPPED else rng.sample(model.operation_names, min(SOME, len(model.operation_names)))
        for name in names:
            operation = model.operation_model(name)
            shape = operation.output_shape
            call = {"operation": name}
            if service in SHIPPED:
                params = Sampler(rng, lambda: False).structure(operation.input_shape) if operation.input_shape else {}
                # Not every operation takes every kind of bucket, which is no matter here.
                call |= {"service": service, "params": params | ({"Bucket": "amzn-bucket"} if "Bucket" in params else {})}
            else:
                call |= {"model": excerpt(source, name), "config": {"endpoint_url": "http://localhost"}}
            if shape is not None and not operation.has_event_stream_output:
                for depth in range(TIMES):
                    headers, body = body_of(rng, protocol, shape, Values(rng).structure(shape, depth), name + "Response")
                    yield call, 200, headers, body, otherwise(name, shape, body, theirs(protocol, shape, 200, headers, body))
            for error in rng.sample(operation.error_shapes, min(1, len(operation.error_shapes))):
                headers, body = error_of(rng, protocol, error, Values(rng).structure(error))
                code = error.error_code
                if "awsQueryCompatible" in source["metadata"]:
                    code = f"Old.{code}"
                    headers = [*headers, ("x-amzn-query-error", f"{code};Sender")]
                fields = {key: value for key, value in theirs(protocol, error, 400, headers, body).items() if key.lower() != "message"}
                yield call, 400, headers, body, {"code": code, "message": "why", "fields": normal(fields)}


def seen(answer):
    """What the program has read, in the form of `cases`."""
    if "result" in answer:
        return {"result": normal(answer["result"])}
    error = answer["error"]
    fields = {key: value for key, value in error["fields"].items() if key.lower() != "message"}
    return {"code": error["code"], "message": error["message"], "fields": normal(fields)}


def main():
    seed, program = int(sys.argv[1]), sys.argv[2:]
    lines, todo = [], []
    for call, status, headers, body, expected in cases(random.Random(seed)):
        response = {"status_code": status, "headers": headers, "body_b64": base64.b64encode(body).decode()}
        for kind in ("dynamic", "typed") if "service" in call else ("dynamic",):
            lines.append(json.dumps(call | {"id": len(lines), "client": kind, "response": response}))
            todo.append((call, kind, headers, body, expected))
    output = subprocess.run(program, input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    answers = output.strip("\n").split("\n")
    assert len(answers) == len(lines), f"{len(answers)} answers to {len(lines)} lines"
    found, good = collections.defaultdict(list), 0
    for (call, kind, headers, body, expected), answer in zip(todo, answers):
        read = seen(json.loads(answer))
        good += read == expected
        if read != expected:
            what = f"{call.get('service') or call['model']['metadata']['protocol']} {call['operation']} {kind}"
            found[what].append(f"{headers} {body}\n      Cumulo {read}\n      botocore {expected}")
    for what, places in found.items():
        print(f"{len(places)} x {what}, for example {places[0][:2000]}")
    print(f"answers: {good} of {len(lines)} answers are read as botocore reads them")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
