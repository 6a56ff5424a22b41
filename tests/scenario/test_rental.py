"""Films for a night: rented in real windows of real avails, played by their own clock to the end of
it and no longer, paid for, given back, and nobody else's."""
import concurrent.futures
import datetime
import re
import tempfile
import time
import urllib.parse

import pytest

from api_world import PASSWORD
from card_world import CONFIRMS, PAYS, STOLEN, secret
from gateway import Gateway
from harness import Client, Masters, Service, wait_until
from rights_world import (SETTINGS, RightsWorld, avails_xml, instant, licence, open_territory,
                          window)

NOW = datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.timezone.utc)
SECOND, HOUR, DAY = (datetime.timedelta(**{n: 1}) for n in ("seconds", "hours", "days"))
ENDS = NOW + 10 * DAY
PAST = "2030-04-25T00:00:00Z"  # when the members joined: a trial of 30 days runs
IBAN = "FR7630006000011234567890189"
SEPA = {"sepa_creditor_id": "FR72ZZZ123456", "sepa_creditor_name": "The House",
        "sepa_creditor_iban": "FR7630006000011234567890189"}


def vod(territory="FR", **more):
    return window(territory, kind="VOD", **more)


def make(lanterne, folder):
    house = Service(lanterne, folder, name="The House")
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    film = Masters(house.folder.parent / "masters").make("film.mkv", seconds=3)
    house.titles = {}
    names = ("asked", "free", "listed", "wholesale", "both", "own", "ending", "dear",
             "abroad", "terms", "sub")
    for name in names:
        house.titles[name] = house.add_title(f"Film {name}", year=1950, language="fr")
        house.run("ingest", film, "--title", house.titles[name]).ok()
    house.run("worker", "--exit-when-idle", timeout=600).ok()
    t, free = house.titles, ("0.00", "EUR")
    licence(house, t["asked"], "asked", vod(SRP=("3.99", "EUR")))
    licence(house, t["free"], "free", vod(SRP=free))
    licence(house, t["listed"], "listed", vod())
    licence(house, t["wholesale"], "wholesale", vod(WSP=("2.10", "EUR")))
    licence(house, t["both"], "both", window("FR", profile="SD"), vod(SRP=free))
    licence(house, t["ending"], "ending", vod(end=instant(ENDS), SRP=free))
    licence(house, t["dear"], "dear", vod(SRP=("3.99", "USD")))
    licence(house, t["abroad"], "abroad", vod("US", SRP=("0.00", "USD")))
    licence(house, t["terms"], "terms", vod(SRP=free, RentalDuration="P3D", WatchDuration="PT2H"))
    licence(house, t["sub"], "sub", window("FR"))
    for title in t.values():
        house.publish(title)
    open_territory(house, "US")
    house.run("territory", "set", "FR", "--tax", "20").ok()
    for who in ("member", "other"):
        house.run("member", "add", "--now", PAST, "--email", f"{who}@example.org",
                  "--password-stdin", stdin=PASSWORD + "\n").ok()
    return house


_made = {}


def the_house(lanterne):
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-rental-")
        _made[lanterne.path] = (make(lanterne, folder.name), folder)
    return _made[lanterne.path][0]


class House(RightsWorld):
    """The house, served from one instant and then from others, with a gateway for cards."""

    def with_gateway(self):
        self.gateway = Gateway()
        real = datetime.datetime.now(datetime.timezone.utc)
        self.gateway.clock_ahead = (NOW - real).total_seconds()
        for name, text in (("gateway.key", self.gateway.key), ("webhook.key", self.gateway.secret)):
            secret(self.folder / name, text)
        self.settings(card_gateway_url=self.gateway.url, card_key_file=self.folder / "gateway.key",
                      card_webhook_secret_file=self.folder / "webhook.key", card_timeout=2)
        return self

    def finish(self, patience=30.0):
        self.gateway.close()
        super().finish(patience)

    def card(self, who, number=PAYS):
        page = who.post("/api/v1/me/means/card", {"return_path": "/account"}).ok().json()["url"]
        back = urllib.parse.urlsplit(self.gateway.type_card(page, number)).query
        return who.post("/api/v1/me/means/card/result",
                        {"session": urllib.parse.parse_qs(back)["card"][0]}).ok().json()["id"]

    def at(self, moment, *people):
        """Serves from that instant on; people go on with their sessions there."""
        if self.server is not None:
            self.server.stop()
        self.began = time.monotonic()
        self.serve("--now", moment if isinstance(moment, str) else instant(moment))
        for who in people:
            who.address = self.address
        return self

    def running_for(self):
        """Seconds; its clock has gone on by no more than that."""
        return time.monotonic() - self.began

    @staticmethod
    def together(calls):
        with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
            return [f.result() for f in [pool.submit(c) for c in calls]]

    def viewer(self, email="member@example.org", place="FR"):
        return self.seen_from(place, self.someone().signed_in(email))


