"""The operator's side: boxes that are signed in by what a partner signed."""
import concurrent.futures
import json
import time

import pytest

from api_world import PASSWORD, the_house
from operator_world import GRANT, NAME, AssertionKey, OperatorWorld, b64
from partner_world import link


@pytest.fixture
def world(lanterne, tmp_path):
    made = OperatorWorld(the_house(lanterne), tmp_path)
    made.set_up()
    made.serve()
    yield made
    made.finish()


@pytest.fixture(scope="module")
def shared(lanterne, tmp_path_factory):
    """One house with a customer at home, for what changes nothing."""
    made = OperatorWorld(the_house(lanterne), tmp_path_factory.mktemp("shared"))
    made.set_up()
    made.serve()
    made.key = made.add_key()
    made.customer("A-1", "shared@example.org")
    yield made
    made.finish()


def refused(answer):
    """The reason, after making sure that it is said to programs, developers and people alike."""
    assert answer.status == 400, answer.body
    said = answer.json()
    assert said["error"] == "invalid_grant" and said["error_description"].isascii()
    assert len(said["detail"]) > 20
    return said["reason"]


def sessions(member):
    return member.get("/api/v1/me/sessions").ok().json()["items"]


# ---- signing in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
@pytest.mark.parametrize("jwk", [False, True])
def test_a_box_is_at_home_without_typing(world, algorithm, jwk):
    key = world.add_key(algorithm, jwk=jwk)
    _, member = world.customer("A-1", "zoe@example.org")
    answer = world.presents(
        key.assertion({"alg": algorithm, "kid": key.id, "typ": "JWT"}, world.claims(key, "A-1")),
        name="Salon", model="LB-1").ok()
    said = answer.json()
    assert said["token_type"] == "Bearer" and answer.headers["Cache-Control"] == "no-store"
    box = world.someone(bearer=said["access_token"])
    assert box.get("/api/v1/me").ok().json()["email"] == "zoe@example.org"
    assert box.plays(world.film).status == 201
    mine = [s for s in sessions(member) if s["kind"] == "box"]
    assert [s["name"] for s in mine] == ["Salon"]
    member.delete(f"/api/v1/me/sessions/{mine[0]['id']}").ok()
    assert box.get("/api/v1/me").status == 401


def test_an_assertion_comes_as_a_form_and_without_a_kid_too(world):
    key = world.add_key()
    world.customer("A-1", "zoe@example.org")
    text = key.assertion({"alg": "EdDSA"}, world.claims(key, "A-1"))
    assert world.presents(text, form=True).status == 200


def test_an_assertion_is_used_once(world):
    key, other = world.add_key(), world.add_key()
    _, member = world.customer("A-1", "zoe@example.org")
    claims = world.claims(key, "A-1")
    text = key.assertion({"alg": "EdDSA"}, claims)
    assert world.presents(text).status == 200
    assert refused(world.presents(text)) == "used"
    # Signed anew it is the same assertion; under another key it is another.
    claims["exp"] += 1
    assert refused(world.presents(key.assertion({"alg": "EdDSA"}, claims))) == "used"
    again = other.assertion({"alg": "EdDSA"}, {**claims, "iss": other.id})
    assert world.presents(again).status == 200
    assert len([s for s in sessions(member) if s["kind"] == "box"]) == 2


def test_of_many_boxes_with_one_assertion_one_is_let_in(world):
    key = world.add_key()
    _, member = world.customer("A-1", "zoe@example.org")
    text = key.assertion({"alg": "EdDSA"}, world.claims(key, "A-1"))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.presents(text), range(8)))
    assert sorted(a.status for a in answers) == [200] + [400] * 7
    assert len([s for s in sessions(member) if s["kind"] == "box"]) == 1


def test_every_state_of_a_subscription_is_its_own_reason(world):
    key, partner = world.add_key(), world.partner()

    def reason(account="A-1"):
        return refused(world.signs_in(key, account))

    assert reason() == "unknown"
    made = partner.create("A-1", bundle="triple-fr").ok()
    sub = made.json()["id"]
    assert reason() == "not-linked"
    member = world.someone().signed_up("zoe@example.org")
    link(member, made).ok()
    assert reason() == "not-active"
    partner.does("activate", sub).ok()
    assert world.signs_in(key, "A-1").status == 200
    partner.does("suspend", sub).ok()
    assert reason() == "suspended"
    partner.does("resume", sub).ok()
    assert world.signs_in(key, "A-1").status == 200
    world.run("partner", "suspend", NAME).ok()
    assert reason() == "partner-suspended"
    world.run("partner", "suspend", NAME, "--resume").ok()
    partner.does("cancel", sub).ok()
    assert reason() == "ended"
    # A new order for the same account begins anew.
    partner.create("A-1", bundle="triple-fr").ok()
    assert reason() == "not-linked"
    assert reason("a b") == "unknown"


