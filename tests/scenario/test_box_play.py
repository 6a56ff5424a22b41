"""The box's player against a real service: what the API gives plays, and stops when it should."""
import base64
import http.server
import json
import re
import subprocess
import threading
import time
import urllib.parse

import pytest

from box_play_world import CAPTION_EVERY, SECONDS, a_world
from harness import wait_until
from watching_proxy import WatchingProxy


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = a_world(lanterne, tmp_path_factory.mktemp("box-play"), lease_seconds=300)
    made.player = made.member()  # one device: what it begins takes the seat of what it played
    yield made
    made.finish()


@pytest.fixture
def own_world(lanterne, tmp_path):
    made = []

    def make(**settings):
        made.append(a_world(lanterne, tmp_path, **settings))
        return made[0]

    yield make
    for one in made:
        one.finish()


def through(proxy, played):
    """The same playback, by way of a proxy."""
    def moved(address):
        parts = urllib.parse.urlsplit(address)
        return proxy.address + parts.path

    return {**played, "dash": moved(played["dash"]),
            "licence": played["licence"] and moved(played["licence"])}


@pytest.fixture
def proxy(world):
    made = WatchingProxy(urllib.parse.urlsplit(world.address).port)
    yield made
    made.stop()


def pass_of(path):
    return path.split("/")[2]


def test_a_protected_film_plays_with_pictures_sound_and_captions(world):
    played = world.player.plays(world.titles["long"]).ok().json()
    assert played["licence"]
    told = world.probe(played, "play", 3, captions="fr")
    opened, ran = told.step("open"), told.step("play")
    assert opened["state"] == "playing" and abs(opened["duration"] - SECONDS) < 0.5
    assert ran["state"] == "playing" and ran["changed"] >= 15 and ran["height"] == 180
    assert 2 < ran["position"] - opened["position"] < 3.6
    assert ran["energy"] > 0.02 and ran["bit_rate"] > 0 and ran["buffered"] > 5
    assert ran["caption"] == "<i>Line</i> 0 &amp; more"
    assert [(t["language"], t["chosen"]) for t in told.audio] == [("fr", True), ("en", False)]
    assert {(t["language"], t["chosen"]) for t in told.captions} == {("en", False), ("fr", True)}
    assert told.close < 1


def test_seeks_land_and_go_on_from_there(world):
    played = world.player.plays(world.titles["long"]).ok().json()
    told = world.probe(played, "seek", 13, "play", 2, "seek", 2, "play", 1, "pause", "seek", 20,
                       "play", 1, "resume", "end", 30, captions="fr")
    landed, then = told.step("seek"), told.step("play")
    assert landed["state"] == "playing" and 12.9 <= landed["position"] < 14
    assert then["changed"] > 10 and 14 < then["position"] < 16
    assert then["caption"] == f"<i>Line</i> {13 // CAPTION_EVERY} &amp; more"
    assert 2 <= told.step("seek", 1)["position"] < 3
    still = told.step("play", 2)
    assert told.step("seek", 2)["state"] == still["state"] == "paused"
    assert told.step("seek", 2)["pictures"] >= 1  # the place is shown
    assert abs(still["position"] - 20) < 0.1 and still["changed"] == 0
    ended = told.step("end")
    assert ended["state"] == "ended" and ended["position"] > SECONDS - 0.5 and ended["stalls"] == 0


def test_it_resumes_where_it_was_left_and_shows_nothing_from_before(world):
    played = world.player.plays(world.titles["long"]).ok().json()
    told = world.probe(played, "play", 1, start=15, audio="en", captions="de")
    assert 14.9 <= told.step("open")["position"] < 16
    assert [t["chosen"] for t in told.audio if t["language"] == "en"] == [True]
    assert not any(t["chosen"] for t in told.captions)
    assert told.step("play")["caption"] == ""


def test_sound_and_captions_are_chosen_while_it_plays(world):
    played = world.player.plays(world.titles["long"]).ok().json()
    names = world.probe(played)
    english = next(t["id"] for t in names.audio if t["language"] == "en")
    captions = next(t["id"] for t in names.captions if t["language"] == "en")
    told = world.probe(played, "play", 1, "audio", english, "captions", captions, "play", 4,
                       "captions", "none", "play", 1, "audio", "bogus", "play", 1)
    ran = told.step("play", 1)
    assert ran["state"] == "playing" and ran["changed"] > 20 and ran["energy"] > 0.02
    assert ran["caption"].startswith("<i>Line</i>")
    assert told.step("play", 2)["caption"] == ""
    assert [t["chosen"] for t in told.audio] == [t["id"] == english for t in told.audio]