@pytest.fixture
def house(lanterne, tmp_path):
    made = House(the_house(lanterne), tmp_path).with_gateway()
    made.settings(**SETTINGS, **SEPA)
    yield made.at(NOW)
    made.finish()


def rent(who, playable, **more):
    return who.post("/api/v1/rentals", {"playable": playable, **more})


def rented(who, playable, **more):
    return rent(who, playable, **more).ok().json()["rental"]


def page(who, title):
    return who.get(f"/api/v1/titles/{title}")


def rentals(who):
    return who.get("/api/v1/me/rentals").ok().json()["items"]


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def exactly(when):
    return when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def path_of(address):
    return urllib.parse.urlsplit(address).path


def rows(who):
    return {r["id"]: [c["id"] for c in r["items"]] for r in
            who.get("/api/v1/home").ok().json()["rows"]}


# ---- what it costs -------------------------------------------------------------------------------


def test_the_price_is_the_avails_else_the_lists_else_there_is_none(house):
    who, t = house.viewer(), house.titles
    price = lambda name: (page(who, t[name]).ok().json()["rental"] or {}).get("price")
    assert price("asked") == {"amount": "3.99", "currency": "EUR"}
    assert price("free") == {"amount": "0.00", "currency": "EUR"}
    for name in ("listed", "dear", "wholesale", "own", "sub"):
        assert price(name) is None, name
        answer = rent(who, t[name])
        assert answer.status == 409 and answer.problem == "price", name
    house.run("rental", "price", "set", "--territory", "FR", "--format", "HD", "--amount",
              "4.50").ok()
    house.run("rental", "price", "set", "--territory", "FR", "--title", t["own"], "--format", "SD",
              "--amount", "1").ok()
    house.run("rental", "price", "set", "--territory", "US", "--format", "HD", "--amount",
              "7").ok()
    for name in ("listed", "dear", "wholesale"):
        assert price(name) == {"amount": "4.50", "currency": "EUR"}, name
    # The house's own may be rented where it has a price; what is licensed for the plan alone not.
    assert page(who, t["own"]).json()["rental"]["format"] == "HD"
    assert price("sub") is None and rent(who, t["sub"]).problem == "price"
    assert price("asked") == {"amount": "3.99", "currency": "EUR"}
    # A film's own price goes before that of all, until it is taken off the list.
    own = ("--territory", "FR", "--title", t["listed"], "--format", "HD")
    house.run("rental", "price", "set", *own, "--amount", "2.25").ok()
    assert price("listed")["amount"] == "2.25"
    house.run("rental", "price", "remove", *own).ok()
    assert price("listed")["amount"] == "4.50"
    assert house.run("rental", "price", "remove", *own).code == 1
    listed = house.run("rental", "price", "list", "--json").ok().json()["items"]
    assert {(i["territory"], i["title"], i["price"]["amount"]) for i in listed} == {
        ("FR", None, "4.50"), ("FR", t["own"], "1.00"), ("US", None, "7.00")}
    # Where it is not licensed it is not for rent, whatever the list says.
    assert page(house.viewer(place="US"), t["asked"]).status == 404


@pytest.mark.parametrize("amount, why", [
    ("-1", "less than nothing"), ("99999999999999999999", "more than any night"),
    ("10000000.01", "more than any night"), ("1.234", "no amount"), ("x", "no amount"),
    ("", "must be said")])
def test_amounts_that_make_no_sense_are_refused_by_name(house, amount, why):
    said = house.run("rental", "price", "set", "--territory", "FR", "--format", "HD",
                     f"--amount={amount}")
    assert said.code == 2 and "--amount" in said.stderr and why in said.stderr
    assert house.run("rental", "price", "list", "--json").ok().json()["items"] == []


@pytest.mark.parametrize("amount", ["-3.99", "9" * 30, "x"])
def test_an_avail_with_such_a_price_is_refused_by_name(house, amount):
    path = house.logs / "offer.xml"
    path.write_text(avails_xml("offer", "A film", [vod(SRP=(amount, "EUR"))]), encoding="utf-8")
    done = house.run("avails", "import", path, "--json")
    (refused,) = done.json()["refused"]
    assert amount in refused["what"] and done.json()["applied"] == 0


