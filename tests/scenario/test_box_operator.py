"""A box of an operator: signed in without a key pressed, or by code when its assertion is none."""
import pytest

from box_world import BoxWorld, the_box_house
from operator_world import OperatorWorld


class OperatorBoxWorld(BoxWorld, OperatorWorld):
    """Boxes in the house of an operator's customer."""

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
    world.customer("A-1", "zoe@example.org")
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