def test_what_is_refused_leaves_nothing_and_may_come_again(world):
    key, partner = world.add_key(), world.partner()
    sub, member = world.customer("A-1", "zoe@example.org")
    partner.does("suspend", sub).ok()
    before = sessions(member)
    text = key.assertion({"alg": "EdDSA"}, world.claims(key, "A-1"))
    assert refused(world.presents(text)) == "suspended"
    assert sessions(member) == before
    partner.does("resume", sub).ok()
    assert world.presents(text).status == 200


def test_a_member_whose_account_is_gone_is_not_linked(world):
    key = world.add_key()
    _, member = world.customer("A-1", "zoe@example.org")
    member.post("/api/v1/me/deletion", {"password": PASSWORD}).ok()
    assert refused(world.signs_in(key, "A-1")) == "not-linked"


def test_an_ended_key_signs_nobody_in_and_who_is_in_stays(world):
    key = world.add_key()
    world.customer("A-1", "zoe@example.org")
    token = world.signs_in(key, "A-1").ok().json()["access_token"]
    world.run("partner", "assertion-key", "end", NAME, key.id).ok()
    assert refused(world.signs_in(key, "A-1")) == "signature"
    assert world.someone(bearer=token).get("/api/v1/me").status == 200
    listed = world.run("partner", "assertion-key", "list", NAME, "--json").ok().json()["items"]
    assert [(k["id"], k["algorithm"], bool(k["ended"])) for k in listed] == [
        (key.id, "EdDSA", True)]


def test_after_a_key_was_stolen_every_box_of_the_partners_is_signed_out(world):
    key = world.add_key()
    _, member = world.customer("A-1", "zoe@example.org")
    box = world.someone(bearer=world.signs_in(key, "A-1").ok().json()["access_token"])
    world.run("partner", "assertion-key", "end", NAME, key.id).ok()
    assert box.get("/api/v1/me").status == 200
    world.run("partner", "assertion-key", "end", NAME, key.id, "--sign-out").ok()
    assert box.get("/api/v1/me").status == 401 and member.get("/api/v1/me").status == 200
    assert [s["kind"] for s in sessions(member)] == ["site"]


def test_a_box_is_signed_out_with_the_subscription_that_vouched_for_it(world):
    key = world.add_key()
    sub, member = world.customer("A-1", "zoe@example.org")
    box = world.someone(bearer=world.signs_in(key, "A-1").ok().json()["access_token"])
    world.partner().does("suspend", sub).ok()
    assert box.get("/api/v1/me").status == 200
    world.partner().does("cancel", sub).ok()
    assert box.get("/api/v1/me").status == 401 and member.get("/api/v1/me").status == 200
    assert [s["kind"] for s in sessions(member)] == ["site"]


def test_people_are_told_in_their_language(shared):
    said = {}
    for language in ("fr", "en"):
        answer = shared.presents(
            shared.key.assertion({"alg": "EdDSA"}, shared.claims(shared.key, "nobody")),
            headers={"Accept-Language": language})
        assert refused(answer) == "unknown"
        said[language] = answer.json()["detail"]
    assert "abonnement" in said["fr"] and "subscription" in said["en"]


HOUR = 3600
CLAIMS = [
    ("audience", {"aud": "https://other.example"}),
    ("audience", {"aud": ["https://other.example", "x"]}),
    ("expired", {"iat": -2 * HOUR, "exp": -61}),
    ("clock", {"iat": 0, "exp": 24 * HOUR + 1}),
    ("clock", {"iat": -HOUR, "exp": 24 * HOUR}),
    ("clock", {"iat": 90, "exp": HOUR}),
    ("clock", {"iat": 30, "exp": 30}),
    ("clock", {"iat": 30, "exp": 20}),
    ("clock", {"iat": 0, "exp": HOUR, "nbf": 90}),
    ("assertion", {"iss": None}),
    ("assertion", {"sub": None}),
    ("assertion", {"sub": ""}),
    ("assertion", {"aud": None}),
    ("assertion", {"aud": []}),
    ("assertion", {"exp": None}),
    ("assertion", {"iat": None}),
    ("assertion", {"jti": None}),
    ("assertion", {"jti": ""}),
    ("assertion", {"jti": "x" * 129}),
    ("assertion", {"sub": 7}),
    ("assertion", {"exp": "soon"}),
    ("assertion", {"exp": 1e300}),
    ("clock", {"exp": 2**63 - 1}),
    ("clock", {"iat": -2**63}),
    ("expired", {"exp": -2**63}),
    ("signature", {"iss": "a" * 26}),
    ("signature", {"iss": "no id"}),
]