def test_other_sound_is_really_other_sound(world, proxy):
    played = through(proxy, world.player.plays(world.titles["long"]).ok().json())
    told = world.probe(played, "play", 1, "audio", "a-en-2", "play", 3)
    assert told.step("play", 1)["energy"] > 0.02
    assert [r for r in proxy.requests() if "/a-en-2/" in r[0]]


def test_a_film_in_clear_plays_to_its_end(world):
    played = world.player.plays(world.titles["clear"]).ok().json()
    assert played["licence"] is None
    told = world.probe(played, "end", 30)
    ended = told.step("end")
    assert ended["state"] == "ended" and ended["changed"] > 30 and ended["stalls"] == 0


def test_requests_say_who_asks_and_how_it_fares(world, proxy):
    played = through(proxy, world.player.plays(world.titles["long"]).ok().json())
    world.probe(played, "play", 2, sid="11111111-2222", cid=world.titles["long"])
    segments = proxy.requests(".m4s")
    assert len(segments) >= 6
    for path, headers, status in segments:
        assert status == 200 and headers["User-Agent"].startswith("lanterne-box")
        assert "Referer" not in headers
        kind = path.split("/")[-2][0]
        assert re.fullmatch(rf"br=\d+,ot={kind},tb=\d+", headers["CMCD-Object"])
        assert re.match(r"bl=(0|\d+00)\b", headers["CMCD-Request"])
        assert headers["CMCD-Session"] == (
            f'cid="{world.titles["long"]}",sf=d,sid="11111111-2222",st=v,v=1')
    assert any("ot=m" in h["CMCD-Object"] for _, h, _ in proxy.requests("manifest.mpd"))
    assert any("ot=k" in h["CMCD-Object"] for p, h, _ in proxy.requests() if "/licence/" in p)


def test_a_licence_or_a_manifest_that_is_refused_fails_with_the_reason(world):
    played = world.player.plays(world.titles["long"]).ok().json()
    other = world.member_named("another").plays(world.titles["clear"]).ok().json()
    wrong = played["licence"][:-6] + "AAAAAA"
    told = world.probe(played, "play", 1, licence=wrong)
    assert told.step("play")["state"] == "failed"
    assert "licence is refused: This needs the address" in told.step("play")["reason"]
    nobody = world.probe(played, "play", 1, licence=False)
    assert "no licence was offered" in nobody.step("play")["reason"]
    gone = world.probe({**other, "dash": other["dash"].replace("/media/", "/media/x")}, "play", 1)
    assert gone.step("play")["reason"].startswith("The title cannot be played: ")
    for told in (told, nobody, gone):
        assert told.step("open")["took"] < 10 and not told.step("play")["pictures"]


def test_a_film_goes_on_under_passes_that_follow_one_another(own_world):
    """The pass ends several times before the film does; each successor is learnt from the first
    answer that names it, so few requests are sent twice."""
    world = own_world(pass_seconds=4, lease_seconds=300)
    world.player = world.member()
    watched = WatchingProxy(urllib.parse.urlsplit(world.address).port)
    played = through(watched, world.player.plays(world.titles["long"]).ok().json())
    told = world.probe(played, "play", 5, "seek", 1, "play", 4, "seek", 2, "play", 5)
    watched.stop()
    assert [s["state"] for s in told.steps if s["step"] == "play"] == ["playing"] * 3
    assert told.step("play", 2)["stalls"] == 0
    media = [r for r in watched.requests() if r[0].startswith("/media/") and ".mpd" not in r[0]]
    assert len({pass_of(p) for p, _, status in media if status == 200}) >= 2
    moved = [p for p, _, status in media if status == 302]
    assert 1 <= len(moved) <= len(media) / 3


def test_a_pass_that_is_handed_in_is_used_from_then_on(own_world, tmp_path):
    world = own_world(pass_seconds=120, lease_seconds=300)
    watched = WatchingProxy(urllib.parse.urlsplit(world.address).port)
    member = world.member()
    first = member.plays(world.titles["long"]).ok().json()
    beat = member.post(first["lease"]["href"], {"position_seconds": 1}).ok().json()
    old, new = through(watched, first), through(watched, beat)
    assert pass_of(urllib.parse.urlsplit(old["dash"]).path) != pass_of(
        urllib.parse.urlsplit(new["dash"]).path)
    note = tmp_path / "pass"
    note.write_text(f"{new['dash']}\n{new['licence']}\n", encoding="utf-8")
    told = world.probe(old, "play", 1, "pass", note, "play", 1, "seek", 3, "play", 2)
    watched.stop()
    assert told.step("play", 2)["state"] == "playing"
    passes = [pass_of(p) for p, _, _ in watched.requests(".m4s")]
    fresh = pass_of(urllib.parse.urlsplit(new["dash"]).path)
    assert passes[0] != fresh and passes[-1] == fresh
    licences = {p for p, _, _ in watched.requests() if "/licence/" in p}
    assert len(licences) == 2  # the new one was asked as well


