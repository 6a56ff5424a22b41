"""The box from its first start to its sign-out: the real program, its keys, its screens."""
import os
import re
import subprocess
import time

import pytest

from api_world import PASSWORD
from box_world import Box, BoxWorld, box_binary, the_box_house
from harness import wait_until


@pytest.fixture
def world(lanterne, tmp_path):
    made = BoxWorld(the_box_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


@pytest.fixture(scope="module")
def shared(lanterne, tmp_path_factory):
    """For what changes nothing in the house."""
    made = BoxWorld(the_box_house(lanterne), tmp_path_factory.mktemp("shared"))
    made.serve()
    yield made
    made.finish()


def position(box):
    """Where it plays, by the log."""
    found = re.findall(r" playing: (\w+) at ([\d.]+) of", box.text())
    return (found[-1][0], float(found[-1][1])) if found else (None, 0.0)


def pixels(path):
    """The picture as bytes, small."""
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-vf", "scale=64:36", "-f", "rawvideo",
         "-pix_fmt", "gray", "-"], check=True, capture_output=True).stdout


def difference(one, other):
    return sum(abs(a - b) for a, b in zip(one, other)) / len(one)


def plays(box, least=1.0, timeout=60):
    wait_until(lambda: position(box)[0] == "playing" and position(box)[1] >= least,
               f"playing at {least} s:\n{box.text()[-3000:]}", timeout)


def test_a_box_is_activated_by_a_code_and_plays_a_series_to_its_next_episode(world, tmp_path):
    box = world.box("--language", "fr")
    box.at("activate").keys("shot:activate-fr")
    code = re.search(r"activation: code (\S+) at", box.text()).group(1)
    member = world.member()
    asked = member.get(f"/api/v1/me/device-codes/{code}").ok().json()
    assert asked["state"] == "waiting"
    member.post(f"/api/v1/me/device-codes/{code}", {"allow": True}).ok()
    box.at("home", timeout=30).keys("shot:home-fr")
    assert "Les Vampires" in box.focus()
    assert (box.state / "token").stat().st_mode & 0o777 == 0o600

    box.keys("ok").at("title").keys("shot:series-fr")
    assert box.focus() == "Regarder S1 É1"
    box.keys("down")
    box.hears("focus: 1. La Tête coupée")
    box.keys("shot:episodes-fr ok").at("player")
    plays(box, 2.0)
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    box.keys(f"shot:{one} wait:1 shot:{two} shot:player-fr")
    wait_until(two.exists, "two pictures")
    wait_until(lambda: box.text().count(" shot: ") >= 2, "two pictures")
    time.sleep(0.5)
    assert difference(pixels(one), pixels(two)) > 1.0, "the picture stands still"
    assert float(re.findall(r"sound ([\d.]+)", box.text())[-1]) > 0.01, "there is no sound"

    # Captions, by the list, while it is paused.
    box.keys("play")
    box.hears("focus: En pause")
    box.keys("menu left left right right")
    box.hears("focus: Sous-titres")
    box.keys("ok down ok")
    box.hears("caption: Une lanterne", 30)
    box.keys("shot:captions-fr")

    # A jump: the place is chosen on the bar, then taken.
    box.keys("menu up left left left left left left left shot:seek-fr ok")
    box.hears(r"focus: À 0:00")
    wait_until(lambda: position(box)[1] < 5, "a jump")
    box.keys("play")
    plays(box, 1.0)

    # Back, and on from where it was.
    box.keys("play wait:0.5 stop").at("title")
    left = position(box)[1]
    wait_until(lambda: member.get("/api/v1/me/streams").ok().json()["items"] == [], "a free seat")
    saved = member.get(f"/api/v1/titles/{world.series}").ok().json()
    assert abs(saved["seasons"][0]["episodes"][0]["resume_seconds"] - left) < 3
    box.keys("up up wait:0.5 ok").at("player")
    assert abs(float(re.findall(r"playback: .* from ([\d.]+)", box.text())[-1]) - left) < 3
    plays(box, 0.5)

    # Near its end, where the next one is offered, and follows by itself. A step is 5 s.
    steps = max(1, round((21 - position(box)[1]) / 5))
    box.keys("forward " * steps + "ok")
    box.hears("focus: Épisode suivant", 60)
    box.keys("shot:next-fr")
    box.hears("playback: Les Vampires · S1 É2", 90)
    plays(box, 1.0)
    assert len(member.get("/api/v1/me/streams").ok().json()["items"]) == 1

    # Out.
    box.keys("stop").at("title").keys("home").at("home")
    wait_until(lambda: member.get("/api/v1/me/streams").ok().json()["items"] == [], "a free seat")
    box.keys("menu").at("settings").keys("down " * 7 + "ok").at("sign-out")
    box.keys("shot:sign-out-fr right ok").at("activate")
    assert not (box.state / "token").exists()
    wait_until(lambda: all(one["kind"] != "box" for one in
                           member.get("/api/v1/me/sessions").ok().json()["items"]),
               "the session's end")
    assert box.quit() == 0


