"""Plans and what they cost, changes with notice, up and down, pauses, gifts, by the command line
and the API together."""
import pytest

from billing_world import EMPTY, BillingWorld


@pytest.fixture
def world(lanterne, tmp_path):
    made = BillingWorld(lanterne, tmp_path, trial_days=0)
    made.add_plan()
    yield made
    made.finish()


def row_kinds(member):
    return [r["kind"] for r in member["rows"]]


def test_amounts_are_refused_that_are_no_price(world):
    for amount, currency in [
            *((wrong, "EUR") for wrong in ("-1", "9.999", "9,99", "1e3", "99999999999999999999",
                                           "10000000.01", "")),
            ("1.5", "JPY"), ("1.2345", "TND"), ("5", "XXQ"), ("5", "eur")]:
        done = world.run("plan", "price", "standard", "--territory", "FR", "--amount", amount,
                         "--currency", currency)
        assert done.code == 2, (amount, currency, done.stderr)
        assert "--amount" in done.stderr or "--currency" in done.stderr
    for territory in ("fr", "XX", "FRA", ""):
        assert world.run("plan", "price", "standard", "--territory", territory,
                         "--amount", "9.99").code == 2
    assert world.run("plan", "price", "none", "--territory", "FR", "--amount", "9.99").code == 1
    done = world.on("2024-03-01", "plan", "price", "standard", "--territory", "FR", "--amount", "8",
                    "--from", "2024-02-01")
    assert done.code == 2 and "today or later" in done.stderr
    done = world.run("plan", "price", "standard", "--territory", "TN", "--amount", "12.999",
                     "--currency", "TND")
    assert done.code == 2 and "12.999 TND must end in 0 to be charged to a card" in done.stderr
    done = world.run("rental", "price", "set", "--territory", "TN", "--format", "HD",
                     "--amount", "3.999")
    assert done.code == 2 and "--amount: 3.999 TND must end in 0" in done.stderr
    plans = world.run("plan", "list", "--json").ok().json()["items"]
    assert [len(p["prices"]) for p in plans] == [1]


def test_a_plan_is_added_once_and_edited(world):
    assert world.run("plan", "add", "standard", "--name", "Again").code == 1
    for code in ("Standard", "-a", "a-", "a b", "a" * 33, ""):
        assert world.run("plan", "add", code, "--name", "X").code == 2, code
    for wrong in (["--streams", "0"], ["--streams", "21"], ["--months", "13"], ["--format", "8K"],
                  ["--name", ""], ["--offered", "maybe"]):
        assert world.run("plan", "edit", "standard", *wrong).code == 2, wrong
    world.run("plan", "edit", "standard", "--name", "Solo", "--name-fr", "Seul", "--format", "UHD",
              "--streams", "4", "--rank", "3", "--offered", "no").ok()
    plan = world.run("plan", "list", "--json").ok().json()["items"][0]
    assert {k: plan[k] for k in ("name", "name_fr", "format", "streams", "rank", "offered")} == {
        "name": "Solo", "name_fr": "Seul", "format": "UHD", "streams": 4, "rank": 3,
        "offered": False}
    world.join("late@example.org", "2024-01-01")
    done = world.run("member", "subscribe", "late@example.org", "--plan", "standard")
    assert done.code == 1 and "offered" in done.stderr + done.stdout


def test_a_plan_for_nothing_needs_no_means_and_goes_on_by_itself(world):
    world.add_plan("guest", "0")
    world.join("guest@example.org", "2024-01-31T10:00:00Z")
    world.on("2024-01-31T10:00:00Z", "member", "subscribe", "guest@example.org", "--plan",
             "guest").ok()
    assert world.renew("2024-03-01")["renewed"] == 1
    member = world.show("guest@example.org")
    assert (member["status"], member["plan"], member["charges"]) == ("active", "guest", [])
    assert member["paid_until"][:16] == "2024-03-31T09:00"
    assert world.check()["entries"] == 0


def test_without_means_nothing_is_sold(world):
    world.join("poor@example.org", "2024-01-01")
    done = world.on("2024-01-01", "member", "subscribe", "poor@example.org", "--plan", "standard")
    assert done.code == 1 and "means" in done.stderr
    assert world.show("poor@example.org")["status"] == "none"


def test_the_only_means_need_not_be_named_but_of_two_one_must(world):
    day = "2024-01-01T10:00:00Z"
    for email in ("one@example.org", "two@example.org"):
        world.join(email, day)
    with world.serving(day):
        mandates = [world.add_mandate(world.signed_in(f"{who}@example.org"))
                    for who in ("one", "two", "two")]
    world.on(day, "member", "subscribe", "one@example.org", "--plan", "standard").ok()
    assert [m["in_use"] for m in world.show("one@example.org")["means"]] == [True]
    done = world.on(day, "member", "subscribe", "two@example.org", "--plan", "standard")
    assert done.code == 1 and "means" in done.stderr
    world.on(day, "member", "subscribe", "two@example.org", "--plan", "standard",
             "--means", mandates[2]).ok()
    used = {m["id"]: m["in_use"] for m in world.show("two@example.org")["means"]}
    assert used == {mandates[1]: False, mandates[2]: True}