def test_a_price_is_said_for_a_country_a_format_and_a_title_that_are_there(house):
    good = {"--territory": "FR", "--format": "HD", "--amount": "3"}
    for change in ({"--territory": "QQ"}, {"--format": "8K"}, {"--currency": "USD"},
                   {"--title": "x"}):
        said = [part for pair in {**good, **change}.items() for part in pair]
        assert house.run("rental", "price", "set", *said).code == 2, change
    said = [part for pair in {**good, "--title": "a" * 26}.items() for part in pair]
    assert house.run("rental", "price", "set", *said).code == 1


# ---- the clock -----------------------------------------------------------------------------------


def test_a_rented_film_plays_for_48_hours_and_not_a_second_more(house):
    who, free = house.viewer(), house.titles["free"]
    assert who.plays(free).problem == "rent"
    got = rented(who, free)
    assert got["state"] == "waiting" and got["started"] is None and got["ends"] is None
    assert moment(got["start_by"]) - moment(got["ordered"]) == 30 * DAY
    said = page(who, free).json()
    assert said["may"] == "play" and said["rental"]["rented"]["state"] == "waiting"
    assert rentals(who)[0]["state"] == "waiting", "looking at it starts nothing"
    first = who.plays(free).ok().json()
    (running,) = rentals(who)
    ends = moment(running["ends"])
    assert running["state"] == "running" and ends - moment(running["started"]) == 48 * HOUR
    assert first["expires_at"] != running["ends"], "a pass is good for six hours"
    # Playing it again starts nothing anew.
    house.at(NOW + 24 * HOUR, who)
    again = who.plays(free).ok().json()
    assert rentals(who)[0]["ends"] == running["ends"]
    who.patch(f"/api/v1/playbacks/{again['id']}", {"position_seconds": 1}).ok()
    # The pass of the last hours ends with the rental, and so does what is played by it.
    house.at(exactly(ends - 20 * SECOND), who)
    last = who.plays(free).ok().json()
    assert last["expires_at"] == running["ends"] and last["resume_seconds"] == 1
    media = path_of(last["hls"])
    who.get(media).ok()
    who.patch(f"/api/v1/playbacks/{last['id']}", {"position_seconds": 2}).ok()
    while (left := 20 - house.running_for()) > 1.2:  # 47:59:58 and some
        time.sleep(min(left - 1.1, 0.2))
    assert who.get(media).status == 200 and who.plays(free).status == 201
    # A pass counts in whole seconds, and ends with the last one.
    wait_until(lambda: who.get(media).status == 403, "the end of the pass", 30)
    wait_until(lambda: who.plays(free).problem == "rent", "the end of the rental", 2)
    assert house.running_for() >= 20 and who.get(media).status == 403
    assert rentals(who)[0]["state"] == "over"
    assert page(who, free).json()["rental"]["rented"] is None


def test_at_the_very_instant_it_ends_it_is_over(house):
    who, free = house.viewer(), house.titles["free"]
    rented(who, free)
    who.plays(free).ok()
    ends = moment(rentals(who)[0]["ends"])
    house.at(exactly(ends), who)
    assert who.plays(free).problem == "rent"
    assert rentals(who)[0]["state"] == "over"
    # It can be rented anew, and is another rental.
    assert rented(who, free)["state"] == "waiting" and len(rentals(who)) == 2
    who.plays(free).ok()


def test_what_was_not_started_in_its_days_is_over(house):
    who, free = house.viewer(), house.titles["free"]
    start_by = moment(rented(who, free)["start_by"])
    house.at(exactly(start_by - 30 * SECOND), who)
    assert rentals(who)[0]["state"] == "waiting"
    played = who.plays(free).ok().json()
    ends = moment(rentals(who)[0]["ends"])
    assert ends > start_by + 47 * HOUR and moment(played["expires_at"]) > start_by
    # Another member's waits no longer.
    other = house.viewer("other@example.org")
    house.at(NOW, who, other)
    start_by = moment(rented(other, free)["start_by"])
    house.at(exactly(start_by), other)
    assert other.plays(free).problem == "rent" and rentals(other)[0]["state"] == "over"


