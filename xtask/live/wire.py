"""Compares what botocore sends with what the program in tests/wire says that Cumulo sends.

Usage: wire.py SEED PROGRAM [ARGUMENT]...

For every operation of the shipped services: all members set, the required ones alone, and some at random. botocore's request is
caught before it is sent, at the time that it was signed for; the program gets the same parameters and the same time. Bodies in
JSON are compared by value, XML by its canonical form, forms as sorted pairs, other bodies exactly; paths exactly, query strings
as multisets, headers by name and value. Cumulo's signature is checked by letting botocore sign Cumulo's request, SigV4a's by verifying it.
"""

import base64
import collections
import datetime
import hashlib
import json
import random
import subprocess
import sys
import urllib.parse
import uuid
import xml.etree.ElementTree as ET
import zlib

import botocore.session
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

import sigv4a

KEYS = {"access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session_token": "TOKEN"}
TOKEN = "00000000-0000-4000-8000-000000000000"
# What each SDK says of itself and of its attempts, and what the two sign on top of the same request.
OF_THE_SDK = {"user-agent", "authorization", "amz-sdk-invocation-id", "amz-sdk-request", "host"}
# What Cumulo does otherwise, and why.
OTHERWISE = {
    ("s3", "header content-type", "application/xml", None): "the specification of rest-xml has it, botocore leaves it out",
    ("s3", "header content-type", "text/plain", None): "the specification has it for text, botocore leaves it out",
    ("s3", "header content-type", "application/octet-stream", None): "the specification has it for bytes, botocore leaves it out",
    ("s3", "header x-amz-content-sha256", "UNSIGNED-PAYLOAD", "as the body"): "the model wants the payload of the operation unsigned",
    ("s3", "header expect", None, "100-continue"): "Cumulo asks for large bodies alone",
    ("s3", "query", "", "encoding-type=url"): "botocore asks for encoded keys and decodes them, Cumulo leaves that to its caller, as Go does",
}
# The same for single operations, whatever the values.
OTHERWISE_IN = {
    ("s3", operation, f"header x-amz-server-side-encryption-customer-key{end}"): "botocore forgets these operations where it encodes keys"
    for operation in ("GetObjectAttributes", "ListParts") for end in ("", "-md5")
}
OTHERWISE_IN["s3", "CreateBucket", "body"] = "Cumulo asks for the region of the client, as Go does"
# Members that would contradict the body or a key if they were set at random.
OF_THE_BODY = {"ContentLength", "ContentMD5", "SSECustomerKeyMD5", "CopySourceSSECustomerKeyMD5"}
BUCKETS = [
    "amzn-bucket",
    "a.dotted.bucket",
    "Upper_Case",
    "arn:aws:s3:us-west-2:123456789012:accesspoint:mine",
    # Signed with SigV4a, for which botocore needs the AWS Common Runtime.
    "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
    "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/mine",
    "arn:aws:s3-outposts:eu-west-1:123456789012:outpost:op-01234567890123456:accesspoint:mine",
]


class Caught(Exception):
    def __init__(self, request):
        super().__init__()
        self.request = request


