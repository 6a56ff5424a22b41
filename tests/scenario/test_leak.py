"""What is not shown leaves no trace: not in a list, a page, a search, a cursor, an image, a media
address, a header or a line of the log; and is answered byte for byte like what does not exist.

The walk is made from docs/openapi.yaml: every GET there is asked with every value that its
parameters may take here, so that a new route is walked, or a new parameter fails the test."""
import datetime
import itertools
import json
import re
import secrets
import time
import urllib.parse

import pytest

from api_world import DESCRIPTION, PASSWORD
from harness import wait_until
from rights_world import GENRE, MARK, SETTINGS, RightsWorld, instant, the_rights_house

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
# Headers that differ between two answers to the same question.
OWN = {"date", "connection"}


def nobody():
    """An id that nothing has."""
    return "".join(secrets.choice(ALPHABET) for _ in range(26))


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = RightsWorld(the_rights_house(lanterne), tmp_path_factory.mktemp("leak"))
    made.settings(**SETTINGS)
    made.serve()
    # Nobody sees it before tomorrow.
    at = {"at": instant(made.later)}
    house = made.administrator()
    for title in (made.hidden["later"], made.series):
        house.post(f"/api/v1/console/titles/{title}/publish", at).ok()
    yield made
    made.finish()


class Hidden:
    """All that could give a title away: its words, its ids, the names of its files."""

    def __init__(self, world, titles):
        house = world.administrator()
        self.titles, self.playables, self.images, self.editions = list(titles), [], [], []
        for title in self.titles:
            page = house.get(f"/api/v1/console/titles/{title}").ok().json()
            episodes = [e for s in page["seasons"] for e in s["episodes"]]
            self.playables += [e["id"] for e in episodes] or [title]
            self.images += [page["poster"], page["backdrop"], *(e["still"] for e in episodes)]
        self.images = [i for i in dict.fromkeys(self.images) if i]
        assert len(self.images) >= len(self.titles), "the house has no pictures to leak"
        for folder in (world.folder / "blobs/media").iterdir():
            self.editions.append(folder.name)
        fine = world.run("title", "show", world.fine, "--json").ok().json()["edition"]["id"]
        shown = {fine}
        self.editions = [e for e in self.editions if e not in shown]
        self.fine_edition = fine
        self.words = [*self.titles, *self.playables]
        self.words += [i.rsplit("/", 1)[1].removesuffix(".jpg") for i in self.images]

    def found_in(self, answer, asked=""):
        """What of it stands in an answer, but for what the question itself said."""
        head = "\n".join(f"{k}: {v}" for k, v in answer.headers.items())
        text = (head.encode() + b"\n" + answer.body).lower()
        words = [w for w in self.words if w not in asked]
        if MARK not in asked.lower():
            words.append(MARK)
        return [w for w in words if w.encode() in text]


def values_of(world, hidden, path, parameter):
    """What a parameter is asked with. A parameter that is not known here fails: say how."""
    name = parameter["name"]
    words = ["titre", "regie", "spiel", "rolle", "synopsis", "episode", "creator"]
    known = {
        "id": [*hidden.titles, *hidden.playables, nobody(), world.fine],
        "code": ["FR", "US"],
        "q": [None, MARK, *(f"{MARK}{w}" for w in words), "qan", "fine"],
        "genre": [None, GENRE, "drama"],
        "kind": [None, "film", "series"],
        "after": [None],  # followed from page to page below
        "limit": [None, "1"],
        "language": [None, "fr"],
        "title": hidden.titles[:1],
        "territory": ["FR"],
        "at": [None],
        "from": [None],
        "weeks": [None],
        "member": [None],
        "studio": [None],
        "season": [None],
        "episode": [None],
        "open": [None],
        "state": [None],
        "account": [None],
        "partner": [None],
        "version": [None],
        "box": [None],
        "user_code": ["BCDF-GHJK"],
    }
    assert name in known, f"{path} has a parameter that the leak test does not know: {name}"
    return [(name, parameter["in"], v) for v in known[name]]