def test_a_card_that_is_declined_at_the_door_leaves_nothing_behind(world):
    world.join("poor@example.org", "2024-01-01")
    with world.serving("2024-01-01"):
        client = world.signed_in("poor@example.org")
        means = world.add_card(client, EMPTY)
        answer = client.post("/api/v1/me/subscription", {"plan": "standard", "means": means})
        assert (answer.status, answer.problem) == (402, "payment-declined")
        world.gateway.funds.add(EMPTY)
        client.post("/api/v1/me/subscription", {"plan": "standard", "means": means}).ok()
    member = world.show("poor@example.org")
    assert member["status"] == "active"
    assert [c["state"] for c in member["charges"]] == ["paid", "void"]
    world.never_twice()


def test_the_same_order_under_one_key_is_carried_out_once(world):
    world.join("eager@example.org", "2024-01-01")
    with world.serving("2024-01-01"):
        client = world.signed_in("eager@example.org")
        means = world.add_card(client)
        order = {"plan": "standard", "means": means, "once": "tap-1"}
        world.gateway.webhook = None
        world.gateway.plan("500-after")
        answers = [client.post("/api/v1/me/subscription", order) for _ in range(3)]
    assert answers[0].problem == "payment-busy"
    assert [a.status for a in answers[1:]] in ([200, 200], [503, 503], [503, 200])
    world.renew("2024-01-01T13:00:00Z")
    assert world.show("eager@example.org")["status"] == "active"
    assert len(world.show("eager@example.org")["charges"]) == 1
    world.never_twice()


def test_a_rise_is_told_before_it_counts_and_a_lower_price_counts_at_once(world):
    world.subscribers(["told@example.org"], "2024-01-10T10:00:00Z")
    world.price("standard", "12.99", now="2024-02-01")
    done = world.renew("2024-02-10")  # told, and charged the old price
    assert (done["charged"], done["notices"]) == (1, 1)
    member = world.show("told@example.org")
    assert member["next_price"] == {"amount": "12.99", "currency": "EUR"}
    letters = world.run("mail", "list", "--all", "--json").ok().json()["items"]
    assert "price" in [letter["kind"] for letter in letters]
    world.renew("2024-03-10")   # 29 days after the letter: still the old price
    world.renew("2024-04-10")
    world.price("standard", "7.99", now="2024-04-20")
    world.renew("2024-05-10")
    paid = [c[2] for c in world.charges_of("told@example.org")]
    assert paid == ["9.99", "9.99", "9.99", "12.99", "7.99"]
    world.never_twice()


def test_a_greater_plan_counts_at_once_with_credit_and_a_smaller_one_at_the_periods_end(world):
    world.add_plan("family", "19.99", rank=2, format="UHD", streams=4)
    world.subscribers(["up@example.org"], "2024-01-01T12:00:00Z")
    half = "2024-01-17T00:00:00Z"
    world.on(half, "member", "subscribe", "up@example.org", "--plan", "family").ok()
    member = world.show("up@example.org", half)
    assert member["plan"] == "family" and member["paid_until"][:10] == "2024-02-17"
    charge = member["charges"][0]
    # 15.5 of 31 days were not used: half of 9.99, rounded in nobody's favour but the house's.
    assert (charge["amount"]["amount"], charge["credit"]["amount"]) == ("15.00", "4.99")
    assert "credit:members" not in world.balances()
    world.on("2024-02-01", "member", "subscribe", "up@example.org", "--plan", "standard").ok()
    member = world.show("up@example.org")
    assert (member["plan"], member["next_plan"]) == ("family", "standard")
    world.renew("2024-02-17T13:00:00Z")
    member = world.show("up@example.org")
    assert (member["plan"], member["price"]["amount"]) == ("standard", "9.99")
    world.never_twice()


def test_up_twice_on_one_day_charges_each_once(world):
    world.add_plan("family", "19.99", rank=2)
    world.add_plan("palace", "49.99", rank=3)
    world.subscribers(["quick@example.org"], "2024-01-01T12:00:00Z")
    for plan in ("family", "palace"):
        world.on("2024-01-01T12:00:10Z", "member", "subscribe", "quick@example.org", "--plan",
                 plan).ok()
    assert world.show("quick@example.org")["plan"] == "palace"
    assert len(world.show("quick@example.org")["charges"]) == 3
    world.never_twice()


def test_cancel_ends_with_what_is_paid_and_keep_takes_it_back(world):
    world.subscribers(["gone@example.org", "kept@example.org"], "2024-01-10T10:00:00Z")
    for email in ("gone@example.org", "kept@example.org"):
        world.on("2024-01-20", "member", "cancel", email).ok()
    world.on("2024-01-21", "member", "keep", "kept@example.org").ok()
    before = world.renew("2024-02-10T09:00:00Z")
    assert before["charged"] == 1
    assert world.show("gone@example.org", "2024-02-10T09:00:00Z")["plays"]
    assert world.renew("2024-02-10T10:00:10Z")["ended"] == 1
    assert world.show("gone@example.org", "2024-02-11")["status"] == "ended"
    assert world.show("kept@example.org", "2024-02-11")["status"] == "active"
    # Who comes back pays again at once, and is the same member.
    world.on("2024-02-12", "member", "subscribe", "gone@example.org", "--plan", "standard")
    kinds = row_kinds(world.show("gone@example.org"))
    assert kinds[:3] == ["join", "cancel", "end"]
    world.never_twice()


