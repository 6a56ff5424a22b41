"""Seats: how many of a household watch at a time, who they are, and what makes room."""
import concurrent.futures
import datetime
import os
import signal
import subprocess
import sys
import time

import pytest

from api_world import PASSWORD, World, the_house
from harness import wait_until
from rights_world import SETTINGS, RightsWorld, instant, licence, open_territory, window
from test_playback_rights import ENDS, NOW, the_house as the_rights_house

ACCOUNTS = iter(range(1000))
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = World(the_house(lanterne), tmp_path_factory.mktemp("streams"))
    made.settings(lease_seconds=15)
    made.serve()
    yield made
    made.finish()


def household(world, screens, address=None):
    """A new account with so many screens signed in; all of one profile, on devices of their own."""
    email = f"screens{next(ACCOUNTS)}@example.org"
    first = world.someone().signed_up(email)
    found = [first] + [world.someone().signed_in(email) for _ in range(screens - 1)]
    for who in found:
        who.email = email
    return found


def household_of(world, who):
    """One more screen of an account."""
    return world.someone().signed_in(who.email)


def beat(who, played, **body):
    return who.post(f"/api/v1/playbacks/{played['id']}/heartbeat", body)


def leave(who, played):
    return who.delete(f"/api/v1/playbacks/{played['id']}")


def add_profile(who, name, **more):
    return who.post("/api/v1/profiles", {"name": name, **more}).ok().json()


def choose(who, profile):
    who.put("/api/v1/session/profile", {"profile": profile["id"]}).ok()


def test_one_more_than_the_seats_is_refused_within_a_second_with_who_watches_what(world):
    one, two, three = household(world, 3)
    two.headers.update(FIREFOX)
    ada = add_profile(one, "Ada", avatar="owl")
    choose(two, ada)
    first = one.plays(world.film).ok().json()
    two.plays(world.episodes[1]).ok()
    before = time.monotonic()
    refused = three.plays(world.second)
    assert time.monotonic() - before < 1
    assert refused.status == 409 and refused.problem == "streams-full"
    said = refused.json()
    assert said["seats"] == 2 and len(said["streams"]) == 2
    mine, hers = said["streams"]
    assert mine["id"] == first["id"] == first["lease"]["id"]
    assert mine["profile"] == {"id": one.me["id"], "name": None, "main": True, "avatar": None}
    assert mine["title"] == {"id": world.film, "title": "Nosferatu"} and mine["episode"] is None
    assert hers["profile"]["name"] == "Ada" and hers["profile"]["avatar"] == "owl"
    assert hers["title"]["title"] == "Les Vampires" and hers["episode"]["number"] == 2
    assert hers["device"] == "Firefox, Linux" and mine["may_stop"] and not mine["this_device"]
    french = three.post("/api/v1/playbacks?language=fr", {"playable": world.second}).json()
    assert "écrans" in french["detail"] and "screens" in said["detail"]
    assert [s["id"] for s in three.get("/api/v1/me/streams").json()["items"]] == [
        mine["id"], hers["id"]]
    # a person who has signed in and looks around holds no seat
    assert three.get("/api/v1/home").status == 200
    assert len(three.get("/api/v1/me/streams").json()["items"]) == 2


def test_stop_that_one_makes_room_at_once_and_the_one_is_told(world):
    one, two, three = household(world, 3)
    first, _ = one.plays(world.film).ok().json(), two.plays(world.film).ok().json()
    assert three.plays(world.film).status == 409
    assert three.delete(f"/api/v1/me/streams/{first['id']}").status == 204
    before = time.monotonic()
    third = three.plays(world.film).ok().json()
    assert time.monotonic() - before < 1
    told = beat(one, first)
    assert told.status == 409 and told.problem == "stream-ended"
    assert told.json()["reason"] == "stopped"
    french = one.post(f"/api/v1/playbacks/{first['id']}/heartbeat?language=fr", {}).json()
    assert "foyer" in french["detail"]
    beat(three, third).ok()
    # and it stays so
    assert leave(three, third).status == 204
    assert beat(one, first).json()["reason"] == "stopped"
    assert beat(three, third).json()["reason"] == "left"