def test_a_box_that_is_signed_out_on_the_site_shows_a_code(world):
    box = world.box_of()
    box.at("home")
    member = world.member()
    sessions = member.get("/api/v1/me/sessions").ok().json()["items"]
    for session in sessions:
        if not session["current"]:
            member.delete(f"/api/v1/me/sessions/{session['id']}").ok()
    box.keys("ok").at("activate").keys("shot:signed-out-en")
    assert not (box.state / "token").exists()
    assert box.quit() == 0


def test_a_refused_code_is_said_and_another_follows(world):
    box = world.box()
    box.at("activate")
    first = re.search(r"activation: code (\S+) at", box.text()).group(1)
    world.member().post(f"/api/v1/me/device-codes/{first}", {"allow": False}).ok()
    wait_until(lambda: len(re.findall(r"activation: code", box.text())) == 2, "another code", 30)
    box.keys("shot:refused-en")
    assert box.screen() == "activate"
    assert box.quit() == 0


@pytest.mark.parametrize("language, size, letters", [
    ("fr", "1280x720", 0), ("en", "1280x720", 2), ("fr", "1920x1080", 1), ("en", "1920x1080", 0)])
def test_every_screen_is_shown_in_both_languages_at_every_size(shared, language, size, letters):
    name = f"{language}-{size}-{letters}"
    box = shared.box_of("member@example.org", "--language", language, "--size", size, name=name)
    box.at("home")
    if letters:
        box.keys("menu").at("settings").keys("down " + "right " * letters + "back").at("home")
    box.keys(f"shot:{name}-home right right right right right shot:{name}-home-long down right "
             f"shot:{name}-home-down ok")
    box.at("title").keys(f"shot:{name}-film back").at("home")
    box.keys("up left left left left left ok").at("title")
    box.keys(f"shot:{name}-series down shot:{name}-episodes right shot:{name}-episode-long"
             " back back")
    box.at("home").keys("up left left ok").at("search").types("vam")
    box.keys(f"wait:1 shot:{name}-search type:z type:z wait:1 shot:{name}-search-none back")
    box.at("home").keys("right ok").at("settings")
    box.keys(f"shot:{name}-settings down down down down down ok").at("about")
    box.keys(f"shot:{name}-about ok").at("settings").keys("down ok").at("log")
    box.keys(f"shot:{name}-log back").at("settings").keys("back").at("home")
    box.keys("home back").at("leave").keys(f"shot:{name}-leave right ok")
    assert box.ended() == 0
    assert "Les Vampires" in box.text() and "الرجل" in box.text()


def test_the_focus_is_always_on_something_that_can_be_pressed(shared):
    box = shared.box_of(name="focus")
    box.at("home").keys("up up left left left")
    box.hears("focus: Search")
    since = len(box.text())
    box.keys("down down down down down down right right right right right right right right")
    box.at("home")
    assert re.search(r" focus: (?!Search)\S", box.text()[since:])
    box.keys("home")
    box.hears("focus: Les Vampires")
    assert box.quit() == 0


