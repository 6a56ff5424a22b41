"""Cable partners: signed calls, every state, links, who pays, bills, lists held against each
other."""
import json
import time

import jsonschema
import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api_world import World, the_house
from harness import TREE
from partner_world import Partner, PartnerWorld, Signer, link, token_of

JANUARY = "2024-01-10"
SECOND = "Réseau Deux"


@pytest.fixture
def world(lanterne, tmp_path):
    made = PartnerWorld(lanterne, tmp_path)
    yield made
    made.finish()
    made.check()


@pytest.fixture(scope="module")
def signing(lanterne, tmp_path_factory):
    """One house for all that only asks who signed."""
    made = PartnerWorld(lanterne, tmp_path_factory.mktemp("signing"))
    with made.at_work(JANUARY):
        yield made
    made.finish()


# ---- signatures ----------------------------------------------------------------------------------


def test_a_signed_call_is_answered_and_an_unsigned_one_is_not(signing):
    assert signing.partner().get("/bundles").ok().json()["items"][0]["code"] == "triple"
    answer = signing.client().get("/partner/v1/bundles")
    assert (answer.status, answer.problem) == (401, "signature-missing")


@pytest.mark.parametrize("problem, wrong", [
    ("signature", {"signature": b"\0" * 32}),
    ("signature", {"signature": b"\0" * 31}),
    ("signature", {"keyid": "a" * 26}),
    ("signature", {"keyid": "no key of ours"}),
    ("signature", {"alg": "ed25519"}),
    ("signature-expired", {"created": -61}),
    ("signature-expired", {"created": 90}),
    ("signature-expired", {"created": 0, "expires": 301}),
    ("signature-expired", {"created": 0, "expires": 0}),
    ("signature-expired", {"expires": None}),
    ("signature-expired", {"created": None}),
    ("signature-components", {"nonce": None}),
    ("signature-components", {"nonce": "short"}),
    ("signature-components", {"covered": ("@target-uri", "content-digest", "idempotency-key")}),
    ("signature-components", {"covered": ("@method", "content-digest", "idempotency-key")}),
    ("signature-components", {"covered": ("@method", "@target-uri", "idempotency-key")}),
    ("signature-components", {"covered": ("@method", "@target-uri", "content-digest")}),
])
def test_a_signature_that_is_not_good_is_refused_by_name(signing, problem, wrong):
    partner = signing.partner()
    wrong = dict(wrong)
    now = int(signing.seconds())
    for field in ("created", "expires"):
        if isinstance(wrong.get(field), int):
            wrong[field] += now
    body = {"partner_account_id": "A", "bundle": "triple"}
    answer = partner.post("/subscriptions", body, **wrong)
    assert (answer.status, answer.problem) == (401, problem)
    assert partner.get("/subscriptions?partner_account_id=A").ok().json()["items"] == []


def test_path_and_query_may_be_covered_in_place_of_the_whole_address(signing):
    partner = signing.partner()
    covered = ("@method", "@path", "@query")
    assert partner.get("/subscriptions?limit=1", covered=covered).status == 200
    assert partner.get("/bundles", covered=("@method", "@path")).status == 200
    answer = partner.get("/subscriptions?limit=1", covered=("@method", "@path"))
    assert answer.problem == "signature-components"
    answer = partner.get("/bundles", covered=("@method", "@target-uri", "@status"))
    assert answer.problem == "signature-components"


def test_a_body_that_was_changed_on_its_way_is_refused(signing):
    partner = signing.partner()
    body = {"partner_account_id": "B", "bundle": "triple"}
    answer = partner.post("/subscriptions", body, sent=b'{"partner_account_id": "C"}')
    assert (answer.status, answer.problem) == (400, "digest")
    assert partner.get("/subscriptions?partner_account_id=C").json()["items"] == []


def test_a_nonce_is_good_once(signing):
    partner = signing.partner()
    assert partner.get("/bundles", nonce="n" * 20).status == 200
    answer = partner.get("/bundles", nonce="n" * 20)
    assert (answer.status, answer.problem) == (401, "nonce")
    assert partner.get("/bundles", nonce="m" * 20).status == 200


