"""Passkeys: made, used, named and removed; and every way in which one is refused."""
import contextlib
import json
import os
import sqlite3

import pytest

from api_world import PASSWORD, the_house
from authenticator import (EDDSA, ELIGIBLE, ES256, PRESENT, RS256, VERIFIED, Authenticator, b64,
                           unb64)
from mail_world import MailWorld
from test_account import code_of, sign_in, with_factor

ORIGIN = "https://lanterne.example"


@pytest.fixture
def world(lanterne, tmp_path):
    made = MailWorld(the_house(lanterne), tmp_path)
    made.settings(public_url=ORIGIN)
    made.serve()
    yield made
    made.finish()


def begin(who, **more):
    answer = who.post("/api/v1/me/passkeys/begin", {"password": PASSWORD, **more})
    return answer.ok().json()["publicKey"]


def with_passkey(world, email="member@example.org", **kwargs):
    """Somebody with a passkey, and the device that has it."""
    who = world.member(email)
    device = Authenticator(ORIGIN, **kwargs)
    made = who.post("/api/v1/me/passkeys", device.create(begin(who)) | {"name": "My phone"})
    return who, device, made.ok().json()


def asked(world):
    return world.someone().post("/api/v1/sessions/passkey/begin").ok().json()["publicKey"]


def signs_in(world, body):
    return world.someone().post("/api/v1/sessions/passkey", body)


def refused(answer):
    """What the service says was wrong."""
    assert answer.status == 401 and answer.problem == "passkey", answer.body
    assert answer.json()["detail"]
    return answer.json()["field"]


# ---- made and used -------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_a_passkey_signs_its_member_in_without_an_address(world, algorithm):
    who, device, made = with_passkey(world, algorithm=algorithm)
    assert made["name"] == "My phone" and made["transports"] == ["hybrid", "internal"]
    assert made["synced"] is False and made["used"] is None
    visitor = world.someone()
    answer = visitor.post("/api/v1/sessions/passkey", device.get(asked(world)))
    assert answer.status == 201 and answer.json()["member"]["id"] == who.me["id"]
    assert visitor.get("/api/v1/me").json()["email"] == "member@example.org"
    assert signs_in(world, device.get(asked(world))).status == 201
    listed = who.get("/api/v1/me/passkeys").json()
    assert [p["id"] for p in listed["items"]] == [made["id"]] and listed["items"][0]["used"]
    assert listed["most"] == 10


def test_what_a_device_is_asked_for(world):
    who = world.member()
    options = begin(who)
    assert options["rp"] == {"id": "lanterne.example", "name": "The House"}
    assert unb64(options["user"]["id"]).decode() == who.me["id"]
    assert [p["alg"] for p in options["pubKeyCredParams"]] == [ES256, EDDSA, RS256]
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["excludeCredentials"] == [] and options["attestation"] == "none"
    assert len(unb64(options["challenge"])) == 56
    device = Authenticator(ORIGIN)
    who.post("/api/v1/me/passkeys", device.create(options)).ok()
    again = begin(who)
    assert again["challenge"] != options["challenge"]
    assert [c["id"] for c in again["excludeCredentials"]] == [b64(device.credentials[0].id)]


def test_a_passkey_that_does_not_count_and_is_kept_elsewhere_too_is_as_good(world):
    _, device, made = with_passkey(world, counts=False, synced=True)
    assert made["synced"] is True
    for _ in range(3):
        assert signs_in(world, device.get(asked(world))).status == 201


def test_a_passkey_counts_as_both_factors_and_asks_for_both_to_be_added(world):
    who, secret, codes = with_factor(world, "both@example.org")
    begin_at = "/api/v1/me/passkeys/begin"
    assert who.post(begin_at, {"password": "a wrong phrase"}).problem == "credentials"
    assert who.post(begin_at, {"password": PASSWORD}).problem == "second-factor"
    assert who.post(begin_at, {"password": PASSWORD, "code": "000000"}).problem == "second-factor"
    device = Authenticator(ORIGIN)
    options = begin(who, code=codes[0])
    who.post("/api/v1/me/passkeys", device.create(options)).ok()
    assert signs_in(world, device.get(asked(world))).status == 201
    assert sign_in(world, "both@example.org").problem == "second-factor"
    assert sign_in(world, "both@example.org", code_of(secret)).status == 201


