"""Plans, subscriptions, payment means, bills and gifts as members ask for them over the API, and
what the house sees of it. Cards at a gateway have tests of their own."""
import itertools

import pytest

from api_world import PASSWORD, the_house
from mail_world import MailWorld

NOBODYS = "a" * 26
IBAN = "FR76 3000 6000 0112 3456 7890 189"
HOUSES_IBAN = "DE89370400440532013000"
EURO = "EUR"


def euro(amount):
    return {"amount": amount, "currency": EURO}


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = MailWorld(the_house(lanterne), tmp_path_factory.mktemp("billing-api"))
    made.settings(
        sepa_creditor_id="FR72ZZZ123456",
        sepa_creditor_name="The House",
        sepa_creditor_iban=HOUSES_IBAN,
        seller="The House SAS|1 rue du Quai|75001 Paris|FR12345678901",
    )
    made.run("territory", "set", "FR", "--tax", "20").ok()
    plan(made, "basic", "Basic", "Essentiel", 1, "SD", 1, "5.99")
    plan(made, "standard", "Standard", "Standard plus", 2, "HD", 2, "9.99")
    plan(made, "premium", "Premium", "Intégral", 4, "UHD", 3, "14.99")
    plan(made, "old", "Old", "Ancien", 1, "SD", 0, "3.99", offered="no")
    plan(made, "elsewhere", "Elsewhere", "Ailleurs", 1, "SD", 0, "500", territory="JP")
    made.serve()
    yield made
    made.finish()


def plan(world, code, name, french, streams, form, rank, price, offered="yes", territory="FR"):
    world.run(
        "plan", "add", code, "--name", name, "--name-fr", french, "--streams", streams,
        "--format", form, "--rank", rank, "--offered", offered,
    ).ok()  # fmt: skip
    world.run("plan", "price", code, "--territory", territory, "--amount", price).ok()


@pytest.fixture()
def someone(world, request):
    """A member in a running trial, made for this test alone."""
    name = request.node.name.split("[")[0][:40].replace("_", "-")
    return world.someone().signed_up(f"{name}-{abs(hash(request.node.name)) % 1000}@example.org")


@pytest.fixture()
def payer(world, request):
    """A member whose trial is long over, with a mandate."""
    email = f"payer-{abs(hash(request.node.name))}@example.org"
    world.run(
        "member", "add", "--now", "2001-01-01T00:00:00Z", "--email", email, "--password-stdin",
        stdin=PASSWORD + "\n",
    ).ok()  # fmt: skip
    who = world.someone().signed_in(email)
    who.means = mandate(who)["id"]
    return who


_accounts = itertools.count(1)


def iban():
    """Of an account that nobody had before: an IBAN has one free trial (ISO 13616, mod 97)."""
    bban = f"37040044{next(_accounts):010d}"
    check = 98 - int(bban + "131400") % 97  # DE00
    return f"DE{check:02d}{bban}"


def mandate(who, account=None):
    body = {"iban": account or iban(), "holder": "Zoé Lumière", "agreed": True}
    return who.post("/api/v1/me/means/sepa", body).ok().json()


def subscription(who):
    return who.get("/api/v1/me").ok().json()["subscription"]


def take(who, code, **more):
    return who.post("/api/v1/me/subscription", {"plan": code, **more})


def order(who, what, **body):
    return who.post(f"/api/v1/me/subscription/{what}", body)


def charges(who):
    return who.get("/api/v1/me/charges").ok().json()["items"]


def refused(answer, status, problem, field=None):
    assert (answer.status, answer.problem) == (status, problem), answer.body
    assert field is None or answer.json()["field"] == field
    return answer.json().get("detail")


# ---- plans


def test_plans_are_those_priced_and_offered_where_who_asks_is_at_home(world):
    said = world.someone().get("/api/v1/plans").ok().json()
    assert (said["territory"], said["currency"]) == ("FR", EURO)
    assert said["trial_days"] == 30 and said["trial_needs_means"] is False
    assert said["means"] == ["sepa"]
    assert [p["code"] for p in said["items"]] == ["basic", "standard", "premium"]
    standard = said["items"][1]
    assert standard["price"] == euro("9.99") and standard["tax_permille"] == 200
    assert (standard["streams"], standard["format"], standard["months"]) == (2, "HD", 1)
    french = world.member().get("/api/v1/plans?language=fr").ok().json()["items"]
    assert [p["name"] for p in french] == ["Essentiel", "Standard plus", "Intégral"]