def test_a_stream_that_was_stopped_stops_and_says_so(own_world):
    world = own_world(pass_seconds=3, lease_seconds=300)
    member = world.member()
    watched = WatchingProxy(urllib.parse.urlsplit(world.address).port)
    played = through(watched, member.plays(world.titles["long"]).ok().json())
    process = world.begin(played, "play", 2, "seek", 1, "play", 6, "seek", 3, "end", 30)
    wait_until(lambda: len(watched.requests(".m4s")) >= 4, "it plays")
    streams = member.get("/api/v1/me/streams").ok().json()["items"]
    member.delete(f"/api/v1/me/streams/{streams[0]['id']}").ok()
    told = world.end(process)
    watched.stop()
    last = told.step("end")
    assert last["state"] == "failed" and last["reason"].startswith("The title cannot be played: ")
    assert "expired" in last["reason"] or "stream" in last["reason"]


def test_a_network_that_is_lost_comes_back(world, proxy):
    played = through(proxy, world.player.plays(world.titles["long"]).ok().json())
    process = world.begin(played, "play", 1, "seek", 12, "play", 9, "end", 40)
    wait_until(lambda: len(proxy.requests(".m4s")) >= 2, "the first segments")
    proxy.is_cut = True
    time.sleep(5)
    proxy.is_cut = False
    told = world.end(process)
    assert [path for path, _, status in proxy.requests() if status == 0], "nothing was asked then"
    assert told.step("end")["state"] == "ended", told.told["steps"]


def two_of_a_language(world):
    """The manifest with both sounds in French, the second described."""
    def changed(method, path, body):
        if not path.endswith("manifest.mpd"):
            return None
        mpd = world.someone().get(path).ok().body.decode()
        mpd = re.sub(r'(<AdaptationSet [^>]*audio/mp4[^>]*)lang="en"([^>]*>)',
                     r'\1lang="fr"\2<Role schemeIdUri="urn:mpeg:dash:role:2011" '
                     r'value="description"/>', mpd)
        return 200, mpd.encode()
    return changed


def test_the_sound_that_was_chosen_goes_on_after_a_new_start(world, proxy):
    proxy.instead = two_of_a_language(world)
    played = through(proxy, world.player.plays(world.titles["long"]).ok().json())
    process = world.begin(played, "play", 1, "audio", "a-en-2", "play", 4, "seek", 20, "play", 2)
    wait_until(lambda: len([r for r in proxy.requests(".m4s") if "/a-en-2/" in r[0]]) >= 2,
               "the other sound")
    time.sleep(2)
    proxy.status = 404
    wait_until(lambda: [r for r in proxy.requests(".m4s") if r[2] == 404], "a part that is missing")
    before = len(proxy.requests())
    proxy.status = None
    told = world.end(process)
    assert told.step("play", 2)["state"] == "playing"
    assert [r for r in proxy.requests()[before:] if r[0].endswith(".mpd")], "it was not begun anew"
    heard = [p.split("/")[-2] for p, _, status in proxy.requests(".m4s")[-8:] if "/a-" in p]
    assert heard[-1] == "a-en-2"


def test_captions_that_could_not_be_had_come_with_the_next_pass(own_world, tmp_path):
    world = own_world(pass_seconds=120, lease_seconds=300)
    watched = WatchingProxy(urllib.parse.urlsplit(world.address).port)
    watched.instead = lambda method, path, body: (503, b"") if path.endswith(".vtt") else None
    member = world.member()
    first = member.plays(world.titles["long"]).ok().json()
    beat = member.post(first["lease"]["href"], {"position_seconds": 1}).ok().json()
    note = tmp_path / "pass"
    new = through(watched, beat)
    note.write_text(f"{new['dash']}\n{new['licence']}\n", encoding="utf-8")
    process = world.begin(through(watched, first), "play", 2, "pass", note, "play", 3,
                          captions="fr")
    wait_until(lambda: watched.requests(".vtt"), "captions asked for")
    watched.instead = lambda method, path, body: None
    told = world.end(process)
    watched.stop()
    assert told.step("play")["caption"] == ""
    assert told.step("play", 1)["caption"].startswith("<i>Line</i>")


