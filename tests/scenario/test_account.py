"""What members do with their account: prove the address, find back in, see and end sessions."""
import base64
import contextlib
import datetime
import hmac
import sqlite3
import time
import urllib.parse

import pytest

from api_world import PASSWORD, the_house
from mail_world import MailWorld

NEW = "quite another phrase"


@pytest.fixture
def world(lanterne, tmp_path):
    made = MailWorld(the_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


def restart(world, *args):
    world.server.stop()
    world.serve(*args)


def carry(world, who):
    """The same browser, at the server's new address."""
    again = world.someone()
    again.cookies = dict(who.cookies)
    return again


# ---- the address ---------------------------------------------------------------------------------


def test_an_address_is_proven_by_the_link_once(world):
    who = world.someone().signed_up("prove@example.org", language="en")
    assert who.me["email_verified"] is False
    token = world.token("prove@example.org", "Confirm your address")
    assert world.someone().post("/api/v1/verifications", {"token": token}).status == 204
    assert who.get("/api/v1/me").json()["email_verified"] is True
    again = world.someone().post("/api/v1/verifications", {"token": token})
    assert again.status == 410 and again.problem == "link"
    assert who.post("/api/v1/me/verification").problem == "state"


def test_the_link_comes_anew_when_asked_for_and_both_die_together(world):
    who = world.someone().signed_up("again@example.org", language="fr")
    first = world.token("again@example.org", "Confirmez")
    assert who.post("/api/v1/me/verification").status == 202
    second = world.token("again@example.org", "Confirmez", 2)
    assert world.someone().post("/api/v1/verifications", {"token": second}).status == 204
    assert world.someone().post("/api/v1/verifications", {"token": first}).status == 410


def test_asking_for_the_link_again_and_again_is_slowed_down(world):
    who = world.someone().signed_up("flood@example.org")
    answers = [who.post("/api/v1/me/verification") for _ in range(8)]
    assert answers[0].status == 202
    assert answers[-1].status == 429 and int(answers[-1].headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    "now, status", [("2030-01-02T23:59:00Z", 204), ("2030-01-03T00:01:00Z", 410)])
def test_the_link_is_good_for_48_hours(world, now, status):
    restart(world, "--now", "2030-01-01T00:00:00Z")
    world.someone().signed_up("hours@example.org")
    token = world.token("hours@example.org", "Confirm")
    restart(world, "--now", now)
    assert world.someone().post("/api/v1/verifications", {"token": token}).status == status


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 42 + "=", "é", "A" * 64])
def test_tokens_of_nobody_open_nothing(world, token):
    assert world.someone().post("/api/v1/verifications", {"token": token}).status == 410
    answer = world.someone().post("/api/v1/password-resets/use", {"token": token, "password": NEW})
    assert answer.status == 410


def test_trying_tokens_is_slowed_down_by_network(world):
    answers = [world.someone().post("/api/v1/verifications", {"token": "A" * 43})
               for _ in range(80)]
    assert answers[0].status == 410 and answers[-1].status == 429


# ---- a forgotten password ------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_by_mail_and_ends_all_sessions(world):
    signed_in = world.member("other@example.org")
    asked = world.someone().post("/api/v1/password-resets", {"email": "OTHER@example.org"})
    assert asked.status == 202
    token = world.token("other@example.org", "new password")
    body = {"token": token, "password": "short"}
    weak = world.someone().post("/api/v1/password-resets/use", body)
    assert weak.status == 422 and weak.json()["field"] == "password"
    assert world.someone().post(
        "/api/v1/password-resets/use", {"token": token, "password": NEW}).status == 204
    assert signed_in.get("/api/v1/me").status == 401
    assert sign_in(world, "other@example.org").status == 401
    assert world.someone().signed_in("other@example.org", NEW).me["email_verified"] is True
    world.letter("other@example.org", "password was changed")
    used = world.someone().post("/api/v1/password-resets/use", {"token": token, "password": NEW})
    assert used.status == 410 and used.problem == "link"


