"""What a contract lets be played, and how: until when, how great a picture, in which languages; and
what becomes of a film whose window ends while it is watched."""
import datetime
import re
import subprocess
import tempfile
import urllib.parse

import pytest

from api_world import PASSWORD
from harness import Masters, Service, wait_until
from rights_world import SETTINGS, RightsWorld, instant, licence, open_territory, window

NOW = datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.timezone.utc)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
ENDS = NOW + 2 * HOUR


def master_in_two_languages(folder):
    """Three seconds, 720 lines, French and English sound."""
    plain = Masters(folder).make("plain.mkv", seconds=3, size="1280x720")
    film = folder / "film.mkv"
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", plain, "-map", "0:v", "-map", "0:a", "-map",
         "0:a", "-c", "copy", "-metadata:s:a:0", "language=fre", "-metadata:s:a:1",
         "language=eng", film], check=True, timeout=60)
    return film


def make(lanterne, folder):
    house = Service(lanterne, folder, name="The House")
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    film = master_in_two_languages(house.folder.parent / "masters")
    titles = {"own": None, "capped": None, "ending": None, "coming": None}
    for name in titles:
        titles[name] = house.add_title(f"Film {name}", year=1950, language="fr")
        house.run("ingest", film, "--title", titles[name]).ok()
        for language in ("fr", "de"):
            captions = house.logs / f"{name}.{language}.srt"
            captions.write_text("1\n00:00:01,000 --> 00:00:02,000\nHm.\n", encoding="utf-8")
            house.run(
                "caption", "add", captions, "--title", titles[name], "--language", language
            ).ok()
    house.run("worker", "--exit-when-idle", timeout=600).ok()
    house.titles = titles
    licence(house, titles["capped"], "capped",
            window("FR", profile="SD", allowed=["fr"]), window("US", holdback=["fr", "en"]))
    licence(house, titles["ending"], "ending", window("FR", end=instant(ENDS)))
    licence(house, titles["coming"], "coming",
            window("FR", start=instant(NOW + 10 * DAY), AnnounceDate="2030-04-01"))
    for title in titles.values():
        house.publish(title)
    open_territory(house, "US")
    at = ("--now", "2030-04-25T00:00:00Z")
    for who in ("member", "other"):
        house.run("member", "add", *at, "--email", f"{who}@example.org", "--password-stdin",
                  stdin=PASSWORD + "\n").ok()
    return house


_made = {}


def the_house(lanterne):
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-playback-")
        _made[lanterne.path] = (make(lanterne, folder.name), folder)
    return _made[lanterne.path][0]


def served(lanterne, folder, at=NOW, **settings):
    world = RightsWorld(the_house(lanterne), folder)
    # each test signs in anew, and none is about how many watch at a time
    world.settings(**SETTINGS, **{"streams_without_plan": 20, **settings})
    world.serve("--now", instant(at))
    return world


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = served(lanterne, tmp_path_factory.mktemp("playback"))
    yield made
    made.finish()


def path_of(address):
    return urllib.parse.urlsplit(address).path


def manifests(who, played):
    base = path_of(played["hls"]).rsplit("/", 1)[0]
    hls, dash = (who.get(played[kind]).ok().body.decode() for kind in ("hls", "dash"))
    return base, hls, dash


def test_a_pass_leaves_out_what_the_contract_does_not_let_be_shown(world):
    who = world.seen_from("FR", world.member())
    full = who.plays(world.titles["own"]).ok().json()
    base, hls, dash = manifests(who, full)
    for said in ("v720", "a-en-2", "a-fr-2", "c-de", "c-fr"):
        assert said in hls and said in dash, said
        kind = f"{said}.vtt" if said[0] == "c" else f"{said}/init.mp4"
        who.get(f"{base}/{kind}").ok()
    capped = who.plays(world.titles["capped"]).ok().json()
    base, hls, dash = manifests(who, capped)
    assert "a-fr-2" in hls and "c-fr" in dash and "v360" in hls
    for said in ("v720", "a-en-2", "c-de"):
        assert said not in hls and said not in dash, said
    hidden = ("v720/init.mp4", "v720/1.m4s", "v720.m3u8", "a-en-2/1.m4s", "a-en-2.m3u8",
              "c-de.vtt", "c-de-vtt.m3u8")
    for name in hidden:
        unknown = re.sub(r"v720|a-en-2|c-de", "nothing", name)
        got, none = who.get(f"{base}/{name}"), who.get(f"{base}/{unknown}")
        assert (got.status, got.body) == (none.status, none.body) == (404, none.body), name
    # Another pass does not open it under this edition either.
    other = path_of(full["hls"]).split("/")[2]
    edition = base.split("/")[3]
    assert who.get(f"/media/{other}/{edition}/v720/init.mp4").status == 403
    page = who.get(f"/api/v1/titles/{world.titles['capped']}").ok().json()
    assert page["audio"] == ["fr"] and [c["language"] for c in page["captions"]] == ["fr"]


def test_a_small_screen_is_offered_no_more_than_it_shows(world):
    who = world.seen_from("FR", world.member())
    asked = {"playable": world.titles["own"], "lines": 480}
    _, hls, dash = manifests(who, who.post("/api/v1/playbacks", asked).ok().json())
    assert "v720" not in hls + dash and "v360" in hls
    asked["lines"] = 720
    assert "v720" in manifests(who, who.post("/api/v1/playbacks", asked).ok().json())[1]
    asked["lines"] = -1
    assert who.post("/api/v1/playbacks", asked).json()["field"] == "lines"