def test_statements_of_makers_that_nobody_asked_for_are_not_looked_at(world):
    who = world.member()
    device = Authenticator(ORIGIN)
    statement = {"alg": -7, "sig": b"\x30\x00", "x5c": [b"no certificate"]}
    body = device.create(begin(who), form="packed", statement=statement)
    assert who.post("/api/v1/me/passkeys", body).status == 201


def test_a_passkey_without_a_name_has_that_of_the_browser(world):
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
    who = world.someone(headers={"User-Agent": agent}).signed_in("member@example.org")
    made = who.post("/api/v1/me/passkeys", Authenticator(ORIGIN).create(begin(who))).ok().json()
    assert made["name"] == "Firefox, Windows"


# ---- named, removed, told ------------------------------------------------------------------------


def test_passkeys_are_named_and_removed_by_their_member_alone_who_is_told(world):
    who, device, made = with_passkey(world)
    at = f"/api/v1/me/passkeys/{made['id']}"
    stranger = world.member("other@example.org")
    assert stranger.patch(at, {"name": "Mine now"}).status == 404
    assert stranger.delete(at).status == 404
    for name in ("", " ", "a\nb", "x" * 65):
        answer = who.patch(at, {"name": name})
        assert answer.status == 422 and answer.json()["field"] == "name"
    assert who.patch(at, {"name": "Clé de rechange"}).status == 204
    assert who.get("/api/v1/me/passkeys").json()["items"][0]["name"] == "Clé de rechange"
    assert who.delete(at).status == 204 and who.delete(at).status == 404
    assert who.get("/api/v1/me/passkeys").json()["items"] == []
    assert refused(signs_in(world, device.get(asked(world)))) == "credential"
    added = world.letter("member@example.org", "passkey was added").get_content()
    assert "My phone" in added and "/account" in added
    assert "Clé de rechange" in world.letter(
        "member@example.org", "passkey was removed").get_content()


def test_letters_about_passkeys_come_in_french_too(world):
    who = world.someone().signed_up("fr@example.org", language="fr")
    body = Authenticator(ORIGIN).create(begin(who)) | {"name": "Téléphone"}
    made = who.post("/api/v1/me/passkeys", body).ok().json()
    assert "« Téléphone »" in world.letter("fr@example.org", "a été ajoutée").get_content()
    who.delete(f"/api/v1/me/passkeys/{made['id']}").ok()
    assert "« Téléphone »" in world.letter("fr@example.org", "a été retirée").get_content()


def test_an_account_has_ten_passkeys_at_most(world):
    who = world.member()
    late = begin(who)
    for _ in range(10):
        who.post("/api/v1/me/passkeys", Authenticator(ORIGIN).create(begin(who))).ok()
    answer = who.post("/api/v1/me/passkeys", Authenticator(ORIGIN).create(late))
    assert answer.status == 409 and answer.problem == "state"
    answer = who.post("/api/v1/me/passkeys/begin", {"password": PASSWORD})
    assert answer.status == 409 and "ten passkeys" in answer.json()["detail"]


def test_an_export_has_the_passkeys_and_a_deletion_leaves_none(world):
    who, device, _ = with_passkey(world, "other@example.org")
    signs_in(world, device.get(asked(world), flags=PRESENT))  # a try that is counted
    export = who.post("/api/v1/me/export", {"password": PASSWORD}).ok().json()
    assert [p["name"] for p in export["passkeys"]] == ["My phone"]
    assert export["passkeys"][0]["credential"] == device.credentials[0].id.hex()
    assert who.post("/api/v1/me/deletion", {"password": PASSWORD}).status == 204
    assert refused(signs_in(world, device.get(asked(world)))) == "credential"
    with contextlib.closing(sqlite3.connect(world.folder / "lanterne.db")) as store:
        assert store.execute("SELECT count(*) FROM passkey").fetchone() == (0,)
        keys = [k for (k,) in store.execute("SELECT key FROM sign_in_failure")]
    assert not [k for k in keys if who.me["id"] in k]