class Sampler:
    """Makes parameters from a model."""

    def __init__(self, rng, keeps):
        self.rng, self.keeps = rng, keeps

    def structure(self, shape, depth=0):
        names = [name for name in shape.members if name not in OF_THE_BODY and not name.startswith("Checksum")]
        if getattr(shape, "is_tagged_union", False):
            names = [self.rng.choice(names)]
        else:
            names = [name for name in names if name in shape.required_members or (depth < 5 and self.keeps())]
        return {name: self.value(shape.members[name], name, depth + 1) for name in names}

    def value(self, shape, name, depth):
        meta, kind = shape.metadata, shape.type_name
        least = int(meta.get("min") or 0)
        if kind == "structure":
            if shape.is_document_type:
                return {"any": [1, None, "é"]}
            return self.structure(shape, depth)
        if kind == "list":
            count = max(least, 0 if depth > 6 else self.rng.choice([1, 2]))
            return [self.value(shape.member, name, depth + 1) for _ in range(count)]
        if kind == "map":
            if depth > 6:
                return {}
            if getattr(shape.key, "enum", None):
                keys = self.rng.sample(shape.key.enum, 1)
            else:
                keys = ["key-1", "zero"]
            if shape.serialization.get("location") == "headers":
                return {key: self.text(shape.value, name, 0, in_header=True) for key in keys}
            return {key: self.value(shape.value, name, depth + 1) for key in keys}
        if kind == "boolean":
            return self.rng.choice([True, False])
        if kind in ("integer", "long"):
            return max(least, self.rng.choice([0, 1, 7, 2**31 - 1]))
        if kind in ("float", "double"):
            return self.rng.choice([0.0, 1.5, -2.25, 1e10])
        if kind == "timestamp":
            return {"$time": self.rng.choice([1440938160, 0, 1582938123])}
        if kind == "blob":
            return {"$bytes": self.rng.choice(["", "hello", "\0\x01é"]) or "x"}
        return self.text(shape, name, least)

    def text(self, shape, name, least, in_header=False):
        if getattr(shape, "enum", None):
            return self.rng.choice(shape.enum)
        if name == "Bucket":
            return self.rng.choice(BUCKETS)
        if name == "QueueUrl":
            return "https://sqs.eu-west-1.amazonaws.com/123456789012/queue"
        if name in ("Expires", "ExpiresString"):
            return "Sun, 30 Aug 2015 12:36:00 GMT"
        if name == "CopySource":
            return "bucket/key"
        if name == "RequestRoute":
            return "route1"
        choices = ["plain", "a b", "a/b", "x=1&y=2", "tilde~star*", "a,b", "per%cent", "plus+"]
        # Headers carry no others.
        location = shape.serialization.get("location", "headers" if in_header else None)
        if location is None:
            choices += ["é", "<&>\"'", "line\nline", "\u20ac\U0001f600"]
        elif location in ("uri", "querystring"):
            choices += ["é/ü", "..", "//", "/a//b/./c/../d", "?#[]@!$&'()*+,;=:", "\U0001f600"]
        text = self.rng.choice(choices)
        return text + "x" * max(0, least - len(text))


