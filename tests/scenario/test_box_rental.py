"""A film that is rented on the box, by the card of the account."""
import urllib.parse

import pytest

from box_world import BoxWorld, the_box_house
from card_world import PAYS, secret
from gateway import Gateway
from rights_world import licence, window
from test_box import plays


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
