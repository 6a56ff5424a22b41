"""What boxes are told and what they say of themselves: looks, versions, and how many there are."""
import datetime
import hashlib
import struct
import zlib

import pytest

from api_world import the_house
from harness import wait_until
from operator_world import NAME, OperatorWorld

BOX = "box0000000000000001"
OWN = {"ground": "#0f0c0a", "text": "#f8f1e7", "accent": "#ffb84d"}


@pytest.fixture
def world(lanterne, tmp_path):
    made = OperatorWorld(the_house(lanterne), tmp_path)
    made.set_up()
    made.settings(trusted_proxies="127.0.0.1", place_header="X-Place")
    made.serve()
    yield made
    made.finish()


@pytest.fixture(scope="module")
def shared(lanterne, tmp_path_factory):
    """One house for all that is refused and leaves nothing behind."""
    made = OperatorWorld(the_house(lanterne), tmp_path_factory.mktemp("shared"))
    made.set_up()
    made.serve()
    yield made
    made.finish()


def png(width=40, height=10):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = b"".join(b"\0" + b"\xff\xb8\x4d" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def package(tmp_path, version="1.2", body=b"x" * 5000):
    path = tmp_path / f"lanterne-box_{version}_amd64.deb"
    head = b"!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n"
    path.write_bytes(head + body)
    return path


# ---- looks ---------------------------------------------------------------------------------------


def test_a_box_without_a_partner_looks_like_the_service(world):
    said = world.box().ok().json()
    assert said["name"] == "The House" and said["colours"] == OWN
    assert said["partner"] is said["logo"] is said["home_rows"] is said["version"] is None
    assert said["now"].endswith("Z")
    for stranger in ("Nobody", "a" * 26, "'; DROP TABLE partner; --"):
        assert world.box(partner=stranger).ok().json() | {"now": ""} == said | {"now": ""}


def test_a_look_reaches_the_boxes_of_its_partner_alone_at_their_next_question(world, tmp_path):
    other = world.add_partner("Réseau Deux")
    logo = tmp_path / "logo.png"
    logo.write_bytes(png())
    world.run("partner", "look", NAME, "--name", "Câble Un TV", "--ground", "#101820", "--text",
              "#FFFFFF", "--accent", "#fee715", "--logo", logo, "--home-rows",
              "series,continue,genre:drama").ok()
    for who in (NAME, world.partner_id(), "câble un"):
        said = world.box(partner=who).ok().json()
        assert said["name"] == "Câble Un TV" and said["partner"] == world.partner_id()
        assert said["colours"] == {"ground": "#101820", "text": "#ffffff", "accent": "#fee715"}
        assert said["home_rows"] == ["series", "continue", "genre:drama"]
    picture = world.client().get(said["logo"])
    assert picture.body == png() and picture.headers["Content-Type"] == "image/png"
    assert "immutable" in picture.headers["Cache-Control"]
    assert world.box(partner=other).ok().json()["name"] == "The House"
    assert world.run("check").code == 0
    # Another logo takes its place, and the one before is gone; so is one that is taken away.
    jpeg = tmp_path / "logo.jpg"
    jpeg.write_bytes(b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20" + b"\0" * 40)
    world.run("partner", "look", NAME, "--logo", jpeg).ok()
    assert world.client().get(said["logo"]).status == 404
    second = world.box(partner=NAME).ok().json()["logo"]
    assert second.endswith(".jpg") and world.client().head(second).status == 200
    world.run("partner", "look", NAME, "--logo", "", "--name", "", "--ground", "", "--text", "",
              "--accent", "", "--home-rows", "").ok()
    assert world.box(partner=NAME).ok().json() | {"now": "", "partner": ""} == (
        world.box().ok().json() | {"now": "", "partner": ""})
    assert world.client().get(second).status == 404


@pytest.mark.parametrize("args, said", [
    (["--text", "#777777"], "contrast"),
    (["--accent", "#333333"], "contrast"),
    (["--ground", "#ffffff"], "contrast"),
    (["--ground", "red"], "colour"),
    (["--ground", "#12345"], "colour"),
    (["--ground", "#12345g"], "colour"),
    (["--name", "x" * 41], "40 characters"),
    (["--name", "  "], "one line"),
    (["--name", "a\nb"], "one line"),
    (["--home-rows", "new,new"], "twice"),
    (["--home-rows", "newest"], "no row"),
    (["--home-rows", "genre:none"], "no row"),
    (["--home-rows", ",new"], "no row"),
])
def test_a_look_that_people_could_not_read_is_refused(shared, args, said):
    done = shared.run("partner", "look", NAME, *args)
    assert done.code in (1, 2) and said in done.stderr, done.stderr
    assert shared.run("partner", "look", NAME, "--json").ok().json()["home_rows"] is None


def test_a_logo_that_is_no_picture_or_too_large_is_refused(shared, tmp_path):
    house = shared.administrator()
    path = f"/api/v1/console/partners/{shared.partner_id()}/logo"
    for bad in (b"", b"GIF89a", b"<svg/>", png()[:20], png(5000, 1), b"\xff\xd8" * 8,
                png() + b"\0" * 256 * 1024, b"\xff\xd8\xff\xe0\xff\xff"):
        answer = house.ask("PUT", path, bad, {"Content-Type": "image/png"})
        assert (answer.status, answer.problem) == (422, "validation"), bad[:20]
        file = tmp_path / "logo"
        file.write_bytes(bad)
        assert shared.run("partner", "look", NAME, "--logo", file).code == 1
    assert shared.run("partner", "look", NAME, "--logo", tmp_path).code == 1


def test_the_console_reads_and_changes_a_look(world):
    house, here = world.administrator(), f"/api/v1/console/partners/{world.partner_id()}"
    look = house.patch(f"{here}/look", {"name": "Câble", "colours": {"accent": "#FEE715"},
                                        "home_rows": ["new", "series"]}).ok().json()
    assert look == {"name": "Câble", "colours": {"ground": None, "text": None, "accent": "#fee715"},
                    "logo": None, "home_rows": ["new", "series"]}
    assert house.patch(f"{here}/look", {}).ok().json() == look
    assert house.get(here).ok().json()["look"] == look
    taken = house.ask("PUT", f"{here}/logo", png(), {"Content-Type": "image/png"})
    logo = taken.ok().json()["logo"]
    assert world.client().get(logo).body == png()
    nothing = {"name": None, "colours": None, "home_rows": None}
    look = house.patch(f"{here}/look", nothing).ok().json()
    assert look["name"] is look["home_rows"] is look["colours"]["accent"] is None
    assert look["logo"] == logo
    assert house.delete(f"{here}/logo").ok().json()["logo"] is None
    assert world.client().get(logo).status == 404
    for field, body in (("colours", {"colours": {"text": "#101010"}}), ("name", {"name": ""}),
                        ("colours.text", {"colours": {"text": "white"}}),
                        ("colours.glow", {"colours": {"glow": "#ffffff"}}),
                        ("home_rows", {"home_rows": ["x"]}),
                        ("home_rows", {"home_rows": ["new"] * 41}),
                        ("home_rows[0]", {"home_rows": [1]}), ("logo", {"logo": "x"})):
        answer = house.patch(f"{here}/look", body)
        assert (answer.status, answer.json()["field"]) == (422, field), answer.body
    assert house.get(here).ok().json()["look"]["home_rows"] is None


@pytest.mark.parametrize("path", [
    "/files", "/files/", "/files/x.png", "/files/" + "a" * 26 + ".png", "/files/" + "a" * 26,
    "/files/" + "a" * 26 + ".svg", "/files/../lanterne.db", "/files/%2e%2e/lanterne.conf",
])
def test_files_are_only_what_the_house_gives(shared, path):
    assert shared.client().get(path).status in (400, 404)


# ---- boxes ---------------------------------------------------------------------------------------


def test_boxes_are_listed_with_what_they_last_said(world):
    key = world.add_key()
    world.customer("A-1", "zoe@example.org")
    token = world.signs_in(key, "A-1").ok().json()["access_token"]
    world.box(box=BOX, partner=NAME, version="1.0", state="starting").ok()
    world.box(box=BOX + "b", version="0.9").ok()
    first = world.boxes()
    assert {b["id"] for b in first} == {BOX, BOX + "b"}
    world.box(box=BOX, partner=NAME, version="1.1", state="playing", bearer=token).ok()
    mine = world.boxes("--partner", NAME)
    assert len(mine) == 1 and mine[0]["partner"] == world.partner_id()
    assert (mine[0]["version"], mine[0]["state"]) == ("1.1", "playing")
    assert mine[0]["signed_in"] and mine[0]["first_seen"] <= mine[0]["last_seen"]
    others = world.boxes("--partner", "none")
    assert [(b["id"], b["state"], b["signed_in"]) for b in others] == [(BOX + "b", None, None)]
    assert BOX in world.run("box", "list").ok().stdout
    house = world.administrator()
    page = house.get("/api/v1/console/boxes?limit=1").ok().json()
    rest = house.get(f"/api/v1/console/boxes?limit=1&after={page['next']}").ok().json()
    assert {page["items"][0]["id"], rest["items"][0]["id"]} == {BOX, BOX + "b"}
    assert rest["next"] is None
    of_partner = house.get(f"/api/v1/console/boxes?partner={world.partner_id()}").ok().json()
    assert of_partner["items"][0] == mine[0]
    counts = house.get(f"/api/v1/console/partners/{world.partner_id()}").ok().json()["boxes"]
    assert counts == [{"version": "1.1", "boxes": 1, "signed_in": 1}]
    # Nothing that the house keeps of a box tells who sits before it.
    assert "zoe" not in str(mine) and not {"member", "network"} & set(mine[0])
    for wrong in ("partner=x", "limit=0", "after=x"):
        assert house.get(f"/api/v1/console/boxes?{wrong}").status == 422


def test_where_a_box_is_comes_from_its_address(world):
    who = world.someone(headers={"X-Place": "BE"})
    who.get(f"/api/v1/box/settings?box={BOX}").ok()
    assert world.boxes()[0]["place"] == "BE"


@pytest.mark.parametrize("field, value", [
    ("box", "short"), ("box", "x" * 65), ("box", "a b" * 8), ("box", "é" * 20),
    ("version", "-1"), ("version", "1 2"), ("version", "x" * 33), ("state", "At Home"),
    ("state", "x" * 33), ("partner", "x" * 81), ("partner", "a\nb"),
])
def test_what_a_box_may_not_say_is_refused_and_not_noted(shared, field, value):
    answer = shared.box(**{"box": BOX, field: value})
    assert (answer.status, answer.json()["field"]) == (422, field)
    assert shared.boxes() == []


def test_a_token_that_is_no_longer_good_does_not_keep_a_box_from_its_settings(world):
    assert world.box(box=BOX, bearer="A" * 43).status == 200
    assert world.boxes()[0]["signed_in"] is None


def test_a_session_that_is_no_boxs_makes_none_a_members(world):
    _, member = world.customer("A-1", "zoe@example.org")
    member.get(f"/api/v1/box/settings?box={BOX}").ok()
    assert world.boxes()[0]["signed_in"] is None


def test_one_network_cannot_fill_the_list(world):
    for i in range(210):
        assert world.box(box=f"{BOX}x{i}", network="192.0.2.7").status == 200
    assert len(world.boxes()) == 200
    # Those that are known go on being noted, and so are new ones from somewhere else.
    world.box(box=f"{BOX}x0", version="2.0", network="192.0.2.200").ok()
    world.box(box=f"{BOX}y", network="198.51.100.1").ok()
    listed = {b["id"]: b for b in world.boxes()}
    assert len(listed) == 201 and listed[f"{BOX}x0"]["version"] == "2.0"
    # A member's box is always noted.
    key = world.add_key()
    world.customer("A-1", "zoe@example.org")
    token = world.signs_in(key, "A-1").ok().json()["access_token"]
    world.box(box=f"{BOX}z", network="192.0.2.9", bearer=token).ok()
    assert len(world.boxes()) == 202


def test_boxes_that_fell_silent_are_forgotten(world):
    key = world.add_key()
    world.customer("A-1", "zoe@example.org")
    token = world.signs_in(key, "A-1").ok().json()["access_token"]
    world.box(box=BOX + "known", bearer=token).ok()
    world.box(box=BOX + "stranger").ok()
    world.server.stop()
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=31)
    world.serve("--now", later.strftime("%Y-%m-%dT%H:%M:%SZ"))
    wait_until(lambda: [b["id"] for b in world.boxes()] == [BOX + "known"], "a stranger to go")


# ---- versions ------------------------------------------------------------------------------------


def add_version(world, tmp_path, version):
    world.run("box", "version", "add", version, "--file", package(tmp_path, version)).ok()


def roll(world, *args, partner=NAME):
    return world.run("box", "rollout", "--partner", partner, *args)


def fleet(world, n, partner=NAME, running=None):
    """What each box of a fleet is told to run."""
    who = world.someone()
    said = {} if running is None else {"version": running}
    told = []
    for i in range(n):
        query = "&".join(f"{k}={v}" for k, v in {"partner": world.partner_id(), **said}.items())
        answer = who.get(f"/api/v1/box/settings?box=fleet-of-boxes-{i:04}&{query}").ok().json()
        told.append(answer["version"]["wanted"] if answer["version"] else None)
    return told


def test_a_package_is_given_as_it_was_taken(world, tmp_path):
    add_version(world, tmp_path, "1.2")
    roll(world, "--version", "1.2", "--share", "100%").ok()
    said = world.box(partner=NAME, box=BOX).ok().json()["version"]
    bytes_ = package(tmp_path).read_bytes()
    assert said["wanted"] == "1.2" and said["address"].startswith(world.address + "/files/")
    assert said["sha256"] == hashlib.sha256(bytes_).hexdigest()
    answer = world.client().get(said["address"])
    assert answer.body == bytes_
    part = world.client().get(said["address"], headers={"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, bytes_[10:20])
    assert world.run("check").code == 0
    listed = world.administrator().get("/api/v1/console/box-versions").ok().json()
    assert [(v["version"], v["size"]) for v in listed["items"]] == [("1.2", len(bytes_))]


def test_a_package_from_somewhere_else_is_named(world):
    address = "https://boxes.example/lanterne-box_1.3_amd64.deb"
    world.run("box", "version", "add", "1.3", "--address", address, "--sha256", "a" * 64).ok()
    roll(world, "--version", "1.3", "--share", "100%").ok()
    assert world.box(partner=NAME).ok().json()["version"] is not None
    assert world.box(partner=NAME, box=BOX).ok().json()["version"] == {
        "wanted": "1.3", "address": address, "sha256": "a" * 64}
    assert world.box(box=BOX).ok().json()["version"] is None


@pytest.mark.parametrize("args", [
    ["1.2"], ["1.2", "--address", "ftp://x/y"], ["1.2", "--address", "https://"],
    ["1.2", "--address", "https://x/ y"], ["-1", "--address", "https://x/y"],
    ["x" * 33, "--address", "https://x/y"], ["1.2", "--address", "https://x/y", "--sha256", "A"],
    ["1.2", "--file", "/dev/null"], ["1.2", "--file", "/no/such.deb"],
    ["1.2", "--file", "/dev/null", "--address", "https://x/y"],
])
def test_a_version_that_is_no_good_is_refused(shared, args):
    assert shared.run("box", "version", "add", *args).code in (1, 2)
    assert shared.run("box", "version", "list", "--json").ok().json()["items"] == []


def test_a_share_grows_and_whoever_had_the_version_keeps_it(world, tmp_path):
    for version in ("1.1", "1.2"):
        add_version(world, tmp_path, version)
    assert set(fleet(world, 20)) == {None}
    roll(world, "--version", "1.1", "--share", "100%").ok()
    assert set(fleet(world, 20)) == {"1.1"}
    before = set()
    for share in (10, 25, 50, 100):
        roll(world, "--version", "1.2", "--share", f"{share}%").ok()
        told = fleet(world, 150)
        assert set(told) <= {"1.1", "1.2"}
        now = {i for i, version in enumerate(told) if version == "1.2"}
        assert before <= now and abs(len(now) - 1.5 * share) <= 20, (share, len(now))
        assert fleet(world, 150) == told
        before = now
    assert len(before) == 150


def test_a_rollout_is_paused_resumed_and_taken_back(world, tmp_path):
    for version in ("1.1", "1.2", "1.3"):
        add_version(world, tmp_path, version)
    assert "nothing" in roll(world, "--pause").stderr
    roll(world, "--version", "1.1", "--share", "100").ok()
    roll(world, "--version", "1.2", "--share", "50%").ok()
    assert roll(world, "--version", "1.2", "--share", "20%").code == 1
    assert "1.2 is on its way" in roll(world, "--version", "1.3", "--share", "5%").stderr
    half = fleet(world, 30)
    assert set(half) == {"1.1", "1.2"}
    roll(world, "--pause").ok()
    assert set(fleet(world, 30)) == {"1.1"} and set(fleet(world, 30, running="1.2")) == {"1.2"}
    assert "paused" in roll(world, "--version", "1.2", "--share", "60%").stderr
    roll(world, "--resume").ok()
    assert fleet(world, 30) == half
    roll(world, "--back").ok()
    assert set(fleet(world, 30, running="1.2")) == {"1.1"}
    assert roll(world, "--resume").code == 1
    roll(world, "--back").ok()
    roll(world, "--version", "1.3", "--share", "100%").ok()
    assert set(fleet(world, 30)) == {"1.3"}
    shown = world.run("box", "rollout", "--partner", NAME, "--json").ok().json()
    assert (shown["rollout"]["version"], shown["rollout"]["before"]) == ("1.3", "1.1")
    assert shown["rollout"]["share_percent"] == 100 and shown["boxes"][0]["boxes"] == 30
    assert "1.3  rolling  100%" in world.run("box", "rollout", "--partner", NAME).ok().stdout
    of_partner = world.administrator().get(
        f"/api/v1/console/partners/{world.partner_id()}").ok().json()
    assert of_partner["rollout"] == shown["rollout"]


def test_boxes_of_no_partner_have_a_rollout_of_their_own(world, tmp_path):
    add_version(world, tmp_path, "1.2")
    world.run("box", "rollout", "--version", "1.2", "--share", "100%").ok()
    assert world.box(box=BOX).ok().json()["version"]["wanted"] == "1.2"
    assert world.box(box=BOX, partner=NAME).ok().json()["version"] is None
    shown = world.administrator().get("/api/v1/console/box-versions").ok().json()
    assert shown["without_partner"]["rollout"]["version"] == "1.2"


@pytest.mark.parametrize("args", [
    ["--version", "9.9", "--share", "10%"], ["--version", "1.2"], ["--share", "10%"],
    ["--version", "1.2", "--share", "0%"], ["--version", "1.2", "--share", "101%"],
    ["--version", "1.2", "--share", "-5%"], ["--version", "1.2", "--share", "1.234%"],
    ["--version", "1.2", "--share", "ten"], ["--version", "1.2", "--share", ""],
    ["--pause", "--back"], ["--pause", "--version", "1.2", "--share", "10%"],
    ["--partner", "Nobody", "--pause"],
])
def test_an_order_that_makes_no_sense_is_refused(shared, args):
    shared.run("box", "version", "add", "1.2", "--address", "https://x/y")
    assert shared.run("box", "rollout", *args).code in (1, 2)
    assert shared.run("box", "rollout", "--json").ok().json()["rollout"] is None
