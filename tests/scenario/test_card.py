"""Cards: typed on the gateway's page, charged, confirmed, declined, given back; webhooks that are
forged, old or repeated; and a gateway that fails, hangs up, answers late, repeats and reorders.
What it truly charged is in its journal, and our books must say the same."""
import concurrent.futures
import http.client
import json
import socket
import ssl
import subprocess
import threading
import time

import pytest

from api_world import PASSWORD
from card_world import CONFIRMS, DECLINES, PAYS, STOLEN, CardHouse, settings
from gateway import sign
from harness import wait_until


@pytest.fixture
def house(lanterne, tmp_path):
    made = CardHouse(lanterne, tmp_path)
    made.serve()
    yield made
    made.finish()


@pytest.fixture(scope="module")
def moody(lanterne, tmp_path_factory):
    """One house for all that a gateway may do to one member after the other."""
    made = CardHouse(lanterne, tmp_path_factory.mktemp("moody"))
    made.serve()
    yield made
    made.finish()


def settled(house, member):
    """The charge in doubt is asked for again until it is known, as the server does by itself."""
    for _ in range(5):
        if house.is_paid(member):
            return
        house.renew(minutes=3)
    raise AssertionError((house.charges(), house.gateway.journal))


# ---- the page for a card -------------------------------------------------------------------------

def test_a_card_is_typed_at_the_gateway_and_pays_for_a_plan(house):
    member = house.member()
    means = house.card(member)
    assert means["kind"] == "card" and means["label"] == "Visa ···· 4242, 12/34"
    answer = house.takes(member, means).ok().json()
    assert answer["answer"] == "done"
    assert answer["me"]["subscription"]["state"] == "active"
    # Our pages never see a number: neither does anything we keep.
    assert PAYS.encode() not in (house.folder / "lanterne.db").read_bytes()
    wait_until(lambda: any(status == 204 for *_, status in house.gateway.deliveries),
               "the webhook of the payment")
    charges = house.charges()
    assert [c["state"] for c in charges.values()] == ["paid"]
    assert house.gateway.charged() == {next(iter(charges)): 1299}
    house.agree()


def test_coming_back_twice_keeps_one_card(house):
    member = house.member()
    page = member.post("/api/v1/me/means/card", {"return_path": "/account"}).ok().json()["url"]
    back = house.gateway.type_card(page)
    first = house.come_back(member, back).ok().json()
    assert house.come_back(member, back).ok().json()["id"] == first["id"]
    assert len(member.get("/api/v1/me/means").ok().json()["items"]) == 1


def test_a_page_is_of_the_member_who_began_it_and_of_nobody_else(house):
    member, thief = house.member(), house.member("thief@example.org")
    page = member.post("/api/v1/me/means/card", {"return_path": "/account"}).ok().json()["url"]
    back = house.gateway.type_card(page)
    refused = house.come_back(thief, back)
    assert refused.status == 404 and refused.problem == "not-found"
    assert thief.get("/api/v1/me/means").ok().json()["items"] == []
    assert house.come_back(member, back).status == 201


def test_a_page_that_was_not_finished_and_one_that_never_was_give_no_card(house):
    member = house.member()
    page = member.post("/api/v1/me/means/card", {"return_path": "/account"}).ok().json()["url"]
    assert house.gateway.type_card(page, "4000000000000002") is None
    session = page.split("/page/")[1].split("#")[0]
    open_still = member.post("/api/v1/me/means/card/result", {"session": session})
    assert open_still.status == 409 and open_still.problem == "state"
    for name in ("cs_nobody", "../customers", "x" * 200):
        assert member.post("/api/v1/me/means/card/result", {"session": name}).status == 404
    assert member.get("/api/v1/me/means").ok().json()["items"] == []


