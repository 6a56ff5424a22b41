"""A crawler that knows every address that the service ever gave for two titles, the names of their
files, their ids, and passes and tokens of all sorts, gets nothing of them before their release; and
all of it on the day."""
import base64
import datetime
import itertools
import json
import re
import sqlite3
import tempfile
import urllib.parse

import pytest

from api_world import DESCRIPTION, PASSWORD
from harness import Masters, Service, wait_until
from key_search import forms
from rights_world import SETTINGS, RightsWorld, instant

ROUTES_THAT_END_IT = {"/api/v1/me", "/api/v1/sessions", "/api/v1/session", "/api/v1/me/sessions"}


def make(lanterne, folder):
    house = Service(lanterne, folder, name="The House", protect="cbcs")
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    film = Masters(house.folder.parent / "masters").make("film.mkv", seconds=6, size="640x360")
    house.own = house.add_title("Shown to all", year=1950)
    house.film = house.add_title("Film qanari", year=1931)
    house.series = house.add_title("Series qanari", kind="series")
    house.episode = house.run(
        "title", "episode", "add", house.series, "--season", 1, "--episode", 1, "--title-in",
        "en=Part qanari", "--json").ok().json()["id"]
    captions = house.logs / "captions.srt"
    captions.write_text("1\n00:00:00,500 --> 00:00:05,000\nqanari sings\n", encoding="utf-8")
    of_episode = ("--season", 1, "--episode", 1)
    for title, at in ((house.own, ()), (house.film, ()), (house.series, of_episode)):
        house.run("ingest", film, "--title", title, *at).ok()
        house.run("caption", "add", captions, "--title", title, *at, "--language", "fr").ok()
    house.run("worker", "--exit-when-idle", timeout=400).ok()
    house.publish(house.own)
    for name in ("former", "member", "another"):
        house.add_member(f"{name}@example.org", PASSWORD)
    return house


class Crawled:
    """What a member was given of a title while it was shown: addresses with PASS and TOKEN in the
    place of these, and what they answered."""

    def __init__(self, world, who, title, playable):
        self.world, self.who, self.title, self.playable = world, who, title, playable
        self.played = who.plays(playable).ok().json()
        self.pass_, self.token = self.played["pass"], self.played["licence"].rsplit("/", 1)[1]
        self.edition = urllib.parse.urlsplit(self.played["hls"]).path.split("/")[3]
        self.answers = {}
        base = f"/media/PASS/{self.edition}/"
        for name in ("manifest.mpd", "master.m3u8", "master-identity.m3u8", "master-aes.m3u8"):
            self.follow(base + name)
        page = who.get(f"/api/v1/titles/{title}").ok().json()
        stills = [e["still"] for s in page.get("seasons", []) for e in s["episodes"]]
        self.images = [i for i in (page["poster"], page["backdrop"], *stills) if i]
        for image in self.images:
            self.take(image)
        self.ask_for_keys()

    def with_openers(self, address, pass_, token):
        return address.replace("PASS", pass_).replace("TOKEN", token)

    def take(self, address):
        answer = self.who.get(self.with_openers(address, self.pass_, self.token)).ok()
        self.answers[address] = answer.body
        return answer.body

    def follow(self, address):
        """Takes what is there, and all that it names."""
        if address in self.answers:
            return
        body = self.take(address)
        if not address.endswith(".m3u8"):
            return
        text = body.decode()
        named = re.findall(r'URI="([^"]+)"', text) + re.findall(r"^[^#\s]\S*$", text, re.M)
        for one in named:
            path = urllib.parse.urlsplit(urllib.parse.urljoin(address, one)).path
            path = re.sub(r"/licence/[^/]+", "/licence/TOKEN", path)
            self.follow(path)

    def ask_for_keys(self):
        with sqlite3.connect(f"file:{self.world.folder}/lanterne.db?mode=ro", uri=True) as db:
            kids = [bytes(k) for (k,) in db.execute(
                "SELECT kid FROM content_key WHERE edition = ?", (self.edition,))]
        self.kids = [base64.urlsafe_b64encode(k).rstrip(b"=").decode() for k in kids]
        for kid in kids:
            for folder in ("", "segments/"):
                self.take(f"/licence/TOKEN/{folder}{kid.hex()}")
        self.keys = [body for address, body in self.answers.items()
                     if address.startswith("/licence/")]
        assert len(self.keys) == 2 * len(kids) and all(len(key) == 16 for key in self.keys)
        self.request = json.dumps({"kids": self.kids, "type": "temporary"}).encode()
        assert self.who.post(f"/licence/{self.token}", self.request).ok().json()["keys"]

    def has_all_that_a_title_has(self, is_series):
        """So that what is hidden afterwards is something."""
        names = "\n".join(self.answers)
        for wanted in (r"/v\d+/init\.mp4", r"/v\d+/2\.m4s", r"/v\d+/key-1\.m4s", r"/a-\w+-2/1\.m4s",
                       r"/v\d+-identity/1\.m4s", r"/v\d+-aes/1\.m4s", r"/v\d+-aes/init\.mp4",
                       r"-iframes\.m3u8", r"/c-fr\.vtt", r"/tiles/1\.jpg",
                       r"/licence/TOKEN/segments/", r"/images/[\w-]+\.jpg"):
            assert re.search(wanted, names), wanted
        assert len(self.images) >= (3 if is_series else 2), self.images
        assert b"qanari sings" in self.answers[f"/media/PASS/{self.edition}/c-fr.vtt"]


