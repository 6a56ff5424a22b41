"""Common Access Tokens (CTA-5007-B) by another implementation than ours: CBOR by cbor2, signatures
by cryptography. Makes passes that the service must take or refuse, and reads the service's."""
import base64
import hashlib
import hmac

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ISS, SUB, AUD, EXP, NBF, IAT, CTI = range(1, 8)
CATV, CATU, CATM, CATGEO, CATR, SHOWN = 310, 312, 313, 316, 323, -65537


class Key:
    """What keys/pass.key makes: an Ed25519 key of a kind."""

    def __init__(self, root, kind="media"):
        seed = hmac.new(root, f"lanterne pass ed25519 {kind}".encode(), hashlib.sha256).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.private.public_key()
        raw = self.public.public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.kid = hashlib.sha256(raw).digest()[:8]
        self.alg, self.tag, self.context = -8, 18, "Signature1"

    def sign(self, message):
        return self.private.sign(message)

    def verifies(self, message, signature):
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class MacKey:
    """What a CDN shares with the house: keys/pass-hmac.key."""

    def __init__(self, secret):
        self.secret = secret
        self.kid = hmac.new(secret, b"lanterne pass key id", hashlib.sha256).digest()[:8]
        self.alg, self.tag, self.context = 5, 17, "MAC0"

    def sign(self, message):
        return hmac.new(self.secret, message, hashlib.sha256).digest()

    def verifies(self, message, signature):
        return hmac.compare_digest(self.sign(message), signature)


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(key, claims, *, kid=None, tag=None, alg=None, unprotected=None, cwt=True):
    headers = cbor2.dumps({1: key.alg if alg is None else alg, 4: key.kid if kid is None else kid})
    payload = claims if isinstance(claims, bytes) else cbor2.dumps(claims)
    signature = key.sign(cbor2.dumps([key.context, headers, b"", payload]))
    cose = cbor2.CBORTag(key.tag if tag is None else tag,
                         [headers, unprotected or {}, payload, signature])
    return encode(cbor2.dumps(cbor2.CBORTag(61, cose) if cwt else cose))


def read(text, key):
    """The claims of a pass that the key signed."""
    whole = cbor2.loads(decode(text))
    assert whole.tag == 61 and whole.value.tag == key.tag
    headers, unprotected, payload, signature = whole.value.value
    assert cbor2.loads(headers) == {1: key.alg, 4: key.kid} and unprotected == {}
    assert key.verifies(cbor2.dumps([key.context, headers, b"", payload]), signature)
    return cbor2.loads(payload)
