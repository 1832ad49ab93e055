"""Verifies SigV4a signatures with the public key that AWS would derive, by cryptography and not by either SDK."""

import hashlib
import hmac

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "AWS4-ECDSA-P256-SHA256"
# The order of the curve P-256.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def public_key(access_key, secret_key):
    """Counter-mode KDF of NIST SP 800-108 with HMAC-SHA256."""
    for counter in range(1, 255):
        text = b"\0\0\0\x01" + ALGORITHM.encode() + b"\0" + access_key.encode() + bytes([counter]) + b"\0\0\x01\0"
        number = int.from_bytes(hmac.digest(b"AWS4A" + secret_key.encode(), text, "sha256"), "big")
        if number <= ORDER - 2:
            return ec.derive_private_key(number + 1, ec.SECP256R1()).public_key()
    raise AssertionError("no key in 254 tries")


def fault(method, url, headers, keys):
    """What is wrong with the signature of a request to S3; headers by names in lower case."""
    authorization = headers["authorization"]
    scope, names, signature = (part.split("=", 1)[1] for part in authorization.removeprefix(ALGORITHM + " ").split(", "))
    signed = {name: headers[name] for name in names.split(";")}
    request = AWSRequest(method=method, url=url, data=b"", headers=signed)
    request.context["timestamp"] = headers["x-amz-date"]
    # The canonical form is that of SigV4.
    signer = S3SigV4Auth(Credentials(*keys), "s3", "none")
    canonical_request = signer.canonical_request(request).rsplit("\n", 1)[0] + "\n" + headers["x-amz-content-sha256"]
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    string_to_sign = "\n".join([ALGORITHM, headers["x-amz-date"], scope.split("/", 1)[1], digest])
    if "x-amz-region-set" not in signed:
        return "the region set is not signed"
    try:
        public_key(*keys[:2]).verify(bytes.fromhex(signature), string_to_sign.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return f"the signature is not one of\n{canonical_request}"
    return None
