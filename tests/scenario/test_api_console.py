"""The house keeps its catalogue, watches its jobs and its members."""
import pytest

from api_world import World, film, the_house
from harness import Masters


@pytest.fixture
def world(lanterne, tmp_path):
    made = World(the_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


WHOLE = {
    "original_title": "Häxan",
    "year": 1922,
    "runtime_minutes": 105,
    "language": "sv",
    "genres": ["horror", "documentary"],
    "countries": ["SE", "DK"],
    "texts": [
        {
            "language": "fr",
            "title": "La Sorcellerie à travers les âges",
            "synopsis": "Ligne 1\nLigne 2",
        },
        {"language": "en", "title": None, "synopsis": 'Witches <b>&</b> "saints" \u2028 🜏'},
    ],
    "ratings": [{"system": "CNC", "value": "12"}],
    "credit_line": "Svensk Filmindustri",
    "credits": [
        {"role": "director", "name": "Benjamin Christensen", "character": None},
        {"role": "actor", "name": "Benjamin Christensen", "character": "Fan"},
    ],
}


def test_a_title_comes_back_as_it_was_written(world):
    house = world.administrator()
    made = house.post("/api/v1/console/titles", {"kind": "film", **WHOLE})
    assert made.status == 201
    made = made.json()
    assert {k: made[k] for k in WHOLE} == WHOLE
    assert made["state"] == "draft" and made["ready"] is False and made["published"] is None
    page = house.get(f"/api/v1/console/titles/{made['id']}").ok().json()
    assert {**page, "seasons": 0, "edition": 0, "captions": 0} == {
        **made,
        "seasons": 0,
        "edition": 0,
        "captions": 0,
    }
    assert page["seasons"] == [] and page["edition"] is None and page["captions"] == []
    listed = house.get("/api/v1/console/titles?q=haxan").ok().json()["items"]
    assert listed == [made]


def test_a_change_changes_what_it_names_and_null_takes_away(world):
    house = world.administrator()
    made = house.post("/api/v1/console/titles", {"kind": "film", **WHOLE}).json()
    path = f"/api/v1/console/titles/{made['id']}"
    changed = house.patch(path, {"version": made["version"], "year": 1923}).ok().json()
    assert {k: changed[k] for k in WHOLE} == {**WHOLE, "year": 1923}
    assert changed["version"] > made["version"] and changed["changed"] >= made["changed"]
    gone = {
        "year": None,
        "runtime_minutes": None,
        "language": None,
        "credit_line": None,
        "texts": [],
        "genres": [],
        "countries": None,
        "ratings": None,
        "credits": [],
    }
    emptied = house.patch(path, {"version": changed["version"], **gone}).ok().json()
    assert {k: emptied[k] for k in gone} == {
        k: v if v is None and not isinstance(made[k], list) else [] for k, v in gone.items()
    }
    for field in ({"original_title": None}, {"original_title": ""}, {"kind": "series"}):
        answer = house.patch(path, {"version": emptied["version"], **field})
        assert answer.status == 422 and answer.json()["field"] in field


def test_of_two_edits_of_one_version_the_second_is_told(world):
    one, two = world.administrator(), world.administrator()
    path = f"/api/v1/console/titles/{world.draft}"
    version = one.get(path).json()["version"]
    assert one.patch(path, {"version": version, "year": 1920}).status == 200
    lost = two.patch(path, {"version": version, "year": 1930})
    assert lost.status == 409 and lost.problem == "version"
    assert two.get(path).json()["year"] == 1920
    missing = two.patch(path, {"year": 1930})
    assert missing.status == 422 and missing.json()["field"] == "version"


def test_publishing_shows_a_title_and_withdrawing_hides_it_at_once(world):
    house, visitor = world.administrator(), world.someone()
    assert visitor.get(f"/api/v1/titles/{world.draft}").status == 404
    shown = house.post(f"/api/v1/console/titles/{world.draft}/publish").ok().json()
    assert shown["state"] == "published" and shown["published"]
    assert visitor.get(f"/api/v1/titles/{world.draft}").status == 200
    assert house.post(f"/api/v1/console/titles/{world.draft}/publish").ok().json() == shown
    gone = house.post(f"/api/v1/console/titles/{world.draft}/withdraw").ok().json()
    assert gone["state"] == "withdrawn" and gone["published"] == shown["published"]
    assert visitor.get(f"/api/v1/titles/{world.draft}").status == 404
    added = house.post("/api/v1/console/titles", {"kind": "film", "original_title": "X"}).json()[
        "id"
    ]
    never = house.post(f"/api/v1/console/titles/{added}/withdraw")
    assert never.status == 409 and never.problem == "state"


def test_a_series_is_built_episode_by_episode(world):
    house = world.administrator()
    series = house.post(
        "/api/v1/console/titles", {"kind": "series", "original_title": "Fantômas"}
    ).json()
    path = f"/api/v1/console/titles/{series['id']}/episodes"
    texts = [{"language": "fr", "title": "Juve contre Fantômas", "synopsis": None}]
    first = house.post(path, {"season": 1, "number": 2, "texts": texts, "runtime_minutes": 61})
    assert first.status == 201
    first = first.json()
    assert first == {
        "id": first["id"],
        "season": 1,
        "number": 2,
        "runtime_minutes": 61,
        "texts": texts,
        "ready": False,
        "still": None,
    }
    taken = house.post(path, {"season": 1, "number": 2})
    assert taken.status == 409 and taken.problem == "exists"
    second = house.post(path, {"season": 1, "number": 1}).ok().json()
    moved = house.patch(
        f"/api/v1/console/episodes/{second['id']}", {"number": 3, "runtime_minutes": 5}
    )
    assert moved.ok().json()["number"] == 3 and moved.json()["runtime_minutes"] == 5
    clash = house.patch(f"/api/v1/console/episodes/{second['id']}", {"number": 2})
    assert clash.status == 409 and clash.problem == "exists"
    page = house.get(f"/api/v1/console/titles/{series['id']}").json()
    assert [[e["number"] for e in s["episodes"]] for s in page["seasons"]] == [[2, 3]]
    to_film = house.post(
        f"/api/v1/console/titles/{world.film}/episodes", {"season": 1, "number": 1}
    )
    assert to_film.status == 409 and to_film.problem == "state"
    assert house.patch(f"/api/v1/console/episodes/{world.film}", {"number": 1}).status == 404


def test_a_films_page_tells_its_renditions_and_captions(world, tmp_path):
    captions = tmp_path / "c.srt"
    captions.write_text("1\n00:00:01,000 --> 00:00:02,000\nBonsoir\n", encoding="utf-8")
    world.run(
        "caption", "add", captions, "--title", world.film, "--language", "fr", "--kind", "sdh"
    ).ok()
    page = world.administrator().get(f"/api/v1/console/titles/{world.film}").ok().json()
    assert {r["kind"] for r in page["edition"]["renditions"]} == {"video", "audio"}
    assert page["edition"]["duration_seconds"] == pytest.approx(8, abs=0.1)
    assert [(c["language"], c["kind"]) for c in page["captions"]] == [("fr", "sdh")]
    shown = world.someone().get(f"/api/v1/titles/{world.film}").json()
    assert shown["captions"] == [{"language": "fr", "kind": "sdh"}]


def test_jobs_are_listed_cancelled_and_queued_again(world, tmp_path):
    house = world.administrator()
    done = house.get("/api/v1/console/jobs").ok().json()["items"]
    assert len(done) == 7 and {j["state"] for j in done} == {"ready"}
    assert {(j["season"], j["episode"]) for j in done} == {(None, None), (1, 1), (1, 2), (2, 1)}
    assert house.get("/api/v1/console/jobs?open=1").ok().json() == {"items": [], "next": None}
    finished = f"/api/v1/console/jobs/{done[0]['id']}"
    assert house.post(finished + "/cancel").problem == "state"
    assert house.post(finished + "/retry").problem == "state"
    queued = world.run("ingest", film(Masters(tmp_path)), "--title", world.not_ready)
    assert queued.code == 0, queued.stderr
    (job,) = house.get("/api/v1/console/jobs?open=1").ok().json()["items"]
    assert job["state"] in ("queued", "running") and job["title"] == {
        "id": world.not_ready,
        "title": "CANARY not ready",
    }
    assert job["refusals"] == [] and job["file_name"].endswith(".mp4")
    path = f"/api/v1/console/jobs/{job['id']}"
    assert house.post(path + "/cancel").ok().json()["state"] == "cancelled"
    assert house.post(path + "/cancel").status in (200, 409)
    assert house.post(path + "/retry").ok().json()["state"] == "queued"
    assert house.get(path).ok().json()["state"] == "queued"
    answer = house.get("/api/v1/console/jobs?open=maybe")
    assert answer.status == 422 and answer.json()["field"] == "open"
    pages, after = [], ""
    while after is not None:
        page = house.get(f"/api/v1/console/jobs?limit=3{after and '&after=' + after}").ok().json()
        pages += [j["id"] for j in page["items"]]
        after = page["next"]
    assert len(pages) == len(set(pages)) == 8


def test_members_are_listed_newest_first_page_by_page(world):
    house = world.administrator()
    emails, after = [], ""
    while after is not None:
        page = (
            house.get(f"/api/v1/console/members?limit=2{after and '&after=' + after}").ok().json()
        )
        emails += [m["email"] for m in page["items"]]
        after = page["next"]
    assert sorted(emails) == [
        "admin@localhost",
        "expired@example.org",
        "member@example.org",
        "other@example.org",
    ]
    states = {
        m["email"]: m["subscription"]["state"]
        for m in house.get("/api/v1/console/members").json()["items"]
    }
    assert states == {
        "admin@localhost": "none",
        "expired@example.org": "ended",
        "member@example.org": "trial",
        "other@example.org": "trial",
    }


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "kind"),
        ({"kind": "film"}, "original_title"),
        ({"kind": "book", "original_title": "x"}, "kind"),
        ({"kind": "film", "original_title": "x" * 301}, "original_title"),
        ({"kind": "film", "original_title": "x", "year": "1922"}, "year"),
        ({"kind": "film", "original_title": "x", "year": 1700}, "year"),
        ({"kind": "film", "original_title": "x", "genres": ["nothing"]}, "genres"),
        ({"kind": "film", "original_title": "x", "genres": [1]}, "genres[0]"),
        ({"kind": "film", "original_title": "x", "genres": ["drama"] * 11}, "genres"),
        ({"kind": "film", "original_title": "x", "countries": ["fr"]}, "countries"),
        ({"kind": "film", "original_title": "x", "texts": [{"title": "y"}]}, "texts[0].language"),
        (
            {"kind": "film", "original_title": "x", "texts": [{"language": "fr", "tilte": "y"}]},
            "texts[0].tilte",
        ),
        ({"kind": "film", "original_title": "x", "texts": "fr"}, "texts"),
        (
            {"kind": "film", "original_title": "x", "credits": [{"role": "director"}]},
            "credits[0].name",
        ),
        (
            {"kind": "film", "original_title": "x", "ratings": [{"system": "CNC", "value": 12}]},
            "ratings[0].value",
        ),
        ({"kind": "film", "original_title": "x", "poster": "images/mine.jpg"}, "poster"),
        ({"kind": "film", "original_title": "x", "state": "published"}, "state"),
        ({"kind": "film", "original_title": "x", "id": "a" * 26}, "id"),
        ({"kind": "film", "original_title": "x", "version": 7}, "version"),
    ],
)
def test_a_title_that_makes_no_sense_is_refused_by_field(world, body, field):
    answer = world.administrator().post("/api/v1/console/titles", body)
    assert answer.status == 422 and answer.problem == "validation"
    assert answer.json()["field"].split("[")[0] == field.split("[")[0]
    if "[" in field:
        assert answer.json()["field"] == field
    assert len(world.administrator().get("/api/v1/console/titles").json()["items"]) == 6
