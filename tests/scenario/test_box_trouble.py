"""What a box does when the network or the service fails it, between two requests of its own."""
import json
import re
import subprocess
import threading
import time
import urllib.parse

import pytest

from api_world import PASSWORD
from box_world import Box, BoxWorld, the_box_house
from harness import wait_until
from watching_proxy import CUT, WatchingProxy

PIN = "2468"


@pytest.fixture
def world(lanterne, tmp_path):
    made = BoxWorld(the_box_house(lanterne), tmp_path)
    made.serve()
    made.proxy = WatchingProxy(urllib.parse.urlsplit(made.address).port)
    yield made
    made.proxy.stop()
    made.finish()


def box_behind(world, *args, signed_in=True):
    """A box that asks through the proxy."""
    if signed_in:
        world.keep_token(world.token())
    box = Box(world.proxy.address, world.place / "box", "--language", "en", *args)
    world.boxes.append(box)
    return box


def instead(world, method, ending, answer):
    """From now on requests like that are answered so; None: as the service does."""
    world.proxy.instead = lambda m, path, body: (
        answer if m == method and path.endswith(ending) else None)


def problem(status, code):
    return status, json.dumps({"status": status, "code": code, "title": code}).encode()


def with_profiles(world):
    member = world.member()
    member.post("/api/v1/profiles", {"name": "Zoé", "child": True}).ok()
    member.put("/api/v1/me/pin", {"password": PASSWORD, "pin": PIN, "locked_age": 16})


# ---- who is watching ----

def test_a_choice_that_was_lost_on_its_way_can_be_made_again(world):
    with_profiles(world)
    box = box_behind(world)
    box.at("profiles")
    instead(world, "PUT", "/session/profile", CUT)
    box.keys("right ok")
    box.hears("network: cut")
    instead(world, "PUT", "/session/profile", None)
    box.hears("network: online")
    wait_until(lambda: box.focus() == "Me", "the list anew")
    box.keys("right ok").at("home")
    assert box.quit() == 0


def test_a_list_of_profiles_that_was_refused_is_asked_for_again(world):
    with_profiles(world)
    instead(world, "GET", "/api/v1/profiles", problem(500, "internal"))
    box = box_behind(world)
    wait_until(lambda: world.proxy.requests("/api/v1/profiles"), "the list asked for")
    instead(world, "GET", "/api/v1/profiles", None)
    box.at("profiles").keys("right ok").at("home")
    assert box.quit() == 0


def test_a_pin_that_was_lost_on_its_way_is_typed_again_and_never_in_the_log(world):
    with_profiles(world)
    box = box_behind(world)
    box.at("profiles").keys("right ok").at("home").keys("up right right ok").at("profiles")
    box.keys("left ok").at("pin")
    instead(world, "PUT", "/session/profile", CUT)
    box.types(PIN)
    box.hears("network: cut")
    instead(world, "PUT", "/session/profile", None)
    box.hears("network: online")
    # The first by the keys on the screen: what they go over is nobody's business.
    since = len(box.text())
    box.keys("right ok type:4 type:6 type:8").at("home")
    assert not re.search(r" focus: \d$", box.text()[since:].split(" screen: ")[0], re.M)
    assert box.quit() == 0


def test_no_key_leads_past_who_is_watching(world):
    with_profiles(world)
    box = box_behind(world)
    box.at("profiles").keys("right ok").at("home")
    assert box.quit() == 0
    box = box_behind(world, signed_in=False)  # the same one, of the child's since it was last on
    box.at("profiles").keys("left ok").at("pin").keys("home wait:0.5 home").at("pin")
    box.keys("back").at("profiles")
    assert " screen: home" not in box.text()
    assert box.quit() == 0


# ---- what is there and says no ----

def test_a_refusal_of_one_thing_is_not_taken_for_a_service_that_is_away(world):
    with_profiles(world)
    box = box_behind(world)
    box.at("profiles")
    instead(world, "PUT", "/session/profile", problem(503, "payment-busy"))
    box.keys("right ok").at("notice")
    assert " network: away" not in box.text()
    instead(world, "PUT", "/session/profile", problem(503, "busy"))
    box.keys("ok").at("profiles").keys("ok")
    box.hears("network: away")
    assert box.quit() == 0


