"""Makes answers from a model: values at random, and the bodies and headers in which a service would send them.

Where a format leaves a choice, the writers take another one each time: white space, comments, prefixes, CDATA and references in XML,
the order of members, unknown members and nulls, lengths and breaks in CBOR. None of it changes what is meant.
"""

import base64
import datetime
import json
import struct
from xml.sax.saxutils import escape, quoteattr

TEXTS = ["plain", "a b", "  around ", "<&>\"'", "é€\U0001f600", "line\nline", "tab\t", "]]>", "&amp;", "", "2015-01-01", "true", "12"]
# What headers can carry.
HEADER_TEXTS = ["plain", "a b", "x=1&y=2", 'W/"tag"', "a; b", "a:b"]
TIMES = [0, 1, -1, 1440938160, 1440938160.5, 1582938123.123, 4102444800, -2208988800]
BYTES = [b"hello", bytes(range(256)), "é€".encode(), b'{"a":1}', b"\0"]
DEEPEST = 6


class Values:
    """Values as Python has them, of a shape of the model."""

    def __init__(self, rng):
        self.rng = rng

    def structure(self, shape, depth=0):
        # What a service computes from the rest cannot be made up, and ExpiresString is the text of the header of Expires.
        names = [name for name in shape.members if not name.startswith(("MD5Of", "Checksum", "ExpiresString"))]
        if getattr(shape, "is_tagged_union", False):
            names = self.rng.sample(names, 1)
        elif depth:
            names = [name for name in names if self.rng.random() < (0.7 if depth < 4 else 0.2)]
        found = {name: self.value(shape.members[name], depth + 1) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def value(self, shape, depth, in_head=False):
        kind, choice = shape.type_name, self.rng.choice
        location = shape.serialization.get("location")
        in_head = in_head or location in ("header", "headers")
        if kind == "structure":
            if shape.is_document_type:
                return {"any": [1, None, "é", {"b": True}]}
            value = self.structure(shape, depth) if depth < DEEPEST else None
            return None if getattr(shape, "is_tagged_union", False) and not value else value
        if kind == "list":
            items = [self.value(shape.member, depth + 1, in_head) for _ in range(choice([0, 1, 2, 3]) or in_head)]
            return [item for item in items if item is not None]
        if kind == "map":
            keys = ["a", "key-1"] if in_head else getattr(shape.key, "enum", None) or ["a", "Key", "kéy", "a b", "&<>"]
            entries = {key: self.value(shape.value, depth + 1, in_head) for key in self.rng.sample(keys, choice([0, 1, 2]) % (len(keys) + 1))}
            return {key: value for key, value in entries.items() if value is not None}
        if kind == "boolean":
            return choice([True, False])
        if kind == "integer":
            return 200 if location == "statusCode" else choice([0, 1, -1, 2**31 - 1, -(2**31)])
        if kind == "long":
            return choice([0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63)])
        if kind in ("float", "double"):
            return choice([0.0, 1.5, -2.25, 1e10, 0.1] + ([1e-300, 1.7976931348623157e308] if kind == "double" else []))
        if kind == "timestamp":
            whole = shape.serialization.get("timestampFormat") == "rfc822" or in_head
            time = choice(TIMES)
            return datetime.datetime.fromtimestamp(int(time) if whole else time, datetime.timezone.utc)
        if kind == "blob":
            return choice(BYTES)
        return choice(getattr(shape, "enum", None) or (HEADER_TEXTS if in_head else TEXTS))


def stamp(rng, shape, time, default):
    """A timestamp in the format of its shape, which leaves some choice."""
    form = shape.serialization.get("timestampFormat", default)
    if form == "rfc822":
        return time.strftime("%a, %d %b %Y %H:%M:%S GMT")
    if form == "unixTimestamp":
        text = f"{time.timestamp():.3f}"
        return text.rstrip("0").rstrip(".") if rng.random() < 0.5 else text
    text = time.strftime("%Y-%m-%dT%H:%M:%S")
    text += f".{time.microsecond // 1000:03}" if time.microsecond or rng.random() < 0.3 else ""
    return text + rng.choice(["Z", "Z", "+00:00", "+0000", ""])


def plain(rng, shape, value, default):
    """A scalar as text."""
    kind = shape.type_name
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "timestamp":
        return stamp(rng, shape, value, default)
    if kind == "blob":
        return base64.b64encode(value).decode()
    return repr(value) if kind in ("integer", "long", "float", "double") else value