def test_a_pause_begins_with_the_periods_end_and_charges_when_it_is_over(world):
    world.subscribers(["away@example.org"], "2024-01-10T10:00:00Z")
    assert world.on("2024-01-20", "member", "pause", "away@example.org", "--months", "9").code == 1
    world.on("2024-01-20", "member", "pause", "away@example.org", "--months", "2").ok()
    done = world.renew("2024-02-11")
    assert (done["paused"], done["charged"]) == (1, 0)
    member = world.show("away@example.org", "2024-02-11")
    assert (member["status"], member["plays"]) == ("paused", False)
    assert world.renew("2024-03-30")["due"] == 0
    done = world.renew("2024-04-11")
    assert (done["resumed"], done["charged"]) == (1, 1)
    assert world.show("away@example.org", "2024-04-11")["plays"]
    world.never_twice()


def test_a_gift_is_printed_once_redeemed_once_and_turns_into_a_sale(world):
    world.run("territory", "set", "FR", "--tax", "20").ok()
    made = world.on("2024-01-01", "gift", "create", "--plan", "standard", "--months", "3",
                    "--count", "2", "--paid", "24.00", "--territory", "FR", "--expires",
                    "2024-12-31", "--json").ok().json()["items"]
    assert len(made) == 2 and made[0]["code"] != made[1]["code"]
    assert made[0]["code"] not in world.run("gift", "list", "--json").ok().stdout
    assert world.balances() == {"cash:bank": "48.00", "gifts": "-48.00"}
    for email in ("a@example.org", "b@example.org"):
        world.join(email, "2024-02-01")
    typed = made[0]["code"].lower().replace("-", " ")
    world.on("2024-02-01T11:00:00Z", "gift", "redeem", typed, "--member", "a@example.org").ok()
    world.on("2024-02-01T11:00:00Z", "gift", "redeem", typed, "--member", "a@example.org").ok()
    for code, why in ((made[0]["code"], "used"), ("0000-0000-0000-0000", "code"), ("x", "code")):
        done = world.on("2024-02-02", "gift", "redeem", code, "--member", "b@example.org")
        assert done.code == 1 and why in done.stderr, (code, done.stderr)
    done = world.on("2025-01-01", "gift", "redeem", made[1]["code"], "--member", "b@example.org")
    assert done.code == 1 and "expired" in done.stderr
    member = world.show("a@example.org")
    assert member["status"] == "active" and member["paid_until"][:16] == "2024-05-01T10:00"
    assert world.balances() == {"cash:bank": "48.00", "gifts": "-24.00",
                                "revenue:gift:FR": "-20.00", "tax:FR": "-4.00"}
    assert world.renew("2024-05-02")["ended"] == 1
    world.check()


def test_the_house_ends_a_subscription_at_once_and_gives_money_back_apart(world):
    world.subscribers(["out@example.org"], "2024-01-10T10:00:00Z")
    world.on("2024-01-12", "member", "stop", "out@example.org").ok()
    member = world.show("out@example.org", "2024-01-13")
    assert (member["status"], member["plays"]) == ("ended", False)
    assert member["rows"][-1]["reason"] == "house"
    charge = member["charges"][0]
    assert charge["state"] == "paid"
    world.on("2024-01-12", "charge", "refund", charge["id"]).ok()
    assert world.gateway.charged(charge["id"]) == 0
    # Back on the same day: another first period, another charge.
    with world.serving("2024-01-12"):
        client = world.signed_in("out@example.org")
        means = client.get("/api/v1/me/means").ok().json()["items"][0]["id"]
        client.post("/api/v1/me/subscription", {"plan": "standard", "means": means}).ok()
    assert world.show("out@example.org", "2024-01-13")["status"] == "active"
    world.never_twice()


def test_a_win_back_letter_is_sent_once(world):
    world.settings({"win_back_days": 20})
    world.subscribers(["left@example.org"], "2024-01-10T10:00:00Z")
    world.on("2024-01-20", "member", "cancel", "left@example.org").ok()
    for day in ("2024-02-11", "2024-03-01", "2024-03-02", "2024-03-20", "2024-06-01"):
        world.renew(day)
    letters = [x["kind"] for x in world.run("mail", "list", "--all", "--json").ok().json()["items"]]
    assert letters.count("win-back") == 1


def test_prices_have_the_decimals_of_their_currency(world):
    for territory, amount, text in (("JP", "980", "980"), ("TN", "14.990", "14.990")):
        world.price("standard", amount, territory)
        email = f"{territory.lower()}@example.org"
        world.subscribers([email], "2024-01-10T10:00:00Z", territory=territory)
        assert [c[2] for c in world.charges_of(email)] == [text]
    world.renew("2024-02-11")
    found = world.never_twice()
    assert found["currencies"] == {"JPY": 0, "TND": 0}