def rich(value):
    """Parameters as botocore takes them."""
    if isinstance(value, dict):
        if set(value) == {"$bytes"}:
            return value["$bytes"].encode()
        if set(value) == {"$time"}:
            return datetime.datetime.fromtimestamp(value["$time"], datetime.timezone.utc)
        return {key: rich(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rich(item) for item in value]
    return value


def catch(client, operation, params):
    """The request that botocore would send."""
    method = botocore.xform_name(operation)
    try:
        getattr(client, method)(**params)
    except Caught as caught:
        caught.request.sent = body_of(caught.request)
        return caught.request
    raise AssertionError("botocore sent nothing")


def body_of(request):
    body = request.body
    if body is None:
        return b""
    if hasattr(body, "read"):
        return body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


def canonical(body, protocol):
    try:
        if protocol in ("json", "rest-json"):
            return json.loads(body) if body else body
        if protocol == "rest-xml" and body.lstrip()[:1] == b"<":
            return ET.canonicalize(body.decode(), strip_text=False)
        if protocol in ("query", "ec2"):
            return sorted(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except (ValueError, ET.ParseError):
        pass
    return body


def pairs(url):
    split = urllib.parse.urlsplit(url)
    query = sorted("=".join((pair.split("=", 1) + [""])[:2]) for pair in split.query.split("&") if pair)
    return split, query


def differences(theirs, ours, protocol):
    if theirs.method != ours["method"]:
        yield "method", ours["method"], theirs.method
    (split, query), (our_split, our_query) = pairs(theirs.url), pairs(ours["url"])
    for part in ("scheme", "netloc"):
        if getattr(split, part) != getattr(our_split, part):
            yield part, getattr(our_split, part), getattr(split, part)
    if (split.path or "/") != our_split.path:
        yield "path", our_split.path, split.path
    if query != our_query:
        theirs_alone, ours_alone = collections.Counter(query), collections.Counter(our_query)
        yield "query", "&".join(ours_alone - theirs_alone), "&".join(theirs_alone - ours_alone)
    body, our_body = theirs.sent, base64.b64decode(ours["body_b64"])
    headers, our_headers = normal(theirs.headers.items(), body), normal(ours["headers"], our_body)
    for name in sorted(set(headers) | set(our_headers)):
        if name not in OF_THE_SDK and headers.get(name) != our_headers.get(name):
            yield f"header {name}", our_headers.get(name), headers.get(name)
    if canonical(body, protocol) != canonical(our_body, protocol):
        yield "body", our_body[:300], body[:300]


def normal(headers, body):
    """Headers by name. What follows from the body alone is checked against it and left out, as JSON has many forms."""
    found = {}
    for name, value in headers:
        value = value.decode() if isinstance(value, bytes) else value
        found[name.lower()] = ",".join(part.strip() for part in value.split(","))
    for name, expected in (
        ("content-length", str(len(body))),
        ("x-amz-content-sha256", hashlib.sha256(body).hexdigest()),
        ("x-amz-checksum-crc32", base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()),
        ("content-md5", base64.b64encode(hashlib.md5(body).digest()).decode()),
    ):
        if found.get(name) == expected:
            found[name] = "as the body"
    if not body:
        found.setdefault("content-length", "as the body")
    return found


def signature(theirs, ours, service):
    """Signs Cumulo's request with botocore, for what botocore signed its own for; answers what is wrong."""
    headers = dict(ours["headers"])
    if headers.get("authorization", "").startswith(sigv4a.ALGORITHM):
        return asymmetric_signature(theirs, ours, headers)
    authorization = headers.pop("authorization", None)
    if authorization is None:
        return None
    scope, own_scope = scope_of(theirs.headers["Authorization"]), scope_of(authorization)
    if scope != own_scope:
        return "scope", own_scope, scope
    region, signing_name = scope
    signed = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
    request = AWSRequest(
        method=ours["method"], url=ours["url"], data=base64.b64decode(ours["body_b64"]),
        headers={name: headers[name] for name in signed},
    )
    request.context["timestamp"] = headers["x-amz-date"]
    credentials = Credentials(*KEYS.values())
    is_s3 = service == "s3"
    if is_s3:
        request.context["payload_signing_enabled"] = headers["x-amz-content-sha256"] != "UNSIGNED-PAYLOAD"
    signer = (S3SigV4Auth if is_s3 else SigV4Auth)(credentials, signing_name, region)
    canonical_request = signer.canonical_request(request)
    if is_s3:
        canonical_request = canonical_request.rsplit("\n", 1)[0] + "\n" + headers["x-amz-content-sha256"]
    expected = signer.signature(signer.string_to_sign(request, canonical_request), request)
    found = authorization.rsplit("Signature=", 1)[1]
    return None if found == expected else ("signature", found, f"{expected} for\n{canonical_request}")


def asymmetric_signature(theirs, ours, headers):
    """No two of these are the same, but all verify: Cumulo's, and that of the AWS Common Runtime, by the same canonical form."""
    their_headers = {name.lower(): text(value) for name, value in theirs.headers.items()}
    their_headers.setdefault("host", urllib.parse.urlsplit(theirs.url).netloc)
    if scope_of(headers["authorization"]) != scope_of(their_headers["authorization"]):
        return "signature", headers["authorization"], their_headers["authorization"]
    found = sigv4a.fault(ours["method"], ours["url"], headers, list(KEYS.values()))
    expected = sigv4a.fault(theirs.method, theirs.url, their_headers, list(KEYS.values()))
    return ("signature", found, expected) if found or expected else None


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def scope_of(authorization):
    """The region and the service that a signature is for; in SigV4a, which has no region, the service and what ends the scope."""
    return text(authorization).split("Credential=")[1].split(",")[0].split("/")[2:4]


def cases(seed):
    session = botocore.session.Session()
    rng = random.Random(seed)
    for service in ("s3", "sqs", "kms", "sts", "ecs"):
        region = rng.choice(["us-east-1", "eu-west-1"])
        client = session.create_client(
            service, region_name=region, aws_access_key_id=KEYS["access_key"],
            aws_secret_access_key=KEYS["secret_key"], aws_session_token=KEYS["session_token"],
            config=Config(
                retries={"total_max_attempts": 1}, request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"us_east_1_regional_endpoint": "regional", "payload_signing_enabled": True},
            ),
        )

        def stop(request, **_):
            raise Caught(request)

        client.meta.events.register("before-send", stop)
        protocol = client.meta.service_model.resolved_protocol
        for operation in client.meta.service_model.operation_names:
            model = client.meta.service_model.operation_model(operation)
            for keeps in (lambda: True, lambda: False, lambda: rng.random() < 0.3):
                params = Sampler(rng, keeps).structure(model.input_shape) if model.input_shape else {}
                yield client, service, region, protocol, operation, params


def main():
    seed, program = int(sys.argv[1]), sys.argv[2:]
    botocore.handlers.uuid.uuid4 = lambda: uuid.UUID(TOKEN)
    todo, lines = [], []
    skipped = collections.Counter()
    for client, service, region, protocol, operation, params in cases(seed):
        try:
            theirs = catch(client, operation, rich(params))
        except Caught:
            raise
        except Exception as error:  # botocore refuses the parameters
            skipped[f"{service} {operation}: {type(error).__name__}: {str(error)[:100]}"] += 1
            continue
        date = theirs.headers.get("X-Amz-Date")
        date = date.decode() if isinstance(date, bytes) else date
        time = f"{date[:4]}-{date[4:6]}-{date[6:11]}:{date[11:13]}:{date[13:15]}Z" if date else None
        for kind in ("dynamic", "typed"):
            config = {"region": region, **KEYS, "time": time, "checksum": "when_required"}
            line = {"id": len(lines), "service": service, "client": kind, "operation": operation, "params": params, "config": config}
            lines.append(json.dumps(line))
            todo.append((service, region, protocol, operation, params, theirs))
    answers = subprocess.run(program, input="\n".join(lines), capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(answers) == len(lines), f"{len(answers)} answers to {len(lines)} lines"
    found, known, good = collections.defaultdict(list), collections.Counter(), 0
    for (service, _, protocol, operation, params, theirs), answer in zip(todo, answers):
        answer = json.loads(answer)
        if "request" in answer:
            faults = list(differences(theirs, answer["request"], protocol))
            faults += filter(None, [signature(theirs, answer["request"], service)])
        else:
            faults = [("no request", answer["error"]["message"][:200], None)]
        reasons = [OTHERWISE.get((service, *fault)) or OTHERWISE_IN.get((service, operation, fault[0])) for fault in faults]
        wrong = [fault for fault, reason in zip(faults, reasons) if reason is None]
        known.update(filter(None, reasons))
        good += not wrong
        for what, ours, expected in wrong:
            example = f"{operation} {json.dumps(params, ensure_ascii=False)[:400]}\n      Cumulo {ours}\n      botocore {expected}"
            found[f"{service} {what}"].append(example)
    for reason, count in skipped.items():
        print(f"skipped {count}: {reason}")
    for reason, count in known.items():
        print(f"{count} x otherwise: {reason}")
    for kind, places in found.items():
        print(f"{len(places)} x {kind}, for example {places[0]}")
    print(f"wire: {good} of {len(lines)} requests are as botocore's; botocore refused the parameters of {len(skipped)}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