def test_a_language_that_may_not_be_offered_is_refused_by_name(world):
    capped = world.titles["capped"]
    who = world.seen_from("FR", world.member())
    who.post("/api/v1/playbacks", {"playable": capped, "language": "fr"}).ok()
    answer = who.post("/api/v1/playbacks?language=en", {"playable": capped, "language": "en"})
    french = who.post("/api/v1/playbacks?language=fr", {"playable": capped, "language": "en"})
    assert answer.status == french.status == 403
    assert answer.problem == french.problem == "language"
    assert answer.json()["detail"] != french.json()["detail"]
    # Where no sound of it may be heard it is not played dumb.
    abroad = world.seen_from("US", world.member())
    assert abroad.get(f"/api/v1/titles/{capped}").ok().json()["audio"] == []
    assert abroad.plays(capped).problem == "language"


def test_what_is_announced_is_shown_and_not_played(world):
    who, coming = world.seen_from("FR", world.member()), world.titles["coming"]
    page = who.get(f"/api/v1/titles/{coming}").ok().json()
    assert page["may"] == "announced" and page["coming_at"] == instant(NOW + 10 * DAY)
    answer = who.plays(coming)
    assert answer.status == 409 and answer.problem == "not-yet" and answer.json()["detail"]
    cards = who.get("/api/v1/titles").ok().json()["items"]
    assert [c["id"] for c in cards if "coming_at" in c] == [coming]
    assert world.seen_from("US", world.member()).get(f"/api/v1/titles/{coming}").status == 404


def test_a_card_says_when_a_title_goes(world):
    who = world.seen_from("FR")
    cards = {c["id"]: c for c in who.get("/api/v1/titles").ok().json()["items"]}
    assert cards[world.titles["ending"]]["available_until"] == instant(ENDS)
    assert "available_until" not in cards[world.titles["own"]]


def test_a_pass_ends_with_the_window(world):
    who = world.seen_from("FR", world.member())
    played = who.plays(world.titles["ending"]).ok().json()
    assert played["expires_at"] == instant(ENDS) and played["ends_at"] is None


def restart(world, at):
    world.server.stop()
    world.serve("--now", instant(at))


def test_what_was_begun_is_finished_within_the_hours_and_no_longer(lanterne, tmp_path):
    world = served(lanterne, tmp_path, at=ENDS - HOUR)
    try:
        ending = world.titles["ending"]
        who = world.seen_from("FR", world.member())
        other = world.seen_from("FR", world.someone().signed_in("other@example.org"))
        begun = who.plays(ending).ok().json()
        who.patch(f"/api/v1/playbacks/{begun['id']}", {"position_seconds": 1}).ok()
        restart(world, ENDS + 10 * datetime.timedelta(minutes=1))
        who.address = other.address = world.address
        # The old pass is over; who had begun gets another, who had not is told of nothing.
        assert who.get(path_of(begun["hls"])).status == 403
        again = who.plays(ending).ok().json()
        assert again["expires_at"] == instant(ENDS + 4 * HOUR) and again["resume_seconds"] == 1
        who.get(again["hls"]).ok()
        who.patch(f"/api/v1/playbacks/{again['id']}", {"position_seconds": 2}).ok()
        nobodys = other.plays("a" * 26)
        assert other.plays(ending).body == nobodys.body and nobodys.status == 404
        for path in (f"/api/v1/titles/{ending}", f"/api/v1/titles?q=ending"):
            assert ending.encode() not in who.get(path).body or path.endswith(ending)
        assert who.get(f"/api/v1/titles/{ending}").status == 404
        assert "continue" not in [r["id"] for r in who.get("/api/v1/home").json()["rows"]]
        restart(world, ENDS + 3 * HOUR)
        who.address = world.address
        assert who.plays(ending).ok().json()["expires_at"] == instant(ENDS + 4 * HOUR)
        restart(world, ENDS + 4 * HOUR)
        who.address = world.address
        assert who.plays(ending).status == 404
        late = who.patch(f"/api/v1/playbacks/{again['id']}", {"position_seconds": 2})
        assert late.status == 404
    finally:
        world.finish()


def test_a_house_may_cut_at_the_end_of_the_window(lanterne, tmp_path):
    world = served(lanterne, tmp_path, at=ENDS - datetime.timedelta(seconds=8), finish_hours=0)
    try:
        who, ending = world.seen_from("FR", world.member()), world.titles["ending"]
        played = who.plays(ending).ok().json()
        assert played["expires_at"] == instant(ENDS)
        wait_until(lambda: who.get(played["hls"]).status == 403, "the end of the window", 40)
        assert who.plays(ending).status == 404
    finally:
        world.finish()


def test_the_answer_says_that_the_right_ends_before_the_film_would(lanterne, tmp_path):
    at = ENDS - datetime.timedelta(seconds=2)
    world = served(lanterne, tmp_path, at=at, finish_hours=0)
    try:
        who = world.seen_from("FR", world.member())
        played = who.plays(world.titles["ending"])
        assert played.status == 404 or played.json()["ends_at"] == instant(ENDS)
    finally:
        world.finish()