def test_a_gateway_whose_certificate_is_nobodys_gets_no_word_of_ours(house, tmp_path):
    made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"]
    subprocess.run(["openssl", "req", *made], check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    seen = []

    def listen():
        connection, _ = listener.accept()
        try:
            with context.wrap_socket(connection, server_side=True) as safe:
                seen.append(safe.recv(100))
        except ssl.SSLError as error:
            seen.append(error.reason)

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    house.server.stop()
    settings(house.folder, card_gateway_url=f"https://localhost:{listener.getsockname()[1]}")
    house.serve()
    answer = house.member().post("/api/v1/me/means/card", {"return_path": "/account"})
    assert answer.status == 503 and answer.problem == "payment-busy"
    listening.join(10)
    listener.close()
    assert seen == ["TLSV1_ALERT_UNKNOWN_CA"]


# ---- what a bank says ----------------------------------------------------------------------------

@pytest.mark.parametrize("number", [DECLINES, STOLEN])
def test_a_card_that_does_not_pay_gives_nothing(house, number):
    member = house.member()
    refused = house.takes(member, house.card(member, number))
    assert refused.status == 402 and refused.problem == "payment-declined"
    assert house.state(member) != "active"
    assert house.gateway.charged() == {}
    house.agree()
    # Another card pays, once.
    house.takes(member, house.card(member)).ok()
    assert house.state(member) == "active"
    house.agree()


def test_a_bank_that_asks_is_answered_on_its_own_page(house):
    member = house.member()
    answer = house.takes(member, house.card(member, CONFIRMS)).ok().json()
    assert answer["answer"] == "confirm"
    assert house.state(member) != "active" and house.gateway.charged() == {}
    assert "/account" in house.gateway.press(answer["confirm_url"], "confirm")
    house.becomes(member, "active")
    house.agree()


def test_who_refuses_at_the_bank_has_nothing_and_pays_nothing(house):
    member = house.member()
    means = house.card(member, CONFIRMS)
    answer = house.takes(member, means).ok().json()
    house.gateway.press(answer["confirm_url"], "refuse")
    wait_until(lambda: "payment_intent.payment_failed" in
               [kind for _, kind, status in house.gateway.deliveries if status == 204],
               "the webhook of the refusal")
    assert house.state(member) != "active"
    house.agree()


def test_a_confirmation_whose_webhook_is_lost_is_found_by_looking(house):
    member = house.member()
    means = house.card(member, CONFIRMS)
    house.gateway.webhook = None
    answer = house.takes(member, means).ok().json()
    house.gateway.press(answer["confirm_url"], "confirm")
    assert house.takes(member, means).ok().json()["answer"] == "done"
    assert house.state(member) == "active"
    house.agree()


def test_a_payment_that_is_decided_later_is_given_credit_and_booked_when_it_is_known(house):
    member = house.member()
    means = house.card(member)
    house.gateway.plan("processing")
    assert house.takes(member, means).ok().json()["answer"] == "pending"
    payment = house.gateway.payments()[0]["id"]
    house.gateway.settle(payment)
    wait_until(lambda: [c["state"] for c in house.charges().values()] == ["paid"],
               "the charge to be paid")
    assert house.state(member) == "active"
    house.agree()


# ---- webhooks that are not what they say ---------------------------------------------------------

def refused(house, answer, code):
    status, text = answer
    assert status == 400, (status, text)
    assert json.loads(text)["code"] == code, text


def test_bad_webhooks_are_refused_by_name_and_nothing_is_written(house):
    member = house.member()
    means = house.card(member, CONFIRMS)
    gateway = house.gateway
    gateway.webhook_plan("drop", "drop", "drop")
    answer = house.takes(member, means).ok().json()
    gateway.press(answer["confirm_url"], "confirm")  # paid, and nobody told the house
    payment = gateway.payments()[0]
    body = json.dumps({"id": "evt_forged", "type": "payment_intent.succeeded",
                       "data": {"object": payment}}).encode()
    time.sleep(0.3)
    before, now = house.books(), gateway.now()
    good = sign(gateway.secret, body, now)
    rows = {
        "none": (body, ""),
        "another secret": (body, sign("whsec_other", body, now)),
        "old": (body, sign(gateway.secret, body, now - 301)),
        "of a time to come": (body, sign(gateway.secret, body, now + 400)),
        "of another body": (body.replace(b"1299", b"0001"), good),
        "of another instant": (body, good.replace(f"t={now}", f"t={now + 1}")),
        "garbage": (body, "x" * 300),
        "half": (body, good[:-1]),
    }
    for name, (bytes_sent, signature) in rows.items():
        refused(house, gateway.post(bytes_sent, signature), "signature")
        assert house.books() == before, name
    for bytes_sent in (b"", b"{", b"[]", b"{}", b'{"id":"evt_1","type":"x","data":{}}', b"\xff"):
        refused(house, gateway.post(bytes_sent), "malformed")
        assert house.books() == before, bytes_sent
    # The real one is heard; the very same bytes again are a replay.
    assert gateway.post(body, good)[0] == 204
    assert house.state(member) == "active"
    after = house.books()
    refused(house, gateway.post(body, good), "signature")
    refused(house, gateway.post(body, "v0=x," + good), "signature")
    assert house.books() == after
    house.agree()


def test_a_webhook_that_lies_about_a_payment_changes_nothing(house):
    member = house.member()
    means = house.card(member, CONFIRMS)
    house.takes(member, means).ok()
    gateway = house.gateway
    payment = gateway.payments()[0]
    # Signed as it should be, and not true: the gateway says otherwise when it is asked.
    assert gateway.send("payment_intent.succeeded", {**payment, "status": "succeeded"})[0] == 204
    assert gateway.send("charge.refunded", {"id": "ch_x", "amount_refunded": 1299,
                                            "currency": "eur", "metadata": payment["metadata"],
                                            "payment_intent": payment["id"]})[0] == 204
    assert gateway.send("charge.dispute.created", {"id": "dp_x", "amount": 1299, "currency": "eur",
                                                   "payment_intent": payment["id"]})[0] == 204
    assert house.state(member) != "active"
    # Nor does one about a payment that is none of ours.
    assert gateway.send("payment_intent.succeeded", {"id": "pi_x", "status": "succeeded"})[0] == 503
    assert gateway.send("customer.created", {"id": "cus_x"})[0] == 204
    house.agree()


def test_an_answer_and_its_webhook_at_the_same_moment_are_one_payment(house):
    """Who hears second must not take the payment for one that nobody wants."""
    payers = [(m, house.card(m)) for m in
              (house.member(f"m{n}@example.org") for n in range(40))]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda who: house.takes(*who), payers))
    assert [a.ok().json()["answer"] for a in answers] == ["done"] * len(payers)
    wait_until(lambda: len([1 for _, kind, status in house.gateway.deliveries
                            if kind == "payment_intent.succeeded" and status == 204])
               == len(payers), "all webhooks of payments")
    assert set(house.gateway.charged().values()) == {1299}
    house.agree()