def test_streams_are_the_households_own(world):
    (one,), (other,) = household(world, 1), household(world, 1)
    played = one.plays(world.film).ok().json()
    assert other.delete(f"/api/v1/me/streams/{played['id']}").status == 404
    assert beat(other, played).status == 404 and leave(other, played).status == 404
    assert world.someone().get("/api/v1/me/streams").status == 401
    assert beat(world.someone(), played).status == 401
    assert other.get("/api/v1/me/streams").json() == {"items": [], "seats": 2}
    assert other.delete(f"/api/v1/me/streams/{'a' * 26}").status == 404
    beat(one, played).ok()


def test_a_heartbeat_keeps_the_seat_saves_the_position_and_gives_a_fresh_pass(world):
    (one,) = household(world, 1)
    played = one.plays(world.film).ok().json()
    assert played["lease"]["seconds"] == 15 and played["lease"]["beat_seconds"] == 5
    said = one.post(played["lease"]["href"], {"position_seconds": 2.5}).ok().json()
    assert said["lease"]["id"] == played["id"] and said["lease"]["seconds"] == 15
    assert f"/media/{said['pass']}/" in said["dash"] and said["dash"].endswith(".mpd")
    assert one.get(said["hls"]).status == 200
    assert one.plays(world.film).ok().json()["resume_seconds"] == 2.5
    empty = one.ask("POST", played["lease"]["href"])
    assert empty.status == 409 and empty.json()["reason"] == "replaced"
    for bad in ({"position_seconds": -1}, {"position": 1}, {"finished": 3}):
        assert one.post(played["lease"]["href"], bad).status == 422


def test_the_same_screen_that_crashed_is_not_locked_out(world):
    one, two, three = household(world, 3)
    one.plays(world.film).ok()
    two.plays(world.film).ok()
    for _ in range(3):
        last = one.plays(world.second).ok().json()
    assert three.plays(world.film).status == 409
    beat(one, last).ok()
    # another profile on the same screen is another stream
    choose(one, add_profile(one, "Bert"))
    assert one.plays(world.second).status == 409


PLAYER = """
import json, sys, time, urllib.request
address, token, film = sys.argv[1:]
def ask(path, body):
    request = urllib.request.Request(address + path, json.dumps(body).encode(), {
        "Content-Type": "application/json", "Authorization": "Bearer " + token})
    return json.load(urllib.request.urlopen(request))
played = ask("/api/v1/playbacks", {"playable": film})
print("plays", flush=True)
while True:
    time.sleep(played["lease"]["beat_seconds"])
    ask(played["lease"]["href"], {})
"""


def test_pulling_the_plug_frees_the_seat_within_the_lease_and_not_before_a_heartbeat_is_due(world):
    email = f"plug{next(ACCOUNTS)}@example.org"
    who = world.someone()
    token = who.post("/api/v1/members", {"email": email, "password": PASSWORD}).ok().json()["token"]
    others = [world.someone().signed_in(email) for _ in range(2)]
    player = subprocess.Popen(
        [sys.executable, "-c", PLAYER, world.address, token, world.film], stdout=subprocess.PIPE)
    try:
        assert player.stdout.readline() == b"plays\n"
        kept = others[0].plays(world.film).ok().json()
        until = time.monotonic() + 18  # longer than a lease: it beats
        while time.monotonic() < until:
            assert others[1].plays(world.film).status == 409
            beat(others[0], kept).ok()
            time.sleep(1)
        os.kill(player.pid, signal.SIGKILL)
        pulled = time.monotonic()
        while others[1].plays(world.film).status == 409:
            beat(others[0], kept).ok()
            assert time.monotonic() - pulled < 16
            time.sleep(0.2)
        assert time.monotonic() - pulled > 8
    finally:
        player.kill()
        player.wait()
        player.stdout.close()


def test_a_screen_that_was_away_goes_on_when_there_is_room(world):
    one, two, three = household(world, 3)
    away, other = one.plays(world.film).ok().json(), two.plays(world.film).ok().json()
    until = time.monotonic() + 16
    while time.monotonic() < until:
        beat(two, other).ok()
        time.sleep(2)
    assert [s["id"] for s in two.get("/api/v1/me/streams").json()["items"]] == [other["id"]]
    beat(one, away).ok()
    leave(one, away)
    third = three.plays(world.film).ok().json()
    assert beat(one, away).json()["reason"] == "left"
    leave(three, third)