# ---- refused: signing in -------------------------------------------------------------------------


def test_an_answer_is_taken_once(world):
    _, device, _ = with_passkey(world, counts=False)
    body = device.get(asked(world))
    assert signs_in(world, body).status == 201
    assert refused(signs_in(world, body)) == "challenge"
    again = device.get({"rpId": "lanterne.example",
                        "challenge": json.loads(unb64(body["client_data"]))["challenge"]})
    assert refused(signs_in(world, again)) == "challenge"


BENT = {
    "wrong origin": ({"client": {"origin": "https://lanterne.example.evil"}}, "origin"),
    "origin without TLS": ({"client": {"origin": "http://lanterne.example"}}, "origin"),
    "another port": ({"client": {"origin": ORIGIN + ":8443"}}, "origin"),
    "a name below": ({"client": {"origin": "https://x.lanterne.example"}}, "origin"),
    "made for adding": ({"client": {"type": "webauthn.create"}}, "type"),
    "no type": ({"client": {"type": None}}, "format"),
    "in a frame": ({"client": {"crossOrigin": True}}, "cross-origin"),
    "in a frame, said otherwise": ({"client": {"topOrigin": "https://evil.example"}},
                                   "cross-origin"),
    "another site's RP ID": ({"rp_id": "evil.example"}, "rp-id"),
    "nobody there": ({"flags": VERIFIED}, "presence"),
    "nobody checked": ({"flags": PRESENT}, "verification"),
    "backed up though it cannot be": ({"flags": PRESENT | VERIFIED | 0x10}, "backup"),
    "may be backed up all at once": ({"flags": PRESENT | VERIFIED | ELIGIBLE}, "backup"),
    "another user": ({"user": b"somebody"}, "user"),
    "a made-up challenge": ({"client": {"challenge": b64(os.urandom(56))}}, "challenge"),
    "a short challenge": ({"client": {"challenge": "AAAA"}}, "challenge"),
    "a flag that promises more": ({"flags": PRESENT | VERIFIED | 0x80}, "format"),
}


@pytest.mark.parametrize("how", BENT)
def test_what_is_not_right_is_refused_by_name(world, how):
    bent, why = BENT[how]
    _, device, _ = with_passkey(world)
    assert refused(signs_in(world, device.get(asked(world), **bent))) == why
    assert signs_in(world, device.get(asked(world))).status == 201


def test_no_device_signs_for_another(world):
    _, device, _ = with_passkey(world)
    _, other, _ = with_passkey(world, "other@example.org")
    mine, theirs = device.credentials[0], other.credentials[0]
    assert refused(signs_in(world, device.get(asked(world), signer=theirs))) == "signature"
    # another member's credential, said to be mine
    assert refused(signs_in(world, other.get(asked(world), user=mine.user))) == "user"
    borrowed = other.get(asked(world)) | {"id": b64(mine.id)}
    assert refused(signs_in(world, borrowed)) == "user"
    borrowed = other.get(asked(world), user=mine.user) | {"id": b64(mine.id)}
    assert refused(signs_in(world, borrowed)) == "signature"
    nobody = other.get(asked(world))
    del nobody["user_handle"]
    assert refused(signs_in(world, nobody)) == "user"


def test_a_counter_that_goes_back_or_stands_still_is_refused_and_noted(world):
    _, device, _ = with_passkey(world)
    assert signs_in(world, device.get(asked(world), counter=7)).status == 201
    for counter in (7, 6, 0):
        assert refused(signs_in(world, device.get(asked(world), counter=counter))) == "counter"
    assert "was refused: counter" in world.server.text()
    assert signs_in(world, device.get(asked(world), counter=8)).status == 201


