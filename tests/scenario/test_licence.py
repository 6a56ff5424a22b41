"""Licences: asked for as players do, given only to whom the service says yes at that instant; and a
crawler that knows every address gets nothing of what it may not see."""
import base64
import datetime
import json
import re
import sqlite3
import subprocess
import tempfile
import urllib.parse

import pytest

from api_world import PASSWORD
from harness import Masters, Service, wait_until
from key_search import dumped_memory, forms, found_in
from rights_world import SETTINGS, RightsWorld, instant, licence, open_territory, window

DAY = datetime.timedelta(days=1)
OTHERS = "ABEiM0RVZneImaq7zN3u_w"  # nobody's key id


def make(lanterne, folder):
    house = Service(lanterne, folder, name="The House", protect="cbcs")
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    masters = Masters(house.folder.parent / "masters")
    film = masters.make("film.mkv", seconds=6, size="1280x720")
    house.titles = {
        name: house.add_title(f"Film {name}", year=1950, language="fr", rating="CNC=TP")
        for name in ("own", "other", "small", "ending", "draft")
    }
    for title in house.titles.values():
        house.run("ingest", film, "--title", title).ok()
    captions = house.logs / "own.srt"
    captions.write_text("1\n00:00:00,500 --> 00:00:05,000\nA lantern is lit\n", encoding="utf-8")
    house.run("caption", "add", captions, "--title", house.titles["own"], "--language", "fr").ok()
    house.run("worker", "--exit-when-idle", timeout=400).ok()
    open_territory(house, "US")
    licence(house, house.titles["small"], "small", window("FR", profile="SD"))
    licence(house, house.titles["ending"], "ending", window("FR", end="2030-05-01T12:01:00"))
    for name in ("own", "other", "small", "ending"):
        house.publish(house.titles[name])
    for name in ("member", "another"):
        house.add_member(f"{name}@example.org", PASSWORD)
    return house


_made = {}


def the_protected_house(lanterne):
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-protected-")
        _made[lanterne.path] = (make(lanterne, folder.name), folder)
    return _made[lanterne.path][0]


class ProtectedWorld(RightsWorld):
    """A copy of it."""

    def keys_of(self, title):
        """{class: key id} of the edition of a title, from the store: ids are no secret."""
        with sqlite3.connect(f"file:{self.folder}/lanterne.db?mode=ro", uri=True) as db:
            rows = db.execute(
                "SELECT k.class, k.kid FROM content_key k JOIN edition e ON e.id = k.edition"
                " WHERE e.playable = ?", (title,)).fetchall()
        return {name: bytes(kid) for name, kid in rows}


@pytest.fixture
def world(lanterne, tmp_path):
    made = ProtectedWorld(the_protected_house(lanterne), tmp_path)
    made.settings(**SETTINGS)
    made.serve()
    yield made
    made.finish()


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(said):
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


def not_given(answer):
    """The answer, once it is a refusal."""
    return answer if answer.status != 200 else None


def asks(who, address, *kids, **more):
    """A licence request as a browser's key system sends it."""
    path = urllib.parse.urlsplit(address).path
    body = {"kids": [k if isinstance(k, str) else text(k) for k in kids], "type": "temporary"}
    return who.ask("POST", path, json.dumps({**body, **more}).encode(),
                   headers={"Content-Type": "application/octet-stream", "Cookie": None})


def keys_in(answer):
    """{key id: key} of a licence."""
    said = answer.ok().json()
    assert said["type"] == "temporary" and all(k["kty"] == "oct" for k in said["keys"])
    return {raw(k["kid"]): raw(k["k"]) for k in said["keys"]}


def token_of(address):
    return urllib.parse.urlsplit(address).path.split("/")[2]