def test_a_picture_that_is_too_large_is_left_out_and_the_network_is_there(world):
    home = world.member().get("/api/v1/home").ok().json()
    for row in home["rows"]:
        for card in row["items"]:
            card["poster"] = "/large.jpg"
    answers = {"/api/v1/home": (200, json.dumps(home).encode()),
               "/large.jpg": (200, bytes(9 * 1024 * 1024))}
    world.proxy.instead = lambda method, path, body: answers.get(path)
    box = box_behind(world)
    box.at("home")
    wait_until(lambda: world.proxy.requests("/large.jpg"), "the picture asked for")
    time.sleep(2)
    assert " network: cut" not in box.text()
    assert len(world.proxy.requests("/large.jpg")) == 1
    assert box.quit() == 0


def test_a_title_that_cannot_be_had_now_is_not_called_gone(world):
    here = f"/api/v1/titles/{world.series}"
    instead(world, "GET", here, problem(500, "internal"))
    box = box_behind(world, "--open", f"title/{world.series}")
    box.at("notice").hears("focus: Something went wrong on our side", since=0)
    instead(world, "GET", here, None)
    box.keys("ok").at("title")
    # What is there stays, whatever becomes of looking again.
    instead(world, "GET", here, problem(500, "internal"))
    box.keys("ok").at("player").keys("stop wait:1").at("title")
    assert "no longer here" not in box.text() and box.screen() == "title"
    assert box.quit() == 0


def test_the_place_at_which_a_film_ended_is_saved_though_its_first_telling_is_lost(world):
    lost = threading.Event()

    def lose_the_first(method, path, body):
        if method != "PATCH" or not json.loads(body).get("finished") or lost.is_set():
            return None
        lost.set()
        time.sleep(1)
        return CUT

    world.proxy.instead = lose_the_first
    box = box_behind(world, "--open", f"title/{world.series}")
    box.at("title").keys("ok").at("player")
    box.hears(r"playing: playing at [1-9]", 60)
    box.keys("forward forward forward forward ok")
    box.hears("playback: Les Vampires · S1 E2", 90)
    assert lost.wait(10)

    def is_finished():
        said = world.member().get(f"/api/v1/titles/{world.series}").ok().json()
        return said["seasons"][0]["episodes"][0]["finished"]

    wait_until(is_finished, "the first episode is seen", 10)
    assert box.quit() == 0


def test_what_a_field_that_was_emptied_would_have_found_is_not_shown(world):
    free = threading.Event()

    def late(method, path, body):
        if "q=vampires" in path:
            free.wait(20)

    world.proxy.instead = late
    box = box_behind(world)
    box.at("home").keys("up ok").at("search").types("vampires")
    wait_until(lambda: [r for r in world.proxy.asked if "q=vampires" in r], "the search")
    box.keys("down down right right right right right right right right right right right right")
    box.hears("focus: Clear")
    box.keys("ok").at("search")
    since = len(box.text())
    free.set()
    box.keys("wait:1 down up").at("search")
    assert "Vampires" not in box.text()[since:]
    assert box.quit() == 0


def test_a_box_that_is_carried_to_a_closed_territory_stops_and_says_so(lanterne, tmp_path):
    world = BoxWorld(the_box_house(lanterne), tmp_path)
    world.settings(trusted_proxies="127.0.0.1", place_header="X-Place", lease_seconds=20)
    world.serve()
    world.proxy = WatchingProxy(urllib.parse.urlsplit(world.address).port)
    try:
        box = box_behind(world, "--open", f"title/{world.series}")
        box.at("title").keys("ok").at("player")
        world.proxy.headers = {"X-Place": "BE"}
        box.keys("play").at("notice", 60)  # paused, it holds its seat all the same
        box.hears("cannot be watched where you are now", since=0)
        box.keys("ok").at("title")
        box.hears("focus: This title is no longer here")
        assert box.quit() == 0
    finally:
        world.proxy.stop()
        world.finish()


# ---- the way in ----

