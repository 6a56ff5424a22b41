"""Members sign up, in and out, change what is theirs, and are hard to guess."""
import pathlib
import re

import pytest

from api_world import PASSWORD, Asker, World, the_house
from harness import wait_until


@pytest.fixture
def world(lanterne, tmp_path):
    made = World(the_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


def test_who_signs_up_is_signed_in_with_a_running_trial(world):
    who = world.someone().signed_up("New.Member@Example.org", language="fr")
    me = who.get("/api/v1/me").ok().json()
    assert me == who.me
    assert me["email"] == "New.Member@Example.org" and me["language"] == "fr"
    assert me["role"] == "member" and me["territory"] == "FR"
    assert me["subscription"]["state"] == "trial"
    assert who.plays(world.film).status == 201


def test_an_address_has_one_account_whatever_its_letters(world):
    answer = world.someone().post(
        "/api/v1/members", {"email": "MEMBER@example.ORG", "password": "another long phrase"}
    )
    assert answer.status == 409 and answer.problem == "exists" and answer.json()["field"] == "email"


@pytest.mark.parametrize(
    "email, password, field",
    [
        ("no-at-sign", "a long enough phrase", "email"),
        ("a@b", "short", "password"),
        ("two@at@signs.org", "a long enough phrase", "email"),
        ("spa ce@example.org", "a long enough phrase", "email"),
        ("x@example.org", "password12", "password"),
        ("longaddress@example.org", "longaddress@example.org", "password"),
        ("x" * 250 + "@example.org", "a long enough phrase", "email"),
        ("x@example.org", "y" * 801, "password"),
    ],
)
def test_what_cannot_be_an_account_is_refused_by_field(world, email, password, field):
    answer = world.someone().post("/api/v1/members", {"email": email, "password": password})
    assert answer.status == 422 and answer.json()["field"] == field and answer.json()["detail"]


def test_the_token_works_as_cookie_and_as_bearer_until_sign_out(world):
    answer = (
        world.someone()
        .post("/api/v1/sessions", {"email": "Member@Example.org", "password": PASSWORD})
        .ok()
    )
    token = answer.json()["token"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"lanterne_session={token};")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="):
        assert part in cookie
    assert "Secure" not in cookie and "Domain" not in cookie
    by_bearer = world.someone(bearer=token)
    by_cookie = world.someone(headers={"Cookie": f"lanterne_session={token}"})
    assert by_bearer.get("/api/v1/me").status == by_cookie.get("/api/v1/me").status == 200
    out = by_cookie.delete("/api/v1/sessions/current")
    assert out.status == 204 and "Max-Age=0" in out.headers["Set-Cookie"]
    assert by_bearer.get("/api/v1/me").status == by_cookie.get("/api/v1/me").status == 401


def test_a_stale_cookie_is_a_visitor_and_a_stale_bearer_is_told(world):
    for token in ("A" * 43, "", "x", "A" * 42 + "=", "A" * 4000, "é" * 43):
        sent = {"Cookie": f"lanterne_session={token}".encode()}
        assert world.someone(headers=sent).get("/api/v1/titles").status == 200
        assert world.someone(headers=sent).get("/api/v1/me").status == 401
        sent = {"Authorization": f"Bearer {token}".encode()}
        assert world.someone(headers=sent).get("/api/v1/titles").status == 401
    basic = {"Authorization": "Basic bWVtYmVyQGV4YW1wbGUub3JnOng="}
    assert world.someone(headers=basic).get("/api/v1/me").status == 401


def test_the_store_never_sees_a_token_or_a_password(world):
    """Canaries: neither is in any file of the service, nor in the log."""
    answer = (
        world.someone()
        .post("/api/v1/sessions", {"email": "member@example.org", "password": PASSWORD})
        .ok()
    )
    world.someone().post(
        "/api/v1/sessions",
        {"email": "canary-address@example.org", "password": "canary phrase in the clear"},
    )
    token = answer.json()["token"]
    world.server.stop()
    for path in [*world.folder.rglob("*"), *world.logs.rglob("*")]:
        if path.is_file():
            held = path.read_bytes()
            for secret in (token, PASSWORD, "canary phrase in the clear"):
                assert secret.encode() not in held, path
    for path in world.logs.rglob("*"):
        assert b"@example.org" not in path.read_bytes()


def test_a_changed_password_ends_all_other_sessions_and_no_other_password_works(world):
    here, there = world.member(), world.member()
    new = "an even longer phrase"
    wrong = here.post("/api/v1/me/password", {"current": "not it at all", "new": new})
    assert wrong.status == 401 and wrong.problem == "credentials"
    weak = here.post("/api/v1/me/password", {"current": PASSWORD, "new": "password12"})
    assert weak.status == 422 and weak.json()["field"] == "new"
    assert there.get("/api/v1/me").status == 200
    assert here.post("/api/v1/me/password", {"current": PASSWORD, "new": new}).status == 204
    assert here.get("/api/v1/me").status == 200
    assert there.get("/api/v1/me").status == 401
    sign_in = {"email": "member@example.org", "password": PASSWORD}
    assert world.someone().post("/api/v1/sessions", sign_in).problem == "credentials"
    world.someone().signed_in("member@example.org", new)


def test_the_language_is_the_members_own(world):
    who = world.member()
    assert who.patch("/api/v1/me", {"language": "fr"}).ok().json()["language"] == "fr"
    assert world.member().get("/api/v1/me").json()["language"] == "fr"
    assert who.patch("/api/v1/me", {}).ok().json()["language"] == "fr"
    for bad in ("", "x", "../..", "fr-", 7, ["fr"]):
        answer = who.patch("/api/v1/me", {"language": bad})
        assert answer.status == 422 and answer.json()["field"] == "language"


def test_a_month_begins_where_the_trial_ends_and_is_taken_once(world):
    who = world.someone().signed_up("taker@example.org")
    trial = who.me["subscription"]["until"]
    taken = who.post("/api/v1/me/subscription").ok().json()["subscription"]
    again = who.post("/api/v1/me/subscription")
    assert again.status == 409 and again.problem == "state"
    world.server.stop()
    day = lambda instant: instant[:10]
    world.serve("--now", f"{day(trial)}T23:59:59Z")
    later = world.someone().signed_in("taker@example.org")
    assert later.me["subscription"]["state"] == "active"
    assert day(later.me["subscription"]["until"]) > day(trial)
    assert later.plays(world.film).status == 201
    assert taken["state"] in ("trial", "active")
    world.server.stop()
    world.serve("--now", "2040-01-01T00:00:00Z")
    ended = world.someone().signed_in("taker@example.org")
    assert ended.me["subscription"]["state"] == "ended"
    assert ended.plays(world.film).problem == "subscribe"
    taken = ended.post("/api/v1/me/subscription").ok().json()["subscription"]
    assert taken["state"] == "active" and taken["until"].startswith("2040-02-01")
    assert ended.plays(world.film).status == 201


def test_unknown_address_and_wrong_password_are_answered_alike(world):
    def ask(email):
        return world.someone().post(
            "/api/v1/sessions", {"email": email, "password": "wrong phrase"}
        )

    known, unknown = ask("other@example.org"), ask("nobody@example.org")
    assert known.status == unknown.status == 401
    assert known.body == unknown.body
    strip = lambda answer: [(k, v) for k, v in answer.headers.items() if k != "Date"]
    assert strip(known) == strip(unknown)


def cpu_ticks(process):
    """Processor time of all threads: what waiting for others does not change."""
    fields = pathlib.Path(f"/proc/{process.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_unknown_address_and_wrong_password_cost_the_same_work(world):
    """Seconds on a busy machine say little; work done says all. A hash is by far the greatest part
    of a sign-in, so one that is left out shows at once."""

    def work(names):
        before = cpu_ticks(world.server)
        for name in names:
            answer = world.someone().post(
                "/api/v1/sessions", {"email": f"{name}@example.org", "password": "wrong phrase"}
            )
            assert answer.problem == "credentials"
        return cpu_ticks(world.server) - before

    for i in range(12):
        world.add_member(f"known{i}@example.org", PASSWORD)
    known = work(f"known{i}" for i in range(12))
    unknown = work(f"unknown{i}" for i in range(12))
    before = cpu_ticks(world.server)
    for _ in range(12):
        assert world.someone().get("/api/v1/me").status == 401
    idle = cpu_ticks(world.server) - before
    assert known > 12 and 0.6 * known < unknown < 1.6 * known, (known, unknown)
    assert idle < known / 3, (idle, known)


@pytest.mark.parametrize("email", ["other@example.org", "nobody@example.org"])
def test_guessing_is_slowed_down_whether_the_address_is_known_or_not(world, email):
    answers = [
        world.someone().post("/api/v1/sessions", {"email": email, "password": f"guess {i} of many"})
        for i in range(9)
    ]
    slowed = [a for a in answers if a.status == 429]
    assert [a.status for a in answers[:5]] == [401] * 5
    assert slowed and all(a.problem == "slow-down" for a in slowed)
    assert all(int(a.headers["Retry-After"]) >= 1 for a in slowed)
    # The right password has to wait, too: what is told apart could be guessed.
    right = world.someone().post("/api/v1/sessions", {"email": email, "password": PASSWORD})
    assert right.status == 429
    # The wait is of the address, not of everybody.
    world.member()
    if email == "other@example.org":
        wait_until(
            lambda: world.someone()
            .post("/api/v1/sessions", {"email": email, "password": PASSWORD})
            .status
            == 201,
            "the wait to end",
        )


def test_a_slow_down_outlives_the_server(world):
    for i in range(6):
        world.someone().post(
            "/api/v1/sessions", {"email": "n@example.org", "password": f"guess no {i}"}
        )
    world.server.kill()
    world.serve()
    answer = world.someone().post(
        "/api/v1/sessions", {"email": "n@example.org", "password": "guess"}
    )
    assert answer.status == 429


def test_a_restart_loses_nobodys_session(world):
    who = world.member()
    for end in (world.server.stop, world.server.kill):
        end()
        world.serve()
        again = Asker(world.address)
        again.cookies = who.cookies
        assert again.get("/api/v1/me").json()["id"] == who.me["id"]


def test_a_session_ends_in_time(world):
    world.settings(session_days=1)
    world.server.stop()
    world.serve("--now", "2030-01-01T00:00:00Z")
    who = world.member()
    assert re.search(
        r"Max-Age=86400\b",
        who.post("/api/v1/sessions", {"email": "other@example.org", "password": PASSWORD}).headers[
            "Set-Cookie"
        ],
    )
    for now, status in (("2030-01-01T23:59:00Z", 200), ("2030-01-02T00:01:00Z", 401)):
        world.server.stop()
        world.serve("--now", now)
        late = Asker(world.address)
        late.cookies = dict(who.cookies)
        assert late.get("/api/v1/me").status == status


def test_another_sites_page_can_neither_act_nor_sign_in(world):
    who = world.member()
    foreign = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": world.address + ".evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]
    for headers in foreign:
        for method, path, body in (
            ("PATCH", "/api/v1/me", {"language": "fr"}),
            ("DELETE", "/api/v1/sessions/current", None),
            ("POST", "/api/v1/playbacks", {"playable": world.film}),
            ("POST", "/api/v1/sessions", {"email": "other@example.org", "password": PASSWORD}),
            ("POST", "/api/v1/members", {"email": "x@example.org", "password": PASSWORD}),
        ):
            answer = who.ask(method, path, body, headers)
            assert answer.status == 403 and answer.problem == "origin", (headers, method, path)
    assert who.get("/api/v1/me", headers={"Origin": "https://evil.example"}).status == 200
    assert who.patch("/api/v1/me", {"language": "fr"}, headers={"Origin": None}).status == 200
    # A bearer token is in no browser's keeping.
    token = who.cookies["lanterne_session"]
    app = world.someone(bearer=token, headers={"Origin": "https://app.example"})
    assert (
        app.patch(
            "/api/v1/me", {"language": "en"}, headers={"Origin": "https://app.example"}
        ).status
        == 200
    )


def test_a_form_of_another_site_cannot_be_a_body(world):
    who = world.member()
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        None,
        "application/jsonx",
        "text/json",
    ):
        answer = who.ask("PATCH", "/api/v1/me", b'{"language":"fr"}', {"Content-Type": kind})
        assert answer.status == 415 and answer.problem == "media-type", kind
    assert (
        who.ask(
            "PATCH",
            "/api/v1/me",
            b'{"language":"fr"}',
            {"Content-Type": "Application/JSON; charset=utf-8"},
        ).status
        == 200
    )