def test_of_many_that_press_play_at_the_same_time_as_many_get_in_as_there_are_seats(world):
    screens = household(world, 6)
    for _ in range(5):
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda who: who.plays(world.film), screens))
        got = [a.json() for a in answers if a.status == 201]
        assert len(got) == 2 and all(a.status in (201, 409) for a in answers)
        for played in got:
            screens[0].delete(f"/api/v1/me/streams/{played['id']}").ok()


def test_two_servers_on_one_directory_never_give_a_seat_twice(world):
    first = world.address
    port = world.start("serve", "--listen", "127.0.0.1:0")
    try:
        wait_until(lambda: "http" in port.text() or not port.alive(), "the second server")
        assert port.alive(), port.text()
        second = next(w for w in port.text().split() if "127.0.0.1:" in w)
        second = "http://" + second[second.index("127.0.0.1"):].strip("/.,)")
        screens = household(world, 6)
        for i, who in enumerate(screens):
            who.address = (first, second)[i % 2]
        for _ in range(5):
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                answers = list(pool.map(lambda who: who.plays(world.film), screens))
            got = [a.json() for a in answers if a.status == 201]
            assert len(got) == 2, [a.status for a in answers]
            listed = screens[1].get("/api/v1/me/streams").json()["items"]
            assert {s["id"] for s in listed} == {p["id"] for p in got}
            # a heartbeat may go to the other one
            for who, answer in zip(screens, answers):
                if answer.status == 201:
                    who.address = second if who.address == first else first
                    beat(who, answer.json()).ok()
                    leave(who, answer.json()).ok()
    finally:
        port.stop()


def test_a_child_reads_no_grown_up_title_and_stops_nobody_else(world):
    grown, child, third = household(world, 3)
    kid = add_profile(grown, "Kid", child=True)
    played = grown.plays(world.second).ok().json()  # not rated: not for children
    choose(child, kid)
    (seen,) = child.get("/api/v1/me/streams").json()["items"]
    assert seen["title"] is None and seen["episode"] is None and seen["may_stop"] is False
    refused = child.delete(f"/api/v1/me/streams/{played['id']}")
    assert refused.status == 403 and refused.problem == "profile"
    own = child.plays(world.film).ok().json()
    full = third.plays(world.film).json()["streams"]
    assert [s["title"]["title"] for s in full] == ["Faust", "Nosferatu"]
    assert child.delete(f"/api/v1/me/streams/{own['id']}").status == 204
    beat(grown, played).ok()


def test_a_grown_ups_film_is_out_of_a_childs_hands(world):
    grown, child = household(world, 2)
    kid = add_profile(grown, "Kid", child=True)
    played = grown.plays(world.second).ok().json()
    choose(child, kid)
    (seen,) = child.get("/api/v1/me/streams").json()["items"]
    at = f"/api/v1/playbacks/{seen['id']}"

    def touched(who):
        answers = [beat(who, played), who.patch(at, {"position_seconds": 3}), leave(who, played)]
        return [(a.status, a.problem if a.status >= 400 else None) for a in answers]

    assert touched(child) == [(403, "profile")] * 3
    choose(grown, kid)  # nor on the device that began it
    assert touched(grown) == [(403, "profile")] * 3
    teen = add_profile(household_of(world, grown), "Teen")
    choose(child, teen)  # another's film goes on where it was begun, nowhere else
    assert touched(child) == [(403, "profile")] * 3
    choose(grown, teen)
    assert touched(grown) == [(200, None), (204, None), (204, None)]


def test_a_film_that_was_withdrawn_stops_with_the_next_heartbeat(world):
    (one,) = household(world, 1)
    film = world.second
    played = one.plays(film).ok().json()
    world.run("withdraw", film).ok()
    try:
        told = beat(one, played)
        assert told.problem == "stream-ended" and told.json()["reason"] == "withdrawn"
        assert one.get("/api/v1/me/streams").json()["items"] == []
    finally:
        world.publish(film)
    # for good: who wants to go on presses play
    assert beat(one, played).json()["reason"] == "withdrawn"
    one.plays(film).ok()


def test_a_profile_that_may_not_see_it_any_more_is_stopped(world):
    grown, other = household(world, 2)
    teen = add_profile(grown, "Teen")
    choose(other, teen)
    played = other.plays(world.second).ok().json()
    beat(other, played).ok()
    grown.patch(f"/api/v1/profiles/{teen['id']}", {"max_age": 12}).ok()
    assert beat(other, played).json()["reason"] == "profile"