def test_a_house_without_plans_gives_the_one_it_has(lanterne, tmp_path):
    world = MailWorld(the_house(lanterne), tmp_path)
    world.serve()
    assert world.someone().get("/api/v1/plans").ok().json()["items"] == []
    who = world.expired()
    assert who.me["subscription"]["plan"] == "month"
    refused(take(who, "standard"), 409, "plan")
    taken = who.post("/api/v1/me/subscription").ok().json()
    assert taken["subscription"]["state"] == "active" and taken["email"] == who.me["email"]
    assert taken["subscription"]["next_charge"] is None
    assert charges(who) == [] and who.plays(world.film).status == 201
    world.finish()


def test_where_the_house_says_so_the_trial_begins_with_the_plan(lanterne, tmp_path):
    world = MailWorld(the_house(lanterne), tmp_path)
    world.settings(trial_needs_means=1, trial_days=7, sepa_creditor_id="FR72ZZZ123456")
    plan(world, "basic", "Basic", "Essentiel", 1, "SD", 1, "5.99")
    world.serve()
    assert world.someone().get("/api/v1/plans").json()["trial_needs_means"] is True
    who = world.someone().signed_up("later@example.org")
    assert who.me["subscription"]["state"] == "none" and who.me["subscription"]["until"] is None
    assert who.plays(world.film).problem == "subscribe"
    refused(take(who, "basic"), 409, "payment-means")
    account = iban()
    said = take(who, "basic", means=mandate(who, account)["id"]).ok().json()
    now = said["me"]["subscription"]
    assert said["answer"] == "done" and now["state"] == "trial" and charges(who) == []
    assert now["next_charge"] == {"at": now["trial_until"], **euro("5.99")}
    assert who.plays(world.film).status == 201
    other = world.someone().signed_up("again@example.org")
    said = take(other, "basic", means=mandate(other, account)["id"]).ok().json()
    assert said["answer"] == "pending" and said["me"]["subscription"]["state"] == "active"
    world.finish()


# ---- means


def test_a_mandate_is_given_shown_and_taken_away(world, someone):
    assert someone.get("/api/v1/me/means").json()["items"] == []
    made = mandate(someone, IBAN)
    assert made["kind"] == "sepa" and made["holder"] == "Zoé Lumière" and not made["in_use"]
    assert made["mandate"] and made["label"].endswith("0189")
    assert "3000" not in made["label"]
    assert "The House" in made["text"] and "8 weeks" in made["text"]
    listed = someone.get("/api/v1/me/means").json()
    assert [m["id"] for m in listed["items"]] == [made["id"]]
    assert listed["mandate_text"] == made["text"] and "FR72ZZZ123456" in made["text"]
    assert not set("*#") & set(made["text"])
    french = someone.get("/api/v1/me/means?language=fr").json()["mandate_text"]
    assert "8 semaines" in french and "The House" in french
    assert someone.delete(f"/api/v1/me/means/{made['id']}").status == 204
    assert someone.delete(f"/api/v1/me/means/{made['id']}").status == 404
    assert someone.get("/api/v1/me/means").json()["items"] == []
    assert IBAN.replace(" ", "").encode() not in b"".join(
        p.read_bytes() for p in world.folder.rglob("*") if p.is_file()
    )


@pytest.mark.parametrize(
    "field, value",
    [
        ("iban", "FR76 3000 6000 0112 3456 7890 188"),
        ("iban", "FR76"),
        ("iban", "US64SVBKUS6S3300958879"),
        ("iban", "x' OR 1=1 --"),
        ("holder", ""),
        ("holder", "x" * 71),
        ("holder", "a\nb"),
        ("agreed", False),
        ("agreed", "yes"),
    ],
)
def test_a_mandate_that_is_none_is_refused_by_its_field(someone, field, value):
    body = {"iban": IBAN, "holder": "Zoé Lumière", "agreed": True, field: value}
    refused(someone.post("/api/v1/me/means/sepa", body), 422, "validation", field)
    assert someone.get("/api/v1/me/means").json()["items"] == []