@pytest.mark.parametrize("reason, wrong", CLAIMS)
def test_a_claim_that_is_wrong_is_refused_by_its_reason(shared, reason, wrong):
    now = int(time.time())
    wrong = {k: v + now if k in ("iat", "exp", "nbf") and isinstance(v, int) and abs(v) < 2**60
             else v for k, v in wrong.items()}
    claims = shared.claims(shared.key, "A-1", **wrong)
    assert refused(shared.presents(shared.key.assertion({"alg": "EdDSA"}, claims))) == reason


GOOD = [
    {"iat": 50, "exp": 600},
    {"iat": -600, "exp": -30},
    {"iat": -60, "exp": 24 * HOUR - 60},
    {"nbf": 50},
    {"surprise": {"a": [1, {"b": None}], "c": "\u00e9\ud83d\udcfa"}},
]


@pytest.mark.parametrize("other", GOOD)
def test_clocks_may_differ_by_a_minute_and_unknown_claims_are_ignored(shared, other):
    now = int(time.time())
    other = {k: v + now if isinstance(v, int) else v for k, v in other.items()}
    claims = shared.claims(shared.key, "A-1", **other)
    assert shared.presents(shared.key.assertion({"alg": "EdDSA"}, claims)).status == 200


def test_the_address_may_end_with_a_slash_and_stand_in_a_list(shared):
    for aud in (shared.address + "/", ["https://other.example", shared.address]):
        claims = shared.claims(shared.key, "A-1", aud=aud)
        assert shared.presents(shared.key.assertion({"alg": "EdDSA"}, claims)).status == 200


def header_of(world, **other):
    return {k: v for k, v in {"alg": "EdDSA", "kid": world.key.id, **other}.items()
            if v is not None}


@pytest.mark.parametrize("reason, other", [
    ("assertion", {"alg": "none"}),
    ("assertion", {"alg": "None"}),
    ("assertion", {"alg": "HS256"}),
    ("assertion", {"alg": "RS256"}),
    ("assertion", {"alg": "ES384"}),
    ("assertion", {"alg": "x" * 300}),
    ("assertion", {"alg": None}),
    ("assertion", {"alg": 1}),
    ("signature", {"alg": "ES256"}),
    ("assertion", {"crit": ["exp"]}),
    ("assertion", {"crit": ["b64"], "b64": False}),
    ("assertion", {"b64": False}),
    ("signature", {"kid": "b" * 26}),
])
def test_a_header_that_asks_for_something_else_is_refused(shared, reason, other):
    claims = shared.claims(shared.key, "A-1")
    text = shared.key.assertion(header_of(shared, **other), claims)
    assert refused(shared.presents(text)) == reason


def test_a_key_in_the_header_is_not_looked_at(shared):
    stranger = AssertionKey()
    stranger.id = shared.key.id
    claims = shared.claims(shared.key, "A-1")
    header = header_of(shared, jwk=stranger.jwk(), x5u="http://127.0.0.1:1/key")
    assert refused(shared.presents(stranger.assertion(header, claims))) == "signature"


def test_an_assertion_of_another_partner_opens_nothing_of_this_one(world):
    world.add_partner("Réseau Deux")
    other = world.add_key(name="Réseau Deux")
    world.customer("A-1", "zoe@example.org")
    assert refused(world.signs_in(other, "A-1")) == "unknown"


