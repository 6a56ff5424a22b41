"""Finding something to watch, and going on where one left off."""
import datetime
import subprocess

import pytest

import api_world
from api_world import World, the_house
from harness import Masters


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = World(the_house(lanterne), tmp_path_factory.mktemp("catalogue"))
    made.serve()
    yield made
    made.finish()


@pytest.fixture
def own_world(lanterne, tmp_path):
    made = World(the_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


def rows(who, query=""):
    return {row["id"]: row for row in who.get(f"/api/v1/home{query}").ok().json()["rows"]}


def ids(answer):
    return [item["id"] for item in answer.ok().json()["items"]]


def seen(who, playable, seconds, **more):
    played = who.plays(playable).ok().json()
    saved = who.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": seconds, **more})
    assert saved.status == 204
    return played


def test_visitors_see_the_catalogue_and_are_asked_to_join(world):
    visitor = world.someone()
    assert set(rows(visitor)) == {"new", "films", "series", "genre:horror"}
    page = visitor.get(f"/api/v1/titles/{world.film}").ok().json()
    assert page["may"] == "join" and page["playable"] == world.film
    assert visitor.plays(world.film).problem == "join"
    assert world.expired().get(f"/api/v1/titles/{world.film}").json()["may"] == "subscribe"
    assert world.member().get(f"/api/v1/titles/{world.film}").json()["may"] == "play"


def test_the_home_page_has_rows_of_what_is_shown(world):
    home = rows(world.someone())
    assert [i["id"] for i in home["films"]["items"]] == [world.second, world.film]
    assert [i["id"] for i in home["series"]["items"]] == [world.series]
    assert {i["id"] for i in home["genre:horror"]["items"]} == {world.film, world.second}
    assert "genre:silent" not in home, "a row of a single title"


def test_texts_come_in_the_language_asked_for(world):
    def title(who, query="", **headers):
        page = who.get(f"/api/v1/titles/{world.film}{query}", headers=headers).ok().json()
        return page["title"], page["synopsis"]

    french = ("Nosferatu le vampire", "Un comte sort de son château.")
    english = ("Nosferatu", "A count leaves his castle.")
    visitor = world.someone()
    assert title(visitor) == english
    assert title(visitor, "?language=fr") == french
    assert title(visitor, "?language=fr-CA") == french
    assert title(visitor, **{"Accept-Language": "de, fr;q=0.8, en;q=0.3"}) == french
    assert title(visitor, **{"Accept-Language": "fr;q=0.2, en-GB;q=0.9"}) == english
    assert title(visitor, **{"Accept-Language": "fr;q=0, *"}) == english
    assert title(visitor, **{"Accept-Language": ";;;q=,,-"}) == english
    member = world.someone().signed_up("francophone@example.org", language="fr")
    assert title(member) == french
    assert title(member, "?language=en") == english
    assert rows(member)["new"]["title"] == "Nouveautés"
    assert rows(member, "?language=en")["new"]["title"] == "New"
    for bad in ("f", "../x", "fr_FR", "x" * 60):
        answer = visitor.get(f"/api/v1/home?language={bad}")
        assert answer.status == 422 and answer.json()["field"] == "language"


def test_a_titles_page_tells_all_of_it(world):
    page = world.someone().get(f"/api/v1/titles/{world.film}?language=en").json()
    assert page["original_title"] == "Nosferatu, eine Symphonie des Grauens"
    assert page["year"] == 1922 and page["genres"] == ["horror", "silent"]
    assert page["language"] == "de" and page["countries"] == ["DE"]
    assert page["rating"] == {"system": "CNC", "value": "TP"} and page["ratings"] == [
        page["rating"]
    ]
    assert page["credits"] == [
        {"role": "director", "name": "F. W. Murnau", "character": None},
        {"role": "actor", "name": "Max Schreck", "character": "Orlok"},
    ]
    assert page["audio"] == ["fr"] and page["captions"] == [] and page["resume_seconds"] == 0
    assert page["poster"] and page["backdrop"] and "progress" not in page and "seasons" not in page


def test_a_series_lists_its_episodes_ready_or_not(world):
    page = world.someone().get(f"/api/v1/titles/{world.series}?language=fr").json()
    assert page["playable"] is None
    listed = [
        (s["number"], [(e["id"], e["number"], e["title"], e["ready"]) for e in s["episodes"]])
        for s in page["seasons"]
    ]
    a, b, c, d = world.episodes
    assert listed == [
        (1, [(a, 1, "Partie 1.1", True), (b, 2, "Partie 1.2", True), (c, 3, "Partie 1.3", False)]),
        (2, [(d, 1, "Partie 2.1", True)]),
    ]


@pytest.mark.parametrize(
    "query, found",
    [
        ("?q=NOSFERATU", ["film"]),
        ("?q=murnau", ["film"]),
        ("?q=vampire", ["film", "series"]),
        ("?q=symphonie%20grauens", ["film"]),
        ("?q=nothing-like-it", []),
        ("?kind=series", ["series"]),
        ("?kind=film", ["film", "second"]),
        ("?genre=drama", ["second"]),
        ("?genre=western", []),
        ("?genre=horror&q=faust", ["second"]),
        ("?q=%25", []),
        ("?q=%27%20OR%201%3D1%20--", []),
    ],
)
def test_titles_are_found_by_words_kind_and_genre(world, query, found):
    assert set(ids(world.someone().get(f"/api/v1/titles{query}"))) == {
        getattr(world, f) for f in found
    }


@pytest.mark.parametrize(
    "query, field",
    [
        ("?kind=book", "kind"),
        ("?genre=nothing", "genre"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=x", "limit"),
        ("?limit=-1", "limit"),
        ("?after=x", "after"),
        ("?q=" + "x" * 201, "q"),
        ("?q=a%0Ab", "q"),
        ("?after=" + "9" * 200, "after"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_field(world, query, field):
    answer = world.someone().get(f"/api/v1/titles{query}")
    assert answer.status == 422 and answer.json()["field"] == field


def test_pages_follow_one_another_without_gap_or_repeat(world):
    whole, pages, after = ids(world.someone().get("/api/v1/titles")), [], ""
    while after is not None:
        answer = world.someone().get(f"/api/v1/titles?limit=1{after and '&after=' + after}")
        pages += ids(answer)
        after = answer.json()["next"]
    assert pages == whole and len(whole) == 3


def test_a_film_is_gone_on_with_where_it_was_left(own_world):
    who = own_world.member()
    assert "continue" not in rows(who)
    seen(who, own_world.film, 3.25)
    row = rows(who)["continue"]["items"]
    assert [i["id"] for i in row] == [own_world.film]
    assert row[0]["progress"] == pytest.approx(3.25 / 8, abs=0.01)
    assert row[0]["resume"] == {"playable": own_world.film, "season": None, "episode": None}
    assert who.get(f"/api/v1/titles/{own_world.film}").json()["resume_seconds"] == 3.25
    assert who.plays(own_world.film).json()["resume_seconds"] == 3.25
    assert "continue" not in rows(own_world.someone().signed_in("other@example.org"))
    assert "continue" not in rows(own_world.someone())
    # Seen to the credits, it is done with and begins anew.
    seen(who, own_world.film, 7.9)
    assert "continue" not in rows(who)
    assert who.plays(own_world.film).json()["resume_seconds"] == 0


def test_a_series_goes_on_with_the_next_episode_that_is_ready(own_world):
    who = own_world.member()
    a, b, _, d = own_world.episodes
    played = seen(who, a, 2)
    assert played["episode"] == {"season": 1, "number": 1, "title": "Partie 1.1"}
    assert played["next"] == {"playable": b, "season": 1, "number": 2, "title": "Partie 1.2"}
    assert rows(who)["continue"]["items"][0]["resume"] == {"playable": a, "season": 1, "episode": 1}
    seen(who, a, 8, finished=True)
    card = rows(who)["continue"]["items"][0]
    assert card["resume"] == {"playable": b, "season": 1, "episode": 2} and card["progress"] == 0
    # The third is not ready: the second is followed by the next season's first.
    assert seen(who, b, 7.9)["next"]["playable"] == d
    assert rows(who)["continue"]["items"][0]["resume"]["playable"] == d
    assert seen(who, d, 8)["next"] is None
    assert "continue" not in rows(who)
    page = who.get(f"/api/v1/titles/{own_world.series}").json()
    assert [e["finished"] for s in page["seasons"] for e in s["episodes"]] == [
        True,
        True,
        False,
        True,
    ]


def test_what_is_gone_on_with_is_newest_first_and_gone_once_withdrawn(own_world):
    who = own_world.member()
    seen(who, own_world.film, 1)
    seen(who, own_world.episodes[0], 1)
    seen(who, own_world.second, 1)

    def row():
        return [i["id"] for i in rows(who)["continue"]["items"]]

    assert row() == [own_world.second, own_world.series, own_world.film]
    own_world.run("withdraw", own_world.series).ok()
    assert row() == [own_world.second, own_world.film]
    assert who.get(f"/api/v1/titles/{own_world.series}").status == 404


def test_a_described_sound_is_of_its_language(service, masters, tmp_path):
    film = tmp_path / "film.mkv"
    plain = masters.make("plain.mkv", seconds=4)
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", plain, "-map", "0:v", "-map", "0:a", "-map",
         "0:a", "-c", "copy", "-metadata:s:a", "language=fre", "-disposition:a:1",
         "visual_impaired", film], check=True, timeout=60)
    title = service.add_title("Described")
    service.ingest(film, title).ok()
    service.publish(title)
    service.serve()
    names = [r["name"] for r in service.run("title", "show", title, "--json").ok()
             .json()["edition"]["renditions"]]
    assert "a-fr-ad-2" in names
    assert service.client().get(f"/api/v1/titles/{title}").ok().json()["audio"] == ["fr"]


def test_nothing_is_shown_before_the_instant_it_is_published(own_world):
    """What is published today counts as published ever since, so that the past can be asked about;
    what is to come comes by the clock."""
    film = own_world.add_title("Tomorrow's film", genre=["drama"])
    own_world.run("ingest", api_world.film(Masters(own_world.folder.parent / "m")), "--title",
                  film, "--wait", timeout=300).ok()
    at = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).replace(
        microsecond=0)
    publish = f"/api/v1/console/titles/{film}/publish"
    said = at.isoformat().replace("+00:00", "Z")
    assert own_world.administrator().post(publish, {"at": said}).ok().json()["published"] == said
    answer = own_world.administrator().post(publish, {"at": "tomorrow"})
    assert answer.status == 422 and answer.json()["field"] == "at"
    for now, is_there in (
        ("2013-07-15T00:00:00Z", False),
        ((at - datetime.timedelta(minutes=2)).isoformat(), False),
        (at.isoformat(), True),
    ):
        own_world.server.stop()
        own_world.serve("--now", now)
        visitor = own_world.someone()
        found = ids(visitor.get("/api/v1/titles"))
        assert own_world.film in found and (film in found) == is_there, now
        assert (visitor.get(f"/api/v1/titles/{film}").status == 200) == is_there
        assert visitor.plays(film).status == (401 if is_there else 404)