def test_only_a_trusted_proxy_says_how_the_request_came(world):
    sign_in = {"email": "member@example.org", "password": PASSWORD}
    tls = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    cookie = world.someone(headers=tls).post("/api/v1/sessions", sign_in).ok().headers["Set-Cookie"]
    assert "Secure" not in cookie and cookie.startswith("lanterne_session=")
    world.server.stop()
    world.settings(trusted_proxies="127.0.0.1 10.0.0.0/8")
    world.serve()
    who = world.someone(headers=tls)
    answer = who.post("/api/v1/sessions", sign_in, headers={"Origin": None}).ok()
    assert answer.headers["Set-Cookie"].startswith("__Host-lanterne_session=")
    assert "; Secure" in answer.headers["Set-Cookie"]
    assert who.get("/api/v1/me").status == 200
    # Over TLS the name without the prefix, which neighbours could set, counts for nothing.
    token = answer.json()["token"]
    assert (
        world.someone(headers={**tls, "Cookie": f"lanterne_session={token}"})
        .get("/api/v1/me")
        .status
        == 401
    )
    played = (
        who.post("/api/v1/playbacks", {"playable": world.film}, headers={"Origin": None})
        .ok()
        .json()
    )
    assert played["dash"].startswith("https://127.0.0.1")


def test_guesses_from_one_network_count_together_behind_a_proxy(world):
    world.server.stop()
    world.settings(trusted_proxies="127.0.0.1")
    world.serve()

    def guess(i, forwarded):
        return (
            world.someone(headers={"X-Forwarded-For": forwarded})
            .post("/api/v1/sessions", {"email": f"g{i}@example.org", "password": "any long phrase"})
            .status
        )

    # What stands before the last hop that is not ours anybody may have written.
    statuses = [guess(i, f"198.51.100.{i % 250}, 203.0.113.{i % 250}") for i in range(56)]
    assert statuses[:50] == [401] * 50 and 429 in statuses[50:]
    assert guess(99, "203.0.114.1") == 401
    assert guess(100, "203.0.113.200") == 429
    assert guess(101, "203.0.113.200, 127.0.0.1") == 429


def test_absolute_addresses_are_of_the_public_url_or_of_the_host(world):
    who = world.member()
    played = who.plays(world.film).ok().json()
    assert played["dash"].startswith(world.address + "/media/")
    odd = who.post(
        "/api/v1/playbacks",
        {"playable": world.film},
        headers={"Host": 'evil.example/"><script>', "Origin": None},
    )
    if odd.status == 201:
        assert "script" not in odd.json()["hls"]
    world.server.stop()
    world.settings(public_url="https://video.example.org/")
    world.serve()
    played = world.member().plays(world.film).ok().json()
    assert played["dash"].startswith("https://video.example.org/media/")