def addresses(world, hidden):
    """Every GET of the description, with every combination of values."""
    for (method, path), operation in DESCRIPTION.operations().items():
        if method != "GET":
            continue
        item = DESCRIPTION.whole["paths"][path]
        parameters = [
            DESCRIPTION.resolve(p)
            for p in [*item.get("parameters", []), *operation.get("parameters", [])]
        ]
        choices = [values_of(world, hidden, path, p) for p in parameters]
        for chosen in itertools.product(*choices):
            at, query = path, {}
            for name, where, value in chosen:
                if where == "path":
                    at = at.replace("{" + name + "}", value)
                elif value is not None:
                    query[name] = value
            yield at + (f"?{urllib.parse.urlencode(query)}" if query else "")


def plain(answer, ids=()):
    """An answer without what differs each time, and without what was asked for."""
    head = sorted((k.lower(), v) for k, v in answer.headers.items() if k.lower() not in OWN)
    text = json.dumps([answer.status, head, answer.body.decode("latin-1")])
    for one in ids:
        text = text.replace(one, "ID")
    return text


def walk_lists(who, hidden, address):
    """Follows the cursors of a list; every page is searched."""
    while address:
        answer = who.get(address)
        assert not hidden.found_in(answer, address), (address, hidden.found_in(answer, address))
        after = answer.json().get("next") if answer.status == 200 and "/api/" in address else None
        if not after:
            return
        assert not any(w in after for w in hidden.words)
        base = re.sub(r"[?&]after=[^&]*", "", address)
        address = f"{base}{'&' if '?' in base else '?'}after={urllib.parse.quote(after)}"


def walk(world, who, hidden):
    """Every address of the API and of files, as somebody who may not know."""
    for address in addresses(world, hidden):
        walk_lists(who, hidden, address)
    for title in hidden.titles:
        assert plain(who.get(f"/api/v1/titles/{title}")) == plain(
            who.get(f"/api/v1/titles/{nobody()}")
        )
        # The site is one page for every address of its kind.
        a, b = nobody(), title
        assert plain(who.get(f"/title/{a}"), [a]) == plain(who.get(f"/title/{b}"), [b])
    for playable in [*hidden.playables, *hidden.titles]:
        asked = who.post("/api/v1/playbacks", {"playable": playable})
        assert asked.status == 404
        assert plain(asked) == plain(who.post("/api/v1/playbacks", {"playable": nobody()}))
        asked = who.post("/api/v1/playbacks", {"playable": playable, "language": "xx"})
        assert asked.status == 404
    for image in hidden.images:
        for headers in ({}, {"If-None-Match": '"1"'}, {"Range": "bytes=0-9"}):
            none = "/images/" + nobody() + ".jpg"
            hid, unknown = who.get(image, headers=headers), who.get(none, headers=headers)
            assert hid.status == 404 and plain(hid) == plain(unknown), image
        assert plain(who.head(image)) == plain(who.head(none))


def walk_media(who, hidden, world):
    """With a good pass for something else, and with none."""
    names = ("master.m3u8", "manifest.mpd", "v180/init.mp4", "c-fr.vtt", "tiles/1.jpg")
    played = who.post("/api/v1/playbacks", {"playable": world.fine}).ok().json()
    base = urllib.parse.urlsplit(played["hls"]).path.rsplit("/", 2)[0]
    assert who.get(f"{base}/{hidden.fine_edition}/master.m3u8").status == 200
    for edition, name in itertools.product(hidden.editions, names):
        for prefix in (base, "/media/nopass"):
            hid = who.get(f"{prefix}/{edition}/{name}")
            unknown = who.get(f"{prefix}/{nobody()}/{name}")
            assert hid.status == 403, (prefix, edition, name)  # a pass is for its film alone
            assert plain(hid) == plain(unknown)
            assert not hidden.found_in(hid, edition)
    who.delete(f"/api/v1/playbacks/{played['id']}").ok()  # its seat is another's


def child_of(world):
    """A member's session on a profile for children of ten."""
    who = world.member()
    made = who.post("/api/v1/profiles", {"name": nobody(), "max_age": 10, "child": True}).ok()
    who.put("/api/v1/session/profile", {"profile": made.json()["id"]}).ok()
    return who


def keeper_of_a_pin(world):
    """A member whose PIN keeps what is for sixteen and above."""
    who = world.seen_from("FR").signed_up(f"{nobody()}@example.org")
    who.put("/api/v1/me/pin", {"password": PASSWORD, "pin": "2580", "locked_age": 16}).ok()
    return who