def test_profiles_ask_who_watches_and_for_the_pin(world):
    member = world.member()
    member.post("/api/v1/profiles", {"name": "Zoé", "child": True}).ok()
    member.post("/api/v1/profiles", {"name": "نور الهدى بنت عبد الرحمن الطويلة الاسم جدا"}).ok()
    member.put("/api/v1/me/pin", {"password": PASSWORD, "pin": "2468", "locked_age": 16})
    box = world.box_of("member@example.org", "--language", "en")
    box.at("profiles").keys("shot:profiles-en right ok").at("home")
    box.keys("up right right shot:home-child-en ok").at("profiles")
    box.keys("shot:profiles-pin-en left left ok").at("pin")
    box.types("1111")
    box.hears("focus: That is not the PIN.")
    box.keys("shot:pin-wrong-en").types("2468")
    box.at("home")
    assert box.quit() == 0


def test_full_seats_say_who_watches_and_stopping_one_begins_the_film(world):
    others = [world.member() for _ in range(3)]
    took = [o.plays(world.films[i]) for i, o in enumerate(others)]
    seats = sum(1 for t in took if t.status == 201)
    assert seats < 3, "a plan of more seats than this test knows"
    box = world.box_of("member@example.org", "--language", "fr", "--open",
                       f"title/{world.films[4]}")
    box.at("title").keys("ok").at("seats").keys("shot:seats-fr ok").at("player")
    plays(box, 0.5)
    assert len(others[0].get("/api/v1/me/streams").ok().json()["items"]) == seats
    assert box.quit() == 0


def test_a_stream_that_is_stopped_elsewhere_says_so_and_goes_on_when_asked(world):
    box = world.box_of("member@example.org", "--language", "en", "--open",
                       f"title/{world.series}")
    box.at("title").keys("ok").at("player")
    plays(box, 1.0)
    member = world.member()
    for stream in member.get("/api/v1/me/streams").ok().json()["items"]:
        member.delete(f"/api/v1/me/streams/{stream['id']}").ok()
    box.at("notice", timeout=90).keys("shot:stopped-en ok").at("player")
    plays(box, 1.0)
    assert box.quit() == 0


def test_many_jumps_at_once_do_not_end_the_player(shared):
    box = shared.box_of("member@example.org", "--open", f"title/{shared.series}", name="jumps")
    box.at("title").keys("ok").at("player")
    box.keys("channel-down forward ok rewind ok channel-down play play channel-down " * 6)
    box.hears("playing: playing")  # it would have ended by then
    box.at("player")
    assert box.quit() == 0


def test_a_title_that_was_withdrawn_has_its_screen_and_its_way_back(world):
    box = world.box_of("member@example.org", "--language", "fr")
    box.at("home")
    world.run("withdraw", world.series).ok()
    box.keys("ok").at("title")
    box.hears("focus: Ce titre n’est plus là")
    box.keys("shot:withdrawn-fr ok").at("home")
    assert box.quit() == 0


def test_a_trial_that_has_ended_says_where_to_go_on(world):
    world.run("member", "add", "--now", "2001-01-01T00:00:00Z", "--email", "expired@example.org",
              "--password-stdin", stdin=PASSWORD + "\n").ok()
    box = world.box_of("expired@example.org", "--language", "en", "--open",
                       f"title/{world.films[4]}")
    box.at("title").keys("shot:expired-en ok").at("home")
    assert box.quit() == 0


def test_a_link_opens_a_title_at_once_and_one_that_is_gone_says_so(shared):
    box = shared.box_of("member@example.org", "--open", f"title/{shared.series}", name="link")
    box.at("title")
    wait_until(lambda: "Play" in box.focus() or "Resume" in box.focus(), "focus on what plays")
    box.keys("back").at("home")
    assert box.quit() == 0
    box = shared.box_of("member@example.org", "--open", "title/" + "a" * 26, name="gone")
    box.at("title").hears("focus: This title is no longer here", since=0)
    assert box.quit() == 0


def test_a_link_reaches_the_box_that_runs_wherever_it_is(world):
    box = world.box_of("member@example.org", "--language", "en", name="running")

    def opens(title):
        box.seen = len(box.text())
        done = subprocess.run([*box.command[:box.command.index("--keys")], "--open",
                               f"title/{title}"], capture_output=True, timeout=30, check=False,
                              env={**os.environ, "SDL_VIDEODRIVER": "offscreen"})
        assert (done.returncode, done.stdout) == (0, b""), done

    box.at("home")
    opens(world.series)
    box.at("title").hears("focus: Play", since=0)
    box.keys("ok").at("player")
    plays(box, 1.0)
    opens(world.films[4])
    box.at("title")
    wait_until(lambda: world.member().get("/api/v1/me/streams").ok().json()["items"] == [],
               "the seat that the film had")
    box.keys("back").at("home")
    # What a box that was killed left in its folder does not keep the next one from listening.
    box.kill()
    box = world.box(name="running")
    box.at("home")
    opens("a" * 26)
    box.at("title").hears("focus: This title is no longer here", since=0)
    assert box.quit() == 0


