"""The server is killed in the middle of partners' calls and members' links, many times. What was
acknowledged stays, what is asked again under its key is done once, both lists are the same, and the
books are sound."""
import http.client
import os
import random
import signal
import threading
import time

from harness import SANITIZER_REPORT, Client
from partner_world import PartnerWorld, at, token_of

ROUNDS = int(os.environ.get("LANTERNE_CRASHES", "60"))
ACCOUNTS = 4


def moment(n):
    """The n-th round's beginning: clocks never go back."""
    return f"2024-01-10T{8 + n // 180:02}:{n // 3 % 60:02}:{n % 3 * 20:02}Z"


CALLS = ("activate", "suspend", "resume", "bundle", "cancel", "token", "link")


class Account:
    """One customer of the operator: what was asked, and what was answered to it."""

    def __init__(self, world, number):
        self.world = world
        self.name = f"A-{number}"
        self.email = f"m{number}@example.org"
        world.joined(self.email)
        self.sub = self.token = None
        self.asked = None  # (path, body, key) whose answer was not heard
        self.answers = {}  # by key: what was heard
        self.done = 0
        self.wrong = None  # what should not have been
        self.cookies = {}

    def choose(self, rng):
        """The next call, as (path, body, key)."""
        key = f"K-{self.name}-{rng.getrandbits(64):x}"
        event = {"billing_event_id": "E" + key}
        if self.sub is None:
            return "/subscriptions", {"partner_account_id": self.name, "bundle": "triple",
                                      **event}, key
        what = rng.choice(CALLS)
        if what == "link":
            return "link", None, key
        if what == "cancel" and rng.random() < 0.7:
            what = "activate"
        if what == "bundle":
            event["bundle"] = rng.choice(("triple", "triple-max"))
        return f"/subscriptions/{self.sub}/{what}", event, key

    def step(self, partner, address, rng):
        """One call: the one whose answer was not heard, or another."""
        path, body, key = self.asked = self.asked or self.choose(rng)
        if path == "link":
            self.link(address)
        else:
            answer = partner.post(path, body, key)
            assert answer.status < 500, answer.body
            self.hear(answer, path, key)
        self.asked = None
        self.done += 1

    def hear(self, answer, path, key):
        if answer.status >= 400:
            assert answer.problem in ("ended", "suspended", "linked", "account"), answer.body
            return
        said = answer.json()
        assert self.answers.setdefault(key, answer.body) == answer.body
        self.sub = None if said["state"] == "ended" else said["id"]
        if path == "/subscriptions" or path.endswith("/token"):
            self.token = token_of(answer)

    def link(self, address):
        client = Client(address)
        client.cookies = dict(self.cookies)
        answer = client.post("/api/v1/me/partner-link", {"token": self.token or "A" * 43})
        assert answer.status in (200, 409, 410), answer.body


def work(account, partner, address, rng, is_over):
    while not is_over.is_set():
        try:
            account.step(partner, address, rng)
        except (OSError, http.client.HTTPException):
            return
        except AssertionError as error:
            account.wrong = error
            return


def one_round(world, accounts, rng, now):
    server = world.serve("--now", now)
    world.started_at, world.started = at(now).timestamp(), time.monotonic()
    is_over = threading.Event()
    threads = [threading.Thread(target=work, args=(account, world.partner(), world.address,
                                                   random.Random(rng.getrandbits(64)), is_over))
               for account in accounts]
    for thread in threads:
        thread.start()
    time.sleep(rng.uniform(0.02, 0.5))
    server.send(signal.SIGKILL)
    server.wait()
    is_over.set()
    for thread in threads:
        thread.join()
    world.processes.remove(server)
    assert not SANITIZER_REPORT.search(server.text()), server.text()
    for account in accounts:
        if account.wrong is not None:
            raise account.wrong


def test_killed_at_any_moment_nothing_is_lost_or_done_twice(lanterne, tmp_path):
    seed = int(os.environ.get("LANTERNE_SEED", "1"))
    print("seed", seed)
    rng = random.Random(seed)
    world = PartnerWorld(lanterne, tmp_path)
    accounts = [Account(world, i) for i in range(ACCOUNTS)]
    with world.at_work(moment(0)):
        for account in accounts:
            account.cookies = world.signed_in(account.email).cookies
    try:
        for n in range(ROUNDS):
            one_round(world, accounts, rng, moment(n + 1))
        settle(world, accounts, moment(ROUNDS + 1))
    finally:
        world.finish()
    compare(world, accounts)


def settle(world, accounts, now):
    """What was not heard is asked again; then every answer that was heard is still the answer."""
    with world.at_work(now):
        partner = world.partner()
        for account in accounts:
            if account.asked is not None:
                account.step(partner, world.address, random.Random(0))
            # the operator's own list is what it heard
            account.heard = None
            if account.sub is not None:
                account.heard = partner.get(f"/subscriptions/{account.sub}").ok().json()
    print("calls done:", [a.done for a in accounts])


def compare(world, accounts):
    rows = [{"day": "2024-01-10", "partner_account_id": a.name, "subscription_id": a.sub,
             "state": a.heard["state"], "bundle": a.heard["bundle"], "since": a.heard["since"][:10]}
            for a in accounts if a.heard is not None]
    rows.append({"day": "2024-01-10", "partner_account_id": "-", "subscription_id": "",
                 "state": "ended", "bundle": "triple", "since": ""})
    assert world.differences(rows) == []
    for account in accounts:
        shown = world.show(account.email, moment(ROUNDS + 2))
        is_on = account.heard is not None and account.heard["state"] == "active"
        assert (shown["status"] == "partner") == is_on, (account.name, account.heard, shown)
    assert sum(a.done for a in accounts) > ROUNDS
    world.on("2024-02-01T01:00:00Z", "partner", "bill", "--month", "2024-01", "--json").ok()
    world.check()
    assert world.run("check").code == 0