@pytest.mark.parametrize(
    "path",
    ["account", "//other.example/x", "https://other.example", "/\\other", "/a b", "/a#b", ""],
)
def test_a_cards_page_leads_back_to_this_site_only(someone, path):
    answer = someone.post("/api/v1/me/means/card", {"return_path": path})
    refused(answer, 422, "validation", "return_path")


def test_a_house_without_a_gateway_says_that_it_takes_no_cards(someone):
    refused(
        someone.post("/api/v1/me/means/card", {"return_path": "/account"}), 409, "payment-means"
    )


# ---- taking, changing, leaving


def test_a_plan_taken_in_the_trial_is_charged_when_that_ends(someone):
    means = mandate(someone)["id"]
    trial = someone.me["subscription"]
    assert trial["state"] == "trial" and trial["plan"] is None and trial["next_charge"] is None
    said = take(someone, "standard", means=means).ok().json()
    now = said["me"]["subscription"]
    assert said["answer"] == "done" and now["state"] == "trial"
    assert (now["plan"], now["plan_name"]) == ("standard", "Standard")
    assert now["price"] == euro("9.99") and now["means"] == means
    assert now["trial_until"] == trial["until"]
    assert now["next_charge"] == {"at": trial["until"], **euro("9.99")}
    assert charges(someone) == []
    assert someone.get("/api/v1/me/means").json()["items"][0]["in_use"]
    refused(someone.delete(f"/api/v1/me/means/{means}"), 409, "state")
    # Whoever thinks better of it pays nothing and keeps the trial.
    gone = order(someone, "cancel").ok().json()["me"]["subscription"]
    assert gone["cancelled"] and gone["next_charge"] is None and gone["until"] == trial["until"]
    refused(order(someone, "cancel"), 409, "state")
    kept = order(someone, "keep").ok().json()["me"]["subscription"]
    assert not kept["cancelled"] and kept["next_charge"] == now["next_charge"]


def test_a_plan_taken_without_a_trial_is_debited_and_billed(world, payer):
    said = take(payer, "standard", means=payer.means).ok().json()
    now = said["me"]["subscription"]
    assert said["answer"] == "pending" and now["state"] == "active"
    assert payer.plays(world.film).status == 201
    (charge,) = charges(payer)
    assert (charge["kind"], charge["state"]) == ("period", "pending")
    assert charge["amount"] == euro("9.99") and charge["what"] == "Standard"
    assert charge["why"] is None
    assert now["next_charge"] == {"at": now["paid_until"], **euro("9.99")}
    (bill,) = payer.get("/api/v1/me/invoices").ok().json()["items"]
    assert bill["total"] == euro("9.99") and bill["tax"] == euro("1.67")
    whole = payer.get(f"/api/v1/me/invoices/{bill['id']}").ok().json()
    assert whole["net"] == euro("8.32") and whole["tax_permille"] == 200
    assert whole["seller"].splitlines()[0] == "The House SAS"
    assert whole["buyer"] and whole["from"] and whole["until"] == now["paid_until"]
    document = payer.get(f"/api/v1/me/invoices/{bill['id']}/pdf").ok()
    assert document.headers.get_content_type() == "application/pdf"
    assert bill["number"] in document.headers["Content-Disposition"]


def test_the_same_order_is_carried_out_once(payer):
    first = take(payer, "basic", means=payer.means, once="order-1").ok().json()
    again = take(payer, "basic", means=payer.means, once="order-1").ok().json()
    assert first["answer"] == again["answer"] == "pending"
    assert len(charges(payer)) == 1
    refused(take(payer, "basic", means=payer.means), 409, "state")
    assert len(charges(payer)) == 1


def test_up_is_at_once_and_down_is_at_the_periods_end(payer):
    take(payer, "standard", means=payer.means).ok()
    until = subscription(payer)["paid_until"]
    up = take(payer, "premium").ok().json()["me"]["subscription"]
    assert up["plan"] == "premium" and up["price"] == euro("14.99")
    assert len(charges(payer)) == 2
    down = take(payer, "basic").ok().json()["me"]["subscription"]
    assert (down["plan"], down["next_plan"]) == ("premium", "basic")
    assert down["next_charge"]["amount"] in ("5.99", "0.00") or down["credit"]
    assert down["paid_until"] >= until
    kept = order(payer, "keep").ok().json()["me"]["subscription"]
    assert kept["next_plan"] is None and len(charges(payer)) == 2


