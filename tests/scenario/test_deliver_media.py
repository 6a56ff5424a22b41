"""Media behind passes: nothing without one, everything a player needs with one."""
import concurrent.futures
import glob
import os
import random
import re
import subprocess
import time
import urllib.parse

import pytest

from api_world import World, film, the_house
from harness import Lanterne, wait_until


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = World(the_house(lanterne), tmp_path_factory.mktemp("media"))
    made.serve()
    made.player = made.member()  # one device: what it begins takes the seat of what it played
    yield made
    made.finish()


@pytest.fixture
def own_world(lanterne, tmp_path):
    made = World(the_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


def base_of(played):
    """/media/PASS/EDITION"""
    return urllib.parse.urlsplit(played["hls"]).path.rsplit("/", 1)[0]


def addresses(who, played):
    """Every address that the manifests name, as players would resolve them."""
    base, found = base_of(played), {}
    todo = ["master.m3u8", "manifest.mpd"]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found[name] = who.get(f"{base}/{name}").ok()
        text = found[name].body.decode("utf-8", "replace")
        if name.endswith(".m3u8"):
            todo += re.findall(r'URI="([^"]+)"', text)
            todo += [line for line in text.splitlines() if line and not line.startswith("#")]
        if name.endswith(".mpd"):
            todo += re.findall(r"<BaseURL>([^<]+)</BaseURL>", text)
            for representation in re.findall(r'<Representation id="([^"]+)"', text):
                if representation[:2] in ("v1", "a-"):
                    todo += [f"{representation}/init.mp4", f"{representation}/1.m4s"]
    return found


def renditions(found):
    return sorted({name.split("/")[0] for name in found if name.endswith("/init.mp4")})


def test_every_address_of_the_manifests_is_there_and_of_its_kind(world):
    played = world.player.plays(world.film).ok().json()
    nobody = world.someone()
    found = addresses(nobody, played)
    kinds = {
        "m3u8": "application/vnd.apple.mpegurl",
        "mpd": "application/dash+xml",
        "jpg": "image/jpeg",
    }
    for name, answer in found.items():
        ending = name.rsplit(".", 1)[1]
        want = kinds.get(ending) or ("audio/mp4" if name.startswith("a-") else "video/mp4")
        assert answer.headers["Content-Type"] == want, name
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        cache = answer.headers["Cache-Control"]
        assert cache.startswith("private") and ("immutable" in cache) == (
            ending in ("mp4", "m4s", "jpg")
        )
    assert len(renditions(found)) >= 2 and any(n.endswith("2.m4s") for n in found)
    assert any(n.endswith("-iframes.m3u8") for n in found) and any(
        n.endswith(".jpg") for n in found
    )


def test_segments_in_order_are_the_track_file(world):
    """Init and segments put together are the file as it was encoded, less the index between."""
    played = world.player.plays(world.film).ok().json()
    base = base_of(played)
    edition = base.rsplit("/", 1)[1]
    for name in renditions(addresses(world.someone(), played)):
        file = (world.folder / "blobs/media" / edition / f"{name}.mp4").read_bytes()
        init = world.someone().get(f"{base}/{name}/init.mp4").body
        media, number = b"", 1
        while (answer := world.someone().get(f"{base}/{name}/{number}.m4s")).status == 200:
            media += answer.body
            number += 1
        assert number == 3 and file.startswith(init) and file.endswith(media)
        between = file[len(init) : len(file) - len(media)]
        assert between[4:8] == b"sidx" and int.from_bytes(between[:4], "big") == len(between)


@pytest.mark.parametrize("form", ["hls", "dash"])
def test_any_player_plays_it_to_the_end(world, form):
    played = world.player.plays(world.film).ok().json()
    for stream, least in (("v:0", 8 * 25), ("a:0", 8 * 48000 // 1024)):
        done = subprocess.run(
            [
                "ffmpeg",
                "-nostdin",
                "-v",
                "warning",
                "-i",
                played[form],
                "-map",
                f"0:{stream}",
                "-fps_mode",
                "passthrough",
                "-f",
                "framemd5",
                "-",
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0 and "rror" not in done.stderr, done.stderr
        frames = [line for line in done.stdout.splitlines() if line.startswith("0,")]
        assert len(frames) >= least


def mutants(text, luck, n):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(n):
        kind, at = luck.randrange(5), luck.randrange(len(text))
        if kind == 0:
            yield text[:at] + luck.choice(letters.replace(text[at], "")) + text[at + 1 :]
        elif kind == 1:
            yield text[:at] + text[at + 1 :]
        elif kind == 2:
            yield text[:at] + luck.choice(letters) + text[at:]
        elif kind == 3:
            swapped = list(text)
            other = luck.randrange(len(text))
            if swapped[at] == swapped[other]:
                continue
            swapped[at], swapped[other] = swapped[other], swapped[at]
            yield "".join(swapped)
        else:
            yield "".join(luck.choice(letters) for _ in text)


def test_without_a_pass_every_media_address_answers_403(world):
    who = world.player
    played = who.plays(world.film).ok().json()
    found = addresses(who, played)
    _, media, good, edition = base_of(played).split("/")
    names = [*found, "", "v180/99.m4s", "nothing"]
    luck = random.Random(403)
    bad = [
        "",
        "x",
        "A" * 120,
        edition,
        world.film,
        who.cookies["lanterne_session"],
        played["id"],
        good[:-1],
        good + "A",
        good.swapcase(),
        good[::-1],
        "null",
        "%00",
        good + "%00",
        good + "%2e",
    ]
    bad += list(mutants(good, luck, 400))
    assert world.someone().get(f"/{media}/{good}/{edition}/master.m3u8").status == 200
    for i, text in enumerate(bad):
        for name in names if i < 15 else [luck.choice(names)]:
            quoted = urllib.parse.quote(name, safe="/")
            # Not even the member's own session opens what the pass does not.
            answer = who.get(f"/media/{text}/{edition}/{quoted}")
            assert answer.status in (400, 403), (text, name, answer.status)
            assert answer.status == 400 or answer.problem == "forbidden"
            assert answer.headers["Cache-Control"] == "no-store"
    for path in (
        "/media",
        "/media/",
        "/media/master.m3u8",
        f"/media/{edition}/v180/1.m4s",
        f"/media/{good}x/{edition}/master.m3u8",
    ):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE"):
            assert who.ask(method, path).status == 403, (method, path)


def test_a_pass_opens_its_own_title_only(world):
    who = world.player
    one, two = (who.plays(t).ok().json() for t in (world.film, world.second))
    _, _, pass_one, edition_one = base_of(one).split("/")
    _, _, pass_two, edition_two = base_of(two).split("/")
    assert who.get(f"/media/{pass_two}/{edition_two}/master.m3u8").status == 200
    for name in ("master.m3u8", "v180/1.m4s", "v180/init.mp4", "tiles/1.jpg"):
        for path in (
            f"/media/{pass_one}/{edition_two}/{name}",
            f"/media/{pass_two}/{edition_one}/{name}",
            f"/media/{pass_one}/{'a' * 26}/{name}",
        ):
            answer = who.get(path)
            assert (answer.status, answer.json()["reason"]) == (403, "wrong-path")


def test_an_unknown_name_is_not_found_once_the_pass_is_good(world):
    base = base_of(world.player.plays(world.film).ok().json())
    for name in (
        "v180/0.m4s",
        "v180/3.m4s",
        "v180/01.m4s",
        "v180/-1.m4s",
        "v180/99999999999999999999.m4s",
        "v180/1.m4s/",
        "v180/.m4s",
        "v180/1.mp4",
        "v180/init.mp4/x",
        "x/1.m4s",
        "x/init.mp4",
        "/1.m4s",
        "v180.mp4",
        "v18/1.m4s",
        "v1800/1.m4s",
        "tiles/0.jpg",
        "tiles/2.jpg",
        "tiles/01.jpg",
        "tiles/1.jpeg",
        "tiles/x.jpg",
        "master.m3u8x",
        "v180",
        "",
        "x" * 200,
        ".",
        "v180/1%2em4s%00",
        "v180/1.m4s?x=1#",
    ):
        answer = world.someone().get(f"{base}/{name}")
        if name.endswith("?x=1#"):
            assert answer.status == 200
        else:
            assert answer.status in (400, 404) and answer.problem, (name, answer.status)
    assert world.someone().get(base).status == 403  # the pass is for what lies below
    assert world.someone().get(base + "/").status == 404


def test_segments_answer_ranges_conditions_and_head(world):
    path = base_of(world.player.plays(world.film).ok().json()) + "/v180/1.m4s"
    who = world.someone()
    whole = who.get(path)
    size = len(whole.body)
    assert whole.headers["Accept-Ranges"] == "bytes" and whole.headers["ETag"]
    head = who.head(path)
    assert head.status == 200 and int(head.headers["Content-Length"]) == size and head.body == b""
    for asked, first, last in (
        ("0-0", 0, 0),
        ("0-", 0, size - 1),
        ("100-199", 100, 199),
        ("-1", size - 1, size - 1),
        (f"-{size * 2}", 0, size - 1),
        (f"{size - 1}-", size - 1, size - 1),
        (f"5-{size * 3}", 5, size - 1),
    ):
        part = who.get(path, headers={"Range": f"bytes={asked}"})
        assert part.status == 206 and part.body == whole.body[first : last + 1], asked
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
    past = who.get(path, headers={"Range": f"bytes={size}-"})
    assert past.status == 416 and past.headers["Content-Range"] == f"bytes */{size}"
    same = who.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert same.status == 304 and same.body == b"" and "immutable" in same.headers["Cache-Control"]
    assert who.get(path, headers={"If-None-Match": '"other"'}).body == whole.body
    other = who.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert other.status == 200 and other.body == whole.body


def test_random_ranges_are_exactly_the_files_bytes(world):
    path = base_of(world.player.plays(world.film).ok().json()) + "/a-fr-2/1.m4s"
    who, luck = world.someone(), random.Random(7)
    whole = who.get(path).body
    size = len(whole)
    for _ in range(300):
        first = luck.choice(
            [0, 1, size - 1, size, luck.randrange(size), 2**31, 2**63 - 1, 2**64]
        )
        last = luck.choice([0, size - 1, size, luck.randrange(size), 2**63, 2**64 + 5])
        part = who.get(path, headers={"Range": f"bytes={first}-{last}"})
        if first <= last and first < size:
            assert (part.status, part.body) == (206, whole[first : last + 1]), (first, last)
        else:
            assert part.status in (200, 416) and part.body in (b"", whole), (first, last)


def test_manifests_are_asked_for_again_and_tell_by_their_tag(world):
    played = world.player.plays(world.film).ok().json()
    answer = world.someone().get(played["hls"])
    same = world.someone().get(played["hls"], headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status == 304 and same.headers["Access-Control-Allow-Origin"] == "*"


def test_other_sites_players_may_ask(world):
    path = base_of(world.player.plays(world.film).ok().json()) + "/manifest.mpd"
    ask = world.someone().ask(
        "OPTIONS",
        path,
        headers={
            "Origin": "https://player.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "range",
        },
    )
    assert ask.status == 204 and ask.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in ask.headers["Access-Control-Allow-Methods"]
    assert "Range" in ask.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in world.someone().get("/api/v1/titles").headers
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = world.someone().ask(method, path)
        assert answer.status == 405 and "GET" in answer.headers["Allow"]


def test_a_pass_ends_when_it_says(own_world):
    own_world.server.stop()
    own_world.set("pass_seconds", 0)
    own_world.serve("--now", "2030-01-01T00:00:00Z")
    played = own_world.administrator().plays(own_world.film).ok().json()
    assert played["expires_at"].startswith("2030-01-01T06:00")
    for now, status in (("2030-01-01T05:59:00Z", 200), ("2030-01-01T06:00:10Z", 403)):
        own_world.server.stop()
        own_world.serve("--now", now)
        path = base_of(played)
        for name in ("master.m3u8", "v180/1.m4s", "v180/1.m4s", "tiles/1.jpg"):
            assert own_world.someone().get(f"{path}/{name}").status == status, (now, name)


def test_a_pass_outlives_a_restart_and_a_rolled_key_until_that_is_taken_away(own_world):
    path = base_of(own_world.member().plays(own_world.film).ok().json()) + "/v180/1.m4s"
    keys = own_world.folder / "keys"
    own_world.server.kill()
    own_world.serve()
    assert own_world.someone().get(path).status == 200
    own_world.server.stop()
    (keys / "pass.key").rename(keys / "pass-1.key")
    (keys / "pass.key").touch(0o600)
    (keys / "pass.key").write_bytes(bytes(range(32)))
    own_world.serve()
    assert own_world.someone().get(path).status == 200
    newer = base_of(own_world.member().plays(own_world.film).ok().json()) + "/v180/1.m4s"
    own_world.server.stop()
    (keys / "pass-1.key").unlink()
    own_world.serve()
    assert own_world.someone().get(path).status == 403
    assert own_world.someone().get(newer).status == 200


def test_who_watches_a_replaced_edition_goes_on_after_a_restart(own_world, masters):
    played = own_world.member().plays(own_world.film).ok().json()
    path = base_of(played)
    before = addresses(own_world.someone(), played)
    own_world.ingest(film(masters, seconds=4), own_world.film).ok()
    own_world.server.stop()
    own_world.serve()
    for name, answer in before.items():
        again = own_world.someone().get(f"{path}/{name}")
        assert (again.status, again.body) == (200, answer.body), name
    other = base_of(own_world.member().plays(own_world.second).ok().json()).rsplit("/", 1)[0]
    edition = path.rsplit("/", 1)[1]
    assert own_world.someone().get(f"{other}/{edition}/v180/1.m4s").status == 403
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2 * 86400))
    own_world.run("--now", later, "worker", "--exit-when-idle").ok()
    own_world.server.stop()
    own_world.serve()
    assert own_world.someone().get(f"{path}/v180/1.m4s").status == 404


def test_captions_added_while_it_runs_are_offered_soon(own_world, tmp_path):
    played = own_world.member().plays(own_world.film).ok().json()
    base = base_of(played)
    nobody = own_world.someone()
    before = nobody.get(played["hls"])
    assert b"SUBTITLES" not in before.body
    captions = tmp_path / "captions.srt"
    captions.write_text("1\n00:00:01,000 --> 00:00:02,000\nBonsoir, été\n", encoding="utf-8")
    own_world.run("caption", "add", captions, "--title", own_world.film, "--language", "fr").ok()
    after = wait_until(
        lambda: (a := nobody.get(played["hls"])).body != before.body and a, "the captions"
    )
    assert b"TYPE=SUBTITLES" in after.body and after.headers["ETag"] != before.headers["ETag"]
    found = addresses(nobody, played)
    vtt = next(name for name in found if name.endswith(".vtt"))
    assert found[vtt].headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert "Bonsoir, été" in found[vtt].body.decode()
    name = re.match(r"[^.]+", vtt).group(0)
    own_world.run("caption", "remove", own_world.film, "--name", name).ok()
    wait_until(lambda: nobody.get(played["hls"]).body == before.body, "the captions to go")
    assert nobody.get(f"{base}/{vtt}").status == 404


def test_images_of_what_is_shown_are_for_who_asks_and_of_the_rest_the_houses(own_world):
    house, visitor, member = own_world.administrator(), own_world.someone(), own_world.member()
    for title, is_shown in (
        (own_world.film, True),
        (own_world.draft, False),
        (own_world.withdrawn, False),
    ):
        poster = house.get(f"/api/v1/console/titles/{title}").json()["poster"]
        for who in (visitor, member):
            answer = who.get(poster)
            assert answer.status == (200 if is_shown else 404), title
            if not is_shown:
                assert answer.body == who.get("/images/nothing.jpg").body
        answer = house.get(poster)
        assert answer.status == 200 and answer.body[:3] == b"\xff\xd8\xff"
        assert answer.headers["Content-Type"] == "image/jpeg"
        cache = answer.headers["Cache-Control"]
        assert cache == ("private, max-age=86400" if is_shown else "private, no-cache")
    for path in (
        "/images/",
        "/images",
        "/images/../lanterne.db",
        "/images/%2e%2e/x.jpg",
        "/images/x.png",
        "/images/a/b.jpg",
        "/images/.jpg",
        "/images/X.jpg",
        "/images/" + "a" * 300 + ".jpg",
    ):
        assert visitor.get(path).status in (400, 404), path
    assert visitor.post("/images/nothing.jpg").status == 405


def test_editions_are_opened_side_by_side_and_more_than_fit(own_world, tmp_path):
    """With few descriptors four editions are kept open: of five at once all get their own bytes."""
    limited = tmp_path / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -n 256\nexec {own_world.lanterne.path} "$@"\n')
    limited.chmod(0o755)
    own_world.lanterne = Lanterne(limited)
    own_world.server.stop()
    own_world.settings(connections=32)
    own_world.serve()
    who = own_world.member()
    a, b, _, d = own_world.episodes
    plays = [base_of(who.plays(t).ok().json()) for t in (own_world.film, own_world.second, a, b, d)]
    files = {}
    for path in plays:
        edition = path.rsplit("/", 1)[1]
        files[path] = (own_world.folder / f"blobs/media/{edition}/v180.mp4").read_bytes()

    def ask(i):
        path = plays[i % len(plays)]
        answer = own_world.someone().get(f"{path}/v180/{1 + i % 2}.m4s")
        return answer.status == 200 and answer.body in files[path]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))
    held = [os.readlink(f) for f in glob.glob(f"/proc/{own_world.server.child.pid}/fd/*")]
    assert 1 <= sum(f.endswith("v180.mp4") for f in held) <= 4, held


@pytest.mark.parametrize("name", ["v180", "a-fr-2"])
def test_a_broken_track_file_is_told_in_the_log_and_to_nobody_else(own_world, name):
    path = base_of(own_world.member().plays(own_world.film).ok().json())
    edition = path.rsplit("/", 1)[1]
    file = own_world.folder / "blobs/media" / edition / f"{name}.mp4"
    whole = file.read_bytes()
    file.chmod(0o600)
    for broken in (whole[:100], whole[: len(whole) // 2], whole[:-1], b"", bytes(len(whole))):
        file.write_bytes(broken)
        answer = own_world.someone().get(f"{path}/master.m3u8")
        assert answer.status == 500 and answer.problem == "internal"
    file.unlink()
    assert own_world.someone().get(f"{path}/master.m3u8").status == 404
    assert f"cannot open edition {edition}" in own_world.server.text()
    file.write_bytes(whole)
    assert own_world.someone().get(f"{path}/master.m3u8").status == 200


def test_a_film_whose_captions_are_lost_is_still_a_film(own_world, tmp_path):
    captions = tmp_path / "captions.srt"
    captions.write_text("1\n00:00:01,000 --> 00:00:02,000\nBonsoir\n", encoding="utf-8")
    own_world.run("caption", "add", captions, "--title", own_world.film, "--language", "fr").ok()
    for blob in (own_world.folder / "blobs/captions").rglob("*.vtt"):
        blob.unlink()
    base = base_of(own_world.member().plays(own_world.film).ok().json())
    assert own_world.someone().get(f"{base}/master.m3u8").status == 200
    assert own_world.someone().get(f"{base}/c-fr.vtt").body == b"WEBVTT\n"
    assert "its captions are empty" in own_world.server.text()
    assert own_world.run("check").code == 3