# ---- a gateway that misbehaves -------------------------------------------------------------------

@pytest.mark.parametrize("how", ["500-before", "500-after", "hang-up", "hang-up-before", "short",
                                 "garbage", "429", "409", "late", "late-before"])
@pytest.mark.parametrize("told", ["with-webhooks", "without-webhooks", "a-day-later"])
def test_whatever_the_gateway_does_a_period_is_charged_once(moody, how, told):
    member = moody.member(f"{how}.{told}@example.org")
    means = moody.card(member)
    moody.gateway.webhook = moody.hook if told == "with-webhooks" else None
    moody.gateway.plan(how)
    answer = moody.takes(member, means, once="one")
    assert answer.status in (200, 503), answer.body
    if answer.status == 503:
        assert answer.problem == "payment-busy"
    if how.startswith("late"):
        time.sleep(moody.gateway.lateness)
    if told == "a-day-later":
        moody.gateway.forget_keys()
    # The member presses again, and the house goes on by itself.
    assert moody.takes(member, means, once="one").status in (200, 409, 503)
    settled(moody, member)
    charge = next(c["id"] for c in moody.charges().values() if c["member"] == member.me["id"])
    assert moody.gateway.times_charged()[charge] == 1
    moody.agree()


def test_a_gateway_that_is_gone_is_asked_again_when_it_is_back(house):
    member = house.member()
    means = house.card(member)
    house.gateway.plan(*["500-before"] * 12)
    for _ in range(3):
        assert house.takes(member, means).problem == "payment-busy"
    house.gateway.plan_over()
    settled(house, member)
    house.agree()