def unlocked_child(world):
    """A child in whose session somebody gave the PIN: its age holds all the same."""
    who = keeper_of_a_pin(world)
    made = who.post("/api/v1/profiles", {"name": "Jo", "max_age": 10, "child": True}).ok()
    who.put("/api/v1/session/profile", {"profile": made.json()["id"]}).ok()
    who.post("/api/v1/session/unlock", {"pin": "2580"}).ok()
    return who


CALLERS = {
    "visitor": lambda world: world.seen_from("FR"),
    "member": lambda world: world.seen_from("FR", world.member()),
    "member whose place is not known": lambda world: world.member(),
    "child": lambda world: world.seen_from("FR", child_of(world)),
    "child abroad": lambda world: world.seen_from("US", child_of(world)),
    "keeper of a locked area": keeper_of_a_pin,
    "unlocked child": unlocked_child,
    "visitor where it is not open": lambda world: world.seen_from("BR"),
}


@pytest.mark.parametrize("caller", CALLERS)
def test_what_is_not_shown_leaves_no_trace(world, caller):
    who = CALLERS[caller](world)
    titles = [*world.hidden.values(), world.series]
    if caller.startswith(("child", "keeper", "unlocked", "visitor where")):
        titles += world.child_only.values()
    if caller == "child abroad":  # nothing here is rated by American systems
        titles += [world.fine]
    hidden = Hidden(world, titles)
    if caller in ("visitor", "member", "member whose place is not known"):
        # These two are seen by grown-ups: their words are no trace.
        for title in world.child_only.values():
            assert who.get(f"/api/v1/titles/{title}").status == 200
        hidden = Strict(hidden)
    before = len(world.server.text())
    walk(world, who, hidden)
    if "member" in caller or caller in ("child", "keeper of a locked area", "unlocked child"):
        walk_media(who, hidden, world)
    log = world.server.text()[before:].lower()
    assert not [w for w in hidden.words if w in log] and MARK not in log


def test_the_pin_opens_the_locked_area_and_nothing_is_left_of_it_afterwards(world):
    who = keeper_of_a_pin(world)
    locked = [world.hidden["locked"], *world.child_only.values()]
    hidden = Hidden(world, locked)
    who.post("/api/v1/session/unlock", {"pin": "2580"}).ok()
    found = {t for a in addresses(world, hidden) if "/console/" not in a
             for t in hidden.found_in(who.get(a), "")}
    assert set(locked) <= found
    for title in locked:
        assert who.get(f"/api/v1/titles/{title}").status == 200
        who.plays(title).ok()
    assert all(who.get(image).status == 200 for image in hidden.images)
    assert who.delete("/api/v1/session/unlock").status == 204
    walk(world, who, hidden)


class Strict:
    """Hidden titles among others whose words begin alike: looked for by their own words alone."""

    def __init__(self, hidden):
        self.__dict__.update(hidden.__dict__)
        self.own = ["draft", "later", "abroad", "ended", "heldback", "suppressed", "locked",
                    "series", "creator", "episode1", "episode2"]

    def found_in(self, answer, asked=""):
        text = ("\n".join(answer.headers.values()).encode() + b"\n" + answer.body).lower()
        words = [w for w in self.words if w not in asked]
        told = [m.decode() for m in re.findall((MARK + r"\s?[a-z0-9]*").encode(), text)]
        leaked = [t for t in told if t.endswith(tuple(self.own)) and t not in asked.lower()]
        return [w for w in words if w.encode() in text] + leaked


def test_the_walk_finds_what_is_shown(world):
    """The same walk where the titles are cleared finds them: it is not blind."""
    who = world.seen_from("US")
    hidden = Hidden(world, [world.hidden["abroad"], world.hidden["ended"]])
    found = set()
    for address in addresses(world, hidden):
        if "/console/" not in address:
            found.update(hidden.found_in(who.get(address), ""))
    assert MARK in found and set(hidden.titles) <= found
    assert any(image.rsplit("/", 1)[1][:-4] in found for image in hidden.images)
    assert all(who.get(image).status == 200 for image in hidden.images)
    rows = [r["id"] for r in who.get("/api/v1/home").json()["rows"]]
    assert f"genre:{GENRE}" in rows
    assert f"genre:{GENRE}" not in [
        r["id"] for r in world.seen_from("BR").get("/api/v1/home").json()["rows"]
    ]


