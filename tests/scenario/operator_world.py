"""An operator that carries the service in its boxes: vouches for its customers, gives its boxes a
look, rolls versions out, reads the catalogue."""
import base64
import json
import secrets
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api_world import World
from partner_world import Partner, Signer, link

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NAME = "Câble Un"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class AssertionKey:
    """A key pair of the operator's: EdDSA, or ES256."""

    def __init__(self, algorithm="EdDSA"):
        self.algorithm = algorithm
        self.private = (Ed25519PrivateKey.generate() if algorithm == "EdDSA"
                        else ec.generate_private_key(ec.SECP256R1()))
        self.id = None

    def pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    def private_pem(self):
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()

    def jwk(self):
        if self.algorithm == "EdDSA":
            raw = self.private.public_key().public_bytes(serialization.Encoding.Raw,
                                                         serialization.PublicFormat.Raw)
            return {"kty": "OKP", "crv": "Ed25519", "x": b64(raw), "use": "sig", "alg": "EdDSA"}
        point = self.private.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32, "big")),
                "y": b64(point.y.to_bytes(32, "big"))}

    def sign(self, text):
        if self.algorithm == "EdDSA":
            return self.private.sign(text)
        r, s = utils.decode_dss_signature(self.private.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def assertion(self, header, claims):
        head = header if isinstance(header, bytes) else json.dumps(header).encode()
        body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        signed = f"{b64(head)}.{b64(body)}"
        return f"{signed}.{b64(self.sign(signed.encode()))}"


class OperatorWorld(World):
    """A copy of the house with a partner that sells a plan of it."""

    def set_up(self):
        self.run("plan", "add", "standard", "--name", "Standard", "--now", "2020-01-01").ok()
        self.partners = {}
        self.add_partner(NAME)

    def add_partner(self, name, territories=("FR",)):
        made = self.run("partner", "add", name, "--contact", "cable.example", "--json").ok().json()
        key = self.run("partner", "key", "add", name, "--json").ok().json()
        self.partners[name] = (made["id"], Signer(key["id"], key["secret"]))
        for code in territories:
            self.run("bundle", "add", name, f"triple-{code.lower()}", "--plan", "standard",
                     "--territory", code, "--price", "6.00", "--share", "200",
                     "--now", "2024-01-01").ok()
        return made["id"]

    def partner_id(self, name=NAME):
        return self.partners[name][0]

    def partner(self, name=NAME, now=time.time):
        return Partner(self.address, self.partners[name][1], now)

    def add_key(self, algorithm="EdDSA", name=NAME, jwk=False):
        key = AssertionKey(algorithm)
        path = self.logs / f"{secrets.token_hex(4)}.key"
        path.write_text(json.dumps(key.jwk()) if jwk else key.pem(), encoding="utf-8")
        key.id = self.run("partner", "assertion-key", "add", name, path,
                          "--json").ok().json()["id"]
        return key

    # ---- boxes -----------------------------------------------------------------------------------

    def claims(self, key, account, **other):
        now = int(other.pop("now", time.time()))
        said = {"iss": key.id, "sub": account, "aud": self.address, "iat": now, "exp": now + 600,
                "jti": secrets.token_urlsafe(12), **other}
        return {k: v for k, v in said.items() if v is not None}

    def presents(self, assertion, headers=None, form=False, **other):
        """What the service answers to a box that presents it."""
        who = self.someone(headers=headers)
        body = {"grant_type": GRANT, "assertion": assertion, "client": "lanterne-box", **other}
        path = "/api/v1/device/assertion"
        if not form:
            return who.post(path, body)
        return who.post(path, urllib.parse.urlencode(body).encode(),
                        headers={"Content-Type": "application/x-www-form-urlencoded"})

    def signs_in(self, key, account, header=None, **other):
        said = {"alg": key.algorithm, "kid": key.id} if header is None else header
        return self.presents(key.assertion(said, self.claims(key, account, **other)))

    def customer(self, account, email, activate=True):
        """Sells to the account, and links a member who has one already."""
        partner = self.partner()
        made = partner.create(account, bundle="triple-fr", activate=activate).ok()
        member = self.someone().signed_up(email)
        link(member, made).ok()
        return made.json()["id"], member

    def box(self, **said):
        """What a box is told; who asks comes from another network where `network` says so."""
        network = said.pop("network", None)
        bearer = said.pop("bearer", None)
        headers = {} if network is None else {"X-Forwarded-For": network}
        who = self.someone(headers=headers, bearer=bearer)
        return who.get("/api/v1/box/settings?" + urllib.parse.urlencode(said))

    def boxes(self, *args):
        return self.run("box", "list", "--json", *args).ok().json()["items"]


__all__ = ["GRANT", "NAME", "AssertionKey", "OperatorWorld", "b64"]