def refused(answer, code, reason=None):
    assert 400 <= answer.status < 500, (answer.status, answer.body)
    assert answer.problem == code, answer.body
    if reason is not None:
        assert answer.json()["reason"] == reason, answer.body
    assert b'"k"' not in answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_licence_holds_the_keys_that_open_the_film(world):
    """What players do, without one: the segments, the key, and an independent decryptor."""
    who, keys = world.member(), world.keys_of(world.titles["own"])
    assert set(keys) == {"audio", "sd", "hd"}
    played = who.plays(world.titles["own"]).ok().json()
    answer = asks(world.someone(), played["licence"], *keys.values())
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get_content_type() == "application/json"
    got = keys_in(answer)
    assert set(got) == set(keys.values()) and len(set(got.values())) == 3
    mpd = who.get(played["dash"]).ok().body.decode()
    assert f"/licence/{token_of(played['licence'])}</dashif:Laurl>" in mpd
    kids = {k.replace("-", "") for k in re.findall(r'default_KID="([0-9a-f-]+)"', mpd)}
    assert kids == {k.hex() for k in keys.values()}
    base = played["dash"].rsplit("/", 1)[0]
    name = re.search(r"\b(v\d+)\b", mpd).group(1)
    height = {"v720": "hd"}.get(name, "sd")
    track = who.get(f"{base}/{name}/init.mp4").ok().body + who.get(f"{base}/{name}/1.m4s").ok().body
    assert b"encv" in track and b"senc" in track

    def frames(*options):
        # As a stream: ffmpeg 5.1 mixes fragments up in a file that it can seek in and that has no
        # index of them.
        done = subprocess.run(
            ["ffmpeg", "-v", "error", *options, "-i", "-", "-f", "framemd5", "-"], input=track,
            capture_output=True, check=False, timeout=60)
        lines = done.stdout.decode().splitlines()
        return [line for line in lines if line and line[0] != "#"], done.stderr

    right, complaints = frames("-decryption_key", got[keys[height]].hex())
    assert len(right) >= 25 and not complaints, complaints
    wrong, complaints = frames("-decryption_key", got[keys["audio"]].hex())
    assert complaints or wrong != right


def test_the_key_of_one_track_is_sixteen_bytes_at_an_address(world):
    who, keys = world.member(), world.keys_of(world.titles["own"])
    played = who.plays(world.titles["own"]).ok().json()
    got = keys_in(asks(who, played["licence"], *keys.values()))
    anybody = world.someone()
    playlist = who.get(played["hls"].replace("master.m3u8", "master-identity.m3u8")).ok()
    media = re.findall(r"^(v\S+-identity\.m3u8)$", playlist.body.decode(), re.M)
    assert media
    text_ = who.get(played["hls"].replace("master.m3u8", media[-1])).ok().body.decode()
    address = re.search(r'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="([^"]+)".*KEYFORMAT="identity"', text_)
    answer = anybody.get(urllib.parse.urlsplit(address.group(1)).path).ok()
    assert answer.body in got.values() and len(answer.body) == 16
    assert answer.headers["Cache-Control"] == "no-store"
    for name in (keys["hd"].hex(), text(keys["hd"]), keys["hd"].hex().upper()):
        path = urllib.parse.urlsplit(played["licence"]).path + "/" + name
        assert anybody.get(path).ok().body == got[keys["hd"]]
        assert anybody.head(path).ok().body == b""
    first = re.search(r"^(\S+)/1\.m4s$", text_, re.M).group(1)
    same = who.get(played["dash"].rsplit("/", 1)[0] + f"/{first}/1.m4s").ok().body
    plain = who.get(played["dash"].rsplit("/", 1)[0]
                    + f"/{first.removesuffix('-identity')}/1.m4s").ok().body
    assert same == plain