@pytest.mark.parametrize("how", ["drop", "twice", "again", "hold", "late"])
def test_webhooks_may_be_lost_repeated_late_or_out_of_order(house, how):
    gateway = house.gateway
    gateway.retries = 0 if how == "twice" else gateway.retries
    member = house.member()
    means = house.card(member, CONFIRMS)
    gateway.webhook_plan(*[how] * 6)
    answer = house.takes(member, means).ok().json()
    gateway.press(answer["confirm_url"], "confirm")
    payment = gateway.payments()[0]["id"]
    gateway.refund(payment, 300)
    gateway.refund(payment, 200)
    gateway.release()
    if how == "drop":
        house.takes(member, means)
        gateway.send("charge.refunded", gateway.charge_of(payment))
    wait_until(lambda: [c["refunded"]["amount"] for c in house.charges().values()] == ["5.00"],
               "both refunds to be booked")
    assert house.state(member) == "active"
    time.sleep(gateway.lateness if how == "late" else 1.5)
    house.agree()


def test_a_server_that_is_killed_while_it_asks_goes_on_under_the_same_key(house):
    member = house.member()
    means = house.card(member)
    gateway = house.gateway
    gateway.webhook = None
    gateway.plan("late")

    def take():
        with pytest.raises((OSError, http.client.HTTPException)):
            house.takes(member, means)

    asking = threading.Thread(target=take)
    asking.start()
    wait_until(gateway.payments, "the gateway to be asked")
    house.server.kill()
    asking.join()
    house.processes.remove(house.server)
    time.sleep(gateway.lateness)
    house.serve()
    gateway.webhook = None
    settled(house, member)
    assert sum(gateway.times_charged().values()) == 1
    house.agree()


def test_months_of_renewals_with_a_gateway_in_a_bad_mood_are_charged_once_each(house):
    member = house.member()
    house.takes(member, house.card(member)).ok()
    gateway = house.gateway
    gateway.webhook = None
    moods = ["500-after", "hang-up", "late", "garbage", "500-before", "short"]
    for month, mood in enumerate(moods, 1):
        gateway.plan(mood)
        house.renew(days=31 * month)
        gateway.forget_keys() if month % 2 else None
        house.renew(days=31 * month, minutes=10)
        house.renew(days=31 * month, minutes=20)
        assert sum(gateway.times_charged().values()) == month + 1, (mood, gateway.journal)
        house.agree()


def given_up_in_doubt(house, member, answer_of):
    """The charge of an order whose answer was lost, void a day later: the gateway did not talk."""
    means = house.card(member, answer_of["card"])
    house.gateway.webhook = None
    house.gateway.plan(*answer_of["plan"])
    house.takes(member, means)
    key, house.gateway.key = house.gateway.key, "sk_of_another_day"
    house.renew(days=2)
    house.gateway.key = key
    name, charge = next(iter(house.charges().items()))
    assert charge["state"] == "void", charge
    return name


@pytest.mark.parametrize("how", ["500-after", "short", "garbage"])
def test_what_was_taken_for_a_charge_that_was_given_up_is_given_back_once(house, how):
    member = house.member()
    name = given_up_in_doubt(house, member, {"card": PAYS, "plan": [how]})
    assert house.gateway.charged(name) == 1299
    for minutes in (5, 10):
        house.renew(days=2, minutes=minutes)
        assert house.gateway.charged(name) == 0 and house.gateway.times_charged()[name] == 1
        assert "given back" in house.charges()[name]["why"]
        house.agree()
    asked = len(house.gateway.requests)
    house.renew(days=2, minutes=15)
    assert len(house.gateway.requests) == asked, "it is settled"


def test_a_payment_that_could_still_be_confirmed_is_ended_when_its_charge_is_given_up(house):
    member = house.member()
    given_up_in_doubt(house, member, {"card": CONFIRMS, "plan": []})
    assert [p["status"] for p in house.gateway.payments()] == ["requires_action"]
    house.renew(days=2, minutes=5)
    assert [p["status"] for p in house.gateway.payments()] == ["canceled"]
    house.agree()


