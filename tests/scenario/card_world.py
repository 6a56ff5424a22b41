"""A house that sells a plan and charges cards at a gateway's double, and what the two agree on."""
import datetime
import sqlite3
import urllib.parse

from api_world import DESCRIPTION, Asker
from gateway import Gateway
from harness import Client, Service, wait_until

# What a card of the double comes to.
PAYS = "4242424242424242"
DECLINES = "4000000000000341"
STOLEN = "4000000000009979"
CONFIRMS = "4000002760003184"


def settings(folder, **values):
    """Sets values in lanterne.conf."""
    path = folder / "lanterne.conf"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines()
            if line.split("=")[0].strip(" #") not in values]
    path.write_text("\n".join(kept + [f"{k} = {v}" for k, v in values.items()]) + "\n",
                    encoding="utf-8")


def secret(path, text):
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


class Payer(Asker):
    """A member whose gateway may give no answer: the one fault that is not ours."""

    def ask(self, method, path, body=None, headers=None, **kwargs):
        answer = Client.ask(self, method, path, body, headers, **kwargs)
        if not (answer.status == 503 and answer.problem == "payment-busy"):
            DESCRIPTION.check(method, urllib.parse.urlsplit(path).path, answer)
        return answer


class CardHouse(Service):
    """Sells "standard" for 12.99 EUR a month in France; nobody has a trial."""

    def __init__(self, lanterne, folder, **more):
        super().__init__(lanterne, folder, name="The House")
        self.gateway = Gateway()
        # Refused webhooks are part of some tests: not sent for long.
        self.gateway.retries = 3
        settings(self.folder, **{
            "trial_days": 0,
            "card_gateway_url": self.gateway.url,
            "card_key_file": secret(self.folder / "gateway.key", self.gateway.key),
            "card_webhook_secret_file": secret(self.folder / "webhook.key", self.gateway.secret),
            "card_timeout": 2,
            **more})
        self.gateway.lateness = 3.0
        self.run("plan", "add", "standard", "--name", "Standard", "--streams", 2).ok()
        self.run("plan", "price", "standard", "--territory", "FR", "--amount", "12.99",
                 "--currency", "EUR").ok()

    def serve(self, *args, **kwargs):
        server = super().serve(*args, **kwargs)
        self.hook = self.gateway.webhook = self.address + "/api/v1/webhooks/card"
        return server

    def finish(self, patience=30.0):
        self.gateway.close()
        super().finish(patience)

    # ---- members ---------------------------------------------------------------------------------

    def member(self, email="card@example.org"):
        return Payer(self.address).signed_up(email)

    def card(self, member, number=PAYS):
        """Types a card on the gateway's page and comes back; the means."""
        page = member.post("/api/v1/me/means/card", {"return_path": "/account"}).ok().json()["url"]
        return self.come_back(member, self.gateway.type_card(page, number)).ok().json()

    @staticmethod
    def come_back(member, url):
        parts = urllib.parse.urlsplit(url)
        assert parts.path == "/account", url
        session = urllib.parse.parse_qs(parts.query)["card"][0]
        return member.post("/api/v1/me/means/card/result", {"session": session})

    @staticmethod
    def takes(member, means, **more):
        return member.post("/api/v1/me/subscription",
                           {"plan": "standard", "means": means["id"], **more})

    @staticmethod
    def state(member):
        return member.get("/api/v1/me").ok().json()["subscription"]["state"]

    def becomes(self, member, state):
        wait_until(lambda: self.state(member) == state, f"the subscription to be {state}")

    # ---- the books -------------------------------------------------------------------------------

    def charges(self):
        """{id: charge}, as the house has them."""
        return {c["id"]: c for c in self.run("charge", "list", "--json").ok().json()["items"]}

    def is_paid(self, member):
        return "paid" in [c["state"] for c in self.charges().values()
                          if c["member"] == member.me["id"]]

    def later(self, **kwargs):
        """An instant so much later, for --now."""
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**kwargs)
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def renew(self, **later):
        """One run, at another instant when one is said."""
        now = ["--now", self.later(**later)] if later else []
        return self.run("renew", "--json", *now).ok().json()

    def books(self):
        """All that a webhook may write, to be compared."""
        with sqlite3.connect(f"file:{self.folder / 'lanterne.db'}?mode=ro", uri=True) as db:
            return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
                    for table in ("charge", "ledger_entry", "ledger_rare", "membership",
                                  "membership_row", "invoice", "letter", "webhook_seen")}

    def taken(self):
        """Minor units that our ledger says the gateway has taken for us."""
        rows = self.run("ledger", "balances", "--account", "cash:card", "--json").ok().json()
        return sum(round(float(r["balance"]["amount"]) * 100) for r in rows["items"])

    def agree(self):
        """Our books and the gateway's journal say the same, and nothing was charged twice."""
        truth, times = self.gateway.charged(), self.gateway.times_charged()
        charges = self.charges()
        assert set(truth) <= set(charges), (truth, charges)
        for name, charge in charges.items():
            paid = charge["state"] in ("paid", "refunded")
            amount = round(float(charge["amount"]["amount"]) * 100)
            kept = amount - round(float(charge["refunded"]["amount"]) * 100) if paid else 0
            assert truth.get(name, 0) == kept, (charge, self.gateway.journal)
            assert times.get(name, 0) <= 1, (charge, self.gateway.journal)
        paid_for = [c["subject"] + c["member"] for c in charges.values() if c["state"] == "paid"]
        assert len(paid_for) == len(set(paid_for)), charges
        assert self.taken() == sum(truth.values())
        checked = self.run("ledger", "check", "--json").ok().json()
        assert checked["balanced"] and set(checked["currencies"].values()) <= {0}, checked