def test_whole_segments_under_aes_128_play_without_common_encryption(world, tmp_path):
    """ffmpeg reads them from the server as any HLS."""
    who = world.member()
    played = who.plays(world.titles["own"]).ok().json()
    address = played["hls"].replace("master.m3u8", "master-aes.m3u8")
    listed = who.get(address).ok().body.decode()
    assert "EXT-X-I-FRAME-STREAM-INF" not in listed
    name = re.findall(r"^(v\S+-aes\.m3u8)$", listed, re.M)[-1]
    media = who.get(address.replace("master-aes.m3u8", name)).ok().body.decode()
    key = re.search(r'#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"\n', media).group(1)
    assert "/segments/" in key and media.index("EXT-X-MAP") < media.index("EXT-X-KEY")
    segment = re.search(r"^(\S+/1\.m4s)$", media, re.M).group(1)
    base = address.rsplit("/", 1)[0]
    init = who.get(f"{base}/{segment.replace('1.m4s', 'init.mp4')}").ok().body
    assert b"avc1" in init and not any(b in init for b in (b"encv", b"sinf", b"pssh", b"tenc"))
    sealed = who.get(f"{base}/{segment}").ok()
    assert len(sealed.body) % 16 == 0
    raw_key = world.someone().get(urllib.parse.urlsplit(key).path).ok().body
    keys = world.keys_of(world.titles["own"])
    assert raw_key not in keys_in(asks(who, played["licence"], *keys.values())).values()
    clear = subprocess.run(
        ["openssl", "enc", "-d", "-aes-128-cbc", "-K", raw_key.hex(), "-iv", "%032x" % 1],
        input=sealed.body, capture_output=True, check=True).stdout
    path = tmp_path / "clear.mp4"
    path.write_bytes(init + clear)
    alone = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "null", "-"],
                           capture_output=True, text=True, check=False, timeout=60)
    assert alone.returncode == 0 and not alone.stderr, alone.stderr
    # With the demuxer's own idea of HLS, from the first playlist on.
    seen = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-allowed_extensions", "ALL", "-i", address, "-map",
         "0:v:0", "-map", "0:a:0", "-t", "5", "-f", "framemd5", "-"],
        capture_output=True, text=True, check=False, timeout=60)
    assert seen.returncode == 0 and seen.stdout.count("\n0,") > 100, seen.stderr
    for wrong in ("0", "01", "99", "x", "-1", "18446744073709551616"):
        assert who.get(f"{base}/{segment.replace('1.m4s', wrong + '.m4s')}").status == 404, wrong