# ---- a box's life ----

def test_a_box_without_network_says_so_and_goes_on_by_itself(world):
    port = int(world.address.rsplit(":", 1)[1])
    world.keep_token(world.token())
    world.server.stop()
    box = world.box("--language", "en")
    box.hears("network: cut", since=0)
    box.keys("wait:0.5 shot:cut-en")
    world.serve(port=port)
    box.at("home", timeout=60)
    world.server.stop()
    box.keys("ok")
    box.hears("network: cut", 40)
    box.keys("wait:0.5 shot:cut-in-use-en")
    world.serve(port=port)
    box.hears("network: online", 60)
    box.at("title", timeout=60)
    assert box.quit() == 0


def test_a_server_that_restarts_does_not_end_a_film(world):
    port = int(world.address.rsplit(":", 1)[1])
    box = world.box_of("member@example.org", "--language", "en", "--open",
                       f"title/{world.series}")
    box.at("title").keys("ok").at("player")
    plays(box, 1.0)
    world.server.stop()
    time.sleep(3)
    world.serve(port=port)
    before = position(box)[1]
    wait_until(lambda: position(box)[1] > before + 3 or
               re.search(r"playback: .*É2|S1 E2", box.text()), "it goes on", 60)
    assert box.screen() == "player"
    assert box.quit() == 0


def test_a_wrong_clock_is_said_and_times_are_the_service_s(lanterne, tmp_path):
    world = BoxWorld(the_box_house(lanterne), tmp_path)
    world.serve("--now", "2031-05-05T12:00:00Z")
    try:
        box = world.box("--language", "en")
        box.at("activate").hears(" clock: wrong", since=0)
        assert box.quit() == 0
    finally:
        world.finish()


def test_a_box_that_cannot_write_runs_all_the_same(world):
    blocked = world.place / "blocked"
    blocked.write_text("a file where a folder should be")
    box = Box(world.address, blocked.parent / "full", "--state", blocked / "state",
              "--language", "fr")
    world.boxes.append(box)
    box.at("activate")
    assert "nothing can be saved" in box.text()
    code = re.search(r"activation: code (\S+) at", box.text()).group(1)
    world.member().post(f"/api/v1/me/device-codes/{code}", {"allow": True}).ok()
    box.hears("the token cannot be saved", since=0)
    box.at("home").keys("shot:disk-full-fr wait:0.5 quit")
    assert box.ended() == 0


# ---- the command line ----

def run_box(*args, **env):
    return subprocess.run([str(box_binary()), *map(str, args)], capture_output=True, text=True,
                          timeout=60, check=False,
                          env={**os.environ, "SDL_VIDEODRIVER": "offscreen", **env})


def test_the_command_line_says_what_is_wrong_with_it(tmp_path):
    assert run_box("--help").returncode == 0
    assert "--screenshot" in run_box("--help").stdout
    assert run_box("--nothing").returncode == 2
    assert run_box("--server", "ftp://x", "--state", tmp_path).returncode == 2
    done = run_box("--server", "http://127.0.0.1:1", "--state", tmp_path, SDL_VIDEODRIVER="none")
    assert done.returncode == 3
    done = run_box("--server", "http://127.0.0.1:1", "--state", tmp_path, "--keys", "dwn")
    assert done.returncode == 4
    done = run_box("--server", "http://127.0.0.1:1", "--state", tmp_path, "--exit-after", 1,
                   "--screenshot", "/nonexistent/x.png")
    assert done.returncode == 5
    done = run_box("--server", "http://127.0.0.1:1", "--state", tmp_path, "--exit-after", 1,
                   "--screenshot", tmp_path / "x.png")
    assert done.returncode == 0 and (tmp_path / "x.png").stat().st_size > 1000