def test_the_avails_own_terms_go_before_the_settings(house):
    who, terms = house.viewer(), house.titles["terms"]
    got = rented(who, terms)
    assert moment(got["start_by"]) - moment(got["ordered"]) == 3 * DAY
    assert who.plays(terms).ok().json()["expires_at"] == rentals(who)[0]["ends"]
    (running,) = rentals(who)
    assert moment(running["ends"]) - moment(running["started"]) == 2 * HOUR
    house.settings(rental_start_days=2, rental_watch_hours=1)
    house.at(NOW, who)
    got = rented(who, house.titles["free"])
    assert moment(got["start_by"]) - moment(got["ordered"]) == 2 * DAY


def test_two_screens_at_once_start_one_clock(house):
    who, free = house.viewer(), house.titles["free"]
    rented(who, free)
    screens = [house.viewer() for _ in range(4)]
    played = house.together([lambda s=s: s.plays(free) for s in screens])
    assert sorted(p.status for p in played) == [201, 201, 409, 409]  # the account has two seats
    (running,) = rentals(who)
    started = moment(running["started"])
    assert moment(running["ends"]) - started == 48 * HOUR


def test_a_subscription_that_gives_as_much_starts_no_clock(house):
    who, both = house.viewer(), house.titles["both"]
    rented(who, both)
    small = {"playable": both, "lines": 480}
    who.post("/api/v1/playbacks", small).ok()
    assert rentals(who)[0]["state"] == "waiting"
    who.post("/api/v1/playbacks", {"playable": both}).ok()  # only the rental has HD
    assert rentals(who)[0]["state"] == "running"


# ---- past the window, the subscription, the border -----------------------------------------------


def test_a_sale_is_a_sale_when_the_window_has_closed(house):
    ending = house.titles["ending"]
    who, other = house.viewer(), house.viewer("other@example.org")
    rented(who, ending)
    house.at(ENDS + DAY, who, other)
    assert other.plays(ending).status == 404 and page(other, ending).status == 404
    assert rent(other, ending).status == 404
    said = page(who, ending).ok().json()
    assert said["may"] == "play" and said["audio"] and said["rental"]["rented"]
    assert rows(who)["rented"] == [ending] and "rented" not in rows(other)
    assert ending not in [c["id"] for c in who.get("/api/v1/titles").json()["items"]]
    why = lambda who: house.run("rights", "explain", ending, "--territory", "FR", "--member", who,
                                "--at", instant(ENDS + DAY), "--json").ok().json()
    assert why("member@example.org")["verdict"] == "playable"
    assert why("other@example.org")["verdict"] == "hidden"
    played = who.plays(ending).ok().json()
    who.get(path_of(played["hls"])).ok()
    who.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": 1}).ok()
    ends = moment(rentals(who)[0]["ends"])
    assert moment(played["expires_at"]) == moment(rentals(who)[0]["started"]) + 6 * HOUR
    assert rows(who)["continue"] == [ending]
    house.at(exactly(ends), who)
    assert who.plays(ending).status == 404 and page(who, ending).status == 404
    assert "rented" not in rows(who)


def test_a_rented_film_plays_on_when_the_subscription_has_ended(house):
    who, free = house.viewer(), house.titles["free"]
    house.at(moment(PAST) + 29 * DAY, who)
    rented(who, free)
    house.at(moment(PAST) + 40 * DAY, who)
    assert who.plays(house.titles["sub"]).problem == "subscribe"
    who.plays(free).ok()
    # And none is needed to rent.
    rented(who, house.titles["both"])
    who.plays(house.titles["both"]).ok()


@pytest.mark.parametrize("end", ["withdrawn", "revoked", "closed", "unlinked"])
def test_what_the_house_or_the_studio_took_back_is_not_played(house, end):
    who, ending = house.viewer(), house.titles["ending"]
    rented(who, ending)
    who.plays(ending).ok()
    at = ("--now", instant(NOW + HOUR))
    if end == "withdrawn":
        house.run("withdraw", ending, *at).ok()
    elif end == "closed":
        house.run("territory", "close", "FR", "--at", instant(NOW + 2 * HOUR), *at).ok()
    elif end == "revoked":
        licence_again = vod(end=instant(ENDS), SRP=("0.00", "EUR"))
        path = house.logs / "revoked.xml"
        path.write_text(avails_xml("ending", "A film", [licence_again]).replace(
            "</avails:FormatProfile>", '</avails:FormatProfile><avails:Term termName="TitleStatus">'
            "<avails:Text>Revoked</avails:Text></avails:Term>"), encoding="utf-8")
        house.run("avails", "import", path, *at).ok()
    else:
        house.run("avails", "unlink", "ending", *at).ok()
    house.at(NOW + 3 * HOUR, who)
    assert who.plays(ending).status == 404
    assert rows(who).get("rented") is None