def test_other_pages_players_may_ask(world):
    who = world.member()
    played = who.plays(world.titles["own"]).ok().json()
    path = urllib.parse.urlsplit(played["licence"]).path
    asked = world.someone().ask("OPTIONS", path, headers={
        "Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    assert asked.status == 204
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert who.ask(method, path).status == 405
    assert who.post(path + "/" + OTHERS).status == 405


def test_only_a_strict_request_is_read(world):
    who = world.member()
    played = who.plays(world.titles["own"]).ok().json()
    path = urllib.parse.urlsplit(played["licence"]).path
    kid = text(world.keys_of(world.titles["own"])["sd"])
    bad = ['', '{', '[]', '{}', '{"kids":[]}', '{"kids":["x"]}', f'{{"kids":["{kid}"]}}x',
           f'{{"kids":["{kid}"],"kids":["{kid}"]}}', f'{{"kids":["{kid}"],"more":1}}',
           f'{{"kids":["{kid}=="]}}', f'{{"kids":{{"0":"{kid}"}}}}',
           json.dumps({"kids": [kid] * 33}), '{"kids":["' + "\\u0000" * 22 + '"]}']
    for body in bad:
        answer = who.ask("POST", path, body.encode())
        refused(answer, "malformed")
        assert answer.status == 400, body
    refused(who.ask("POST", path, b" " * 5000), "too-large")
    refused(asks(who, played["licence"], kid, type="persistent-license"), "type")


def test_a_token_opens_its_own_door_only(world):
    """Passes and tokens, of others, of other films, changed, and in each other's place."""
    who, another = world.member(), world.member("another@example.org")
    keys, theirs = (world.keys_of(world.titles[n]) for n in ("own", "other"))
    mine = who.plays(world.titles["own"]).ok().json()
    other = another.plays(world.titles["other"]).ok().json()
    # Of a film, with a token for another film: known or not, the answer is the same.
    for kid in [*theirs.values(), OTHERS]:
        refused(asks(who, mine["licence"], kid), "key")
        name = kid if isinstance(kid, str) else kid.hex()
        refused(who.get(urllib.parse.urlsplit(mine["licence"]).path + "/" + name), "key")
    refused(asks(another, other["licence"], *keys.values()), "key")
    assert set(keys_in(asks(who, mine["licence"], keys["sd"], *theirs.values(), OTHERS))) == {
        keys["sd"]}
    # A pass for media is no token for licences, nor the other way round.
    token, pass_ = token_of(mine["licence"]), mine["pass"]
    refused(asks(who, f"/licence/{pass_}", keys["sd"]), "forbidden")
    refused(who.get(f"/licence/{pass_}/{keys['sd'].hex()}"), "forbidden")
    media = urllib.parse.urlsplit(mine["dash"]).path
    assert who.get(media).status == 200
    assert who.get(media.replace(pass_, token)).status == 403
    assert who.get(media.replace(pass_, token).replace("manifest.mpd", "v720/1.m4s")).status == 403
    # Whatever is changed in it, it is none.
    for at in range(0, len(token), 7):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1:]
        refused(asks(who, f"/licence/{changed}", keys["sd"]), "forbidden")
    for odd in ("", "x", "nopass", token[:-1], token + "A"):
        refused(asks(who, f"/licence/{odd}", keys["sd"]), "forbidden")
    assert who.post("/licence").status == 403


def test_a_seat_that_is_gone_gets_no_key(world):
    who, keys = world.member(), world.keys_of(world.titles["own"])
    first = who.plays(world.titles["own"]).ok().json()
    assert keys_in(asks(who, first["licence"], keys["sd"]))
    second = who.plays(world.titles["own"]).ok().json()
    refused(asks(who, first["licence"], keys["sd"]), "stream-ended", "replaced")
    assert who.delete(f"/api/v1/playbacks/{second['id']}").status == 204
    refused(asks(who, second["licence"], keys["sd"]), "stream-ended", "left")
    refused(who.get(urllib.parse.urlsplit(second["licence"]).path + "/" + keys["sd"].hex()),
            "stream-ended", "left")


def test_a_key_that_was_given_stays_nowhere_in_the_server(world, tmp_path):
    """Not in the memory that a dump would hold, nor in the core that the kernel writes."""
    world.server.stop()
    (tmp_path / "cores").mkdir()
    world.serve(cwd=tmp_path / "cores")
    who, known = world.member(), {}
    for _ in range(3):
        for name in ("own", "other"):
            played = who.plays(world.titles[name]).ok().json()
            keys = world.keys_of(world.titles[name])
            known.update(keys_in(asks(who, played["licence"], *keys.values())))
            path = urllib.parse.urlsplit(played["licence"]).path
            for kid in keys.values():
                assert who.get(f"{path}/{kid.hex()}").ok().body == known[kid]
                known[kid + b"segments"] = who.get(f"{path}/segments/{kid.hex()}").ok().body
            base = urllib.parse.urlsplit(played["hls"]).path.rsplit("/", 1)[0]
            aes = who.get(f"{base}/master-aes.m3u8").ok().body.decode()
            media = next(line for line in aes.splitlines() if line.endswith(".m3u8"))
            listed = who.get(f"{base}/{media}").ok().body.decode()
            segment = next(x for x in listed.splitlines() if x and not x.startswith("#"))
            assert len(who.get(f"{base}/{segment}").ok().body) > 1000
    wanted = {form for key in known.values() for form in forms(key.hex())}
    mail = who.me["email"].encode()
    master = (world.folder / "keys/master.key").read_text().strip()
    assert len(wanted) > 50
    core = tmp_path / "core"

    def nothing_is_found():
        (memory,) = dumped_memory(world.server.child.pid)
        assert len(memory) > 1 << 19
        core.write_bytes(memory)
        return found_in([core], wanted | forms(master), tmp_path) == set()

    # The last answer may still be on its way when it has come.
    wait_until(nothing_is_found, "what was given to be wiped", timeout=1)
    assert found_in([core], {mail}, tmp_path)  # what is in memory is found
    dumped = world.server.dump_core(tmp_path / "cores")
    if dumped is None:
        print("skipped: the kernel writes cores elsewhere")
        return
    world.processes.remove(world.server)
    assert found_in([dumped], {mail}, tmp_path)
    assert found_in([dumped], wanted | forms(master), tmp_path) == set()


def test_a_lease_that_was_not_kept_gets_no_key(world):
    world.server.stop()
    world.settings(lease_seconds=15, **SETTINGS)
    world.serve()
    who, keys = world.member(), world.keys_of(world.titles["own"])
    played = who.plays(world.titles["own"]).ok().json()
    assert played["lease"]["seconds"] <= 15
    assert keys_in(asks(who, played["licence"], keys["sd"]))
    lapsed = wait_until(
        lambda: not_given(asks(who, played["licence"], keys["sd"])),
        "the lease to lapse", timeout=30, every=0.5)
    refused(lapsed, "stream-ended", "lapsed")
    # It comes back with a heartbeat, and so do the keys.
    beat = who.post(f"/api/v1/playbacks/{played['id']}/heartbeat", {}).ok().json()
    assert keys_in(asks(who, beat["licence"], keys["sd"]))
    assert keys_in(asks(who, played["licence"], keys["sd"]))


def test_the_right_is_asked_for_each_time(world):
    """Withdrawn, moved away, the subscription over: each while the lease still lives."""
    who, keys = world.seen_from("FR", world.member()), world.keys_of(world.titles["own"])
    played = who.plays(world.titles["own"]).ok().json()
    assert keys_in(asks(who, played["licence"], keys["sd"]))
    small = world.keys_of(world.titles["small"])
    other = world.seen_from("FR", world.member("another@example.org"))
    abroad = other.plays(world.titles["small"]).ok().json()
    assert keys_in(asks(other, abroad["licence"], small["sd"]))
    refused(asks(world.seen_from("US"), abroad["licence"], small["sd"]), "stream-ended",
            "territory")
    assert keys_in(asks(other, abroad["licence"], small["sd"]))
    world.run("withdraw", world.titles["own"]).ok()
    refused(asks(who, played["licence"], keys["sd"]), "stream-ended", "withdrawn")
    house = world.administrator()
    house.post(f"/api/v1/console/titles/{world.titles['own']}/publish", {}).ok()
    assert keys_in(asks(who, played["licence"], keys["sd"]))


def test_a_device_that_was_signed_out_gets_no_key(world):
    """Nor a heartbeat; the account's others play on. Its seat is free when its lease is over."""
    who, desk = world.member(), world.member()
    keys = world.keys_of(world.titles["own"])
    played = who.plays(world.titles["own"]).ok().json()
    kept = desk.plays(world.titles["own"]).ok().json()
    assert keys_in(asks(who, played["licence"], keys["sd"]))
    assert desk.delete("/api/v1/me/sessions").status == 204
    assert who.post(f"/api/v1/playbacks/{played['id']}/heartbeat", {}).status == 401
    refused(asks(who, played["licence"], keys["sd"]), "stream-ended", "stopped")
    assert keys_in(asks(desk, kept["licence"], keys["sd"]))


def test_a_class_above_the_right_is_not_given(world):
    """An SD right opens SD keys, though the film has HD ones."""
    who, keys = world.seen_from("FR", world.member()), world.keys_of(world.titles["small"])
    played = who.plays(world.titles["small"]).ok().json()
    refused(asks(who, played["licence"], keys["hd"]), "key")
    refused(who.get(urllib.parse.urlsplit(played["licence"]).path + "/" + keys["hd"].hex()), "key")
    refused(who.get(urllib.parse.urlsplit(played["licence"]).path + "/segments/"
                    + keys["hd"].hex()), "key")
    got = keys_in(asks(who, played["licence"], *keys.values()))
    assert set(got) == {keys["sd"], keys["audio"]}
    mpd = who.get(played["dash"]).ok().body.decode()
    assert keys["hd"].hex() not in mpd.replace("-", "")


def test_a_window_that_closes_takes_the_keys_with_it(world):
    world.server.stop()
    world.settings(lease_seconds=300, finish_hours=0, pass_seconds=10, **SETTINGS)
    keys = world.keys_of(world.titles["ending"])
    world.serve("--now", "2030-05-01T12:00:40Z")
    world.someone().signed_up("new@example.org")
    who = world.seen_from("FR", world.someone().signed_in("new@example.org"))
    played = who.plays(world.titles["ending"]).ok().json()
    assert keys_in(asks(who, played["licence"], keys["sd"]))
    answer = wait_until(
        lambda: not_given(asks(who, played["licence"], keys["sd"])),
        "the window to close", timeout=40, every=0.5)
    assert answer.status == 403 and answer.problem in ("stream-ended", "expired"), answer.body


def test_an_expired_token_that_cannot_be_renewed_opens_nothing(world):
    world.server.stop()
    world.settings(pass_hours=1, lease_seconds=300, **SETTINGS)
    world.serve("--now", "2030-05-01T10:00:00Z")
    world.someone().signed_up("new@example.org")
    who = world.someone().signed_in("new@example.org")
    played = who.plays(world.titles["own"]).ok().json()
    keys = world.keys_of(world.titles["own"])
    world.server.stop()
    world.serve("--now", "2030-05-01T11:00:30Z")
    refused(asks(world.someone(), played["licence"], keys["sd"]), "expired")


def every_address(world, played, title, edition):
    """All that anybody could know of a title, under a pass and a token for something else, under
    none, and under made-up ones."""
    keys = world.keys_of(title)
    pass_, token = played["pass"], token_of(played["licence"])
    names = ["manifest.mpd", "master.m3u8", "master-identity.m3u8", "master-aes.m3u8",
             "c-fr.vtt", "tiles/1.jpg", "tiles-tiles.m3u8"]
    for track in ("v720", "v576", "v432", "v360", "v234", "a-fr-2", "a-und-2"):
        for form in ("", "-identity", "-aes"):
            names += [f"{track}{form}.m3u8", f"{track}{form}-iframes.m3u8",
                      f"{track}{form}/init.mp4", f"{track}{form}/1.m4s"]
    for opener in (pass_, token, "nopass", pass_[:-1] + ("A" if pass_[-1] != "A" else "B")):
        for name in names:
            yield "GET", f"/media/{opener}/{edition}/{name}", None
        for kid in keys.values():
            yield "GET", f"/licence/{opener}/{kid.hex()}", None
            yield "GET", f"/licence/{opener}/segments/{kid.hex()}", None
        yield "POST", f"/licence/{opener}", json.dumps(
            {"kids": [text(k) for k in keys.values()], "type": "temporary"}).encode()
    for path in (f"/api/v1/titles/{title}", f"/api/v1/playables/{title}", "/api/v1/home",
                 "/api/v1/titles?q=Film+draft", "/api/v1/titles"):
        yield "GET", path, None
    yield "POST", "/api/v1/playbacks", {"playable": title}


def edition_of(world, title):
    with sqlite3.connect(f"file:{world.folder}/lanterne.db?mode=ro", uri=True) as db:
        return db.execute("SELECT id FROM edition WHERE playable = ?", (title,)).fetchone()[0]


def test_a_crawler_that_knows_every_address_gets_nothing_of_what_is_not_released(world):
    hidden = world.titles["draft"]
    edition = edition_of(world, hidden)
    who = world.seen_from("FR", world.member())
    played = who.plays(world.titles["own"]).ok().json()
    poster = world.administrator().get(f"/api/v1/console/titles/{hidden}").ok().json()
    images = re.findall(r"/images/[a-z0-9-]+\.jpg", json.dumps(poster))
    assert len(images) >= 2
    seen = 0
    for asker in (who, world.seen_from("FR")):
        for method, path, body in every_address(world, played, hidden, edition):
            answer = asker.ask(method, path, body)
            seen += 1
            if path.startswith(("/media/", "/licence/")):
                assert answer.status in (403, 404), (method, path, answer.status)
                assert len(answer.body) < 400, path
            else:
                assert hidden.encode() not in answer.body and b"Film draft" not in answer.body, path
            assert b"ftyp" not in answer.body and b'"k"' not in answer.body
        for image in images:
            assert asker.get(image).status == 404, image
    assert seen > 500
    # The same crawler, once it is released: it is not blind.
    world.publish(hidden)
    open_ = who.plays(hidden).ok().json()
    base = urllib.parse.urlsplit(open_["dash"]).path.rsplit("/", 1)[0]
    assert base.endswith(edition)
    found = [path for method, path, _ in every_address(world, open_, hidden, edition)
             if method == "GET" and path.startswith(("/media/", "/licence/"))
             and who.get(path).status == 200]
    assert len(found) > 15 and any(p.startswith("/licence/") for p in found)
    assert all(who.get(image).status == 200 for image in images)
