"""The catalogue for an operator's own search: what may be told of, where, until when, and what has
changed since."""
import datetime
import json
import subprocess
import time

import jsonschema
import pytest
import yaml

from api_world import the_house
from harness import TREE
from operator_world import NAME, OperatorWorld
from rights_world import MARK, SETTINGS, instant, licence, the_rights_house, window

FEED = yaml.safe_load((TREE / "docs/openapi-partner.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def world(lanterne, tmp_path):
    made = OperatorWorld(the_house(lanterne), tmp_path)
    made.set_up()
    made.serve()
    yield made
    made.finish()


@pytest.fixture
def rights(lanterne, tmp_path):
    made = OperatorWorld(the_rights_house(lanterne), tmp_path)
    made.settings(**SETTINGS)
    made.set_up()
    made.serve()
    yield made
    made.finish()


def page(partner, **asked):
    query = "&".join(f"{k}={v}" for k, v in asked.items())
    answer = partner.get("/feed" + (f"?{query}" if query else "")).ok()
    jsonschema.validate(answer.json(), {"$ref": "#/components/schemas/Feed",
                                        "components": FEED["components"]})
    return answer


def feed(partner, **asked):
    """All items by id, and when the first page was made."""
    first = page(partner, **asked)
    items, at = first.json()["items"], first.json()["next"]
    while at:
        more = page(partner, **asked, after=at).json()
        items += more["items"]
        at = more["next"]
    found = {item["id"]: item for item in items}
    assert len(found) == len(items) and [i["id"] for i in items] == sorted(found)
    return found, first.headers["Feed-As-Of"]


def later(world, **delta):
    world.server.stop()
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)
    world.serve("--now", instant(now))
    base, begun = now.timestamp(), time.monotonic()
    return world.partner(now=lambda: base + time.monotonic() - begun)


def test_the_feed_has_what_the_site_shows_and_how_to_open_it(world):
    titles, _ = feed(world.partner())
    assert set(titles) == {world.film, world.second, world.series}
    film = titles[world.film]
    assert film["deep_link"] == f"title/{world.film}" and film["kind"] == "film"
    assert film["address"] == f"{world.address}/title/{world.film}"
    assert film["original_title"].startswith("Nosferatu") and film["year"] == 1922
    assert {t["language"]: t["title"] for t in film["texts"]}["fr"] == "Nosferatu le vampire"
    assert {t["language"] for t in film["texts"] if t["synopsis"]} == {"fr", "en"}
    assert film["ratings"] == [{"system": "CNC", "value": "TP"}]
    assert film["credits"][1] == {"role": "actor", "name": "Max Schreck", "character": "Orlok"}
    assert film["artwork"]["poster"].endswith(".jpg")
    here = film["availability"]
    assert [(w["territory"], w["state"], w["until"]) for w in here] == [("FR", "available", None)]
    assert here[0]["subscription"]
    assert b"CANARY" not in page(world.partner()).body


def test_it_is_signed_like_every_call_of_a_partner(world):
    answer = world.client().get("/partner/v1/feed")
    assert (answer.status, answer.problem) == (401, "signature-missing")
    world.run("partner", "suspend", NAME).ok()
    assert world.partner().get("/feed").problem == "partner-suspended"


@pytest.mark.parametrize("query, field", [
    ("since=yesterday", "since"), ("since=", "since"), ("since=1960-01-01T00:00:00Z", "since"),
    ("after=x", "after"), ("after=" + "a" * 27, "after"), ("limit=0", "limit"),
    ("limit=201", "limit"), ("limit=x", "limit"),
])
def test_a_question_that_is_no_good_is_refused(world, query, field):
    answer = world.partner().get(f"/feed?{query}")
    assert (answer.status, answer.problem, answer.json()["field"]) == (422, "validation", field)


def test_pages_hold_every_title_once(world):
    for limit in (1, 2, 200):
        assert set(feed(world.partner(), limit=limit)[0]) == {
            world.film, world.second, world.series}
    assert page(world.partner(), limit=1).json()["next"] is not None


def test_what_has_not_changed_is_not_sent_again(world):
    partner = world.partner()
    first = page(partner)
    again = partner.get("/feed", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"") and again.headers["Feed-As-Of"]
    world.run("title", "edit", world.film, "--year", "1921").ok()
    answer = partner.get("/feed", headers={"If-None-Match": first.headers["ETag"]}).ok()
    assert answer.status == 200 and answer.headers["ETag"] != first.headers["ETag"]
    assert "no-cache" in answer.headers["Cache-Control"]


def test_since_tells_what_has_changed_and_what_is_gone(world):
    partner = world.partner()
    _, then = feed(partner)
    # The same instant is told again rather than not at all.
    assert set(feed(partner, since=then)[0]) == {world.film, world.second, world.series}
    world.run("withdraw", world.second).ok()
    assert set(feed(partner)[0]) == {world.film, world.series}
    _, then = feed(partner)
    assert feed(partner, since=then)[0] == {}
    world.run("title", "edit", world.film, "--title-in", "fr=Nosferatu, le retour").ok()
    changed, then = feed(partner, since=then)
    assert set(changed) == {world.film} and changed[world.film]["changed"] >= then
    # A picture changes nothing of the texts, and is told all the same.
    poster = world.logs / "poster.jpg"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=red:s=40x60",
                    "-frames:v", "1", poster], check=True, timeout=60)
    time.sleep(0.01)
    _, then = feed(partner)
    world.run("title", "edit", world.film, "--poster", poster).ok()
    assert set(feed(partner, since=then)[0]) == {world.film}
    _, then = feed(partner)
    world.run("publish", world.second).ok()
    world.run("withdraw", world.film).ok()
    changed, _ = feed(partner, since=then)
    assert set(changed) == {world.film, world.second}
    assert set(changed[world.film]) == {"id", "gone", "changed"} and changed[world.film]["gone"]
    # Nothing is told of what was never in the feed.
    assert set(feed(partner)[0]) == {world.series, world.second}
    other = world.add_partner("Réseau Deux")
    assert other and set(feed(world.partner("Réseau Deux"))[0]) == {world.series, world.second}
    assert world.film not in feed(world.partner("Réseau Deux"), since=then)[0]