def test_nobody_is_told_whether_an_address_has_an_account(world):
    known = world.someone().post("/api/v1/password-resets", {"email": "member@example.org"})
    unknown = world.someone().post("/api/v1/password-resets", {"email": "nobody@example.org"})
    assert (known.status, known.body) == (unknown.status, unknown.body) == (202, b"")
    world.letter("member@example.org", "new password")
    assert world.letters("nobody@example.org") == []
    statuses = {}
    for email in ("member@example.org", "nobody@example.org"):
        statuses[email] = [
            world.someone().post("/api/v1/password-resets", {"email": email}).status
            for _ in range(7)]
    assert statuses["member@example.org"] == statuses["nobody@example.org"]
    assert statuses["member@example.org"][-1] == 429


@pytest.mark.parametrize(
    "now, status", [("2030-01-01T00:59:00Z", 204), ("2030-01-01T01:01:00Z", 410)])
def test_a_reset_is_good_for_one_hour(world, now, status):
    restart(world, "--now", "2030-01-01T00:00:00Z")
    world.someone().post("/api/v1/password-resets", {"email": "member@example.org"})
    token = world.token("member@example.org", "new password")
    restart(world, "--now", now)
    answer = world.someone().post("/api/v1/password-resets/use", {"token": token, "password": NEW})
    assert answer.status == status


def test_a_changed_password_ends_the_links_to_reset_it(world):
    who = world.member("member@example.org")
    world.someone().post("/api/v1/password-resets", {"email": "member@example.org"})
    token = world.token("member@example.org", "new password")
    body = {"current": PASSWORD, "new": NEW}
    assert who.post("/api/v1/me/password", body).status == 204
    world.letter("member@example.org", "password was changed")
    answer = world.someone().post("/api/v1/password-resets/use", {"token": token, "password": NEW})
    assert answer.status == 410


def test_links_lead_to_the_service_and_never_to_what_a_request_says(world):
    world.someone().post("/api/v1/password-resets", {"email": "member@example.org"},
                         headers={"Host": "evil.example", "Origin": None,
                                  "X-Forwarded-Host": "evil.example"})
    text = world.letter("member@example.org", "new password").get_content()
    assert f"{world.address}/reset#" in text and "evil" not in text


# ---- sessions and devices ------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
          "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1")


def test_sessions_are_listed_in_words_and_end_one_by_one(world):
    phone = world.someone(headers={"User-Agent": IPHONE}).signed_in("member@example.org")
    desk = world.someone(headers={"User-Agent": FIREFOX}).signed_in("member@example.org")
    listed = desk.get("/api/v1/me/sessions").json()["items"]
    assert {s["agent"] for s in listed} >= {"Safari, iPhone", "Firefox, Windows"}
    assert [s["agent"] for s in listed if s["current"]] == ["Firefox, Windows"]
    other = next(s for s in listed if s["agent"] == "Safari, iPhone")
    stranger = world.member("other@example.org")
    assert stranger.delete(f"/api/v1/me/sessions/{other['id']}").status == 404
    assert phone.get("/api/v1/me").status == 200
    assert desk.delete(f"/api/v1/me/sessions/{other['id']}").status == 204
    assert phone.get("/api/v1/me").status == 401 and desk.get("/api/v1/me").status == 200
    assert desk.delete(f"/api/v1/me/sessions/{other['id']}").status == 404


def test_all_other_sessions_end_at_once(world):
    others = [world.member() for _ in range(3)]
    who = world.member()
    assert who.delete("/api/v1/me/sessions").status == 204
    assert [o.get("/api/v1/me").status for o in others] == [401] * 3
    assert len(who.get("/api/v1/me/sessions").json()["items"]) == 1