def restart(world, now):
    world.server.stop()
    world.serve("--now", now)


def test_a_challenge_is_good_for_five_minutes(world):
    _, device, _ = with_passkey(world)
    restart(world, "2030-01-01T00:00:00Z")
    options = asked(world)
    adding_who = world.member("other@example.org")
    adding, cookies = begin(adding_who), dict(adding_who.cookies)
    restart(world, "2030-01-01T00:05:10Z")
    assert refused(signs_in(world, device.get(options))) == "challenge"
    late = world.someone()
    late.cookies = cookies
    assert refused(late.post("/api/v1/me/passkeys",
                             Authenticator(ORIGIN).create(adding))) == "challenge"
    restart(world, "2030-01-01T00:04:30Z")
    assert signs_in(world, device.get(options)).status == 201


def test_a_challenge_for_one_thing_is_none_for_another(world):
    who, device, _ = with_passkey(world)
    signing = asked(world)
    adding = begin(who)
    # to add one with what was given out for signing in, to anybody
    answer = who.post("/api/v1/me/passkeys",
                      Authenticator(ORIGIN).create(adding | {"challenge": signing["challenge"]}))
    assert refused(answer) == "challenge"
    # and the other way round
    bent = device.get(signing | {"challenge": adding["challenge"]})
    assert refused(signs_in(world, bent)) == "challenge"
    # another session of the same member, and another member
    elsewhere = world.member()
    body = Authenticator(ORIGIN).create(adding)
    assert refused(elsewhere.post("/api/v1/me/passkeys", body)) == "challenge"
    stranger = world.member("other@example.org")
    assert refused(stranger.post("/api/v1/me/passkeys", body)) == "challenge"
    assert who.post("/api/v1/me/passkeys", body).status == 201
    answer = who.post("/api/v1/me/passkeys",
                      Authenticator(ORIGIN).create(adding))
    assert refused(answer) == "challenge"


def test_guessing_is_slowed_down_by_member_and_by_network(world):
    _, device, _ = with_passkey(world)
    tries = [signs_in(world, device.get(asked(world), flags=PRESENT)) for _ in range(8)]
    assert tries[0].status == 401
    assert tries[-1].status == 429 and int(tries[-1].headers["Retry-After"]) >= 1
    assert signs_in(world, device.get(asked(world))).status == 429
    _, other, _ = with_passkey(world, "other@example.org")
    assert signs_in(world, other.get(asked(world))).status == 201
    unknown = [signs_in(world, other.get(asked(world)) | {"id": b64(os.urandom(32))}).status
               for _ in range(60)]
    assert unknown[0] == 401 and unknown[-1] == 429


def forget_tries(world):
    with contextlib.closing(sqlite3.connect(world.folder / "lanterne.db")) as store:
        store.execute("DELETE FROM sign_in_failure")
        store.commit()


def test_every_bit_of_an_answer_counts(world):
    """One bit a try in what is signed and in the signature: none of them opens anything."""
    _, device, _ = with_passkey(world)
    reasons = set()
    for field in ("authenticator_data", "signature", "client_data"):
        for turn in range(4):
            body = device.get(asked(world))
            octets = bytearray(unb64(body[field]))
            at = (len(octets) - 1) * turn // 3
            octets[at] ^= 1 << turn
            answer = signs_in(world, body | {field: b64(bytes(octets))})
            reasons.add(refused(answer))
            forget_tries(world)
    assert reasons <= {"rp-id", "presence", "verification", "backup", "signature", "format", "type",
                       "challenge", "origin", "cross-origin"}
    assert signs_in(world, device.get(asked(world))).status == 201


# ---- refused: adding -----------------------------------------------------------------------------


def es256(x=b"\x01" * 32, y=b"\x02" * 32, **more):
    return {1: 2, 3: -7, -1: 1, -2: x, -3: y} | more