class Xml:
    def __init__(self, rng):
        self.rng = rng

    def space(self):
        return self.rng.choice(["", "", "", "\n  ", " ", "<!-- c <x> -->", "<?pi a?>", "\r\n"])

    def text(self, text):
        how = self.rng.random()
        if how < 0.2 and text and "]]>" not in text:
            return f"<![CDATA[{text}]]>"
        if how < 0.5:
            return "".join(f"&#x{ord(c):X};" if self.rng.random() < 0.3 else escape(c) for c in text)
        return escape(text)

    def element(self, name, inner, attributes=""):
        attributes += self.rng.choice(["", "", "", ' odd="a&gt;b"', " xmlns:q='http://q/'", " "])
        if not inner and self.rng.random() < 0.5:
            return f"<{name}{attributes}/>"
        return f"<{name}{attributes}>{inner}</{name}{self.rng.choice(['', '', ' '])}>"

    def members(self, shape, value):
        """The attributes and the elements of a structure, those of flattened lists among the others."""
        attributes, kinds = "", []
        for name, item in value.items():
            member = shape.members[name]
            wire, flattened = member.serialization.get("name", name), member.serialization.get("flattened")
            if member.serialization.get("location"):
                continue
            if member.serialization.get("xmlAttribute"):
                prefix = wire.split(":")[0]
                attributes += f' xmlns:{prefix}="http://www.w3.org/2001/XMLSchema-instance" {wire}={quoteattr(item)}'
            elif flattened and member.type_name == "list":
                kinds.append([self.value(member.member, member.member.serialization.get("name", wire), i) for i in item])
            elif flattened:
                kinds.append([self.entry(member, wire, *pair) for pair in item.items()])
            else:
                kinds.append([self.value(member, wire, item)])
        kinds.append(self.rng.choice([[], [], ["<Unknown><Deep>1</Deep></Unknown>"]]))
        elements, kinds = [], [kind for kind in kinds if kind]
        while kinds:
            kind = self.rng.choice(kinds)
            elements.append(self.space() + kind.pop(0))
            kinds = [kind for kind in kinds if kind]
        return attributes, "".join(elements) + (self.space() if elements else "")

    def entry(self, shape, name, key, value):
        pair = [
            self.value(shape.key, shape.key.serialization.get("name", "key"), key),
            self.value(shape.value, shape.value.serialization.get("name", "value"), value),
        ]
        self.rng.shuffle(pair)
        return self.element(name, self.space().join(["", *pair]))

    def value(self, shape, name, value):
        kind = shape.type_name
        if kind == "structure":
            attributes, inner = self.members(shape, value)
            return self.element(name, inner, attributes)
        if kind == "list":
            item = shape.member.serialization.get("name", "member")
            return self.element(name, "".join(self.space() + self.value(shape.member, item, i) for i in value))
        if kind == "map":
            return self.element(name, "".join(self.space() + self.entry(shape, "entry", *pair) for pair in value.items()))
        return self.element(name, self.text(plain(self.rng, shape, value, "iso8601")))


class Json:
    def __init__(self, rng):
        self.rng = rng

    def value(self, shape, value):
        kind = shape.type_name
        if kind == "structure" and not shape.is_document_type:
            members = shape.members.items()
            wire = lambda name, member: member.serialization.get("name", name)
            pairs = [(wire(n, m), self.value(m, value[n])) for n, m in members if n in value and not m.serialization.get("location")]
            if not getattr(shape, "is_tagged_union", False):
                pairs += [(wire(n, m), "null") for n, m in members if n not in value and self.rng.random() < 0.2]
                pairs += self.rng.choice([[], [("Unknown", '{"a":[1,null,{"b":"c"}]}')]])
            self.rng.shuffle(pairs)
            return self.object(pairs)
        if kind == "list":
            return "[" + ",".join(self.value(shape.member, item) for item in value) + "]"
        if kind == "map":
            return self.object([(key, self.value(shape.value, item)) for key, item in value.items()])
        if kind == "timestamp":
            text = stamp(self.rng, shape, value, "unixTimestamp")
            return text if shape.serialization.get("timestampFormat", "unixTimestamp") == "unixTimestamp" else json.dumps(text)
        value = base64.b64encode(value).decode() if kind == "blob" else value
        return json.dumps(value, ensure_ascii=self.rng.random() < 0.5)

    def object(self, pairs):
        space = self.rng.choice(["", " ", "\n\t"])
        return "{" + ",".join(f"{space}{json.dumps(key)}{space}:{space}{value}" for key, value in pairs) + space + "}"


class Cbor:
    def __init__(self, rng):
        self.rng = rng

    def head(self, major, number):
        sizes = [(24, 0), (2**8, 1), (2**16, 2), (2**32, 4), (2**64, 8)]
        size = self.rng.choice([size for limit, size in sizes if number < limit])
        info = number if size == 0 else 24 + size.bit_length() - 1
        return bytes([major << 5 | info]) + number.to_bytes(size, "big") if size else bytes([major << 5 | info])

    def chunks(self, major, data):
        if self.rng.random() < 0.8:
            return self.head(major, len(data)) + data
        # Of text each chunk is text by itself.
        cut = len(data) // 2 if major == 2 or data.isascii() else 0
        parts = [data[:cut], data[cut:]]
        return bytes([major << 5 | 31]) + b"".join(self.head(major, len(part)) + part for part in parts) + b"\xff"

    def items(self, major, items):
        if self.rng.random() < 0.3:
            return bytes([major << 5 | 31]) + b"".join(items) + b"\xff"
        return self.head(major, len(items)) + b"".join(items)

    def text(self, text):
        return self.chunks(3, text.encode())

    def value(self, shape, value):
        kind = shape.type_name
        if kind == "structure":
            items = [self.text(name) + self.value(shape.members[name], item) for name, item in value.items()]
            if not getattr(shape, "is_tagged_union", False):
                unset = [name for name in shape.members if name not in value and self.rng.random() < 0.2]
                items += [self.text(name) + self.rng.choice([b"\xf6", b"\xf7"]) for name in unset]
                items += self.rng.choice([[], [self.text("Unknown") + b"\xa1\x61a\x82\x01\xf6"]])
            return self.items(5, items)
        if kind == "list":
            return self.items(4, [self.value(shape.member, item) for item in value])
        if kind == "map":
            # Of a map every key is known: what a structure may hold beside its members would be an entry.
            return self.items(5, [self.text(key) + self.value(shape.value, item) for key, item in value.items()])
        if kind == "boolean":
            return b"\xf5" if value else b"\xf4"
        if kind in ("integer", "long"):
            return self.head(0, value) if value >= 0 else self.head(1, -1 - value)
        if kind in ("float", "double"):
            return self.rng.choice([b"\xfb" + struct.pack(">d", value), b"\xfa" + struct.pack(">f", value)] if value == 1.5 else [b"\xfb" + struct.pack(">d", value)])
        if kind == "timestamp":
            return b"\xc1\xfb" + struct.pack(">d", value.timestamp())
        return self.chunks(2, value) if kind == "blob" else self.text(value)