def test_a_charge_that_was_given_up_and_never_reached_the_gateway_is_left_alone(house):
    member = house.member()
    name = given_up_in_doubt(house, member, {"card": PAYS, "plan": ["500-before"]})
    house.renew(days=2, minutes=5)
    asked = len(house.gateway.requests)
    house.renew(days=2, minutes=10)
    assert len(house.gateway.requests) == asked, "it is settled"
    assert house.gateway.charged() == {} and house.charges()[name]["state"] == "void"
    house.agree()


def test_a_deleted_account_gets_back_what_was_taken_while_it_went(house):
    member = house.member()
    house.gateway.webhook = None
    means = house.card(member)
    house.gateway.plan("500-after")
    assert house.takes(member, means).problem == "payment-busy"
    assert member.post("/api/v1/me/deletion", {"password": PASSWORD}).status == 204
    house.run("renew", "--json", "--now", house.later(days=40)).ok()
    assert sum(house.gateway.charged().values()) == 0
    house.agree()


# ---- money that goes back ------------------------------------------------------------------------

def test_money_given_back_at_the_gateways_desk_is_booked_once(house):
    member = house.member()
    house.takes(member, house.card(member)).ok()
    payment = house.gateway.payments()[0]["id"]
    house.gateway.refund(payment, 299)
    wait_until(lambda: next(iter(house.charges().values()))["refunded"]["amount"] == "2.99",
               "the refund to be booked")
    house.agree()
    house.gateway.refund(payment)
    wait_until(lambda: next(iter(house.charges().values()))["state"] == "refunded",
               "all of it to be booked")
    house.agree()


def test_money_given_back_by_the_house_is_not_booked_again_when_the_gateway_tells(house):
    member = house.member()
    house.takes(member, house.card(member)).ok()
    charge = next(iter(house.charges()))
    for key, amount in (("a", "1.00"), ("b", "2.00"), ("a", "1.00")):
        house.run("charge", "refund", charge, "--amount", amount, "--key", key).ok()
    wait_until(lambda: [k for _, k, s in house.gateway.deliveries if s == 204].count(
        "charge.refunded") == 2, "both webhooks")
    assert house.charges()[charge]["refunded"]["amount"] == "3.00"
    house.agree()


def test_what_the_bank_takes_back_is_a_return_and_comes_back_when_it_is_won(house):
    member = house.member()
    house.takes(member, house.card(member)).ok()
    gateway = house.gateway
    payment = gateway.payments()[0]["id"]
    dispute = gateway.dispute(payment)["id"]
    wait_until(lambda: next(iter(house.charges().values()))["state"] == "returned",
               "the charge to be returned")
    # Told again that it once was paid: it still is not.
    gateway.send("payment_intent.succeeded", gateway.payments()[0])
    assert next(iter(house.charges().values()))["state"] == "returned"
    house.agree()
    gateway.end_dispute(dispute, "won")
    wait_until(lambda: next(iter(house.charges().values()))["state"] == "paid",
               "the charge to be paid again")
    house.agree()


def test_who_picks_another_card_does_not_pay_with_the_first_as_well(house):
    member = house.member()
    means = house.card(member, CONFIRMS)
    gateway = house.gateway
    first = house.takes(member, means).ok().json()
    assert first["answer"] == "confirm"
    assert house.takes(member, house.card(member)).ok().json()["answer"] == "done"
    left_open = next(p for p in gateway.payments() if p["status"] != "succeeded")
    assert left_open["status"] == "canceled"
    assert sum(gateway.times_charged().values()) == 1
    house.agree()
    # Should the bank confirm it all the same, it is given back.
    gateway.revive(left_open["id"])
    gateway.press(first["confirm_url"], "confirm")
    charge = next(iter(house.charges()))
    wait_until(lambda: gateway.times_charged()[charge] == 2 and gateway.charged(charge) == 1299,
               "what was one too many to be given back")
    wait_until(lambda: "given back" in house.charges()[charge]["why"], "it to be booked")
    assert house.state(member) == "active" and house.taken() == 1299
    assert house.run("ledger", "check", "--json").ok().json()["balanced"]