def test_a_pause_is_asked_for_and_taken_back(payer):
    take(payer, "standard", means=payer.means).ok()
    paused = order(payer, "pause", months=2).ok().json()["me"]["subscription"]
    assert paused["state"] == "active" and paused["pause_months"] == 2
    assert paused["next_charge"] is None
    refused(order(payer, "resume"), 409, "state")
    kept = order(payer, "keep").ok().json()["me"]["subscription"]
    assert kept["pause_months"] == 0 and kept["next_charge"]["amount"] == "9.99"
    assert order(payer, "pause", months=12).status == 409  # the house's limit is three
    for months in (0, 13, -1, "2", 1.5, None):
        refused(order(payer, "pause", months=months), 422, "validation", "months")
    assert subscription(payer) == kept


def test_a_pause_ends_when_the_member_says_so(world, payer):
    take(payer, "standard", means=payer.means).ok()
    until = order(payer, "pause", months=3).ok().json()["me"]["subscription"]["until"]
    later = f"{until[:10]}T23:59:59Z"
    world.run("renew", "--now", later).ok()
    world.server.stop()
    world.serve("--now", later)
    try:
        who = world.someone().signed_in(payer.me["email"])
        now = who.me["subscription"]
        assert now["state"] == "paused" and now["paused_until"] > until
        assert now["next_charge"]["at"] == now["paused_until"]
        assert who.plays(world.film).problem == "subscribe"
        resumed = order(who, "resume").ok().json()
        assert resumed["me"]["subscription"]["state"] == "active"
        assert len(charges(who)) == 2 and who.plays(world.film).status == 201
    finally:
        world.server.stop()
        world.serve()


def test_other_means_are_charged_from_then_on(payer):
    take(payer, "standard", means=payer.means).ok()
    other = mandate(payer)["id"]
    said = payer.put("/api/v1/me/subscription/means", {"means": other}).ok().json()
    assert said["me"]["subscription"]["means"] == other
    in_use = {m["id"]: m["in_use"] for m in payer.get("/api/v1/me/means").json()["items"]}
    assert in_use == {payer.means: False, other: True}


def test_an_account_that_had_a_trial_has_no_other(world, someone):
    account = iban()
    first = world.someone().signed_up(f"first-{someone.me['email']}")
    said = take(first, "standard", means=mandate(first, account)["id"]).ok().json()
    assert said["answer"] == "done" and said["me"]["subscription"]["state"] == "trial"
    said = take(someone, "standard", means=mandate(someone, account)["id"]).ok().json()
    assert said["answer"] == "pending" and said["me"]["subscription"]["state"] == "active"
    assert len(charges(someone)) == 1 and charges(first) == []


# ---- gifts


def codes(world, *args):
    made = world.run("gift", "create", "--json", *args).ok().json()["items"]
    return [g["code"] for g in made]


def test_a_gift_is_redeemed_once_however_it_is_typed(world, payer):
    (code,) = codes(world, "--plan", "standard", "--months", "3")
    typed = f" {code.lower().replace('-', ' ')} "
    said = payer.post("/api/v1/me/gifts", {"code": typed}).ok().json()
    now = said["me"]["subscription"]
    assert said["answer"] == "done" and now["state"] == "active" and now["plan"] == "standard"
    assert charges(payer) == [] and payer.plays(world.film).status == 201
    # Asked again, an answer that got lost is given again, and nothing else.
    assert payer.post("/api/v1/me/gifts", {"code": code}).ok().json() == said
    refused(world.member().post("/api/v1/me/gifts", {"code": code}), 409, "gift")
    seen = world.administrator().get("/api/v1/console/gifts").ok().json()["items"]
    assert [g["redeemed_by"] for g in seen if g["redeemed"]].count(payer.me["id"]) == 1
    assert code.encode() not in world.administrator().get("/api/v1/console/gifts").body


def test_a_code_that_is_none_is_refused_and_changes_nothing(world, payer):
    (code,) = codes(world, "--plan", "basic", "--months", "1", "--expires", "2030-01-01")
    wrong = ("B" if code[0] == "A" else "A") + code[1:]
    before = subscription(payer)
    details = {
        refused(payer.post("/api/v1/me/gifts?language=" + language, {"code": typed}), 409, "gift")
        for typed in (wrong, "nothing", "0000-0000-0000-0000", "é" * 16, "-")
        for language in ("en", "fr")
    }
    assert len(details) == 2  # one sentence a language: nobody learns which codes there are
    assert subscription(payer) == before