ADDING = {
    "wrong origin": ({"client": {"origin": "https://evil.example"}}, "origin"),
    "made for signing in": ({"client": {"type": "webauthn.get"}}, "type"),
    "another site's RP ID": ({"rp_id": "evil.example"}, "rp-id"),
    "nobody there": ({"flags": VERIFIED}, "presence"),
    "nobody checked": ({"flags": PRESENT}, "verification"),
    "more than was said": ({"tail": b"\x00"}, "format"),
    "a point on no curve": ({"cose": es256()}, "key"),
    "another algorithm": ({"cose": {1: 2, 3: -35, -1: 2, -2: b"x" * 48, -3: b"y" * 48}},
                          "algorithm"),
    "another curve": ({"cose": {1: 2, 3: -7, -1: 8, -2: b"x" * 32, -3: b"y" * 32}}, "key"),
    "a key of zeros": ({"cose": {1: 1, 3: -8, -1: 6, -2: bytes(32)}}, "key"),
    "a small RSA key": ({"cose": {1: 3, 3: -257, -1: b"\xff" * 128, -2: b"\x01\x00\x01"}}, "key"),
    "no key at all": ({"cose": []}, "format"),
}


@pytest.mark.parametrize("how", ADDING)
def test_what_is_not_right_is_not_added(world, how):
    bent, why = ADDING[how]
    who = world.member()
    answer = who.post("/api/v1/me/passkeys", Authenticator(ORIGIN).create(begin(who), **bent))
    assert refused(answer) == why
    assert who.get("/api/v1/me/passkeys").json()["items"] == []


def test_nobody_adds_a_passkey_that_somebody_has(world):
    _, device, _ = with_passkey(world)
    thief = world.member("other@example.org")
    body = Authenticator(ORIGIN).create(begin(thief), credential=device.credentials[0])
    answer = thief.post("/api/v1/me/passkeys", body)
    assert answer.status == 409 and answer.problem == "exists"


@pytest.mark.parametrize("body", [
    {"client_data": "e30", "attestation": "oA"}, {"client_data": "AA", "attestation": "oA"},
    {"client_data": b64(b'{"type":'), "attestation": "oA"},
    {"client_data": b64(b'[]'), "attestation": "oA"}])
def test_rubbish_is_no_passkey(world, body):
    assert refused(world.member().post("/api/v1/me/passkeys", body)) == "format"


@pytest.mark.parametrize("field, value", [
    ("client_data", "*"), ("client_data", "AA=="), ("attestation", "A"),
    ("client_data", "A" * 4097), ("transports", "usb"), ("name", "")])
def test_fields_of_another_kind_are_said(world, field, value):
    body = {"client_data": "e30", "attestation": "oA", field: value}
    answer = world.member().post("/api/v1/me/passkeys", body)
    assert answer.status == 422 and answer.json()["field"] == field


# ---- where there are none ------------------------------------------------------------------------


@pytest.mark.parametrize("public_url, host, rp_id", [
    ("", "localhost:8080", "localhost"), ("", "video.example.org", None), ("", None, None),
    ("http://video.example.org", None, None), ("https://192.0.2.1", None, None),
    ("https://Video.Example.org:8443/", None, "video.example.org")])
def test_passkeys_are_of_the_public_url_or_of_this_machine(world, public_url, host, rp_id):
    world.server.stop()
    world.settings(public_url=public_url)
    world.serve()
    headers = {"Host": host, "Origin": None} if host else None
    answer = world.someone().post("/api/v1/sessions/passkey/begin", headers=headers)
    if rp_id is None:
        assert answer.status == 409 and answer.problem == "state"
    else:
        assert answer.ok().json()["publicKey"]["rpId"] == rp_id


def test_refusals_are_said_in_both_languages(world):
    who, device, _ = with_passkey(world)
    body = device.get(asked(world), flags=PRESENT)
    said = {}
    for language in ("fr", "en"):
        answer = world.someone().post("/api/v1/sessions/passkey", body,
                                      headers={"Accept-Language": language})
        said[language] = answer.json()["detail"]
    assert "Votre appareil" in said["fr"] and "Your device" in said["en"]