def test_a_rental_is_its_members_alone_and_of_its_country(house):
    who, free = house.viewer(), house.titles["free"]
    got = rented(who, free)
    other, visitor = house.viewer("other@example.org"), house.seen_from("FR")
    assert other.plays(free).problem == "rent" and visitor.plays(free).problem == "join"
    assert rentals(other) == [] and "rented" not in rows(other)
    assert page(other, free).json()["rental"]["rented"] is None
    assert page(visitor, free).json()["rental"]["rented"] is None
    assert visitor.post("/api/v1/rentals", {"playable": free}).status == 401
    assert rows(who)["rented"] == [free]
    # Elsewhere it has no licence.
    house.run("territory", "set", "FR", "--roaming", "place").ok()
    away = house.viewer(place="US")
    assert away.plays(free).status == 404 and page(away, free).status == 404
    (listed,) = house.run("rental", "list", "--member", "member@example.org",
                          "--json").ok().json()["items"]
    assert listed["id"] == got["id"] and listed["name"] == "Film free"
    assert house.run("rental", "show", got["id"], "--json").ok().json() == listed
    assert got["id"] in house.run("rental", "list").ok().stdout
    assert house.run("rental", "show", "a" * 26).code == 1


# ---- ordering ------------------------------------------------------------------------------------


def test_one_order_under_one_key_is_one_rental(house):
    who, free = house.viewer(), house.titles["free"]
    first = rented(who, free, once="tonight")
    assert rented(who, free, once="tonight") == first and len(rentals(who)) == 1
    again = rent(who, free)
    assert again.status == 409 and again.problem == "state"
    who.plays(free).ok()
    assert rent(who, free, once="other").problem == "state"
    assert rented(who, free, once="tonight")["id"] == first["id"]
    # The same key of another member's is another order.
    other = house.viewer("other@example.org")
    assert rented(other, free, once="tonight")["id"] != first["id"]


def test_what_is_not_there_cannot_be_rented(house):
    who = house.viewer()
    assert rent(who, "a" * 26).status == 404
    assert rent(who, house.titles["abroad"]).status == 404
    assert rent(who, house.titles["free"], format="8K").status == 422


def test_what_costs_something_needs_means(house):
    answer = rent(house.viewer(), house.titles["asked"])
    assert answer.status == 409 and answer.problem == "payment-means"
    assert rentals(house.viewer()) == []
    house.run("ledger", "check").ok()


def mandate(who):
    return who.post("/api/v1/me/means/sepa",
                    {"iban": IBAN, "holder": "A Member", "agreed": True}).ok().json()["id"]


def balances(house, at=NOW + DAY):
    items = house.run("ledger", "balances", "--json", "--now", instant(at)).ok().json()["items"]
    return {i["account"]: i["balance"]["amount"] for i in items}


def test_a_rental_by_direct_debit_is_paid_booked_and_invoiced_once(house):
    who, asked = house.viewer(), house.titles["asked"]
    means = mandate(who)
    taps = house.together([lambda: rent(who, asked, means=means) for _ in range(3)])
    assert {t.status for t in taps} <= {201, 409} and 201 in {t.status for t in taps}
    assert {t.problem for t in taps if t.status == 409} <= {"state"}
    (got,) = rentals(who)
    assert got["state"] == "waiting" and got["price"] == {"amount": "3.99", "currency": "EUR"}
    (charge,) = who.get("/api/v1/me/charges").ok().json()["items"]
    assert charge["kind"] == "rental" and charge["state"] == "pending"
    (invoice,) = who.get("/api/v1/me/invoices").ok().json()["items"]
    assert invoice["what"] == "Film asked" and invoice["tax"]["amount"] == "0.67"
    assert balances(house) == {"receivable:sepa": "3.99", "revenue:rental:FR": "-3.32",
                               "tax:FR": "-0.67"}
    house.run("ledger", "check").ok()
    who.plays(asked).ok()


def test_the_studio_is_owed_its_wholesale_price(house):
    who, film = house.viewer(), house.titles["wholesale"]
    house.run("rental", "price", "set", "--territory", "FR", "--format", "HD", "--amount",
              "4.50").ok()
    rented(who, film, means=mandate(who))
    said = balances(house)
    cost = {a: m for a, m in said.items() if "studio" in a}
    assert sorted(cost.values()) == ["-2.10", "2.10"], said
    assert [a.rsplit(":", 1)[0] for a in sorted(cost)] == ["cost:studio", "payable:studio"]