class Pieces:
    """Finds a piece of what is hidden in an answer."""

    def __init__(self, crawled):
        bodies = [body for one in crawled for body in one.answers.values() if len(body) > 400]
        self.pieces = {body[at:at + 24] for body in bodies for at in range(0, len(body) - 24, 997)}
        self.forms = {form for one in crawled for key in one.keys for form in forms(key.hex())}
        self.names = {i.rsplit("/", 1)[1].encode() for one in crawled for i in one.images}

    def in_(self, answer):
        head = "\n".join(f"{k}: {v}" for k, v in answer.headers.items()).encode()
        whole = head + answer.body
        return any(x in whole for x in itertools.chain(self.forms, self.names, [b"qanari"])) or (
            len(answer.body) > 24 and any(p in answer.body for p in self.pieces))


@pytest.fixture(scope="module")
def house(lanterne):
    with tempfile.TemporaryDirectory(prefix="lanterne-crawled-") as folder:
        yield make(lanterne, folder)


def served(house, folder, *args):
    world = RightsWorld(house, folder)
    world.settings(pass_seconds=600, pass_hours=1, **SETTINGS)
    world.serve(*args)
    return world


def later(**more):
    """After all passes of the crawl have run out; renewal would still be had."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=15, **more)
    return instant(at)


@pytest.fixture(scope="module")
def withdrawn(house, tmp_path_factory):
    """(world, what was crawled): both titles are shown, a member takes all there is, and they are
    withdrawn again; the passes run out."""
    world = served(house, tmp_path_factory.mktemp("withdrawn"))
    who = world.seen_from("FR", world.member("former@example.org"))
    for title in (world.film, world.series):
        world.publish(title)
    found = [Crawled(world, who, world.film, world.film)]
    found.append(Crawled(world, who, world.series, world.episode))
    found[0].has_all_that_a_title_has(False)
    found[1].has_all_that_a_title_has(True)
    for title in (world.film, world.series):
        world.run("withdraw", title).ok()
    world.server.stop()
    world.serve("--now", later())
    yield world, found
    world.finish()


@pytest.fixture(scope="module")
def scheduled(house, withdrawn, tmp_path_factory):
    """The same house, with the same files and keys, where they come tomorrow."""
    world = served(house, tmp_path_factory.mktemp("scheduled"), "--now", later())
    for title in (world.film, world.series):
        world.administrator().post(
            f"/api/v1/console/titles/{title}/publish", {"at": later(days=1)}).ok()
    yield world, withdrawn[1]
    world.finish()


def openers(world, crawled, who):
    """(pass, token): what a caller could hold. Those of the title itself ran out, or have no right
    behind them any more; the others are good for something else."""
    yield from ((one.pass_, one.token) for one in crawled)
    for email in ("member@example.org", "another@example.org"):
        played = world.seen_from("FR", world.member(email)).plays(world.own).ok().json()
        token = played["licence"].rsplit("/", 1)[1]
        assert who.get(played["hls"]).status == 200
        yield played["pass"], token
        yield token, played["pass"]  # each at the other's door
    yield "nopass", "notoken"


def files_of(world, crawled):
    """Every blob there is of them, as if somebody knew the names."""
    root = world.folder / "blobs"
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_file() and any(one.edition in name for one in crawled):
            yield name


def media_addresses(world, crawled, who):
    """(method, address, body)"""
    known = [(one, address) for one in crawled for address in one.answers]
    for pass_, token in openers(world, crawled, who):
        for one, address in known:
            if "PASS" in address or "TOKEN" in address:
                yield "GET", one.with_openers(address, pass_, token), None
        for one in crawled:
            yield "POST", f"/licence/{token}", one.request
        for name in files_of(world, crawled):
            for prefix in (f"/media/{pass_}/", f"/licence/{token}/"):
                yield "GET", prefix + name, None
                yield "GET", prefix + name.removeprefix("media/"), None
    for image in {i for one in crawled for i in one.images}:
        yield "GET", image, None
    for name, prefix in itertools.product(files_of(world, crawled),
                                          ("/", "/media/", "/images/", "/blobs/", "/api/v1/")):
        yield "GET", prefix + name, None


def api_addresses(crawled):
    """Every operation of the description, with every id that belongs to them."""
    ids = {i for one in crawled for i in (one.title, one.playable, one.edition, one.played["id"])}
    for (method, path), _ in DESCRIPTION.operations().items():
        if path in ROUTES_THAT_END_IT and method != "GET":
            continue
        for one in ids if "{" in path else [None]:
            address = re.sub(r"\{\w+\}", one or "", path)
            if one is None and method not in ("GET", "HEAD"):
                continue
            body = None if method in ("GET", "HEAD", "DELETE") else {"playable": one, "title": one}
            yield method, address, body
    for one in crawled:
        yield "POST", "/api/v1/playbacks", {"playable": one.playable}
        yield "GET", f"/title/{one.title}", None
        yield "GET", f"/watch/{one.playable}", None


CALLERS = {
    "scheduled, a visitor": ("scheduled", lambda world: world.someone()),
    "scheduled, a member": ("scheduled", lambda world: world.member("another@example.org")),
    "withdrawn, who watched it": ("withdrawn", lambda world: world.member("former@example.org")),
}


@pytest.mark.parametrize("state, caller", CALLERS.values(), ids=CALLERS)
def test_nothing_of_what_is_not_released_is_given(request, state, caller):
    world, crawled = request.getfixturevalue(state)
    who, pieces = world.seen_from("FR", caller(world)), Pieces(crawled)
    images = {i for one in crawled for i in one.images}
    seen = 0
    for method, address, body in media_addresses(world, crawled, who):
        answer = who.ask(method, address, body)
        seen += 1
        is_page = not address.startswith(("/media/", "/licence/", "/images/", "/api/"))
        assert answer.status in ((200, 404) if is_page else (400, 403, 404)), (
            address, answer.status, [(one.title, one.edition, one.images) for one in crawled])
        assert not pieces.in_(answer), (method, address)
        assert is_page or len(answer.body) < 600, address
    for address, headers in itertools.product(
            [*images, *(one.with_openers(a, one.pass_, one.token) for one in crawled
                        for a in list(one.answers)[::7])],
            ({"Range": "bytes=0-99"}, {"If-None-Match": '"1"'}, {"If-None-Match": "*"},
             {"Range": "bytes=0-99", "If-Range": '"1"'})):
        answer = who.get(address, headers=headers)
        assert answer.status in (400, 403, 404) and not pieces.in_(answer), (address, headers)
        assert who.head(address, headers=headers).status == answer.status
    for method, address, body in api_addresses(crawled):
        answer = who.ask(method, address, body)
        seen += 1
        assert not pieces.in_(answer), (method, address, answer.body[:500])
        assert answer.status < 500, (method, address)
    assert seen > 1500 and len(list(files_of(world, crawled))) > 10


def test_all_of_it_is_given_on_the_day(scheduled):
    """The same crawler, the same addresses, a pass of the day: it is not blind."""
    world, crawled = scheduled
    world.server.stop()
    world.serve("--now", later(days=2))
    who, pieces = world.seen_from("FR", world.member("former@example.org")), Pieces(crawled)
    for one in crawled:
        wait_until(lambda one=one: who.plays(one.playable).status == 201, "the release")
        played = who.plays(one.playable).ok().json()
        token = played["licence"].rsplit("/", 1)[1]
        for address, before in one.answers.items():
            answer = who.get(one.with_openers(address, played["pass"], token)).ok()
            has_names = address.endswith((".m3u8", ".mpd"))
            assert has_names or answer.body == before, address
            assert has_names or address.endswith("/init.mp4") or pieces.in_(answer), address