def test_a_reader_of_headers_learns_nothing(world):
    """No shared cache may keep what some may not see."""
    who = world.seen_from("US")
    for title in (world.hidden["abroad"], world.fine):
        poster = who.get(f"/api/v1/titles/{title}").ok().json()["poster"]
        cache = who.get(poster).ok().headers["Cache-Control"]
        assert "private" in cache and "public" not in cache and "immutable" not in cache
    for path in ("/api/v1/home", "/api/v1/titles", "/api/v1/about"):
        assert who.get(path).headers["Cache-Control"] == "no-store"


def test_the_place_is_believed_from_trusted_proxies_only(lanterne, world, tmp_path):
    assert world.seen_from("US").get("/api/v1/about").json() == {
        "place": "US", "territory": "US", "open": True, "text": None,
    }
    closed = world.seen_from("BR").get("/api/v1/about?language=fr").json()
    assert (closed["territory"], closed["open"]) == ("BR", False) and "pays" in closed["text"]
    for odd in ("XX", "T1", "F", "FRA", "fr ", "", "ÿÿ"):
        about = world.seen_from(odd.encode("utf-8").decode("latin-1")).get("/api/v1/about").json()
        assert about["territory"] == "FR", odd
    assert world.seen_from("us").get("/api/v1/about").json()["territory"] == "US"
    other = RightsWorld(the_rights_house(lanterne), tmp_path)
    other.settings(place_header="X-Place", trusted_proxies="192.0.2.1")
    other.serve()
    try:
        about = other.seen_from("US").get("/api/v1/about").json()
        assert about == {"place": None, "territory": "FR", "open": True, "text": None}
    finally:
        other.finish()


def test_members_sign_up_where_the_service_is_open(world):
    who = world.seen_from("US").signed_up("american@example.org")
    assert who.me["territory"] == "US"
    answer = world.seen_from("BR").post(
        "/api/v1/members", {"email": "b@example.org", "password": "another long phrase"}
    )
    assert answer.status == 403 and answer.problem == "not-open"
    french = world.seen_from("BR").post(
        "/api/v1/members?language=fr", {"email": "b@example.org", "password": "another long phrase"}
    )
    assert french.json()["detail"] != answer.json()["detail"]


def test_nothing_is_seen_a_second_before_and_all_at_the_instant(world, lanterne, tmp_path):
    """Clocks near the instant: whatever is seen early, by any address, is a leak."""
    own = RightsWorld(the_rights_house(lanterne), tmp_path)
    own.settings(**SETTINGS)
    at = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    at += datetime.timedelta(days=3)
    own.serve()
    for title in (own.hidden["later"], own.series):
        own.administrator().post(
            f"/api/v1/console/titles/{title}/publish", {"at": instant(at)}
        ).ok()
    hidden = Hidden(own, [own.hidden["later"], own.series])
    own.server.stop()
    lead = 12.0
    started = time.monotonic()
    own.serve("--now", instant(at - datetime.timedelta(seconds=lead)))
    try:
        who = own.seen_from("FR", own.member())
        addresses_ = [f"/api/v1/titles/{t}" for t in hidden.titles] + hidden.images
        addresses_ += ["/api/v1/home", f"/api/v1/titles?q={MARK}+later",
                       f"/api/v1/titles?q={MARK}creator"]
        addresses_, seen = set(addresses_), {}

        def ask_all():
            for address in addresses_:
                answer = who.get(address)
                asked = time.monotonic() - started
                shown = answer.status == 200 and (
                    address in hidden.images or any(t.encode() in answer.body
                                                    for t in hidden.titles))
                if shown and address not in seen:
                    seen[address] = asked
            return len(seen) == len(addresses_)

        try:
            wait_until(ask_all, "the release", timeout=lead + 20, every=0.02)
        except AssertionError as error:
            raise AssertionError(f"never seen: {addresses_ - set(seen)}") from error
        early = {a: s for a, s in seen.items() if s < lead}
        assert not early, early
        assert max(seen.values()) < lead + 6, seen
        for playable in hidden.playables:
            who.plays(playable).ok()
    finally:
        own.finish()
