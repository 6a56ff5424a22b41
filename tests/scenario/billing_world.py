"""A house that sells: plans with prices, members with cards at a gateway's double, and a clock that
goes from day to day by `--now`."""
import contextlib
import datetime
import urllib.parse

from gateway import Gateway
from harness import Service

PASSWORD = "a long enough phrase"
GOOD = "4242424242424242"
EMPTY = "4000000000000341"  # kept, and declined when it is charged


def at(text):
    """An instant of "2024-01-31" or "2024-01-31T22:30:00Z"."""
    if len(text) == 10:
        text += "T12:00:00Z"
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def say(instant):
    return instant.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class BillingWorld(Service):
    """A service with a gateway beside it."""

    def __init__(self, lanterne, folder, **settings):
        super().__init__(lanterne, folder)
        self.gateway = Gateway()
        self.accounts = 0
        self.settings({"seller": "Lanterne SAS|1 rue du Quai|75001 Paris|FR 12 345678901",
                       "card_gateway_url": self.gateway.url,
                       "card_key_file": "keys/card.key",
                       "card_webhook_secret_file": "keys/card-webhook.key",
                       "sepa_creditor_id": "FR72ZZZ123456", **settings})
        for name, secret in (("card", self.gateway.key), ("card-webhook", self.gateway.secret)):
            path = self.folder / "keys" / f"{name}.key"
            path.write_text(secret + "\n", encoding="utf-8")
            path.chmod(0o600)

    def settings(self, values):
        """Sets them in lanterne.conf, in place of what it says of them."""
        path = self.folder / "lanterne.conf"
        lines = [line for line in path.read_text(encoding="utf-8").splitlines()
                 if line.split("=")[0].strip() not in values]
        lines += [f"{key} = {value}" for key, value in values.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def finish(self, patience=30.0):
        super().finish(patience)
        self.gateway.close()

    # ---- the house -------------------------------------------------------------------------------

    def on(self, instant, *args):
        """`lanterne ARGS --now INSTANT`."""
        return self.run(*args, "--now", instant if isinstance(instant, str) else say(instant))

    def add_plan(self, code="standard", amount="9.99", territory="FR", now="2020-01-01", **more):
        args = ["plan", "add", code, "--name", code.capitalize()]
        for key, value in more.items():
            args += ["--" + key.replace("_", "-"), str(value)]
        self.on(now, *args).ok()
        self.price(code, amount, territory, now)

    def price(self, code, amount, territory="FR", now="2020-01-01", **more):
        args = ["plan", "price", code, "--territory", territory, "--amount", amount]
        for key, value in more.items():
            args += ["--" + key.replace("_", "-"), str(value)]
        return self.on(now, *args).ok()

    def renew(self, instant):
        """What `lanterne renew` did at that instant."""
        return self.on(instant, "renew", "--json").ok().json()

    def show(self, email, instant="2024-01-01"):
        return self.on(instant, "member", "show", email, "--json").ok().json()

    def check(self):
        """The books are sound; what the check said."""
        done = self.run("ledger", "check", "--json")
        assert done.code == 0, done.stdout
        found = done.json()
        assert found["balanced"] and not found["problems"], found
        assert all(total == 0 for total in found["currencies"].values())
        return found

    def balances(self, currency="EUR"):
        """{account: amount} of those that are not zero."""
        items = self.run("ledger", "balances", "--json").ok().json()["items"]
        return {i["account"]: i["balance"]["amount"] for i in items
                if i["balance"]["currency"] == currency and i["balance"]["amount"].strip("-0.")}

    # ---- members ---------------------------------------------------------------------------------

    def join(self, email, instant, territory="FR"):
        """A member who signed up then, with the trial that comes with it."""
        self.lanterne.run("-C", self.folder, "member", "add", "--email", email, "--territory",
                          territory, "--password-stdin", "--now",
                          instant if isinstance(instant, str) else say(instant),
                          stdin=PASSWORD + "\n").ok()

    @contextlib.contextmanager
    def serving(self, instant):
        """A server that lives at that instant."""
        self.gateway.clock_ahead = (at(instant) - datetime.datetime.now(
            datetime.timezone.utc)).total_seconds()
        server = self.serve("--now", say(at(instant)))
        self.gateway.webhook = self.address + "/api/v1/webhooks/card"
        try:
            yield self
        finally:
            self.gateway.webhook = None
            assert server.stop() == 0, server.text()

    def signed_in(self, email):
        client = self.client()
        client.post("/api/v1/sessions", {"email": email, "password": PASSWORD}).ok()
        return client

    def add_card(self, client, number=GOOD):
        """Types a card on the gateway's page and comes back; the id of the means."""
        page = client.post("/api/v1/me/means/card", {"return_path": "/account"}).ok().json()["url"]
        back = self.gateway.type_card(page, number)
        session = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["card"][0]
        kept = client.post("/api/v1/me/means/card/result", {"session": session}).ok()
        return kept.json()["id"]

    def add_mandate(self, client):
        """A mandate for an account nobody had before; the id of the means."""
        self.accounts += 1
        bank = f"{30006:05}{1:05}{self.accounts:011}"
        key = 97 - (89 * 30006 + 15 * 1 + 3 * self.accounts) % 97
        national = f"{bank}{key:02}"
        check = 98 - int(national + "152700") % 97
        body = {"iban": f"FR{check:02}{national}", "holder": "Zoé Lumière", "agreed": True}
        return client.post("/api/v1/me/means/sepa", body).ok().json()["id"]

    def debited(self, emails, instant, plan="standard"):
        """Members who take a plan and pay by direct debit; {email: means}."""
        means = {}
        for email in emails:
            self.join(email, instant)
        with self.serving(instant):
            for email in emails:
                client = self.signed_in(email)
                means[email] = self.add_mandate(client)
                client.post("/api/v1/me/subscription", {"plan": plan, "means": means[email]}).ok()
        return means

    def subscribers(self, emails, instant, plan="standard", number=GOOD, territory="FR"):
        """Members who take a plan with a card at that instant; {email: means}."""
        means = {}
        for email in emails:
            self.join(email, instant, territory)
        with self.serving(instant):
            for email in emails:
                client = self.signed_in(email)
                means[email] = self.add_card(client, number)
                client.post("/api/v1/me/subscription", {"plan": plan, "means": means[email]}).ok()
        return means

    def charges_of(self, email):
        """[(subject, state, amount)], oldest first."""
        charges = self.show(email)["charges"]
        return [(c["subject"], c["state"], c["amount"]["amount"]) for c in reversed(charges)]

    def never_twice(self):
        """Nothing was truly charged twice, and the books are sound."""
        times = self.gateway.times_charged()
        assert all(n == 1 for n in times.values()), times
        return self.check()