# ---- refusals


def test_what_is_missing_is_refused_by_name_and_nothing_is_written(world, payer):
    before = payer.get("/api/v1/me").json()
    theirs = mandate(world.member())["id"]
    refused(take(payer, "nothing", means=payer.means), 409, "plan")
    refused(take(payer, "old", means=payer.means), 409, "plan")
    refused(take(payer, "elsewhere", means=payer.means), 409, "plan")
    refused(take(payer, "standard"), 409, "payment-means")
    for means in (theirs, NOBODYS):
        said = refused(take(payer, "standard", means=means), 409, "payment-means")
        assert said == "Add a card or a bank account first."
    refused(take(payer, "standard", means="x"), 422, "validation", "means")
    refused(take(payer, "standard", means=payer.means, once="x" * 65), 422, "validation", "once")
    refused(payer.post("/api/v1/me/subscription"), 422, "validation", "plan")
    for what in ("cancel", "keep", "resume"):
        refused(order(payer, what), 409, "state")
    refused(order(payer, "pause", months=1), 409, "state")
    for means in (theirs, NOBODYS):
        answer = payer.put("/api/v1/me/subscription/means", {"means": means})
        refused(answer, 409, "payment-means")
    assert payer.get("/api/v1/me").json() == before
    assert charges(payer) == [] and payer.get("/api/v1/me/invoices").json()["items"] == []
    french = take(payer, "nothing", means=payer.means)
    assert payer.post("/api/v1/me/subscription?language=fr", {"plan": "nothing"}).json()[
        "detail"
    ] != french.json()["detail"]


def test_what_is_anothers_is_answered_like_nothing(world, payer):
    take(payer, "standard", means=payer.means).ok()
    bill = payer.get("/api/v1/me/invoices").json()["items"][0]["id"]
    other = world.member()
    for method, path in (
        ("GET", "/api/v1/me/invoices/{}"),
        ("GET", "/api/v1/me/invoices/{}/pdf"),
        ("DELETE", "/api/v1/me/means/{}"),
    ):
        known = other.ask(method, path.format(payer.means if "means" in path else bill))
        unknown = other.ask(method, path.format(NOBODYS))
        assert known.status == unknown.status == 404 and known.body == unknown.body
    assert [m["id"] for m in payer.get("/api/v1/me/means").json()["items"]] == [payer.means]


def test_children_buy_nothing(world, someone):
    child = someone.post("/api/v1/profiles", {"name": "Jo", "child": True}).ok().json()["id"]
    someone.put("/api/v1/session/profile", {"profile": child}).ok()
    answers = [
        take(someone, "standard"),
        *(order(someone, what) for what in ("cancel", "keep", "resume")),
        order(someone, "pause", months=1),
        someone.put("/api/v1/me/subscription/means", {"means": NOBODYS}),
        someone.get("/api/v1/me/means"),
        someone.post("/api/v1/me/means/card", {"return_path": "/account"}),
        someone.post("/api/v1/me/means/card/result", {"session": "x"}),
        someone.post("/api/v1/me/means/sepa", {"iban": IBAN, "holder": "Jo", "agreed": True}),
        someone.get("/api/v1/me/charges"),
        someone.get("/api/v1/me/invoices"),
        someone.post("/api/v1/me/gifts", {"code": "x"}),
        someone.post("/api/v1/rentals", {"playable": world.film}),
    ]
    assert {(a.status, a.problem) for a in answers} == {(403, "profile")}


# ---- the house