def test_without_captions_what_the_sound_leaves_foreign_is_translated(world):
    played = world.player.plays(world.titles["clear"]).ok().json()
    told = world.probe(played, "play", 3)
    assert told.captions == [] and told.step("play")["caption"] == "Foreign 0"


def test_a_server_in_trouble_is_not_hammered(world, proxy):
    played = through(proxy, world.player.plays(world.titles["long"]).ok().json())
    proxy.status = 503
    process = world.begin(played, "end", 60)
    wait_until(lambda: proxy.requests(".m4s"), "a segment asked for")
    before = len(proxy.requests(".m4s"))
    time.sleep(4)
    asked = len(proxy.requests(".m4s")) - before
    proxy.status = None
    told = world.end(process)
    assert told.step("end")["state"] == "ended" and asked < 60


@pytest.mark.parametrize("when", ["before the manifest", "while it plays", "in a seek"])
def test_a_service_that_says_nothing_does_not_hold_up_the_end(world, proxy, when):
    played = through(proxy, world.player.plays(world.titles["long"]).ok().json())
    steps = ("play", 2, "seek", 15) if when == "in a seek" else ("play", 2)
    if when == "before the manifest":
        proxy.free.clear()
    process = world.begin(played, *steps, patience=3)
    if when != "before the manifest":
        wait_until(lambda: len(proxy.requests(".m4s")) >= 4, "the first segments")
        proxy.free.clear()
    told = world.end(process)
    proxy.free.set()
    assert told.close < 1, told.told


# ---- `cenc`, which our own service does not make ----

KID, KEY = "00112233445566778899aabbccddeeff", "0f0e0d0c0b0a09080706050403020100"


def b64(digits):
    return base64.urlsafe_b64encode(bytes.fromhex(digits)).rstrip(b"=").decode()


class OtherService(http.server.SimpleHTTPRequestHandler):
    """Files, and a licence."""

    def log_message(self, *args):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        keys = [{"kty": "oct", "kid": k, "k": b64(KEY)} for k in asked["kids"] if k == b64(KID)]
        body = json.dumps({"keys": keys, "type": "temporary"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def make_cenc(world, lanterne, folder, scheme):
    """The clear film of the service, under another scheme, as files."""
    tool = lanterne.path.parents[2] / "tests/unit/box_play/box_play_reprotect"
    played = world.player.plays(world.titles["clear"]).ok().json()
    base = played["dash"].rsplit("/", 1)[0]
    mpd = world.someone().get(played["dash"]).ok().body.decode()
    for name in re.findall(r'<Representation id="([^"]+)"', mpd):
        if not name.startswith(("v", "a-")):
            continue
        (folder / name).mkdir()
        words = []
        for part in ["init.mp4"] + [f"{i}.m4s" for i in range(1, 100)]:
            answer = world.someone().get(f"{base}/{name}/{part}")
            if answer.status != 200:
                break
            raw = folder / name / f"raw-{part}"
            raw.write_bytes(answer.body)
            words += [raw, folder / name / part]
        subprocess.run([tool, scheme, KID, KEY, *words], check=True, timeout=60)
    protection = (f'<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011"'
                  f' value="{scheme}" cenc:default_KID="{KID}"/>')
    mpd = mpd.replace("<MPD ", '<MPD xmlns:cenc="urn:mpeg:cenc:2013" ', 1)
    mpd = re.sub(r"(<AdaptationSet [^>]*(?:video|audio)/mp4[^>]*>)", r"\1" + protection, mpd)
    (folder / "manifest.mpd").write_text(mpd, encoding="utf-8")


@pytest.mark.parametrize("scheme", ["cenc", "cbcs"])
def test_titles_of_other_services_play_under_both_schemes(world, lanterne, tmp_path, scheme):
    make_cenc(world, lanterne, tmp_path, scheme)
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *a: OtherService(*a, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    played = {"dash": f"{address}/manifest.mpd", "licence": f"{address}/licence"}
    clear = world.player.plays(world.titles["clear"]).ok().json()
    told, same = world.probe(played, "end", 30), world.probe(clear, "end", 30)
    server.shutdown()
    server.server_close()
    ended = told.step("end")
    assert ended["state"] == "ended" and ended["changed"] > 30 and ended["loudest"] > 0.02
    assert told.told["first_look"] == same.told["first_look"]  # to the dot
