"""Whatever comes in: a 4xx that says what is wrong, never a 5xx, and the server goes on."""
import http.client
import json
import os
import pathlib
import random
import urllib.parse

import pytest

from api_world import DESCRIPTION, World, the_house
from harness import TREE, Answer

ROUNDS = 1000


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = World(the_house(lanterne), tmp_path_factory.mktemp("bad"))
    made.serve()
    yield made
    assert made.server.alive(), made.server.text()
    made.finish()


@pytest.fixture(scope="module", autouse=True)
def member(world):
    """Signed in before so much is refused that sign-ins of this network have to wait."""
    return world.member()


@pytest.fixture(scope="module", autouse=True)
def house(world):
    return world.administrator()


@pytest.fixture(scope="module")
def routes(lanterne):
    return [r for r in lanterne.run("serve", "--routes").ok().json() if r["body"] != "none"]


@pytest.mark.parametrize(
    "body, status, code",
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b"null", 400, "malformed"),
        (b"{}x", 400, "malformed"),
        (b'{"language":"fr","language":"en"}', 400, "malformed"),
        (b'{"language":"\xff\xfe"}', 400, "malformed"),
        (b'{"language":"\\ud800"}', 400, "malformed"),
        (b'{"language":"f\\u0000r"}', 400, "malformed"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, 400, "malformed"),
        (b"[" * 500000, 400, "malformed"),
        (b'{"language":' + b"9" * 400 + b"}", 400, "malformed"),
        (b'\xef\xbb\xbf{"language":"fr"}', 400, "malformed"),
        (b"{'language':'fr'}", 400, "malformed"),
        (b'{"language":"fr","other":1}', 422, "validation"),
        (b'{"' + b"k" * 100000 + b'":1}', 422, "validation"),
        (b'{"language":"' + b"x" * 100000 + b'"}', 422, "validation"),
        (b'{"language":"fr"' + b" " * (1 << 20) + b"}", 413, "too-large"),
    ],
    ids=lambda v: ascii(v)[:30],
)
def test_a_body_that_is_no_good_is_refused_with_the_reason(world, member, body, status, code):
    answer = member.ask("PATCH", "/api/v1/me", body, {"Content-Type": "application/json"})
    assert answer.status == status and answer.problem == code
    assert "detail" in answer.json() or status == 413


def test_a_body_as_deep_as_it_may_be_is_read(world, member):
    deep = b'{"language":' + b"[" * 15 + b"]" * 15 + b"}"
    answer = member.ask("PATCH", "/api/v1/me", deep, {"Content-Type": "application/json"})
    assert answer.status == 422 and answer.json()["field"] == "language"


class Fast:
    """One connection for many requests; opened anew when the server closed it."""

    def __init__(self, world, who):
        self.parts = urllib.parse.urlsplit(world.address)
        self.headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in who.cookies.items()),
            "Content-Type": "application/json",
        }
        self.connection = None

    def ask(self, method, path, body):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                self.parts.hostname, self.parts.port, timeout=60
            )
        self.connection.request(method, path, body, self.headers)
        response = self.connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        if response.will_close:
            self.connection.close()
            self.connection = None
        return answer


NAMES = [
    "email",
    "password",
    "language",
    "current",
    "new",
    "playable",
    "position_seconds",
    "finished",
    "profile",
    "pin",
    "max_age",
    "locked_age",
    "child",
    "sound",
    "captions",
    "avatar",
    "kind",
    "original_title",
    "texts",
    "year",
    "runtime_minutes",
    "genres",
    "countries",
    "ratings",
    "credits",
    "credit_line",
    "plan",
    "means",
    "once",
    "months",
    "return_path",
    "session",
    "iban",
    "holder",
    "agreed",
    "code",
    "format",
    "amount",
    "key",
    "version",
    "season",
    "number",
    "title",
    "synopsis",
    "role",
    "name",
    "character",
    "client",
    "client_id",
    "model",
    "grant_type",
    "device_code",
    "assertion",
    "colours",
    "ground",
    "accent",
    "home_rows",
    "allow",
    "system",
    "value",
    "",
    "__proto__",
    "a.b",
    "[0]",
    "\u0000",
    "é" * 70,
]
ATOMS = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    1e300,
    -1e300,
    2**31,
    2**53,
    2**63 - 1,
    -(2**63),
    "",
    "fr",
    "film",
    "a" * 26,
    "x" * 301,
    "x@example.org",
    "-1.00",
    "1e9",
    "99999999999999999999.99",
    "FR7630006000011234567890189",
    "//other.example",
    "🜏" * 40,
    "\u202e",
    "%s%n",
    "' OR 1=1 --",
    "../../etc/passwd",
    "<script>",
    "\r\nX: y",
    "2013-07-22T20:00:00Z",
    "drama",
    "FR",
    "CNC",
]


def value(luck, depth):
    kind = luck.randrange(6 if depth else 4)
    if kind == 4:
        return [value(luck, depth - 1) for _ in range(luck.randrange(4))]
    if kind == 5:
        return {luck.choice(NAMES): value(luck, depth - 1) for _ in range(luck.randrange(5))}
    return luck.choice(ATOMS)


