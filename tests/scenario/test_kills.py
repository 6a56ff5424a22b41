"""kill -9 at random points of signing up, paying, webhooks, partners' calls and renewals: what was
acknowledged is there, nobody is charged twice, and the books balance. LANTERNE_KILLS: how often."""
import base64
import http.client
import os
import random
import threading
import time

import pytest

from card_world import CardHouse, Payer
from partner_world import Partner, Signer

KILLS = int(os.environ.get("LANTERNE_KILLS", "500"))
SERVER_KILLS = KILLS * 3 // 5
RENEW_KILLS = KILLS - SERVER_KILLS
CLIENTS = 3
GONE = (OSError, http.client.HTTPException)


class Life(threading.Thread):
    """Somebody who signs up, takes a plan with a card, and leaves and stays again and again, on a
    server that dies at any moment. An order is sent again under its key until it is answered."""

    def __init__(self, house, name, seed):
        super().__init__(daemon=True)
        self.house, self.name, self.dice = house, name, random.Random(seed)
        self.up, self.is_over, self.broke = threading.Event(), False, None
        self.signed_up = []  # addresses whose account was acknowledged
        self.taken = []      # ids of members whose order was acknowledged
        self.sold = {}       # partner's key -> subscription that was acknowledged

    def run(self):
        n = 0
        try:
            while not self.is_over:
                n += 1
                for step in (self.member, self.partner):
                    step(f"{self.name}-{n}")
        except Stopped:
            pass
        except BaseException as error:
            self.broke = error
            raise

    def until_answered(self, ask):
        """Its answer, from whichever server gives one."""
        while True:
            self.up.wait()
            if self.is_over:
                raise Stopped
            try:
                answer = ask()
            except GONE:
                time.sleep(0.01)
                continue
            if answer.status != 503:
                return answer

    def member(self, name):
        email = name + "@example.org"
        who = Payer(self.house.address)
        answer = self.until_answered(lambda: self.sign_up(who, email))
        assert answer.status in (200, 201), answer.body
        self.signed_up.append(email)
        me = self.until_answered(lambda: who.get("/api/v1/me")).ok().json()
        means = self.card(who)
        order = {"plan": "standard", "means": means["id"], "once": name}
        answer = self.until_answered(lambda: who.post("/api/v1/me/subscription", order))
        assert answer.status == 200, answer.body
        assert answer.json()["answer"] == "done", answer.body
        self.taken.append(me["id"])
        for _ in range(self.dice.randrange(3)):
            for what in ("cancel", "keep"):
                answer = self.until_answered(
                    lambda: who.post(f"/api/v1/me/subscription/{what}", {}))
                assert answer.status == 200 or answer.problem == "state", answer.body

    def sign_up(self, who, email):
        """An account that is there already was made by a call whose answer was lost."""
        answer = who.post("/api/v1/members", {"email": email, "password": "five small lamps glow"})
        if answer.problem != "exists":
            return answer
        return who.post("/api/v1/sessions", {"email": email, "password": "five small lamps glow"})

    def card(self, who):
        while True:
            page = self.until_answered(
                lambda: who.post("/api/v1/me/means/card", {"return_path": "/account"}))
            url = self.house.gateway.type_card(page.ok().json()["url"], "4242424242424242")
            answer = self.until_answered(lambda: self.house.come_back(who, url))
            if answer.status == 201:
                return answer.json()
            # It was added by a call whose answer was lost.
            assert answer.problem == "exists", answer.body
            return self.until_answered(lambda: who.get("/api/v1/me/means")).json()["items"][0]

    def partner(self, name):
        def create():
            return self.house.partner.create("A-" + name, key="K-" + name,
                                             billing_event_id="E-" + name)
        answer = self.until_answered(create)
        assert answer.status in (200, 201), answer.body
        self.sold["K-" + name] = answer.json()["id"]


class Stopped(Exception):
    """The test is over."""


@pytest.fixture
def house(lanterne, tmp_path):
    made = CardHouse(lanterne, tmp_path)
    made.run("partner", "add", "Câble Un", "--contact", "3900").ok()
    key = made.run("partner", "key", "add", "Câble Un", "--json").ok().json()
    made.run("bundle", "add", "Câble Un", "triple", "--plan", "standard", "--territory", "FR",
             "--price", "6.00").ok()
    made.signer = Signer(key["id"], key["secret"])
    assert base64.b64decode(key["secret"])
    yield made
    made.finish()


def keep_killing(house, lives, dice):
    """How often the server was killed while it was at work."""
    kills = 0
    while kills < SERVER_KILLS:
        for life in lives:
            life.up.set()
        time.sleep(dice.uniform(0, 0.6))
        kills += house.server.alive()
        for life in lives:
            life.up.clear()
        house.server.kill()
        house.processes.remove(house.server)
        house.serve(port=int(house.address.rpartition(":")[2]))
    return kills


def charges_left(house):
    return [c for c in house.charges().values() if c["state"] == "open"]


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nobody_pays_twice(house):
    dice = random.Random(7)
    house.serve()
    house.partner = Partner(house.address, house.signer, time.time)
    lives = [Life(house, f"m{n}", n) for n in range(CLIENTS)]
    for life in lives:
        life.start()
    assert keep_killing(house, lives, dice) == SERVER_KILLS
    for life in lives:
        life.is_over = True
        life.up.set()
    for life in lives:
        life.join(120)
        assert not life.is_alive()
        if life.broke:
            raise life.broke
    signed_up = [email for life in lives for email in life.signed_up]
    taken = [name for life in lives for name in life.taken]
    sold = {key: name for life in lives for key, name in life.sold.items()}
    assert len(taken) > CLIENTS and len(sold) > CLIENTS, (signed_up, sold)

    # What was answered once is answered the same again.
    for key, name in sold.items():
        again = house.partner.create("A-" + key[2:], key=key, billing_event_id="E-" + key[2:])
        assert again.json()["id"] == name
    house.server.stop()
    house.processes.remove(house.server)
    emails = {m["email"] for m in house.run("member", "list", "--json").ok().json()["items"]}
    assert set(signed_up) <= emails

    # Renewals, killed likewise, a month after the other.
    kills = killed_runs(house, dice)
    assert kills > RENEW_KILLS // 4, kills
    for minutes in (0, 10, 20):
        last = house.renew(days=31 * MONTHS, minutes=minutes + 400)
    assert (last["charged"], last["unknown"], last["left"]) == (0, 0, 0), last
    assert not charges_left(house)
    house.agree()
    periods = {}
    for charge in house.charges().values():
        if charge["state"] == "paid":
            periods.setdefault(charge["member"], []).append(charge["subject"])
    for name in taken:
        assert len(periods[name]) == len(set(periods[name])) >= 1, name


MONTHS = 4


def killed_runs(house, dice):
    """Runs of renew at the end of each month, each killed; how many of them were still at work. How
    long they are left alone follows how long they take here."""
    kills, window = 0, 0.5
    for n in range(RENEW_KILLS):
        month = 1 + n * MONTHS // RENEW_KILLS
        run = house.start("renew", "--now", house.later(days=31 * month, minutes=n))
        time.sleep(dice.uniform(0, window))
        was_at_work = run.alive()
        kills += was_at_work
        window *= 1.1 if was_at_work else 0.8
        run.kill()
        house.processes.remove(run)
    return kills