def test_money_given_back_ends_the_rental_at_once(house):
    who, film = house.viewer(), house.titles["wholesale"]
    house.run("rental", "price", "set", "--territory", "FR", "--format", "HD", "--amount",
              "4.50").ok()
    rented(who, film, means=house.card(who))
    (charge,) = who.get("/api/v1/me/charges").ok().json()["items"]
    assert charge["state"] == "paid" and house.gateway.charged() == {charge["id"]: 450}
    house.run("charge", "refund", charge["id"], "--key", "k1", "--now", instant(NOW + HOUR)).ok()
    assert sum(house.gateway.charged().values()) == 0
    house.at(NOW + 2 * HOUR, who)
    assert who.plays(film).problem == "rent" and rentals(who)[0]["state"] == "over"
    assert rows(who).get("rented") is None
    # Nothing was watched: nothing is sold, and nothing owed for it.
    assert set(balances(house).values()) == {"0.00"}
    house.run("ledger", "check").ok()
    assert rented(who, film, means=house.card(who))["state"] == "waiting"


def test_money_given_back_in_mid_film_cuts_it(house):
    who, film = house.viewer(), house.titles["wholesale"]
    house.run("rental", "price", "set", "--territory", "FR", "--format", "HD", "--amount",
              "4.50").ok()
    rented(who, film, means=house.card(who))
    who.plays(film).ok()
    (charge,) = who.get("/api/v1/me/charges").ok().json()["items"]
    house.run("charge", "refund", charge["id"], "--key", "k1", "--now", instant(NOW + HOUR)).ok()
    house.at(NOW + 2 * HOUR, who)
    assert who.plays(film).problem == "rent"
    owed = {a: m for a, m in balances(house).items() if "studio" in a}
    assert sorted(owed.values()) == ["-2.10", "2.10"], "what was watched is owed"


def test_a_card_that_does_not_pay_rents_nothing_and_another_may(house):
    who, asked = house.viewer(), house.titles["asked"]
    answer = rent(who, asked, means=house.card(who, STOLEN), once="a")
    assert answer.status == 402 and answer.problem == "payment-declined"
    assert who.plays(asked).problem == "rent"
    assert rentals(who) == [], "what was never paid was never rented"
    assert rent(who, asked, once="a").status == 402, "the same order has the same answer"
    good = house.card(who)
    assert rented(who, asked, means=good, once="b")["state"] == "waiting"
    who.plays(asked).ok()
    assert list(house.gateway.charged().values()) == [399]
    house.run("ledger", "check").ok()


def test_what_has_to_be_confirmed_at_the_bank_is_ordered_until_it_is(house):
    who, asked = house.viewer(), house.titles["asked"]
    means = house.card(who, CONFIRMS)
    answer = rent(who, asked, means=means, once="a").ok().json()
    assert answer["answer"] == "confirm" and answer["rental"]["state"] == "ordered"
    assert who.plays(asked).problem == "rent" and "rented" not in rows(who)
    # Another try, with another key, is the same order and the same payment.
    again = rent(who, asked, means=means, once="b").ok().json()
    assert again["rental"]["id"] == answer["rental"]["id"] and len(rentals(who)) == 1
    assert house.gateway.charged() == {}
    house.gateway.press(again["confirm_url"], "confirm")
    done = rent(who, asked, means=means, once="a").ok().json()
    assert done["answer"] == "done" and done["rental"]["state"] == "waiting"
    assert list(house.gateway.charged().values()) == [399]
    who.plays(asked).ok()


def test_a_gateway_that_gives_no_answer_charges_once_when_it_does(house):
    who, asked = house.viewer(), house.titles["asked"]
    means = house.card(who)
    house.gateway.plan("hang-up-after")
    body = {"playable": asked, "means": means, "once": "a"}
    first = Client.ask(who, "POST", "/api/v1/rentals", body)
    assert first.status in (201, 503), first.body
    wait_until(lambda: Client.ask(who, "POST", "/api/v1/rentals", body).status == 201,
               "the answer of the gateway", 30)
    assert [r["state"] for r in rentals(who)] == ["waiting"]
    assert list(house.gateway.charged().values()) == [399]
    assert list(house.gateway.times_charged().values()) == [1]
    house.run("ledger", "check").ok()
