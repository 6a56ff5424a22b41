"""A box that an operator gave out, one where films are rented, one where the country closes: the
real program against the real service."""
import datetime
import re
import subprocess
import urllib.parse

import pytest

from box_world import BoxWorld, the_box_house
from card_world import PAYS, secret
from gateway import Gateway
from harness import wait_until
from operator_world import NAME, OperatorWorld
from rights_world import licence, window
from test_box import plays, position

EMAIL = "zoe@example.org"


class PartnerBoxWorld(BoxWorld, OperatorWorld):
    """The box's house, carried by an operator."""

    def boxes_told(self):
        """What the service knows of its boxes."""
        return self.run("box", "list", "--json").ok().json()["items"]


@pytest.fixture
def world(lanterne, tmp_path):
    made = PartnerBoxWorld(the_box_house(lanterne), tmp_path)
    yield made
    made.finish()


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


def given_out(world, tmp_path, account="A-1", text=None):
    """An assertion in a file, as the operator's provisioning leaves it."""
    key = world.add_key()
    if text is None:
        text = key.assertion({"alg": "EdDSA", "kid": key.id}, world.claims(key, account))
    path = tmp_path / "assertion.jwt"
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_an_operator_s_box_is_at_home_in_its_colours_and_plays_without_typing(world, tmp_path):
    world.set_up()
    world.serve()
    world.run("partner", "look", NAME, "--name", "Câble Un TV", "--ground", "#101820", "--text",
              "#ffffff", "--accent", "#fee715", "--logo",
              picture_of(tmp_path, 200, 44, "0x20c040"), "--home-rows", "series,new").ok()
    _, member = world.customer("A-1", EMAIL)
    box = world.box("--language", "fr", "--partner", NAME, "--assertion",
                    given_out(world, tmp_path))
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
    assert len(member.get("/api/v1/me/streams").ok().json()["items"]) == 1
    box.keys("stop").at("title")
    assert box.quit() == 0

    # A new start needs no assertion any more.
    (tmp_path / "assertion.jwt").unlink()
    box = world.box("--language", "fr", "--partner", NAME)
    box.at("home")
    assert box.quit() == 0


def test_an_assertion_that_is_refused_leaves_a_code_and_says_why(world, tmp_path):
    world.set_up()
    world.serve()
    world.customer("A-1", EMAIL)
    box = world.box("--language", "en", "--assertion",
                    given_out(world, tmp_path, account="nobody's"))
    box.at("activate")
    box.hears("assertion: refused", since=0)
    box.keys("shot:assertion-refused-en")
    assert box.quit() == 0
    open_to_all = given_out(world, tmp_path)
    open_to_all.chmod(0o644)
    box = world.box("--language", "en", "--assertion", open_to_all, name="careless")
    box.at("activate")
    box.hears("assertion: cannot be read", since=0)
    assert box.quit() == 0


def test_a_subscription_that_the_operator_suspended_says_whom_to_ask(world, tmp_path):
    world.set_up()
    world.serve()
    sold, _ = world.customer("A-1", EMAIL)
    world.run("partner", "look", NAME, "--name", "Câble Un TV").ok()
    box = world.box("--language", "en", "--partner", NAME, "--assertion",
                    given_out(world, tmp_path), "--open", f"title/{world.films[4]}")
    box.at("title")
    world.partner().does("suspend", sold).ok()
    box.keys("ok")
    box.hears("focus: .*Ask Câble Un TV, or look after it at", 30)
    box.keys("shot:partner-suspended-en")
    assert box.quit() == 0


# ---- a film for a night --------------------------------------------------------------------------


@pytest.fixture
def shop(lanterne, tmp_path):
    """Where one film is rented for 3.99 EUR; the member has a card at the gateway."""
    made = BoxWorld(the_box_house(lanterne), tmp_path)
    made.gateway = Gateway()
    for name, text in (("gateway.key", made.gateway.key), ("webhook.key", made.gateway.secret)):
        secret(made.folder / name, text)
    made.settings(card_gateway_url=made.gateway.url, card_key_file=made.folder / "gateway.key",
                  card_webhook_secret_file=made.folder / "webhook.key", card_timeout=5)
    licence(made, made.films[4], "night", window("FR", kind="VOD", SRP=("3.99", "EUR")))
    made.run("territory", "set", "FR", "--tax", "20").ok()
    made.serve()
    made.gateway.webhook = made.address + "/api/v1/webhooks/card"
    yield made
    made.gateway.close()
    made.finish()


def card(world, who):
    page = who.post("/api/v1/me/means/card", {"return_path": "/account"}).ok().json()["url"]
    back = urllib.parse.urlsplit(world.gateway.type_card(page, PAYS)).query
    who.post("/api/v1/me/means/card/result",
             {"session": urllib.parse.parse_qs(back)["card"][0]}).ok()


def test_a_film_is_rented_on_the_box_by_the_card_of_the_account_and_plays(shop):
    box = shop.box_of("member@example.org", "--language", "fr", "--open",
                      f"title/{shop.films[4]}")
    box.at("title").keys("shot:rental-offer-fr ok").at("rent")
    box.keys("shot:rent-no-means-fr back").at("title")
    member = shop.member()
    card(shop, member)
    # A stray OK costs nothing: the focus waits on Back.
    box.keys("ok").at("rent").keys("shot:rent-fr ok").at("title")
    assert shop.gateway.charged() == {}
    box.keys("ok").at("rent").keys("left ok").at("notice")
    box.keys("shot:rented-fr")
    assert sum(shop.gateway.charged().values()) == 399
    box.keys("ok").at("title").keys("wait:0.5 ok").at("player")
    plays(box, 0.5)
    rentals = member.get("/api/v1/me/rentals").ok().json()["items"]
    assert [r["state"] for r in rentals] == ["running"], rentals
    assert box.quit() == 0


# ---- a country that closes -----------------------------------------------------------------------


def test_a_country_that_closes_stops_the_film_and_says_so(lanterne, tmp_path):
    world = BoxWorld(the_box_house(lanterne), tmp_path)
    world.serve()
    box = world.box_of("member@example.org", "--language", "en", "--open",
                       f"title/{world.series}")
    box.at("title").keys("ok").at("player")
    plays(box, 1.0)
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    world.run("territory", "close", "FR", "--at", soon.strftime("%Y-%m-%dT%H:%M:%SZ")).ok()
    box.at("notice", timeout=120).keys("shot:closed-territory-en")
    left = position(box)[1]
    box.keys("back").at("title", timeout=60)
    box.keys("shot:closed-territory-title-en home").at("home")
    assert position(box)[1] == left
    assert box.quit() == 0
    world.finish()