def random_body(luck, fields):
    """Mostly fields that the route knows, with values that mostly are not what it wants; some bytes
    are then broken."""
    body = {name: value(luck, 3) for name in fields if luck.random() < 0.7}
    for _ in range(luck.randrange(3)):
        body[luck.choice(NAMES)] = value(luck, 3)
    raw = json.dumps(body, ensure_ascii=luck.random() < 0.5).encode("utf-8", "surrogatepass")
    if luck.random() < 0.2 and raw:
        at = luck.randrange(len(raw))
        raw = raw[:at] + bytes([luck.randrange(256)]) + raw[at + luck.randrange(3) :]
    return raw


def fields_of(route):
    operation = DESCRIPTION.operations()[route["method"], route["path"]]
    content = DESCRIPTION.resolve(operation["requestBody"])["content"]
    schema = content.get("application/json", {}).get("schema", {})  # a picture has no fields
    found = {}
    for part in [schema, *schema.get("allOf", [])]:
        part = DESCRIPTION.resolve(part)
        found.update(part.get("properties", {}))
    return list(found)


def test_a_thousand_random_bodies_a_route_are_answered_as_described(world, house, routes):
    fast = Fast(world, house)
    for route in routes:
        if "sessions" in route["path"] or "members" in route["path"] or "password" in route["path"]:
            continue  # below: these count failures
        luck = random.Random(route["path"])
        at = {
            "/api/v1/console/titles/{id}": world.draft,
            "/api/v1/console/titles/{id}/episodes": world.series,
            "/api/v1/console/episodes/{id}": world.episodes[0],
        }.get(route["path"], "a" * 26)
        path = route["path"].replace("{id}", at).replace("{user_code}", "BCDF-GHJK")
        for i in range(ROUNDS):
            body = random_body(luck, fields_of(route))
            answer = fast.ask(route["method"], path, body)
            try:
                DESCRIPTION.check(route["method"], path, answer)
            except AssertionError as error:
                raise AssertionError(f"round {i} of {route}: {body!r}\n{error}") from error
            if answer.status == 422:
                assert answer.json()["detail"], (route, body)


def test_a_thousand_random_sign_ins_and_sign_ups_are_answered_as_described(world, member, routes):
    fast = Fast(world, member)
    for route in routes:
        if "sessions" not in route["path"] and "members" not in route["path"]:
            continue
        luck = random.Random(route["path"])
        for i in range(ROUNDS):
            body = random_body(luck, fields_of(route))
            answer = fast.ask(route["method"], route["path"], body)
            try:
                DESCRIPTION.check(route["method"], route["path"], answer)
            except AssertionError as error:
                raise AssertionError(f"round {i} of {route}: {body!r}\n{error}") from error


def test_files_of_the_json_suite_are_never_a_5xx(world, member):
    shared = pathlib.Path(os.environ.get("LANTERNE_SHARED") or TREE.parent / "shared")
    suite = shared / "corpora/json-nst/test_parsing"
    if not suite.is_dir():
        pytest.skip("no JSON test suite beside the tree")
    fast = Fast(world, member)
    for path in sorted(suite.glob("*.json")):
        answer = fast.ask("PATCH", "/api/v1/me", path.read_bytes())
        DESCRIPTION.check("PATCH", "/api/v1/me", answer)
        assert answer.status in (400, 413, 422) or path.name.startswith(("y_", "i_")), path.name


@pytest.mark.parametrize(
    "target",
    [
        b"/api/v1/titles/%00",
        b"/api/v1/titles/%ff%fe",
        b"/api/v1/titles/..%2f..%2fetc",
        b"/api/v1/titles?q=%",
        b"/api/v1/titles?q=%zz",
        b"/api/v1/titles?q=%ff",
        b"/api/v1/titles?limit=1&limit=2",
        b"/api/v1/titles?" + b"x=y&" * 2000,
        b"/api/v1/titles?q=" + b"a" * 9000,
        b"/api/v1/" + b"x/" * 3000,
        b"/api/v1/titles?after=%2e%2e",
        b"/api/v1/home?language=%00",
        b"http://other.example/api/v1/me",
        b"*",
    ],
    ids=lambda target: target[:30].decode(),
)
def test_an_address_that_is_no_good_is_refused_and_the_server_goes_on(world, target):
    got = world.someone().raw(
        b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    status = int(got.split(b" ", 2)[1])
    assert status < 500, got[:200]
    assert world.someone().get("/healthz").status == 200


@pytest.mark.parametrize(
    "name",
    [
        "Cookie",
        "Authorization",
        "Accept-Language",
        "Origin",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "Host",
        "If-None-Match",
        "Range",
        "User-Agent",
        "Accept-Encoding",
        "Sec-Fetch-Site",
        "Content-Type",
    ],
)
def test_headers_of_any_bytes_are_never_a_5xx(world, name):
    luck = random.Random(name)
    for _ in range(40):
        junk = bytes(
            luck.choice(b"\x20\x21\x22\x27\x2c\x2d\x3b\x3d\x5c\x7e\x80\xc3\xa9\xffaz09")
            for _ in range(luck.choice([0, 1, 5, 60, 700]))
        )
        host = b"" if name == "Host" else b"Host: x\r\n"
        for path in (b"/api/v1/titles", b"/media/x/y/z", b"/images/x.jpg", b"/"):
            got = world.someone().raw(
                b"GET "
                + path
                + b" HTTP/1.1\r\n"
                + host
                + name.encode()
                + b": "
                + junk
                + b"\r\nConnection: close\r\n\r\n"
            )
            assert not got or int(got.split(b" ", 2)[1]) < 500, (name, junk, got[:200])