def test_the_plan_says_how_many_and_a_stopped_subscription_stops_the_film(world):
    world.run("plan", "add", "solo", "--name", "Solo", "--streams", "1").ok()
    world.run("plan", "price", "solo", "--territory", "FR", "--amount", "0").ok()
    email = "expired@example.org"
    one, two = world.someone().signed_in(email), world.someone().signed_in(email)
    world.run("member", "subscribe", email, "--plan", "solo").ok()
    played = one.plays(world.film).ok().json()
    refused = two.plays(world.film)
    assert refused.status == 409 and refused.json()["seats"] == 1
    world.run("member", "stop", email).ok()
    assert beat(one, played).json()["reason"] == "subscription"
    assert one.plays(world.film).status == 403


def test_the_house_sees_who_watches_and_stops_nobody(world):
    (one,) = household(world, 1)
    one.plays(world.film).ok()
    admin = world.administrator()
    shown = admin.get(f"/api/v1/console/members/{one.me['id']}").ok().json()["streams"]
    assert [s["title"]["id"] for s in shown] == [world.film]
    assert shown[0]["may_stop"] is False and shown[0]["this_device"] is False
    # the house's own watching is bounded, too
    assert admin.get("/api/v1/me/streams").json()["seats"] == 20


def test_seats_survive_a_server_that_is_killed(world):
    one, two, three = household(world, 3)
    first, _ = one.plays(world.film).ok().json(), two.plays(world.film).ok()
    world.server.kill()
    world.serve()
    for who in (one, two, three):
        who.address = world.address
    assert three.plays(world.film).status == 409
    beat(one, first).ok()


# ---- where and when ------------------------------------------------------------------------------


@pytest.fixture
def rights(lanterne, tmp_path):
    made = RightsWorld(the_rights_house(lanterne), tmp_path)
    made.settings(**SETTINGS, lease_seconds=15, finish_hours=0)
    yield made
    made.finish()


def test_the_end_of_a_window_stops_the_film_in_time(rights):
    rights.serve("--now", instant(ENDS - datetime.timedelta(seconds=8)))
    who = rights.seen_from("FR", rights.member())
    played = who.plays(rights.titles["ending"]).ok().json()
    said = beat(who, played).ok().json()
    assert said["lease"]["seconds"] < 9  # no longer than the window
    wait_until(lambda: beat(who, played).status == 409, "the end of the window", 20)
    assert beat(who, played).json()["reason"] == "window"


def test_who_takes_a_film_over_the_border_is_told_that_it_ends_there(rights):
    rights.serve("--now", instant(NOW))
    rights.run("territory", "set", "FR", "--roaming", "place").ok()
    who = rights.seen_from("FR", rights.member())
    played = who.plays(rights.titles["ending"]).ok().json()
    beat(who, played).ok()
    rights.seen_from("US", who)
    assert beat(who, played).json()["reason"] == "territory"
    own = who.plays(rights.titles["own"]).ok().json()  # the house's own goes along
    rights.seen_from("FR", who)
    beat(who, own).ok()
    assert [s["place"] for s in who.get("/api/v1/me/streams").json()["items"]] == ["FR"]
    rights.run("--now", instant(NOW), "territory", "close", "FR").ok()
    assert beat(who, own).json()["reason"] == "territory"


def test_a_contract_lets_no_more_watch_a_title_than_it_says(rights):
    rights.serve("--now", instant(NOW))
    rights.run("deal", "add", "--name", "Two at a time", "--studio", "test STUDIO", "--direction",
               "to-us", "--from", "1990-01-01", "--territory", "FR", "--media", "svod",
               "--streams", "2").ok()
    film = rights.titles["ending"]
    watching = []
    for email in ("member@example.org", "other@example.org", "member@example.org"):
        who = rights.seen_from("FR", rights.member(email))
        watching.append((who, who.plays(film)))
    assert [a.status for _, a in watching] == [201, 201, 409]
    assert watching[2][1].problem == "title-full"
    who, answer = watching[0]
    beat(who, answer.json()).ok()
    leave(who, answer.json()).ok()
    assert watching[2][0].plays(film).status == 201
    # what is not the studio's is not counted
    assert rights.seen_from("FR", rights.member()).plays(rights.titles["own"]).status == 201