def test_it_is_of_where_the_partner_sells(rights):
    rights.add_partner("Abroad Inc", ("US",))
    rights.add_partner("Both", ("US", "FR"))
    rights.add_partner("Nowhere", ())
    h = rights.hidden
    shown = {rights.fine, *rights.child_only.values()}
    assert set(feed(rights.partner())[0]) == shown
    abroad, _ = feed(rights.partner("Abroad Inc"))
    assert h["abroad"] in abroad and h["ended"] in abroad and rights.fine in abroad
    both, _ = feed(rights.partner("Both"))
    assert [w["territory"] for w in both[rights.fine]["availability"]] == ["FR", "US"]
    assert [w["territory"] for w in both[h["abroad"]]["availability"]] == ["US"]
    assert feed(rights.partner("Nowhere"))[0] == {}
    # What nobody in France may know of, or only adults, stands in no word of the French feed.
    french = page(rights.partner()).body.decode()
    for word, title in h.items():
        assert title not in french and f"titre{word}" not in french, word


def test_windows_come_and_go_by_the_clock_alone(rights):
    now = datetime.datetime.now(datetime.timezone.utc)
    opens, closes = now + datetime.timedelta(days=3), now + datetime.timedelta(days=10)
    title = rights.hidden["draft"]
    licence(rights, title, "clock", window("FR", start=instant(opens)[:-1] + "Z",
                                           end=instant(closes)[:-1] + "Z"))
    rights.publish(title)
    found, then = feed(rights.partner())
    assert title not in found and "titredraft" not in page(rights.partner()).body.decode()
    partner = later(rights, days=4)
    found, second = feed(partner, since=then)
    here = found[title]["availability"][0]
    assert here["state"] == "available" and here["from"] == instant(opens)
    assert here["until"] == instant(closes)
    partner = later(rights, days=11)
    found, _ = feed(partner, since=second)
    assert found[title]["gone"]
    assert title not in feed(partner)[0]
    assert json.dumps(found[title]).count(MARK) == 0