def test_when_a_session_was_last_seen_is_known_to_ten_minutes(world):
    restart(world, "--now", "2030-01-01T00:00:00Z")
    who = world.member()
    restart(world, "--now", "2030-01-01T08:00:00Z")
    late = carry(world, who)
    seen = late.get("/api/v1/me/sessions").json()["items"][0]["seen"]
    assert seen.startswith("2030-01-01T08:00")


def test_a_sign_in_from_a_device_not_seen_before_is_told_by_mail(world):
    who = world.someone(headers={"User-Agent": FIREFOX}).signed_up("dev@example.org", language="fr")
    who.delete("/api/v1/sessions/current")
    who.signed_in("dev@example.org")
    elsewhere = world.someone(headers={"User-Agent": IPHONE}).signed_in("dev@example.org")
    text = world.letter("dev@example.org", "Un nouvel appareil").get_content()
    assert "Safari, iPhone" in text and "/account" in text
    elsewhere.signed_in("dev@example.org")
    who.signed_in("dev@example.org")
    world.someone().signed_in("dev@example.org")
    world.letter("dev@example.org", "Un nouvel appareil", 2)


def test_the_device_cookie_is_one_that_pages_cannot_read(world):
    answer = world.someone().post(
        "/api/v1/sessions", {"email": "member@example.org", "password": PASSWORD})
    cookies = answer.headers.get_all("Set-Cookie")
    cookie = next(c for c in cookies if c.startswith("lanterne_device"))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=34560000" in cookie


# ---- the second factor ---------------------------------------------------------------------------


