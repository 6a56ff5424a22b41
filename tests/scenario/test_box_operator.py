"""A box of an operator: signed in without a key pressed, or by code when its assertion is none."""
import re
import subprocess

import pytest

from box_world import BoxWorld, the_box_house
from harness import wait_until
from operator_world import NAME, OperatorWorld
from test_box import plays

CUSTOMER = "zoe@example.org"


class OperatorBoxWorld(BoxWorld, OperatorWorld):
    """Boxes in the house of an operator's customer."""

    def boxes_told(self):
        """What the service knows of its boxes."""
        return self.run("box", "list", "--json").ok().json()["items"]

    def assertion_file(self, text):
        path = self.place / "assertion"
        path.touch(mode=0o600)
        path.write_text(text)
        return path


@pytest.fixture
def world(lanterne, tmp_path):
    made = OperatorBoxWorld(the_box_house(lanterne), tmp_path)
    made.set_up()
    made.serve()
    yield made
    made.finish()


def asserted(world, **claims):
    key = world.add_key()
    world.sold, _ = world.customer("A-1", CUSTOMER)
    return world.assertion_file(
        key.assertion({"alg": "EdDSA", "kid": key.id}, world.claims(key, "A-1", **claims)))


def test_an_assertion_signs_in_once_and_its_token_from_then_on(world):
    file = asserted(world)
    box = world.box("--language", "en", "--assertion", file)
    box.at("home")
    assert " screen: activate" not in box.text()
    assert (box.state / "token").stat().st_mode & 0o777 == 0o600
    assert box.quit() == 0
    box = world.box("--language", "en", "--assertion", file)  # used up: it would be refused
    box.at("home")
    assert " assertion: refused" not in box.text() and box.quit() == 0


def test_an_assertion_that_is_refused_leaves_the_code(world):
    box = world.box("--language", "en", "--assertion", asserted(world, aud="https://other.example"))
    box.at("activate").hears(" assertion: refused", since=0)
    assert box.quit() == 0


def test_an_assertion_that_others_could_read_is_not_used(world):
    file = asserted(world)
    file.chmod(0o644)
    box = world.box("--language", "en", "--assertion", file)
    box.at("activate").hears(" assertion: cannot be read", since=0)
    assert box.quit() == 0


# ---- what an operator makes of it ----

def picture_of(folder, width, height, colour):
    path = folder / "logo.png"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                    f"color={colour}:size={width}x{height}", "-frames:v", "1", str(path)],
                   check=True, stdin=subprocess.DEVNULL)
    return path


def colours_of(path, x, y, width, height):
    """The mean colour of a part of a picture."""
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-vf",
         f"crop={width}:{height}:{x}:{y},format=rgb24", "-f", "rawvideo", "-"],
        check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    return tuple(sum(raw[i::3]) / (len(raw) // 3) for i in range(3))


def near(one, other):
    return all(abs(a - b) < 12 for a, b in zip(one, other))


def shot(box, path):
    box.keys(f"shot:{path}")
    box.hears(f" shot: {re.escape(str(path))}\\n")
    return path


def test_an_operator_s_box_is_at_home_in_its_colours_and_plays_without_typing(world, tmp_path):
    world.run("partner", "look", NAME, "--name", "Câble Un TV", "--ground", "#101820", "--text",
              "#ffffff", "--accent", "#fee715", "--logo",
              picture_of(tmp_path, 200, 44, "0x20c040"), "--home-rows", "series,new").ok()
    box = world.box("--language", "fr", "--partner", NAME, "--assertion", asserted(world))
    box.at("home")
    wait_until(world.boxes_told, "the box among the operator's")
    # The look comes with the first settings; the logo is asked for after it.
    picture = tmp_path / "home.png"

    def looks():
        shot(box, picture)
        return (near(colours_of(picture, 20, 700, 40, 16), (0x10, 0x18, 0x20))
                and near(colours_of(picture, 80, 42, 100, 20), (0x20, 0xc0, 0x40)))

    wait_until(looks, "the operator's ground and logo")
    box.keys("shot:partner-home-fr ok").at("title").keys("ok").at("player")
    plays(box, 1.0)
    member = world.someone().signed_in(CUSTOMER)
    assert len(member.get("/api/v1/me/streams").ok().json()["items"]) == 1
    box.keys("stop").at("title")
    assert box.quit() == 0


def test_a_subscription_that_the_operator_suspended_says_whom_to_ask(world):
    world.run("partner", "look", NAME, "--name", "Câble Un TV").ok()
    box = world.box("--language", "en", "--partner", NAME, "--assertion", asserted(world),
                    "--open", f"title/{world.films[4]}")
    box.at("title")
    world.partner().does("suspend", world.sold).ok()
    box.keys("ok")
    box.hears("focus: .*Ask Câble Un TV, or look after it at", 30)
    box.keys("shot:partner-suspended-en")
    assert box.quit() == 0
