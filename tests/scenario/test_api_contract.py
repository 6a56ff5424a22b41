"""The API is what docs/openapi.yaml says, and every route answers every caller as it should.

The matrix below has a row for each route of the binary's own table: a route without a row fails,
and so does a row without a route."""
import jsonschema
import pytest

from api_world import DESCRIPTION, PASSWORD, World, the_house
from harness import Client

ID = "a" * 26
CODE = "BCDF-GHJK"  # 20 letters to the power of eight: no box shows it
TITLE = {"kind": "film", "original_title": "Added"}


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = World(the_house(lanterne), tmp_path_factory.mktemp("contract"))
    made.serve()
    yield made
    made.finish()


@pytest.fixture(scope="module")
def routes(lanterne):
    return lanterne.run("serve", "--routes").ok().json()


def test_every_route_is_described_and_every_description_has_a_route(routes):
    assert {(r["method"], r["path"]) for r in routes} == set(DESCRIPTION.operations())


def test_the_description_says_who_may_ask_and_whether_a_body_is_taken(routes):
    for route in routes:
        operation = DESCRIPTION.operations()[route["method"], route["path"]]
        codes = set(operation["responses"])
        body = DESCRIPTION.resolve(operation["requestBody"]) if "requestBody" in operation else None
        said = (route["method"], route["path"])
        assert (route["body"] != "none") == (body is not None), said
        needs_body = route["body"] in ("object", "raw", "oauth")
        assert needs_body == bool(body and body["required"]), said
        if body and route["body"] == "oauth":
            forms = {"application/json", "application/x-www-form-urlencoded"}
            assert {"400", "500", "503"} <= codes and set(body["content"]) == forms, said
        elif body and route["body"] != "raw":
            assert {"415", "422"} <= codes, said
        if route["role"] in ("member", "administrator"):
            assert "401" in codes and operation["security"] == [{"token": []}, {"cookie": []}], said
        if route["role"] == "administrator":
            assert "403" in codes and operation["tags"] == ["console"], said
        if route["role"] == "open":
            assert operation["security"] == [], said


