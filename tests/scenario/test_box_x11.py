"""The box in a window of its own: X11, the keys of a keyboard, and what is truly on the screen."""
import os
import subprocess

import pytest

from box_world import BoxWorld, the_box_house
from harness import die_with_parent, wait_until
from test_box import difference, pixels, plays

SIZE = "1280x720"


@pytest.fixture
def world(lanterne, tmp_path):
    made = BoxWorld(the_box_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


@pytest.fixture
def screen():
    """A display without a window manager, as a box has."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp"],
        pass_fds=(writing,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(30)


def looked_at(screen, path):
    """What is on the display."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "x11grab", "-video_size", SIZE, "-i",
                    screen, "-frames:v", "1", str(path)], check=True, stdin=subprocess.DEVNULL)
    return pixels(path)


def presses(screen, *keys):
    subprocess.run(["xdotool", "key", "--delay", "80", *keys], check=True,
                   env={**os.environ, "DISPLAY": screen}, stdin=subprocess.DEVNULL)


def test_a_keyboard_leads_from_home_into_a_film_and_back_in_a_window(world, screen, tmp_path):
    world.keep_token(world.token())
    box = world.box("--language", "en", driver="x11", env={"DISPLAY": screen})
    box.at("home")
    box.hears("start: version .*x11", since=0)
    dark = looked_at(screen, tmp_path / "home.png")
    assert max(dark) - min(dark) > 60, "nothing is drawn"

    presses(screen, "Down")
    box.hears("focus: ")
    presses(screen, "Up", "Return")
    box.at("title")
    title = looked_at(screen, tmp_path / "title.png")
    assert difference(dark, title) > 2, "the window still shows the home screen"
    presses(screen, "Return")
    box.at("player")
    plays(box, 1.5)
    seen = []

    def moves():
        seen.append(looked_at(screen, tmp_path / f"film-{len(seen)}.png"))
        return len(seen) > 1 and difference(seen[-2], seen[-1]) > 1.0

    wait_until(moves, "a picture that moves in the window")
    presses(screen, "Pause")
    box.hears("focus: Paused")
    presses(screen, "Escape")
    wait_until(lambda: box.screen() == "title", "the way back")
    presses(screen, "Escape")
    wait_until(lambda: box.screen() == "home", "the way home")
    assert box.quit() == 0