def test_the_house_sees_a_members_life_and_books_that_balance(world, payer):
    take(payer, "standard", means=payer.means).ok()
    order(payer, "cancel").ok()
    house = world.administrator()
    seen = house.get(f"/api/v1/console/members/{payer.me['id']}").ok().json()
    assert [r["kind"] for r in seen["rows"]][-1] == "cancel"
    assert any(r["kind"] in ("convert", "join", "rejoin") for r in seen["rows"])
    assert len(seen["charges"]) == len(seen["invoices"]) == 1
    assert seen["charges"][0]["member"] == payer.me["id"]
    assert house.get(f"/api/v1/console/members/{NOBODYS}").status == 404
    pending = house.get("/api/v1/console/charges?state=pending").ok().json()["items"]
    assert seen["charges"][0]["id"] in [c["id"] for c in pending]
    refused(house.get("/api/v1/console/charges?state=x"), 422, "validation", "state")
    sums = {}
    for b in house.get("/api/v1/console/ledger/balances").ok().json()["items"]:
        sums.setdefault(b["balance"]["currency"], []).append(b["balance"]["amount"])
    assert sums and all(sum(int(a.replace(".", "")) for a in s) == 0 for s in sums.values())
    check = house.get("/api/v1/console/ledger/check").ok().json()
    assert check["balanced"] and check["problems"] == [] and check["gaps"] == 0
    plans = {p["code"]: p for p in house.get("/api/v1/console/plans").ok().json()["items"]}
    assert not plans["old"]["offered"] and plans["elsewhere"]["prices"][0]["price"] == {
        "amount": "500",
        "currency": "JPY",
    }


def test_the_ledger_is_read_page_by_page(world, payer):
    take(payer, "standard", means=payer.means).ok()
    house = world.administrator()
    whole = house.get("/api/v1/console/ledger").ok().json()["items"]
    pages, after = [], None
    while True:
        query = "?limit=1" + (f"&after={after}" if after else "")
        page = house.get("/api/v1/console/ledger" + query).ok().json()
        pages += page["items"]
        after = page["next"]
        if after is None:
            break
    assert pages[: len(whole)] == whole and len(whole) > 0
    some = house.get("/api/v1/console/ledger?account=receivable:sepa").ok().json()["items"]
    assert some and all(
        any(p["account"].startswith("receivable:sepa") for p in e["postings"]) for e in some
    )
    for bad in ("x", "-1", "9" * 30):
        refused(house.get(f"/api/v1/console/ledger?after={bad}"), 422, "validation", "after")


@pytest.mark.parametrize(
    "amount",
    ["-1.00", "0", "0.00", "1.001", "1e3", "12,99", "1 000", "", " 1", "0x10", "9" * 31,
     "92233720368547758.08", 5, 1.5, True, [], {}],
)  # fmt: skip
def test_an_amount_that_is_none_is_refused_by_name(world, payer, amount):
    take(payer, "basic", means=payer.means).ok()
    house, (charge,) = world.administrator(), charges(payer)
    before = house.get("/api/v1/console/ledger/check").json()["entries"]
    body = {"amount": amount, "key": "refund-1"}
    answer = house.post(f"/api/v1/console/charges/{charge['id']}/refund", body)
    refused(answer, 422, "validation", "amount")
    assert house.get("/api/v1/console/ledger/check").json()["entries"] == before
    assert charges(payer) == [charge]


def test_what_is_not_paid_is_not_given_back(world, payer):
    take(payer, "basic", means=payer.means).ok()
    house, (charge,) = world.administrator(), charges(payer)
    path = f"/api/v1/console/charges/{charge['id']}/refund"
    refused(house.post(path, {"key": "r"}), 409, "state")
    refused(house.post(path, {}), 422, "validation", "key")
    refused(
        house.post(f"/api/v1/console/charges/{NOBODYS}/refund", {"key": "r"}), 404, "not-found"
    )
    assert charges(payer) == [charge]


# ---- letters


def test_letters_say_amounts_and_days_as_each_language_does(world):
    months = {"fr": "décembre", "en": "December"}
    for language, amount, word in (("fr", "9,99\u00a0€", "formule"), ("en", "€9.99", "plan")):
        email = f"letters-{language}@example.org"
        who = world.someone().signed_up(email, language=language)
        take(who, "standard", means=mandate(who)["id"]).ok()
        text = world.letter(email, "abonnement" if language == "fr" else "subscription")
        until = subscription(who)["trial_until"]
        body = text.get_content()
        assert amount in body and word in body and not set("[]{}") & set(body)
        assert f"{int(until[8:10])}" in body and until[:4] in body
        if until[5:7] == "12":
            assert months[language] in body


def test_a_letter_about_another_plan_names_the_plan_that_comes(world, payer):
    take(payer, "premium", means=payer.means).ok()
    take(payer, "basic").ok()
    body = world.letter(payer.me["email"], "plan has changed").get_content()
    assert "to Basic." in body and "€5.99" in body and "Premium" not in body
