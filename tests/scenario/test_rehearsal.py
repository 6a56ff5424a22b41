"""A country opens and a series comes out at one midnight, its own: nothing of it a second before,
all of it from then on, whatever happens to the server meanwhile."""
import datetime
import re
import tempfile
import time

import pytest

from api_world import PASSWORD, film
from harness import Masters, Service, wait_until
from rights_world import SETTINGS, RightsWorld, instant, open_territory

EPISODES = 13
TOKYO = datetime.timezone(datetime.timedelta(hours=9))
MIDNIGHT = datetime.datetime(2031, 4, 1, tzinfo=TOKYO)
LONGEST = 25.0  # seconds; from the hour to seeing it, with sanitizers on a busy machine


def make(lanterne, folder):
    house = Service(lanterne, folder, name="The House")
    master = film(Masters(house.folder.parent / "masters"), seconds=3)
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    house.series = house.add_title("Ombres", kind="series", year=2031, genre=["mystery"])
    for number in range(1, EPISODES + 1):
        house.run(
            "title", "episode", "add", house.series, "--season", 1, "--episode", number,
            "--title-in", f"fr=Partie {number}",
        ).ok()
        house.run(
            "ingest", master, "--title", house.series, "--season", 1, "--episode", number
        ).ok()
    house.run("worker", "--exit-when-idle", timeout=600).ok()
    open_territory(house, "JP", MIDNIGHT.isoformat())
    return house


_made = {}


@pytest.fixture
def world(lanterne, tmp_path):
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-rehearsal-")
        _made[lanterne.path] = (make(lanterne, folder.name), folder)
    own = RightsWorld(_made[lanterne.path][0], tmp_path)
    own.settings(**SETTINGS)
    own.serve()
    own.administrator().post(
        f"/api/v1/console/titles/{own.series}/publish", {"at": instant(MIDNIGHT)}
    ).ok()
    own.server.stop()
    yield own
    own.finish()


class Clock:
    """What the server's clock shows at most: it was set before the server began to run."""

    def __init__(self, world, lead):
        self.world, self.lead, self.started = world, lead, time.monotonic()
        self.serve()

    def serve(self):
        at = MIDNIGHT + datetime.timedelta(seconds=self.now())
        self.world.serve("--now", at.astimezone(datetime.timezone.utc).isoformat())

    def now(self):
        """Seconds from midnight, later than the server thinks or as it thinks."""
        return time.monotonic() - self.started - self.lead


def what_is_seen(who, world):
    about = who.get("/api/v1/about").json()["open"]
    rows = who.get("/api/v1/home").json()["rows"]
    page = who.get(f"/api/v1/titles/{world.series}")
    found = who.get("/api/v1/titles?q=ombres").json()["items"]
    return about, rows, page, found


def nothing(who, world):
    about, rows, page, found = what_is_seen(who, world)
    return not about and rows == [] and page.status == 404 and found == []


def everything(who, world):
    about, rows, page, found = what_is_seen(who, world)
    if not about or not rows or page.status != 200 or not found:
        return False
    episodes = [e for s in page.json()["seasons"] for e in s["episodes"]]
    return len(episodes) == EPISODES and all(e["ready"] and e["still"] for e in episodes)


def plays_all(world):
    """A member who signs up in the new country at once plays every episode."""
    who = world.seen_from("JP").signed_up(f"m{time.monotonic_ns()}@example.org")
    assert who.me["territory"] == "JP"
    page = who.get(f"/api/v1/titles/{world.series}").ok().json()
    for episode in page["seasons"][0]["episodes"]:
        played = who.plays(episode["id"]).ok().json()
        assert who.get(played["hls"]).ok().body.startswith(b"#EXTM3U")
        assert who.get(episode["still"]).ok()


def test_a_country_and_a_series_open_at_midnight(world):
    clock = Clock(world, lead=12)
    who = world.seen_from("JP")
    refused = who.post("/api/v1/members", {"email": "a@example.org", "password": PASSWORD})
    early = refused.status == 403 and refused.problem == "not-open"
    assert early or clock.now() >= 0
    french = world.seen_from("FR")

    def has_come():
        if nothing(who, world):
            return False
        return clock.now()

    came = wait_until(has_come, "midnight", timeout=12 + LONGEST, every=0.02)
    assert came >= 0, f"seen {-came:.3f} s early"
    wait_until(lambda: everything(who, world), "all episodes", timeout=LONGEST)
    # One instant for every open territory.
    assert french.get(f"/api/v1/titles/{world.series}").status == 200
    plays_all(world)


def test_a_server_killed_before_midnight_and_started_again_opens_at_midnight(world):
    clock = Clock(world, lead=14)
    who = world.seen_from("JP")
    assert nothing(who, world) or clock.now() >= 0
    world.server.kill()
    world.processes.remove(world.server)
    clock.serve()
    who.address = world.address
    assert nothing(who, world) or clock.now() >= 0
    came = wait_until(
        lambda: not nothing(who, world) and clock.now(), "midnight", timeout=14 + LONGEST,
        every=0.02,
    )
    assert came >= 0, f"seen {-came:.3f} s early"
    wait_until(lambda: everything(who, world), "all episodes", timeout=LONGEST)
    world.server.kill()
    world.processes.remove(world.server)
    clock.serve()
    who.address = world.address
    assert everything(who, world)
    plays_all(world)


def test_a_server_that_was_down_at_midnight_has_everything_when_it_is_back(world):
    clock = Clock(world, lead=6)
    who = world.seen_from("JP")
    assert nothing(who, world) or clock.now() >= 0
    world.server.kill()
    world.processes.remove(world.server)
    wait_until(lambda: clock.now() > 1, "midnight to pass", timeout=30)
    clock.serve()
    who.address = world.address
    assert everything(who, world)
    plays_all(world)