def code_of(secret, at=None, shift=0):
    """RFC 6238 by the book, from Python's own parts."""
    key = base64.b32decode(secret)
    step = int(time.time() if at is None else at) // 30 + shift
    digest = hmac.new(key, step.to_bytes(8, "big"), "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7fffffff) % 1000000:06d}"


def with_factor(world, email):
    """Somebody with a second factor; secret and recovery codes."""
    who = world.someone().signed_up(email)
    begun = who.post("/api/v1/me/second-factor", {"password": PASSWORD}).ok().json()
    parts = urllib.parse.urlsplit(begun["uri"])
    assert urllib.parse.parse_qs(parts.query)["secret"] == [begun["secret"]]
    assert urllib.parse.unquote(parts.path) == f"/The House:{email}"
    body = {"code": code_of(begun["secret"], shift=-1)}
    codes = who.post("/api/v1/me/second-factor/confirm", body).ok().json()["recovery_codes"]
    assert len(set(codes)) == 10
    return who, begun["secret"], codes


def sign_in(world, email, code=None, password=PASSWORD):
    body = {"email": email, "password": password}
    return world.someone().post("/api/v1/sessions", body | ({"code": code} if code else {}))


def test_signing_in_asks_for_a_code_once_one_was_confirmed_and_takes_none_twice(world):
    who = world.someone().signed_up("f0@example.org")
    who.post("/api/v1/me/second-factor", {"password": PASSWORD}).ok()
    assert sign_in(world, "f0@example.org").status == 201
    who, secret, _ = with_factor(world, "f1@example.org")
    assert who.get("/api/v1/me").json()["second_factor"] is True
    asked = sign_in(world, "f1@example.org")
    assert asked.status == 401 and asked.problem == "second-factor"
    # Who has not the password is not told that there is a second factor.
    assert sign_in(world, "f1@example.org", password="wrong phrase").problem == "credentials"
    code = code_of(secret)
    assert sign_in(world, "f1@example.org", code).status == 201
    assert sign_in(world, "f1@example.org", code).problem == "second-factor"
    assert sign_in(world, "f1@example.org", code_of(secret, shift=-1)).problem == "second-factor"
    assert sign_in(world, "f1@example.org", code_of(secret, shift=1)).status == 201
    world.letter("f1@example.org", "asks for a code")


def test_codes_are_good_a_step_around_the_clock_and_no_further(world):
    _, secret, _ = with_factor(world, "f2@example.org")
    at = 1900000000
    now = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    restart(world, "--now", now)
    statuses = [sign_in(world, "f2@example.org", code_of(secret, at, shift)).status
                for shift in (-3, 3, -1)]
    assert statuses == [401, 401, 201]


def test_a_recovery_code_opens_once_however_it_is_typed(world):
    _, _, codes = with_factor(world, "f3@example.org")
    typed = codes[0].upper().replace("-", " ")
    assert sign_in(world, "f3@example.org", typed).status == 201
    assert sign_in(world, "f3@example.org", codes[0]).problem == "second-factor"
    assert sign_in(world, "f3@example.org", codes[1]).status == 201


def test_guessing_codes_is_slowed_down_for_who_has_the_password(world):
    _, secret, _ = with_factor(world, "f4@example.org")
    answers = [sign_in(world, "f4@example.org", "000000") for _ in range(8)]
    assert answers[0].status == 401 and answers[-1].status == 429
    assert sign_in(world, "f4@example.org", code_of(secret)).status == 429


def test_a_second_factor_goes_with_password_and_code_alone(world):
    who, secret, codes = with_factor(world, "f5@example.org")
    off = "/api/v1/me/second-factor/off"
    assert who.post(off, {"password": "wrong phrase", "code": codes[0]}).problem == "credentials"
    assert who.post(off, {"password": PASSWORD, "code": "000000"}).problem == "second-factor"
    assert who.post("/api/v1/me/second-factor", {"password": PASSWORD}).problem == "state"
    assert who.post(off, {"password": PASSWORD, "code": codes[0]}).status == 204
    assert sign_in(world, "f5@example.org").status == 201
    kept = b"".join(p.read_bytes() for p in world.folder.glob("lanterne.db*"))
    assert base64.b32decode(secret) not in kept and codes[1].encode() not in kept


def test_a_reset_password_leaves_the_second_factor_on(world):
    with_factor(world, "f6@example.org")
    world.someone().post("/api/v1/password-resets", {"email": "f6@example.org"})
    token = world.token("f6@example.org", "new password")
    world.someone().post("/api/v1/password-resets/use", {"token": token, "password": NEW})
    assert sign_in(world, "f6@example.org", password=NEW).problem == "second-factor"


# ---- a change of address -------------------------------------------------------------------------


def test_an_address_changes_once_the_new_one_is_proven_and_both_are_told(world):
    who = world.someone().signed_up("old@example.org", language="en")
    world.someone().post("/api/v1/password-resets", {"email": "old@example.org"})
    reset = world.token("old@example.org", "new password")
    body = {"email": "New@example.org", "password": PASSWORD}
    assert who.post("/api/v1/me/email", body | {"password": "wrong"}).problem == "credentials"
    assert who.post("/api/v1/me/email", body).status == 202
    token = world.token("New@example.org", "Confirm your new address")
    text = world.letter("old@example.org", "was asked for").get_content()
    assert "New@example.org" in text and "#" not in text
    assert who.get("/api/v1/me").json()["email"] == "old@example.org"
    assert world.someone().post("/api/v1/verifications", {"token": token}).status == 204
    me = who.get("/api/v1/me").json()
    assert me["email"] == "New@example.org" and me["email_verified"] is True
    world.letter("old@example.org", "was changed")
    world.letter("New@example.org", "was changed")
    assert sign_in(world, "old@example.org").problem == "credentials"
    assert sign_in(world, "new@example.org").status == 201
    # What was sent to the address before opens nothing any more.
    used = world.someone().post("/api/v1/password-resets/use", {"token": reset, "password": NEW})
    assert used.status == 410


def test_an_address_of_another_account_cannot_be_taken(world):
    who = world.someone().signed_up("taker@example.org")
    body = {"email": "MEMBER@example.org", "password": PASSWORD}
    assert who.post("/api/v1/me/email", body).problem == "exists"
    body["email"] = "late@example.org"
    assert who.post("/api/v1/me/email", body).status == 202
    token = world.token("late@example.org", "Confirm your new")
    world.someone().signed_up("late@example.org")
    late = world.someone().post("/api/v1/verifications", {"token": token})
    assert late.status == 409 and late.problem == "exists"
    assert who.get("/api/v1/me").json()["email"] == "taker@example.org"


# ---- all of it -----------------------------------------------------------------------------------

# Where each table that speaks of a member is found in the export.
SECTIONS = {"profile": "profiles", "member_pin": "pin", "playback": "playbacks",
            "lease": "streams",
            "session": "sessions", "device": "devices", "letter": "letters",
            "account_token": "links", "second_factor": "second_factor",
            "recovery_code": "recovery_codes", "passkey": "passkeys", "membership": "membership",
            "device_code": "device_codes",
            "partner_subscription": "partner_subscriptions", "partner_event": "partner_events"}
# Of tables that know whose a row is by way of another.
FURTHER = {"member", "progress", "membership_rows", "payment_means", "charges", "invoices", "gifts",
           "rentals"}


def tables_of_members(world):
    with contextlib.closing(sqlite3.connect(world.folder / "lanterne.db")) as store:
        names = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {t for (t,) in names
                if any(c[1] == "member" for c in store.execute(f"PRAGMA table_info({t})"))}


def test_an_export_has_all_that_is_kept_but_for_secrets(world):
    who, secret, codes = with_factor(world, "mine@example.org")
    started = who.plays(world.film).ok().json()
    who.patch(f"/api/v1/playbacks/{started['id']}", {"position_seconds": 3})
    assert who.post("/api/v1/me/export", {"password": "wrong"}).problem == "credentials"
    answer = who.post("/api/v1/me/export", {"password": PASSWORD})
    whole = answer.json()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert set(SECTIONS) == tables_of_members(world)
    assert set(whole) == set(SECTIONS.values()) | FURTHER
    assert whole["member"][0]["email"] == "mine@example.org"
    assert whole["progress"][0]["position_ms"] == 3000
    assert whole["progress"][0]["original_title"].startswith("Nosferatu")
    assert whole["recovery_codes"] == [{"left": 10}]
    for hidden in (secret, codes[0], "argon2", who.cookies["lanterne_session"]):
        assert hidden not in answer.body.decode()


def test_a_deleted_account_leaves_nothing_personal_behind(world):
    who, _, codes = with_factor(world, "leaving@example.org")
    started = who.plays(world.film).ok().json()
    who.patch(f"/api/v1/playbacks/{started['id']}", {"position_seconds": 3})
    sign_in(world, "leaving@example.org", password="a wrong one")
    gone = "/api/v1/me/deletion"
    assert who.post(gone, {"password": "wrong", "code": codes[0]}).problem == "credentials"
    assert who.post(gone, {"password": PASSWORD}).problem == "second-factor"
    assert who.get("/api/v1/me").status == 200
    assert who.post(gone, {"password": PASSWORD, "code": codes[0]}).status == 204
    assert who.get("/api/v1/me").status == 401
    assert sign_in(world, "leaving@example.org").problem == "credentials"
    world.letter("leaving@example.org", "was deleted")
    world.server.stop()
    with contextlib.closing(sqlite3.connect(world.folder / "lanterne.db")) as store:
        for table in tables_of_members(world):
            kept = store.execute(f"SELECT count(*) FROM {table} WHERE member = ?", (who.me["id"],))
            assert kept.fetchone() == (0,), table
        assert store.execute("SELECT count(*) FROM letter").fetchone() == (0,)
    # The one try to sign in since then is all that names the address.
    assert not world.run("check").stdout.strip() or world.run("check").code == 0
    world.serve()
    world.someone().signed_up("leaving@example.org")


def test_the_last_administrator_stays(world):
    who = world.administrator()
    answer = who.post("/api/v1/me/deletion", {"password": world.admin_password})
    assert answer.status == 409 and answer.problem == "state"
