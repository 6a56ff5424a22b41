"""A cable operator: signs its calls (RFC 9421), keeps its own list, and is beside a house that
sells."""
import base64
import contextlib
import csv
import hashlib
import hmac
import io
import json
import re
import secrets
import time

from billing_world import PASSWORD, BillingWorld, at
from harness import Client

COVERED = ("@method", "@target-uri", "content-digest", "idempotency-key")


class Signer:
    """Signs as hmac-sha256 with a secret; or as ed25519 with a private key."""

    def __init__(self, keyid, secret=None, private=None):
        self.keyid = keyid
        self.secret = secret
        self.private = private
        self.algorithm = "hmac-sha256" if private is None else "ed25519"

    def sign(self, base):
        if self.private is not None:
            return self.private.sign(base)
        return hmac.new(base64.b64decode(self.secret), base, hashlib.sha256).digest()


class Partner(Client):
    """The operator's system. What a test says in place of what is right goes into `wrong`."""

    def __init__(self, address, signer, now):
        super().__init__(address)
        self.signer = signer
        self.now = now  # a function that gives seconds since 1970

    def component(self, name, method, path, headers):
        if name == "@method":
            return method
        if name == "@target-uri":
            return self.address + path
        if name == "@authority":
            return self.address.split("//")[1]
        if name == "@path":
            return path.split("?")[0]
        if name == "@query":
            return "?" + path.partition("?")[2]
        return headers.get(name, "")

    def signed(self, method, path, body, key, wrong):
        """The headers of a call."""
        headers = {}
        if body:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            headers["content-digest"] = f"sha-256=:{digest}:"
            headers["content-type"] = "application/json"
        if key is not None:
            headers["idempotency-key"] = key
        covered = [c for c in wrong.get("covered", COVERED) if c[0] == "@" or c in headers]
        created = wrong.get("created", int(self.now()))
        params = "(" + " ".join(f'"{c}"' for c in covered) + ")"
        params += f";created={created}" if created is not None else ""
        expires = wrong.get("expires", (created or 0) + 60)
        params += f";expires={expires}" if expires is not None else ""
        nonce = wrong.get("nonce", secrets.token_urlsafe(18))
        params += f';nonce="{nonce}"' if nonce is not None else ""
        params += f';keyid="{wrong.get("keyid", self.signer.keyid)}"'
        params += f';alg="{wrong["alg"]}"' if "alg" in wrong else ""
        base = "".join(f'"{c}": {self.component(c, method, path, headers)}\n' for c in covered)
        base += f'"@signature-params": {params}'
        value = wrong.get("signature", self.signer.sign(base.encode()))
        headers["signature-input"] = f"sig1={params}"
        headers["signature"] = f"sig1=:{base64.b64encode(value).decode()}:"
        return headers

    def call(self, method, path, body=None, key=None, **wrong):
        """A signed call to /partner/v1PATH."""
        path = "/partner/v1" + path
        sent = None if body is None else json.dumps(body).encode()
        headers = self.signed(method, path, sent, key, wrong)
        headers.update(wrong.get("headers", {}))
        return self.ask(method, path, wrong.get("sent", sent), headers)

    def get(self, path="", **wrong):
        return self.call("GET", path, **wrong)

    def post(self, path, body=None, key=None, **wrong):
        body = {} if body is None else dict(body)
        if not path.endswith("/token"):
            body.setdefault("billing_event_id", "E-" + secrets.token_hex(8))
        return self.call("POST", path, body, key or "K-" + secrets.token_hex(8), **wrong)

    def create(self, account, bundle="triple", key=None, **more):
        body = {"partner_account_id": account, "bundle": bundle, "channel": "shop", **more}
        return self.post("/subscriptions", body, key)

    def does(self, what, subscription, key=None, **body):
        return self.post(f"/subscriptions/{subscription}/{what}", body, key)

    def state(self, subscription):
        return self.get(f"/subscriptions/{subscription}").ok().json()["state"]


class PartnerWorld(BillingWorld):
    """A house with a plan, and partners that sell it in bundles."""

    def __init__(self, lanterne, folder, **settings):
        super().__init__(lanterne, folder, trial_days=0, **settings)
        self.run("territory", "set", "FR", "--tax", "20").ok()
        self.add_plan("standard", "9.99")
        self.add_plan("max", "14.99", rank=2, format="UHD")
        self.signers = {}
        self.ids = {}
        self.add_partner("Câble Un")

    def add_partner(self, name, contact="cable-un.example, 3900", bundles=True):
        self.ids[name] = self.on("2024-01-01", "partner", "add", name, "--contact",
                                 contact, "--json").ok().json()["id"]
        self.signers[name] = self.add_key(name)
        if bundles:
            self.on("2023-12-01", "bundle", "add", name, "triple", "--plan", "standard",
                    "--territory", "FR", "--price", "6.00", "--share", "200").ok()
            self.on("2023-12-01", "bundle", "add", name, "triple-max", "--plan", "max",
                    "--territory", "FR", "--price", "9.00", "--share", "200").ok()

    def add_key(self, name):
        made = self.run("partner", "key", "add", name, "--json").ok().json()
        return Signer(made["id"], made["secret"])

    def partner(self, name="Câble Un", signer=None):
        return Partner(self.address, signer or self.signers[name], self.seconds)

    def seconds(self):
        """The server's clock: it goes on from where it was started."""
        return self.started_at + time.monotonic() - self.started

    @contextlib.contextmanager
    def at_work(self, instant):
        """A server that lives at that instant; the clock of partners goes with it."""
        self.started_at, self.started = at(instant).timestamp(), time.monotonic()
        with self.serving(instant):
            yield self

    def joined(self, email, instant="2024-01-01"):
        self.join(email, instant)
        return email

    def exported(self, day, name="Câble Un"):
        text = self.run("partner", "reconcile", "export", name, "--day", day).ok().stdout
        return list(csv.DictReader(io.StringIO(text)))

    def differences(self, rows, name="Câble Un", file="theirs.csv"):
        """What an import of those rows says, and how it ended."""
        path = self.folder / file
        with open(path, "w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        done = self.run("partner", "reconcile", "import", name, path, "--json")
        assert done.code in (0, 1), done.stderr
        found = done.json()["differences"]
        assert done.code == (1 if found else 0)
        return found


def token_of(answer):
    """The token of an answer's link."""
    found = re.fullmatch(r"http://\S+/link#([A-Za-z0-9_-]{43})",
                         answer.ok().json()["activation"]["link"])
    assert found[1] == answer.json()["activation"]["token"]
    return found[1]


def link(client, answer):
    """A member follows the link of an answer."""
    return client.post("/api/v1/me/partner-link", {"token": token_of(answer)})


__all__ = ["PASSWORD", "COVERED", "Signer", "Partner", "PartnerWorld", "token_of", "link", "at"]