def bad_texts(world):
    good = world.key.assertion({"alg": "EdDSA"}, world.claims(world.key, "A-1"))
    head, body, tail = good.split(".")
    yield from ("x", "..", "a.b.c", "a.b", good + ".", "." + good, good + "=", good + "\n",
                f"{head}.{body}", f"{head}.{body}.", f"{head}..{tail}", f".{body}.{tail}",
                f"{head}=.{body}.{tail}", f"{head}.{body}.{tail}.{tail}", good.replace(".", ","),
                f"{head}.{body}.{tail[:-2]}", f"{head}.{body}.{tail}AAAA", "A" * 4096)
    claims = json.dumps(world.claims(world.key, "A-1"))
    for text in (b"", b"[]", b"null", b"{", claims.encode()[:-1], claims.encode() + b"x",
                 claims.replace('"sub"', '"iss"', 1).encode(), b"\xff" + claims.encode(),
                 claims.replace("A-1", "A\\u0000").encode(),
                 claims.replace("A-1", "A\\ud800").encode(),
                 claims.replace("{", "{\"deep\":" + "[" * 40 + "]" * 40 + ",", 1).encode(),
                 claims.replace("{", "{\"exp\":99999999999,", 1).encode()):
        yield world.key.assertion({"alg": "EdDSA"}, text)
    yield world.key.assertion(b'{"alg":"EdDSA","alg":"none"}', world.claims(world.key, "A-1"))


def test_what_is_no_assertion_is_refused_and_the_server_goes_on(shared):
    for text in bad_texts(shared):
        assert refused(shared.presents(text)) == "assertion", text[:80]


def test_a_changed_byte_is_a_wrong_signature(shared):
    head, body, tail = shared.key.assertion(
        {"alg": "EdDSA"}, shared.claims(shared.key, "A-1")).split(".")
    other = b64(json.dumps(shared.claims(shared.key, "A-2")).encode())
    assert refused(shared.presents(f"{head}.{other}.{tail}")) == "signature"
    flipped = ("B" if tail[0] == "A" else "A") + tail[1:]
    assert refused(shared.presents(f"{head}.{body}.{flipped}")) == "signature"


@pytest.mark.parametrize("body, error", [
    ({}, "invalid_request"),
    ({"grant_type": GRANT, "client": "box"}, "invalid_request"),
    ({"grant_type": GRANT, "assertion": "x"}, "invalid_request"),
    ({"grant_type": "password", "assertion": "x", "client": "box"}, "unsupported_grant_type"),
    ({"grant_type": GRANT, "assertion": "x" * 4097, "client": "box"}, "invalid_request"),
    ({"grant_type": GRANT, "assertion": ["x"], "client": "box"}, "invalid_request"),
    ({"grant_type": GRANT, "assertion": "x", "client": "box", "name": "a\nb"}, "invalid_request"),
])
def test_a_request_that_is_no_good_is_told_as_oauth_has_it(shared, body, error):
    answer = shared.someone().post("/api/v1/device/assertion", body)
    assert (answer.status, answer.json()["error"]) == (400, error)


# ---- keys ----------------------------------------------------------------------------------------


def test_a_key_is_taken_as_pem_or_jwk_and_a_private_one_is_not(shared, tmp_path):
    key, curve = AssertionKey(), AssertionKey("ES256")
    off_curve = {**curve.jwk(), "y": b64(b"\1" * 32)}
    for text, said in ((key.private_pem(), "private key"), (curve.private_pem(), "private key"),
                       (json.dumps({**key.jwk(), "d": "AAAA"}), "private key"),
                       (json.dumps({"kty": "RSA", "n": "AQAB", "e": "AQAB"}), "Ed25519"),
                       (json.dumps({**key.jwk(), "use": "enc"}), "Ed25519"),
                       (json.dumps({**key.jwk(), "alg": "ES256"}), "Ed25519"),
                       (json.dumps({**key.jwk(), "x": "AAAA"}), "no public key"),
                       (json.dumps({**key.jwk(), "x": b64(b"\0" * 32)}), "no public key"),
                       (json.dumps(off_curve), "no public key"), ("{", "no public key"),
                       ("", "no public key"), ("-----BEGIN PUBLIC KEY-----\n", "no public key")):
        path = tmp_path / "key"
        path.write_text(text, encoding="utf-8")
        done = shared.run("partner", "assertion-key", "add", NAME, path)
        assert done.code == 1 and said in done.stderr, (text, done.stderr)
    assert shared.run("partner", "assertion-key", "add", NAME, tmp_path).code == 1
    assert shared.run("partner", "assertion-key", "end", NAME, "a" * 26).code == 1
    text = shared.run("partner", "show", NAME, "--json").ok().json()
    assert [k["id"] for k in text["assertion_keys"]] == [shared.key.id]
    assert "PRIVATE" not in json.dumps(text)
