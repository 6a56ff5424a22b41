"""A device that makes passkeys and signs with them, by the book (Web Authentication Level 3), and
the browser before it. What it says can be bent wherever a test wants it wrong."""
import base64
import dataclasses
import hashlib
import json
import os
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, HAS_CREDENTIAL = 0x01, 0x04, 0x08, 0x10, 0x40
ES256, EDDSA, RS256 = -7, -8, -257


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _head(major, n):
    for size, extra, letter in ((24, None, "B"), (1 << 8, 24, "B"), (1 << 16, 25, "H")):
        if n < size:
            first = n if extra is None else extra
            return bytes([major << 5 | first]) + (
                b"" if extra is None else struct.pack(">" + letter, n))
    raise ValueError(n)


def cbor(value):
    """RFC 8949, of what passkeys need; maps as they come."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(cbor, value))
    return _head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


@dataclasses.dataclass
class Credential:
    algorithm: int
    private: object
    rp_id: str
    user: bytes
    id: bytes = dataclasses.field(default_factory=lambda: os.urandom(32))
    counter: int = 0

    def cose(self):
        public = self.private.public_key()
        if self.algorithm == ES256:
            n = public.public_numbers()
            return {1: 2, 3: ES256, -1: 1, -2: n.x.to_bytes(32, "big"), -3: n.y.to_bytes(32, "big")}
        if self.algorithm == EDDSA:
            return {1: 1, 3: EDDSA, -1: 6, -2: public.public_bytes(Encoding.Raw, PublicFormat.Raw)}
        n = public.public_numbers()
        return {1: 3, 3: RS256, -1: n.n.to_bytes(256, "big"), -2: n.e.to_bytes(3, "big")}

    def sign(self, octets):
        if self.algorithm == ES256:
            return self.private.sign(octets, ec.ECDSA(hashes.SHA256()))
        if self.algorithm == EDDSA:
            return self.private.sign(octets)
        return self.private.sign(octets, padding.PKCS1v15(), hashes.SHA256())


def new_private(algorithm):
    if algorithm == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


class Authenticator:
    """counts: its signatures; synced: its keys are kept on more devices than one."""

    def __init__(self, origin, algorithm=ES256, counts=True, synced=False):
        self.origin = origin
        self.algorithm = algorithm
        self.counts = counts
        self.flags = PRESENT | VERIFIED | (ELIGIBLE | BACKED_UP if synced else 0)
        self.credentials = []

    def client_data(self, kind, asked, **bent):
        said = {"type": f"webauthn.{kind}", "challenge": asked, "origin": self.origin,
                "crossOrigin": False, **bent}
        return json.dumps({k: v for k, v in said.items() if v is not None}).encode()

    @staticmethod
    def authenticator_data(rp_id, flags, counter, attested=b""):
        site = hashlib.sha256(rp_id.encode()).digest()
        return site + struct.pack(">BI", flags, counter) + attested

    def create(self, options, *, flags=None, rp_id=None, cose=None, client=None, tail=b"",
               credential=None, form="none", statement=None):
        """What the site sends to add a passkey. bent: see client_data."""
        made = credential or Credential(self.algorithm, new_private(self.algorithm),
                                        options["rp"]["id"], unb64(options["user"]["id"]))
        self.credentials.append(made)
        flags = self.flags if flags is None else flags
        key = cbor(made.cose() if cose is None else cose)
        attested = bytes(16) + struct.pack(">H", len(made.id)) + made.id + key + tail
        data = self.authenticator_data(rp_id or made.rp_id, flags | HAS_CREDENTIAL, made.counter,
                                       attested)
        whole = {"fmt": form, "attStmt": statement or {}, "authData": data}
        return {
            "client_data": b64(self.client_data("create", options["challenge"], **(client or {}))),
            "attestation": b64(cbor(whole)),
            "transports": ["internal", "hybrid", "telepathy"],
        }

    def get(self, options, *, credential=None, flags=None, rp_id=None, counter=None, client=None,
            user=None, signer=None):
        """What the site sends to sign in."""
        used = credential or self.credentials[-1]
        if counter is None:
            used.counter += self.counts
            counter = used.counter
        data = self.authenticator_data(rp_id or options["rpId"],
                                       self.flags if flags is None else flags, counter)
        said = self.client_data("get", options["challenge"], **(client or {}))
        signature = (signer or used).sign(data + hashlib.sha256(said).digest())
        return {
            "id": b64(used.id),
            "client_data": b64(said),
            "authenticator_data": b64(data),
            "signature": b64(signature),
            "user_handle": b64(used.user if user is None else user),
        }