def test_a_box_asks_slower_for_good_when_told_so_and_as_before_after_a_silence(world):
    codes = {"device_code": "d" * 26, "user_code": "ABCD-EFGH", "interval": 1, "expires_in": 600,
             "verification_uri": "http://films.example/code"}
    turns = [problem(400, "slow_down"), problem(400, "authorization_pending"),
             problem(502, "bad-gateway"), problem(502, "bad-gateway"),
             problem(400, "authorization_pending"), problem(400, "authorization_pending")]
    asked = []

    def say(method, path, body):
        if path == "/api/v1/device/authorization":
            return 200, json.dumps(codes).encode()
        if path != "/api/v1/device/token":
            return None
        asked.append(time.monotonic())
        return turns.pop(0) if turns else problem(400, "authorization_pending")

    world.proxy.instead = say
    box = box_behind(world, signed_in=False)
    box.at("activate")
    wait_until(lambda: len(asked) >= 6, "six questions", 90)
    waits = [b - a for a, b in zip(asked, asked[1:])]
    # 1 + 5, for good; twice that, and four times, while nobody answers; 6 again.
    for found, wanted in zip(waits, (6, 6, 12, 24, 6)):
        assert wanted - 0.1 < found < wanted + 2, waits
    assert box.quit() == 0


def test_the_look_that_was_lost_on_its_way_is_asked_for_as_soon_as_somebody_answers(world):
    world.proxy.instead = lambda method, path, body: (
        CUT if path.startswith("/api/v1/box/settings") else None)
    box = box_behind(world, signed_in=False)
    box.hears("network: cut", 60, since=0)
    world.proxy.instead = lambda method, path, body: None
    wait_until(lambda: [p for p, _, status in world.proxy.requests()
                        if p.startswith("/api/v1/box/settings") and status == 200], "its look", 30)
    assert box.quit() == 0


# ---- speech ----

SPEECHD = """
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void note(const char *what, const char *text)
{
    FILE *f = fopen(getenv("SAID"), "a");
    fprintf(f, "%s %s\\n", what, text);
    fclose(f);
}
void *spd_open(const char *client, const char *name, const char *user, int mode)
{
    note("open", client);
    while (getenv("HANGS"))
        pause();
    return stdin;
}
void spd_close(void *c) { note("close", ""); }
int spd_say(void *c, int priority, const char *text) { note("say", text); return 0; }
int spd_cancel(void *c) { note("cancel", ""); return 0; }
int spd_set_language(void *c, const char *code) { note("language", code); return 0; }
"""


def speech(tmp_path, **more):
    """A stand-in for speech-dispatcher's library: the daemon itself wants a sound card."""
    source, library = tmp_path / "speechd.c", tmp_path / "libspeechd.so.2"
    source.write_text(SPEECHD, encoding="utf-8")
    subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", library, source], check=True)
    said = tmp_path / "said"
    said.touch()
    return said, {"LD_LIBRARY_PATH": str(tmp_path), "SAID": str(said), **more}


def with_spoken_labels(world, env):
    world.keep_token(world.token())
    box = Box(world.address, world.place / "box", "--language", "fr", env=env)
    world.boxes.append(box)
    box.at("home").keys("menu").at("settings")
    for _ in range(3):
        box.keys("down").hears("focus: ")
    assert box.focus().startswith("Libellés énoncés"), box.focus()
    box.keys("ok").hears("focus: Libellés énoncés: Oui")
    return box


def test_labels_are_spoken_in_the_language_of_the_screen(world, tmp_path):
    said, env = speech(tmp_path)
    box = with_spoken_labels(world, env)
    box.keys("back").at("home").keys("right")
    label = box.hears(r"focus: (.*)")[1]
    wait_until(lambda: f"say {label}" in said.read_text(encoding="utf-8"), "the label to be said")
    assert box.quit() == 0
    lines = said.read_text(encoding="utf-8").splitlines()
    at = lines.index(f"say {label}")
    assert lines[at - 2:at] == ["cancel ", "language fr"] and lines[-1] == "close "


def test_speech_that_hangs_holds_nothing_up(world, tmp_path):
    said, env = speech(tmp_path, HANGS="1")
    box = with_spoken_labels(world, env)
    wait_until(lambda: "open" in said.read_text(encoding="utf-8"), "the library to be asked")
    box.keys("back").at("home").keys("right").hears("focus: ", timeout=5)
    began = time.monotonic()
    assert box.quit() == 0 and time.monotonic() - began < 10