def test_every_schema_of_the_description_is_one():
    for name, schema in DESCRIPTION.whole["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert name in str(DESCRIPTION.whole).replace(f"'{name}': ", "", 1), f"{name} is not used"


def row(visitor, member, expired, administrator, path=None, body=None):
    return {
        "visitor": visitor,
        "member": member,
        "expired": expired,
        "administrator": administrator,
        "path": path,
        "body": body,
    }


def house_only(answer, path=None, body=None):
    return row(401, 403, 403, answer, path, body)


# What each caller gets. Paths name things of the house; {ID} is nobody's.
MATRIX = {
    ("GET", "/healthz"): row(200, 200, 200, 200),
    ("GET", "/api/v1/service"): row(200, 200, 200, 200),
    ("GET", "/api/v1/about"): row(200, 200, 200, 200),
    ("POST", "/api/v1/members"): row(
        409, 409, 409, 409, body={"email": "member@example.org", "password": "another long phrase"}
    ),
    ("POST", "/api/v1/sessions"): row(
        201, 201, 201, 201, body={"email": "other@example.org", "password": PASSWORD}
    ),
    ("DELETE", "/api/v1/sessions/current"): row(401, 204, 204, 204),
    ("GET", "/api/v1/me"): row(401, 200, 200, 200),
    ("PATCH", "/api/v1/me"): row(401, 200, 200, 200, body={"language": "fr"}),
    ("POST", "/api/v1/me/password"): row(
        401, 401, 401, 401, body={"current": "not the password", "new": "another long phrase"}
    ),
    ("POST", "/api/v1/me/subscription"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/me/subscription/cancel"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/me/subscription/keep"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/me/subscription/pause"): row(401, 422, 422, 422, body={"months": 0}),
    ("POST", "/api/v1/me/subscription/resume"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("PUT", "/api/v1/me/subscription/means"): row(401, 409, 409, 409, body={"means": ID}),
    ("GET", "/api/v1/me/means"): row(401, 200, 200, 200),
    ("POST", "/api/v1/me/means/card"): row(401, 409, 409, 409, body={"return_path": "/account"}),
    ("POST", "/api/v1/me/means/card/result"): row(401, 409, 409, 409, body={"session": "cs_x"}),
    ("POST", "/api/v1/me/means/sepa"): row(
        401, 422, 422, 422, body={"iban": "x", "holder": "x", "agreed": False}
    ),
    ("DELETE", "/api/v1/me/means/{id}"): row(401, 404, 404, 404),
    ("GET", "/api/v1/me/charges"): row(401, 200, 200, 200),
    ("GET", "/api/v1/me/invoices"): row(401, 200, 200, 200),
    ("GET", "/api/v1/me/invoices/{id}"): row(401, 404, 404, 404),
    ("GET", "/api/v1/me/invoices/{id}/pdf"): row(401, 404, 404, 404),
    ("POST", "/api/v1/me/gifts"): row(401, 409, 409, 409, body={"code": "no code"}),
    ("GET", "/api/v1/me/rentals"): row(401, 200, 200, 200),
    ("POST", "/api/v1/rentals"): row(401, 404, 404, 404, body={"playable": ID}),
    ("POST", "/api/v1/me/partner-link"): row(401, 410, 410, 410, body={"token": "no code"}),
    ("POST", "/api/v1/partner-links/look"): row(410, 410, 410, 410, body={"token": "no code"}),
    ("GET", "/api/v1/plans"): row(200, 200, 200, 200),
    ("POST", "/api/v1/webhooks/card"): row(400, 400, 400, 400, body={}),
    ("POST", "/api/v1/me/email"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/me/export"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/me/deletion"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/device/authorization"): row(200, 200, 200, 200, body={"client": "box"}),
    ("POST", "/api/v1/device/token"): row(400, 400, 400, 400, body={"client": "box"}),
    ("POST", "/api/v1/device/assertion"): row(400, 400, 400, 400, body={"client": "box"}),
    ("GET", "/api/v1/box/settings"): row(200, 200, 200, 200),
    ("GET", "/api/v1/me/device-codes/{user_code}"): row(401, 404, 404, 404),
    ("POST", "/api/v1/me/device-codes/{user_code}"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("GET", "/api/v1/me/sessions"): row(401, 200, 200, 200),
    ("DELETE", "/api/v1/me/sessions"): row(401, 204, 204, 204),
    ("DELETE", "/api/v1/me/sessions/{id}"): row(401, 404, 404, 404),
    ("POST", "/api/v1/me/second-factor"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/me/second-factor/confirm"): row(401, 409, 409, 409, body={"code": "123456"}),
    ("POST", "/api/v1/me/second-factor/off"): row(
        401, 409, 409, 409, body={"password": PASSWORD, "code": "123456"}
    ),
    ("GET", "/api/v1/me/passkeys"): row(401, 200, 200, 200),
    ("POST", "/api/v1/me/passkeys/begin"): row(401, 409, 409, 409, body={"password": PASSWORD}),
    ("POST", "/api/v1/me/passkeys"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("PATCH", "/api/v1/me/passkeys/{id}"): row(401, 404, 404, 404, body={"name": "Key"}),
    ("DELETE", "/api/v1/me/passkeys/{id}"): row(401, 404, 404, 404),
    ("POST", "/api/v1/sessions/passkey/begin"): row(409, 409, 409, 409),
    ("POST", "/api/v1/sessions/passkey"): row(422, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/me/verification"): row(401, 422, 422, 422, body={"surprise": 1}),
    ("POST", "/api/v1/verifications"): row(410, 410, 410, 410, body={"token": "A" * 43}),
    ("POST", "/api/v1/password-resets"): row(422, 422, 422, 422, body={"email": "nobody"}),
    ("POST", "/api/v1/password-resets/use"): row(
        410, 410, 410, 410, body={"token": "A" * 43, "password": "another long phrase"}
    ),
    ("GET", "/api/v1/profiles"): row(401, 200, 200, 200),
    ("POST", "/api/v1/profiles"): row(401, 422, 422, 422, body={"name": "Too old", "max_age": 99}),
    ("PATCH", "/api/v1/profiles/{id}"): row(401, 404, 404, 404, body={"avatar": "owl"}),
    ("DELETE", "/api/v1/profiles/{id}"): row(401, 404, 404, 404),
    ("PUT", "/api/v1/session/profile"): row(401, 200, 200, 200, body={"profile": None}),
    ("PUT", "/api/v1/me/pin"): row(
        401, 401, 401, 401, body={"password": "not the password", "pin": "1234"}
    ),
    ("POST", "/api/v1/session/unlock"): row(401, 409, 409, 409, body={"pin": "1234"}),
    ("DELETE", "/api/v1/session/unlock"): row(401, 204, 204, 204),
    ("GET", "/api/v1/home"): row(200, 200, 200, 200),
    ("GET", "/api/v1/titles"): row(200, 200, 200, 200),
    ("GET", "/api/v1/titles/{id}"): row(200, 200, 200, 200, "/api/v1/titles/{film}"),
    ("POST", "/api/v1/playbacks"): row(401, 201, 403, 201, body={"playable": "{film}"}),
    ("PATCH", "/api/v1/playbacks/{id}"): row(401, 404, 404, 404, body={"position_seconds": 1}),
    ("DELETE", "/api/v1/playbacks/{id}"): row(401, 404, 404, 404),
    ("POST", "/api/v1/playbacks/{id}/heartbeat"): row(401, 404, 404, 404, body={}),
    ("GET", "/api/v1/me/streams"): row(401, 200, 200, 200),
    ("DELETE", "/api/v1/me/streams/{id}"): row(401, 404, 404, 404),
    ("GET", "/api/v1/console/titles"): house_only(200),
    ("POST", "/api/v1/console/titles"): house_only(201, body=TITLE),
    ("GET", "/api/v1/console/titles/{id}"): house_only(200, "/api/v1/console/titles/{series}"),
    ("PATCH", "/api/v1/console/titles/{id}"): house_only(
        409, "/api/v1/console/titles/{draft}", {"version": 0, "year": 1920}
    ),
    ("POST", "/api/v1/console/titles/{id}/publish"): house_only(
        200, "/api/v1/console/titles/{second}/publish", {}
    ),
    ("POST", "/api/v1/console/titles/{id}/withdraw"): house_only(
        200, "/api/v1/console/titles/{withdrawn}/withdraw", {}
    ),
    ("POST", "/api/v1/console/titles/{id}/episodes"): house_only(
        409, "/api/v1/console/titles/{series}/episodes", {"season": 1, "number": 1}
    ),
    ("PATCH", "/api/v1/console/episodes/{id}"): house_only(404, body={"runtime_minutes": 30}),
    ("GET", "/api/v1/console/jobs"): house_only(200),
    ("GET", "/api/v1/console/jobs/{id}"): house_only(404),
    ("POST", "/api/v1/console/jobs/{id}/cancel"): house_only(404, body={}),
    ("POST", "/api/v1/console/jobs/{id}/retry"): house_only(404, body={}),
    ("GET", "/api/v1/console/members"): house_only(200),
    ("GET", "/api/v1/console/members/{id}"): house_only(404),
    ("GET", "/api/v1/console/plans"): house_only(200),
    ("GET", "/api/v1/console/charges"): house_only(200),
    ("POST", "/api/v1/console/charges/{id}/refund"): house_only(404, body={"key": "x"}),
    ("GET", "/api/v1/console/ledger"): house_only(200),
    ("GET", "/api/v1/console/ledger/balances"): house_only(200),
    ("GET", "/api/v1/console/ledger/check"): house_only(200),
    ("GET", "/api/v1/console/gifts"): house_only(200),
    ("GET", "/api/v1/console/partners"): house_only(200),
    ("GET", "/api/v1/console/partners/{id}"): house_only(404),
    ("PATCH", "/api/v1/console/partners/{id}/look"): house_only(404, body={"name": "Box"}),
    ("PUT", "/api/v1/console/partners/{id}/logo"): house_only(404, body={}),
    ("DELETE", "/api/v1/console/partners/{id}/logo"): house_only(404),
    ("GET", "/api/v1/console/boxes"): house_only(200),
    ("GET", "/api/v1/console/box-versions"): house_only(200),
    ("GET", "/api/v1/console/rights/explain"): house_only(
        200, "/api/v1/console/rights/explain?title={film}&territory=FR"
    ),
    ("GET", "/api/v1/console/rights/calendar"): house_only(200),
    ("GET", "/api/v1/console/studios"): house_only(200),
    ("GET", "/api/v1/console/avails"): house_only(200),
    ("GET", "/api/v1/console/deals"): house_only(200),
    ("GET", "/api/v1/console/deals/check"): house_only(200),
    ("GET", "/api/v1/console/territories"): house_only(200),
    ("GET", "/api/v1/console/territories/{code}/check"): house_only(
        200, "/api/v1/console/territories/FR/check"
    ),
    ("GET", "/api/v1/console/productions"): house_only(200),
    ("GET", "/api/v1/console/productions/{id}"): house_only(404),
}


def test_the_matrix_has_every_route_and_no_other(routes):
    assert {(r["method"], r["path"]) for r in routes} == set(MATRIX)


def fill(world, value):
    if isinstance(value, dict):
        return {k: fill(world, v) for k, v in value.items()}
    if isinstance(value, str) and "{" in value:
        return value.format(
            film=world.film,
            second=world.second,
            draft=world.draft,
            series=world.series,
            withdrawn=world.withdrawn,
        )
    return value


@pytest.mark.parametrize("how", ["cookie", "bearer"])
@pytest.mark.parametrize("caller", ["visitor", "member", "expired", "administrator"])
def test_every_route_answers_each_caller_as_the_matrix_says(world, caller, how):
    wrong = []
    for (method, pattern), want in MATRIX.items():
        who = world.someone() if caller == "visitor" else getattr(world, caller)()
        if how == "bearer" and caller != "visitor":
            token = who.cookies.pop("lanterne_session")
            who.headers["Authorization"] = f"Bearer {token}"
        path = fill(world, want["path"] or pattern.replace("{id}", ID).replace("{user_code}", CODE))
        answer = who.ask(method, path, fill(world, want["body"]))
        if answer.status != want[caller]:
            wrong.append(f"{method} {path} for {caller}: {answer.status}, not {want[caller]}")
        if answer.status >= 400:
            assert answer.problem or answer.json()["error"], (method, path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("caller", ["visitor", "member", "expired"])
def test_what_is_not_shown_is_in_no_answer(world, caller):
    """Titles that are drafts, not ready or withdrawn are told to nobody but the house."""
    who = world.someone() if caller == "visitor" else getattr(world, caller)()
    for hidden in (world.draft, world.not_ready, world.withdrawn):
        unknown = who.get(f"/api/v1/titles/{ID}")
        found = who.get(f"/api/v1/titles/{hidden}")
        assert (found.status, found.body) == (unknown.status, unknown.body)
        assert who.plays(hidden).status == who.plays(ID).status == 404
    for path in (
        "/api/v1/home",
        "/api/v1/titles",
        "/api/v1/titles?q=canary",
        f"/api/v1/titles/{world.film}",
        f"/api/v1/titles/{world.series}",
    ):
        assert b"CANARY" not in who.get(path).ok().body, path
    seen = world.administrator().get("/api/v1/console/titles").ok().body
    assert seen.count(b'"original_title":"CANARY') == 3


def test_other_methods_are_told_which_there_are(world, routes):
    known = {}
    for route in routes:
        known.setdefault(route["path"], set()).add(route["method"])
    for path, methods in known.items():
        at = path.replace("{id}", ID).replace("{code}", "FR").replace("{user_code}", CODE)
        want = methods | ({"HEAD"} if "GET" in methods else set())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = world.someone().ask(method, at)
            assert answer.status == 405 and answer.problem == "method", (method, at)
            assert set(answer.headers["Allow"].split(", ")) == want
        assert set(world.someone().ask("OPTIONS", at).headers["Allow"].split(", ")) == want


def test_head_answers_like_get_without_a_body(world):
    for path in ("/api/v1/service", "/api/v1/titles", f"/api/v1/titles/{world.film}", "/healthz"):
        get, head = world.someone().get(path), world.someone().head(path)
        assert head.status == get.status and head.body == b""
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_paths_that_only_look_like_routes_are_not_found(world):
    house = world.administrator()
    for path in (
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/titles",
        "/api/v1/titles/",
        "/api/v1/Titles",
        f"/api/v1/titles/{ID.upper()}",
        f"/api/v1/titles/{ID}x",
        f"/api/v1/titles/{world.film}/",
        "/api/v1/me%2Fpassword",
        "/api/v1/titles/{id}",
        "/api/v1/console",
        "/api/v1/%2e%2e/v1/me",
        "/api/v1//me",
    ):
        answer = Client(
            world.address,
            headers={"Cookie": "; ".join(f"{k}={v}" for k, v in house.cookies.items())},
        ).get(path)
        assert answer.status in (400, 404) and answer.problem, (path, answer.status, answer.body)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/healthz",
        "/api/v1/me",
        "/media/x/y",
        "/images/x.jpg",
        "/nothing-here",
        "/api/v1/nothing",
    ],
)
def test_every_answer_carries_the_headers_that_keep_browsers_safe(world, path):
    headers = world.someone().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in (
        "script-src 'self'",
        "object-src" if "object-src" in policy else "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "media-src 'self' blob:",
    ):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Server" not in headers
