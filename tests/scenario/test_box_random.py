"""Keys by chance, a thousand a minute: no crash, no leak, and something still has the focus.

BOX_MINUTES says for how long (0.5 when not said: ten make an acceptance)."""
import os
import random
import time

from box_world import BoxWorld, the_box_house

KEYS = (["up", "down", "left", "right"] * 6 + ["ok"] * 7 + ["back"] * 5 +
        ["play", "stop", "rewind", "forward", "channel-up", "channel-down", "home", "menu", "erase",
         "type:a", "type:1"])
A_MINUTE = 1000


def goes_on(world, box):
    """The box; one signed in anew when its keys led to leaving or signing out."""
    if box.child.poll() is not None:
        assert box.child.returncode == 0 and box.ended() == 0, box.text()
    elif box.screen() == "activate":
        assert box.quit() == 0, box.text()
    else:
        return box
    token = box.state / "token"
    token.touch(mode=0o600)
    token.write_text(world.token())
    return world.box("--language", "en")


def test_a_thousand_random_keys_a_minute_end_nothing(lanterne, tmp_path):
    minutes = float(os.environ.get("BOX_MINUTES", "0.5"))
    seed = int(os.environ.get("BOX_SEED", "20261123"))
    chance = random.Random(seed)
    world = BoxWorld(the_box_house(lanterne), tmp_path)
    world.serve()
    try:
        box = world.box_of("member@example.org", "--language", "en")
        box.at("home")
        until = time.monotonic() + minutes * 60
        pressed = 0
        while time.monotonic() < until:
            box.keys(" ".join(chance.choice(KEYS) for _ in range(A_MINUTE // 60)))
            pressed += A_MINUTE // 60
            time.sleep(1)
            box = goes_on(world, box)
        time.sleep(2)  # the last of them
        box = goes_on(world, box)
        said = f"seed {seed}, {pressed} keys:\n"
        box.keys("home").at("home").keys("home up")
        box.hears(r" focus: \S")
        assert box.quit() == 0, said + box.text()
    finally:
        world.finish()