def test_a_public_key_of_theirs_signs_as_well(signing, tmp_path):
    private = Ed25519PrivateKey.generate()
    pem = tmp_path / "partner.pem"
    pem.write_bytes(private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    made = signing.run("partner", "key", "add", "Câble Un", "--ed25519", pem, "--json").ok().json()
    assert "secret" not in made and made["algorithm"] == "ed25519"
    signer = Signer(made["id"], private=private)
    assert signing.partner(signer=signer).get("/bundles", alg="ed25519").status == 200
    other = Signer(made["id"], private=Ed25519PrivateKey.generate())
    assert signing.partner(signer=other).get("/bundles").problem == "signature"
    pem.write_text("nothing")
    assert signing.run("partner", "key", "add", "Câble Un", "--ed25519", pem).code == 1


def test_a_revoked_key_and_a_suspended_partner_are_refused(signing):
    signer = signing.add_key("Câble Un")
    assert signing.partner(signer=signer).get("/bundles").status == 200
    signing.run("partner", "key", "revoke", "Câble Un", signer.keyid).ok()
    assert signing.partner(signer=signer).get("/bundles").problem == "signature"
    signing.run("partner", "suspend", "Câble Un").ok()
    answer = signing.partner().get("/bundles")
    assert (answer.status, answer.problem) == (403, "partner-suspended")
    signing.run("partner", "suspend", "Câble Un", "--resume").ok()
    assert signing.partner().get("/bundles").status == 200


def test_addresses_and_bodies_that_are_wrong_are_refused_by_name(signing):
    partner = signing.partner()
    assert partner.get("/nothing").problem == "not-found"
    assert partner.post("/bundles").problem == "method"
    assert partner.call("POST", "/subscriptions", {"bundle": "triple"}).problem == "idempotency-key"
    assert partner.create("A", unknown=1).problem == "validation"
    assert partner.create("has space").problem == "validation"
    assert partner.create("A", bundle="none").problem == "bundle"
    answer = partner.create("")
    assert answer.problem == "validation" and answer.json()["field"] == "partner_account_id"
    assert partner.get("/subscriptions?limit=0").problem == "validation"
    assert partner.get("/subscriptions?after=x").problem == "validation"
    assert partner.post("/subscriptions", headers={"content-type": "text/plain"}
                        ).problem == "media-type"
    assert partner.does("cancel", "a" * 26).problem == "not-found"
    assert partner.get("/subscriptions").json()["items"] == []


# ---- the life of a subscription ------------------------------------------------------------------


def test_a_subscription_lives_through_every_state(world):
    email = world.joined("member@example.org")
    with world.at_work(JANUARY):
        partner = world.partner()
        ordered = partner.create("A-1")
        assert ordered.status == 201
        sub = ordered.json()["id"]
        assert ordered.json()["state"] == "token-issued" and not ordered.json()["linked"]
        again = partner.does("token", sub)
        assert token_of(again) != token_of(ordered)
        member = world.signed_in(email)
        look = {"token": token_of(again)}
        seen = world.client().post("/api/v1/partner-links/look", look).ok().json()
        assert seen["partner"]["name"] == "Câble Un"
        assert seen["partner"]["plan"]["code"] == "standard"
        assert link(member, ordered).problem == "partner-token"  # another took its place
        linked = link(member, again).ok().json()
        assert linked["partner"]["state"] == "linked"
        assert linked["me"]["subscription"]["state"] == "none"
        assert partner.does("token", sub).problem == "linked"
        assert partner.does("activate", sub).json()["state"] == "active"
        mine = member.get("/api/v1/me").json()["subscription"]
        assert (mine["state"], mine["plan"]) == ("partner", "standard")
        assert mine["partner"]["name"] == "Câble Un" and mine["partner"]["state"] == "active"
        assert partner.does("bundle", sub, bundle="triple-max").json()["bundle"] == "triple-max"
        assert member.get("/api/v1/me").json()["subscription"]["plan"] == "max"
        assert partner.does("suspend", sub).json()["state"] == "suspended"
        mine = member.get("/api/v1/me").json()["subscription"]
        assert mine["state"] == "ended" and mine["partner"]["state"] == "suspended"
        assert partner.does("activate", sub).problem == "suspended"
        assert partner.does("resume", sub).json()["state"] == "active"
        assert member.get("/api/v1/me").json()["subscription"]["state"] == "partner"
        assert partner.does("cancel", sub).json()["state"] == "ended"
        mine = member.get("/api/v1/me").json()["subscription"]
        assert mine["state"] == "ended" and mine["partner"] is None
        for call in ("token", "activate", "suspend", "resume"):
            assert partner.does(call, sub).problem == "ended"
        assert partner.does("cancel", sub).json()["state"] == "ended"
        assert partner.create("A-1").status == 201  # the account may order anew


def test_activation_may_come_before_the_link(world):
    email = world.joined("member@example.org")
    with world.at_work(JANUARY):
        partner = world.partner()
        ordered = partner.create("A-1", activate=True)
        assert ordered.json()["state"] == "token-issued" and ordered.json()["activated"]
        member = world.signed_in(email)
        assert link(member, ordered).ok().json()["me"]["subscription"]["state"] == "partner"
        assert partner.state(ordered.json()["id"]) == "active"


def test_a_token_is_good_once_and_for_24_hours(world):
    for name in ("one", "two"):
        world.joined(f"{name}@example.org")
    with world.at_work("2024-01-10T12:00:00Z"):
        used = world.partner().create("A-1", activate=True)
        old = world.partner().create("A-2")
        assert link(world.signed_in("one@example.org"), used).status == 200
        assert link(world.signed_in("two@example.org"), used).problem == "partner-token"
        assert link(world.signed_in("one@example.org"), used).problem == "partner-token"
    with world.at_work("2024-01-11T12:01:00Z"):
        partner = world.partner()
        assert partner.state(old.json()["id"]) == "expired"
        member = world.signed_in("two@example.org")
        assert link(member, old).status == 410
        answer = member.post("/api/v1/partner-links/look", {"token": token_of(old)})
        assert (answer.status, answer.problem) == (410, "partner-token")
        fresh = partner.does("token", old.json()["id"])
        assert fresh.json()["state"] == "token-issued"
        assert link(member, fresh).ok().json()["partner"]["state"] == "linked"


def test_an_end_on_a_day_comes_by_the_clock(world):
    email = world.joined("member@example.org")
    with world.at_work(JANUARY):
        partner = world.partner()
        ordered = partner.create("A-1", activate=True)
        sub = ordered.json()["id"]
        link(world.signed_in(email), ordered).ok()
        assert partner.does("cancel", sub, on="2024-01-09").problem == "validation"
        assert partner.does("cancel", sub, on="2024-01-20").json()["state"] == "active"
        assert partner.does("resume", sub).json()["ends"] is None
        ends = partner.does("cancel", sub, on="2024-01-20").json()["ends"]
        assert ends == "2024-01-19T23:00:00Z"
    assert world.show(email, "2024-01-19T22:59:00Z")["status"] == "partner"
    assert world.renew("2024-01-19T22:59:00Z")["partner_ended"] == 0
    assert world.renew("2024-01-19T23:01:00Z")["partner_ended"] == 1
    assert world.renew("2024-01-19T23:02:00Z")["partner_ended"] == 0
    assert world.show(email, "2024-01-19T23:03:00Z")["status"] == "ended"


def test_a_server_ends_what_is_due_by_itself(world):
    email = world.joined("member@example.org")
    with world.at_work(JANUARY):
        ordered = world.partner().create("A-1", activate=True)
        link(world.signed_in(email), ordered).ok()
        world.partner().does("cancel", ordered.json()["id"], on="2024-01-20").ok()
    with world.at_work("2024-01-21"):
        member = world.signed_in(email)
        until = time.monotonic() + 30
        while member.get("/api/v1/me").json()["subscription"]["state"] != "ended":
            assert time.monotonic() < until
            time.sleep(0.2)


def test_who_deletes_the_account_is_not_billed_for_any_more(world):
    email = world.joined("member@example.org")
    with world.at_work(JANUARY):
        partner = world.partner()
        ordered = partner.create("A-1", activate=True)
        member = world.signed_in(email)
        link(member, ordered).ok()
        member.post("/api/v1/me/deletion", {"password": "a long enough phrase"}).ok()
        now = partner.get(f"/subscriptions/{ordered.json()['id']}").json()
        assert (now["state"], now["linked"]) == ("ordered", False)
        assert partner.does("token", now["id"]).json()["state"] == "token-issued"


# ---- the same call again -------------------------------------------------------------------------


def test_a_call_under_its_key_is_carried_out_once(world):
    email = world.joined("member@example.org")
    with world.at_work(JANUARY):
        partner = world.partner()
        body = {"partner_account_id": "A-1", "bundle": "triple", "billing_event_id": "E-1"}
        first = partner.post("/subscriptions", body, "key-1")
        second = partner.post("/subscriptions", body, "key-1")
        assert (second.status, second.body) == (first.status, first.body) and first.status == 201
        other = partner.post("/subscriptions", {**body, "channel": "web"}, "key-1")
        assert (other.status, other.problem) == (422, "idempotency-mismatch")
        sub = first.json()["id"]
        assert partner.post(f"/subscriptions/{sub}/activate", {}, "key-1"
                            ).problem == "idempotency-mismatch"
        assert partner.post("/subscriptions", body, "key-2").problem == "account"
        assert partner.post("/subscriptions", {**body, "partner_account_id": "A-2"}, "key-3"
                            ).problem == "billing-event"
        assert partner.create("A-2", key="key-3").status == 201  # what was refused is not kept
        link(world.signed_in(email), first).ok()
        event = {"billing_event_id": "E-2"}
        active = partner.post(f"/subscriptions/{sub}/activate", event, "key-4").ok()
        partner.does("suspend", sub).ok()
        assert partner.post(f"/subscriptions/{sub}/activate", event, "key-4").body == active.body
        assert partner.state(sub) == "suspended"
        again = partner.post(f"/subscriptions/{sub}/suspend", {"billing_event_id": "E-9"}, "key-5")
        assert again.json()["state"] == "suspended"
        partner.does("resume", sub).ok()
        assert partner.post(f"/subscriptions/{sub}/suspend", {"billing_event_id": "E-9"}, "key-5"
                            ).body == again.body
        assert partner.state(sub) == "active"


def test_another_partners_subscriptions_are_not_there(world):
    world.add_partner(SECOND)
    with world.at_work(JANUARY):
        mine = world.partner().create("A-1").json()["id"]
        other = world.partner(SECOND)
        assert other.get(f"/subscriptions/{mine}").status == 404
        for call in ("token", "activate", "suspend", "resume", "cancel"):
            answer = other.does(call, mine)
            assert (answer.status, answer.problem) == (404, "not-found")
        assert other.does("bundle", mine, bundle="triple").status == 404
        assert other.get("/subscriptions").json()["items"] == []
        # the same account and key of another partner are other ones
        assert other.create("A-1", key="K").status == 201
        assert world.partner().create("A-9", key="K").status == 201


def test_what_changed_since_is_listed_page_by_page(world):
    with world.at_work(JANUARY):
        partner = world.partner()
        subs = [partner.create(f"A-{i}").json()["id"] for i in range(5)]
        partner.does("suspend", subs[1]).ok()
        since, found, after = "2024-01-10T00:00:00Z", [], ""
        while after is not None:
            page = partner.get(f"/subscriptions?since={since}&limit=2{after}").ok().json()
            found += [item["id"] for item in page["items"]]
            after = f"&after={page['next']}" if page["next"] else None
        assert found == [subs[0], *subs[2:], subs[1]]
        assert partner.get("/subscriptions?since=2024-01-11").json()["items"] == []
        one = partner.get("/subscriptions?partner_account_id=A-3").json()["items"]
        assert [item["id"] for item in one] == [subs[3]]


# ---- who pays ------------------------------------------------------------------------------------


def test_who_paid_first_gets_credit_and_is_billed_once(world):
    means = world.subscribers(["member@example.org"], "2024-01-05")["member@example.org"]
    with world.at_work("2024-01-15"):
        partner = world.partner()
        ordered = partner.create("A-1", activate=True)
        member = world.signed_in("member@example.org")
        mine = link(member, ordered).ok().json()["me"]["subscription"]
        assert mine["state"] == "partner" and mine["next_charge"] is None
        credit = float(mine["credit"]["amount"])
        assert 6 < credit < 7  # 21 of 31 days of 9.99
        answer = member.post("/api/v1/me/subscription", {"plan": "standard", "means": means})
        assert answer.problem == "state"
    for day in ("2024-02-05", "2024-02-20", "2024-03-05"):
        done = world.renew(day)
        assert done["charged"] == 0
    assert [c[1] for c in world.charges_of("member@example.org")] == ["paid"]
    with world.at_work("2024-03-10"):
        world.partner().does("cancel", ordered.json()["id"]).ok()
        member = world.signed_in("member@example.org")
        member.post("/api/v1/me/subscription", {"plan": "standard", "means": means}).ok()
    charges = world.charges_of("member@example.org")
    assert charges[-1][2] == f"{9.99 - credit:.2f}"  # what was paid for before counts
    world.never_twice()


def test_who_came_by_the_partner_first_cannot_be_charged_as_well(world):
    world.joined("member@example.org")
    with world.at_work("2024-01-05"):
        partner = world.partner()
        ordered = partner.create("A-1", activate=True)
        member = world.signed_in("member@example.org")
        link(member, ordered).ok()
        means = world.add_card(member)
        for body in ({"plan": "standard", "means": means}, {"plan": "max", "means": means}):
            assert member.post("/api/v1/me/subscription", body).problem == "state"
        assert world.gateway.times_charged() == {}
        # suspended, the member may pay for themselves; resumed, that becomes credit
        partner.does("suspend", ordered.json()["id"]).ok()
        member.post("/api/v1/me/subscription", {"plan": "standard", "means": means}).ok()
        assert member.get("/api/v1/me").json()["subscription"]["state"] == "active"
        partner.does("resume", ordered.json()["id"]).ok()
        mine = member.get("/api/v1/me").json()["subscription"]
        assert mine["state"] == "partner" and float(mine["credit"]["amount"]) > 9
    world.renew("2024-02-06")
    world.renew("2024-03-06")
    assert len(world.charges_of("member@example.org")) == 1
    world.never_twice()


def test_a_member_of_a_running_bundle_cannot_link_another(world):
    world.add_partner(SECOND)
    world.joined("member@example.org")
    with world.at_work(JANUARY):
        first = world.partner().create("A-1", activate=True)
        second = world.partner(SECOND).create("B-1", activate=True)
        member = world.signed_in("member@example.org")
        link(member, first).ok()
        answer = link(member, second)
        assert (answer.status, answer.problem) == (409, "partner")
        assert world.partner(SECOND).state(second.json()["id"]) == "token-issued"
        world.partner().does("suspend", first.json()["id"]).ok()
        assert link(member, second).problem == "partner"
        world.partner().does("cancel", first.json()["id"]).ok()
        assert link(member, second).ok().json()["partner"]["name"] == SECOND
        assert world.partner(SECOND).state(second.json()["id"]) == "active"


def test_a_member_whose_partner_suspended_is_told_whom_to_ask(lanterne, tmp_path):
    """In the house that has films, at today's date."""
    house = World(the_house(lanterne), tmp_path)
    house.run("plan", "add", "standard", "--name", "Standard").ok()
    house.run("partner", "add", "Câble Un", "--contact", "3900").ok()
    house.run("bundle", "add", "Câble Un", "triple", "--plan", "standard", "--territory", "FR",
              "--price", "6.00").ok()
    key = house.run("partner", "key", "add", "Câble Un", "--json").ok().json()
    house.serve()
    try:
        partner = Partner(house.address, Signer(key["id"], key["secret"]), time.time)
        member = house.expired()
        film = house.film
        assert member.plays(film).problem == "subscribe"
        ordered = partner.create("A-1", activate=True)
        link(member, ordered).ok()
        assert member.plays(film).status == 201
        partner.does("suspend", ordered.json()["id"]).ok()
        refused = member.plays(film)
        assert refused.problem == "subscribe" and "Câble Un, 3900." in refused.json()["detail"]
        mine = member.get("/api/v1/me").json()["subscription"]["partner"]
        assert (mine["state"], mine["contact"]) == ("suspended", "3900")
        partner.does("resume", ordered.json()["id"]).ok()
        assert member.plays(film).status == 201
        partner.does("cancel", ordered.json()["id"]).ok()
        refused = member.plays(film)
        assert refused.problem == "subscribe" and "Câble" not in refused.json()["detail"]
    finally:
        house.finish()


def test_what_the_house_stopped_can_still_be_ended_by_the_partner(world):
    email = world.joined("member@example.org")
    with world.at_work(JANUARY):
        partner = world.partner()
        ordered = partner.create("A-1", activate=True)
        link(world.signed_in(email), ordered).ok()
    world.on("2024-01-11", "member", "stop", email).ok()
    with world.at_work("2024-01-12"):
        assert world.partner().does("suspend", ordered.json()["id"]).json()["state"] == "suspended"
        assert world.partner().does("cancel", ordered.json()["id"]).json()["state"] == "ended"


def test_visitors_cannot_link(world):
    with world.at_work(JANUARY):
        ordered = world.partner().create("A-1")
        assert link(world.client(), ordered).problem == "unauthenticated"
        for token in ("x", "A" * 43, "A" * 44):
            answer = world.client().post("/api/v1/partner-links/look", {"token": token})
            assert (answer.status, answer.problem) == (410, "partner-token")


# ---- money ---------------------------------------------------------------------------------------


def bill(world, *args, now="2024-03-02"):
    return world.on(now, "partner", "bill", *args, "--json")


def test_a_partner_is_billed_by_the_day_and_once(world):
    partner_id = world.ids["Câble Un"]
    for name in ("one", "two", "three"):
        world.joined(f"{name}@example.org")
    with world.at_work("2024-01-22T10:00:00Z"):
        partner = world.partner()
        subs = {}
        for name in ("one", "two"):
            ordered = partner.create(name, activate=True)
            subs[name] = ordered.json()["id"]
            link(world.signed_in(f"{name}@example.org"), ordered).ok()
        partner.create("three", activate=True).ok()  # nobody links: nothing is paid
    with world.at_work("2024-02-15T10:00:00Z"):
        world.partner().does("cancel", subs["two"]).ok()
    assert bill(world, "--month", "2024-02", now="2024-02-29T22:59:00Z").code == 1
    january = bill(world, "--month", "2024-01").ok().json()["items"]
    # 10 days of 31, twice
    assert january[0]["price"] == {"amount": "3.88", "currency": "EUR"}
    assert (january[0]["subscriptions"], january[0]["days"], january[0]["booked"]) == (2, 20, 2)
    assert bill(world, "--month", "2024-01").json()["items"][0]["booked"] == 0
    done = world.renew("2024-03-02")
    assert done["partner_billed"] == 2  # February: 29 days of one, 14 of the other
    assert world.renew("2024-03-02")["partner_billed"] == 0
    balances = world.balances()
    assert balances[f"receivable:partner:{partner_id}"] == "12.78"  # 3.88 + 6.00 + 2.90
    net = 12.78 + float(balances["tax:FR"])
    assert float(balances["revenue:partner:FR"]) == pytest.approx(-net)
    assert float(balances[f"cost:partner:{partner_id}"]) == pytest.approx(net * 0.2, abs=0.03)
    world.check()


def test_other_terms_hold_from_their_day_and_what_was_billed_stays(world):
    world.joined("one@example.org")
    with world.at_work("2024-01-01T10:00:00Z"):
        ordered = world.partner().create("one", activate=True)
        link(world.signed_in("one@example.org"), ordered).ok()
    world.on("2024-01-20", "bundle", "edit", "Câble Un", "triple", "--price", "12.00", "--from",
             "2024-02-15").ok()
    assert bill(world, "--month", "2024-01").json()["items"][0]["price"]["amount"] == "6.00"
    # 14 days of 6.00 and 15 of 12.00, of 29
    assert bill(world, "--month", "2024-02").json()["items"][0]["price"]["amount"] == "9.10"
    for wrong in ("-1", "6.001", "99999999999", "abc"):
        assert world.run("bundle", "edit", "Câble Un", "triple", "--price", wrong).code == 2
    assert world.run("bundle", "edit", "Câble Un", "triple", "--share", "1001").code == 2


# ---- lists ---------------------------------------------------------------------------------------


def several(world):
    """Subscriptions in many states on 10 January; {account: id}."""
    world.joined("one@example.org")
    partner = world.partner()
    subs = {}
    for account, calls in (("A-1", ()), ("A-2", ("suspend",)), ("A-3", ("cancel",)),
                           ("=1+2", ()), ("'quoted", ()), ("@x", ("suspend",))):
        answer = partner.create(account, activate=True)
        subs[account] = answer.ok().json()["id"]
        if account == "A-1":
            link(world.signed_in("one@example.org"), answer).ok()
        for call in calls:
            partner.does(call, subs[account]).ok()
    return subs


def test_our_own_list_has_no_difference_and_every_other_is_explained(world):
    with world.at_work("2024-01-10T10:00:00Z"):
        subs = several(world)
    rows = world.exported("2024-01-10")
    assert len(rows) == 6 and world.exported("2024-01-09") == []
    mine = next(r for r in rows if r["partner_account_id"] == "A-1")
    assert mine == {"day": "2024-01-10", "partner_account_id": "A-1",
                    "subscription_id": subs["A-1"], "state": "active", "linked": "yes",
                    "bundle": "triple", "amount": "6.00", "currency": "EUR",
                    "since": "2024-01-10"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for r in rows for cell in r.values())
    assert "'=1+2" in {r["partner_account_id"] for r in rows}
    assert world.differences(rows) == []

    def changed(account, **cells):
        return [{**r, **cells} if r["partner_account_id"] == account else r for r in rows]

    def kinds(found):
        return [(d["kind"], d["partner_account_id"]) for d in found]

    found = world.differences(changed("A-1", state="suspended"))
    assert kinds(found) == [("state", "A-1")]
    assert "here active since 2024-01-10" in found[0]["text"] and "link" in found[0]["text"]
    assert kinds(world.differences(changed("A-1", bundle="triple-max"))) == [("bundle", "A-1")]
    assert kinds(world.differences(changed("A-1", amount="6.01"))) == [("price", "A-1")]
    assert kinds(world.differences(changed("A-1", since="2024-01-09"))) == [("date", "A-1")]
    gone = [r for r in rows if r["partner_account_id"] != "A-1"]
    renamed = world.differences([*gone, {**mine, "partner_account_id": "new",
                                         "subscription_id": ""}])
    assert sorted(kinds(renamed)) == [("missing-here", "new"), ("missing-there", "A-1")]
    assert kinds(world.differences(gone)) == [("missing-there", "A-1")]
    new = {**mine, "partner_account_id": "new", "subscription_id": ""}
    assert kinds(world.differences([*rows, new])) == [("missing-here", "new")]
    assert kinds(world.differences([*rows, mine])) == [("twice-there", "A-1")]
    few = [{k: r[k] for k in ("state", "bundle", "partner_account_id", "day")} for r in rows]
    assert world.differences(few) == []


def test_a_list_is_as_it_was_at_the_end_of_its_day(world):
    with world.at_work("2024-01-10T10:00:00Z"):
        subs = several(world)
    with world.at_work("2024-01-12T10:00:00Z"):
        world.partner().does("bundle", subs["A-1"], bundle="triple-max").ok()
        world.partner().does("resume", subs["A-2"]).ok()
    before = {r["partner_account_id"]: r for r in world.exported("2024-01-11")}
    after = {r["partner_account_id"]: r for r in world.exported("2024-01-12")}
    assert (before["A-1"]["bundle"], after["A-1"]["bundle"]) == ("triple", "triple-max")
    assert (before["A-2"]["state"], after["A-2"]["state"]) == ("suspended", "expired")
    assert (before["A-1"]["amount"], after["A-1"]["amount"]) == ("6.00", "9.00")
    assert before["'quoted" if "'quoted" in before else "''quoted"]["state"] == "expired"


def test_a_file_that_is_none_is_refused_with_its_line(world):
    path = world.folder / "bad.csv"
    head = "partner_account_id,state,bundle,amount,currency,day\n"
    for text, said in (("", "1:"), ("a,b\n", "1: the column partner_account_id"),
                       (head + "A,running,triple,,,\n", "2: state"),
                       (head + "A,active,triple,-1,EUR,\n", "2: amount"),
                       (head + "A,active,triple,1.001,EUR,\n", "2: amount"),
                       (head + "A,active,triple,,,2024-02-30\n", "2: day"),
                       (head + "A,active,triple,,,2024-01-01\nB,active,triple,,,2024-01-02\n",
                        "3: day"), (head + '"A,active', "2: a quoted")):
        path.write_text(text, encoding="utf-8")
        done = world.run("partner", "reconcile", "import", "Câble Un", path)
        assert done.code == 1 and f"bad.csv:{said}" in done.stderr, done.stderr
    out = world.folder / "out.csv"
    world.run("partner", "reconcile", "export", "Câble Un", "--day", "2024-01-01", "--out",
              out).ok()
    assert out.read_text(encoding="utf-8").startswith("day,partner_account_id,")


# ---- the house -----------------------------------------------------------------------------------


def test_the_house_sees_its_partners(world):
    with world.at_work(JANUARY):
        world.partner().create("A-1").ok()
        shown = world.run("partner", "show", "câble un", "--json").ok().json()
        assert shown["name"] == "Câble Un" and [b["code"] for b in shown["bundles"]] == [
            "triple", "triple-max"]
        assert "secret" not in json.dumps(shown)
        assert shown["bundles"][0]["terms"][0]["price"] == {"amount": "6.00", "currency": "EUR"}
        listed = world.run("partner", "list", "--json").ok().json()["items"]
        assert [p["id"] for p in listed] == [shown["id"]]
    assert world.run("partner", "add", "CÂBLE UN").code == 1
    assert world.run("bundle", "add", "Câble Un", "triple", "--plan", "standard", "--territory",
                     "FR", "--price", "1").code == 1
    assert world.run("bundle", "add", "Câble Un", "x", "--plan", "none", "--territory", "FR",
                     "--price", "1").code == 1
    assert world.run("partner", "show", "nobody").code == 1


def test_a_bundle_that_is_not_offered_stays_with_who_has_it(world):
    with world.at_work(JANUARY):
        partner = world.partner()
        sub = partner.create("A-1").json()["id"]
        world.run("bundle", "edit", "Câble Un", "triple", "--offered", "no").ok()
        assert partner.create("A-2").problem == "bundle"
        assert partner.does("activate", sub).status == 200
        assert partner.does("bundle", sub, bundle="triple-max").status == 200
        assert partner.does("bundle", sub, bundle="triple").problem == "bundle"


def test_every_route_is_described_and_every_description_has_a_route(lanterne):
    described = yaml.safe_load((TREE / "docs/openapi-partner.yaml").read_text(encoding="utf-8"))
    routes = lanterne.run("serve", "--partner-routes").ok().json()
    assert {(r["method"], r["path"]) for r in routes} == {
        (method.upper(), path) for path, item in described["paths"].items()
        for method in item if method != "parameters"}
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_answers_are_as_they_are_described(world):
    described = yaml.safe_load((TREE / "docs/openapi-partner.yaml").read_text(encoding="utf-8"))

    def check(answer, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema.validate(answer.json(), schema)
        if answer.status >= 400:
            codes = described["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
            assert answer.problem in codes

    with world.at_work(JANUARY):
        partner = world.partner()
        made = partner.create("A-1")
        check(made, "Subscription")
        check(partner.get(f"/subscriptions/{made.json()['id']}"), "Subscription")
        check(partner.get("/subscriptions"), "Subscriptions")
        check(partner.get("/bundles"), "Bundles")
        check(partner.create("A-1"), "Problem")
        check(partner.does("cancel", made.json()["id"]), "Subscription")


