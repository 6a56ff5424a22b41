"""Pictures, captions and what a job notes down: sealed as they are written, opened as they are
sent, and refused when they are not what was put."""
import os
import random
import re
import sqlite3
import subprocess
import tempfile
import time

import pytest

from api_world import PASSWORD, World
from harness import Masters, Service, wait_until
from sealed_blobs import opened, wrapped_secrets

SPOKEN, ADDED = "A lantern is lit at dusk", "Une lanterne brille au loin"
SIGNATURES = {
    "JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG", "WebVTT": b"WEBVTT", "WebVTT with a mark":
    b"\xef\xbb\xbfWEBVTT", "GIF": b"GIF8", "RIFF": b"RIFF", "Matroska": b"\x1aE\xdf\xa3",
    "SubRip": b"1\n00:", "JSON": b"{", "XML": b"<", "zip": b"PK\x03\x04",
}
TAG = 16


def film_of(masters):
    """With pictures that are worth a still, sound, and captions inside."""
    path = masters.folder / "spoken.mkv"
    lines = masters.folder / "spoken.srt"
    lines.write_text(f"1\n00:00:01,000 --> 00:00:05,000\n{SPOKEN}\n", encoding="utf-8")
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
         "mandelbrot=size=480x270:rate=25", "-f", "lavfi", "-i", "sine=440", "-i", lines, "-t", "8",
         "-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-c:a", "aac", "-c:s",
         "srt", "-metadata:s:s:0", "language=eng", "-metadata:s:a:0", "language=eng", path],
        check=True, timeout=120)
    return path


def poster_of(masters, size):
    path = masters.folder / f"poster-{size}.jpg"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
                    f"testsrc2=size={size}", "-frames:v", "1", path], check=True, timeout=60)
    return path


def make(lanterne, folder, protect):
    house = Service(lanterne, folder, protect=protect)
    house.set("piece_seconds", 4)
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    masters = Masters(house.folder.parent / "masters")
    house.poster, house.master = poster_of(masters, "300x450"), film_of(masters)
    house.captions = masters.folder / "added.srt"
    house.captions.write_text(f"1\n00:00:02,000 --> 00:00:04,000\n{ADDED}\n", encoding="utf-8")
    house.film = house.add_title("The film", poster=house.poster)
    house.bare = house.add_title("Another")
    for title in (house.film, house.bare):
        house.ingest(house.master, title).ok()
        house.publish(title)
    house.run("caption", "add", house.captions, "--title", house.film, "--language", "fr").ok()
    house.add_member("member@example.org", PASSWORD)
    return house


_made = {}


def the_house(lanterne, protect):
    if (lanterne.path, protect) not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-sealed-")
        _made[lanterne.path, protect] = (make(lanterne, folder.name, protect), folder)
    return _made[lanterne.path, protect][0]


@pytest.fixture
def sealed(lanterne, tmp_path):
    made = World(the_house(lanterne, "cbcs"), tmp_path / "sealed")
    yield made
    made.finish()


@pytest.fixture
def clear(lanterne, tmp_path):
    made = World(the_house(lanterne, "no"), tmp_path / "clear")
    yield made
    made.finish()


def blobs(world, pattern="**/*"):
    return sorted(p for p in (world.folder / "blobs").glob(pattern) if p.is_file())


def small(world):
    """What is for a coffer: all but tracks and masters."""
    return [p for p in blobs(world) if p.suffix in (".jpg", ".vtt")]


def in_clear(paths):
    """Those that begin like something, or hold words of the captions."""
    texts = [w.encode() for w in (*SPOKEN.split(), *ADDED.split()) if len(w) > 5]
    found = []
    for path in paths:
        held = path.read_bytes()
        if any(held.startswith(s) for s in SIGNATURES.values()) or any(t in held for t in texts):
            found.append(path)
    return found


def plays(who, title):
    """What a playback's answer says. Its seat is free again, its pass good for minutes."""
    played = who.plays(title).ok().json()
    assert who.delete(f"/api/v1/playbacks/{played['id']}").status == 204
    return played


def base_of(played):
    return played["hls"].rsplit("/", 1)[0]


def media_of(who, title):
    """{name: answer} of everything that is not a track: as a player asks for it."""
    played = plays(who, title)
    base = base_of(played)
    names = re.findall(r'"(c-[a-z-]+)-vtt\.m3u8"', who.get(played["hls"]).ok().body.decode())
    found = {f"{name}.vtt": who.get(f"{base}/{name}.vtt") for name in sorted(set(names))}
    for sheet in range(1, 10):
        answer = who.get(f"{base}/tiles/{sheet}.jpg")
        if answer.status == 404:
            break
        found[f"tiles/{sheet}.jpg"] = answer
    return base, found


def pictures_of(who, title):
    page = who.get(f"/api/v1/titles/{title}").ok().json()
    return {kind: page[kind] for kind in ("poster", "backdrop") if page[kind]}


def whole_state(world):
    with sqlite3.connect(f"file:{world.folder}/lanterne.db?mode=ro", uri=True) as db:
        return (db.execute("SELECT count(*) FROM seal_key").fetchone()[0],
                db.execute("SELECT count(*) FROM sealed_whole").fetchone()[0])


# ---- what lies there -----------------------------------------------------------------------------


def test_nothing_of_a_film_lies_in_clear(sealed, clear):
    """Every file of the blob store, after posters, captions inside and beside, tiles and stills."""
    given = {p.read_bytes() for p in (sealed.poster, sealed.master, sealed.captions)}
    paths = blobs(sealed)
    kinds = {p.relative_to(sealed.folder / "blobs").parts[0] for p in paths}
    assert kinds == {"media", "images", "captions", "masters"}
    assert len([p for p in paths if "tiles" in p.parts]) >= 4  # two sheets a film
    assert len(blobs(sealed, "captions/**/*")) == 3 and len(blobs(sealed, "images/*")) == 5
    assert in_clear(paths) == []
    assert not [p for p in paths if p.read_bytes() in given]
    # The same eyes see what lies in clear.
    assert {*small(clear)} <= {*in_clear(blobs(clear))}
    assert [p for p in blobs(clear) if p.read_bytes() in given]
    # Nor does one lie as it lay in another house, or beside itself.
    held = [p.read_bytes() for p in paths]
    assert len({*held}) == len(held)
    assert not {*held} & {p.read_bytes() for p in blobs(clear)}
    assert sealed.run("check").ok().stdout.strip() == "sound"
    assert clear.run("check").ok().stdout.strip() == "sound"
    assert whole_state(sealed) == (1, 1) and whole_state(clear) == (0, 0)


def test_another_reader_opens_them_by_the_master_key_and_what_is_written_down(sealed, clear):
    secrets = wrapped_secrets(sealed.folder)
    read = {p: opened(sealed.folder, p, secrets) for p in small(sealed)}
    assert None not in read.values()
    assert sealed.poster.read_bytes() in read.values()
    assert sorted(read.values()) == sorted(p.read_bytes() for p in small(clear))
    one, other = blobs(sealed, "images/*")[:2]
    one.write_bytes(other.read_bytes())
    assert opened(sealed.folder, one, secrets) is None


def test_notes_of_a_running_job_are_sealed_and_what_is_killed_goes_on(sealed):
    title = sealed.add_title("Long")
    job = sealed.run("ingest", sealed.master, "--title", title, "--json").ok().json()["job"]
    worker = sealed.worker()
    seen = set()

    def look():
        for path in blobs(sealed, f"work/{job}/*"):
            try:
                assert in_clear([path]) == []
                seen.add(path.suffix)
            except FileNotFoundError:
                pass
        return ".note" in seen and ".tiles" in seen

    wait_until(look, "notes and tiles of the job", timeout=120, every=0.01)
    worker.kill()
    assert {".note", ".tiles"} <= seen
    sealed.worker()
    wait_until(lambda: sealed.run("job", "show", job, "--json").json()["state"] == "ready",
               "the job to be taken up again", timeout=180, every=0.5)
    assert in_clear(blobs(sealed)) == []


# ---- what is sent --------------------------------------------------------------------------------


def same(one, other):
    """Whether two answers say the same of the same bytes."""
    own = ("Date", "Connection")
    heads = [{k: v for k, v in a.headers.items() if k not in own} for a in (one, other)]
    return one.status == other.status and heads[0] == heads[1] and one.body == other.body


def test_the_same_bytes_are_sent_as_from_a_house_that_seals_nothing(sealed, clear):
    answers = []
    for world in (sealed, clear):
        world.serve()
        who = world.member()
        base, media = media_of(who, world.film)
        pictures = {kind: who.get(at) for kind, at in pictures_of(who, world.film).items()}
        assert pictures["poster"].body == world.poster.read_bytes()
        again = {name: who.get(f"{base}/{name}") for name in media}
        assert all(same(media[name], again[name]) for name in media)
        answers.append((who, base, media, pictures, pictures_of(who, world.film)))
    (who, base, ours, our_art, our_at), (other, their_base, theirs, their_art, their_at) = answers
    assert {"c-fr.vtt", "c-en.vtt", "tiles/1.jpg", "tiles/2.jpg"} <= {*ours}
    assert {*ours} == {*theirs} and {*our_art} == {*their_art} == {"poster", "backdrop"}
    for name, answer in {**ours, **our_art}.items():
        assert answer.status == 200 and same(answer, {**theirs, **their_art}[name]), name
    assert SPOKEN.encode() in ours["c-en.vtt"].body and ADDED.encode() in ours["c-fr.vtt"].body
    chance = random.Random(33)
    pairs = [(f"{base}/{n}", f"{their_base}/{n}", len(ours[n].body)) for n in ours]
    pairs += [(our_at[k], their_at[k], len(our_art[k].body)) for k in our_art]
    for at, their, size in pairs:
        a, b = sorted(chance.sample(range(size), 2))
        for asked in (f"bytes={a}-{b}", f"bytes={a}-", f"bytes=-{b}", f"bytes={size}-",
                      f"bytes=0-{size * 2}", "bytes=5-1", "bytes=0-0,2-2", f"bytes={size - 1}-"):
            one = who.get(at, headers={"Range": asked})
            assert same(one, other.get(their, headers={"Range": asked})), (at, asked, one.status)
        tag = who.get(at).headers["ETag"]
        one = who.get(at, headers={"If-None-Match": tag})
        assert one.status == 304 and same(one, other.get(their, headers={"If-None-Match": tag}))
        assert same(who.head(at), other.head(their)) and who.head(at).body == b""
    none = f"{base}/tiles/{len(ours)}99.jpg"
    assert who.get(none).status == 404 and who.get("/images/" + "a" * 26 + ".jpg").status == 404


def test_what_nobody_waits_for_is_not_opened_twice(sealed):
    """Once opened, a picture is sent without a look at the disk; a new one under its name is none:
    names are never used twice."""
    sealed.serve()
    who = sealed.member()
    at = pictures_of(who, sealed.film)["poster"]
    first = who.get(at).ok().body
    (sealed.folder / "blobs" / at[1:]).unlink()
    assert who.get(at).ok().body == first


def test_more_pictures_than_are_kept_are_each_itself(sealed):
    """Opened ones are kept in memory below a ceiling of bytes; what is let go is opened again."""
    size, number = 3 << 20, 30
    posters = {}
    for i in range(number):
        path = sealed.logs / f"{i}.jpg"
        path.write_bytes(sealed.poster.read_bytes() + bytes([i]) * size)
        sealed.run("title", "edit", sealed.film, "--poster", path).ok()
        with sqlite3.connect(sealed.folder / "lanterne.db") as db:
            (name,) = db.execute("SELECT poster FROM title WHERE id = ?",
                                 (sealed.film,)).fetchone()
        posters[name] = path.read_bytes()
    sealed.serve()
    who = sealed.member()
    for name in [*posters, *random.Random(1).sample([*posters], number)]:
        with sqlite3.connect(sealed.folder / "lanterne.db") as db:
            db.execute("UPDATE title SET poster = ? WHERE id = ?", (name, sealed.film))
        assert who.get(f"/{name}").ok().body == posters[name]
    fds = f"/proc/{sealed.server.child.pid}/fd"
    opened = [f"{fds}/{fd}" for fd in os.listdir(fds)]
    sizes = [os.stat(fd).st_size for fd in opened if "memfd:" in os.readlink(fd)]
    assert 5 < len(sizes) < number and sum(sizes) <= 64 << 20


# ---- what is refused -----------------------------------------------------------------------------


def flip(path, at, bit=0):
    held = bytearray(path.read_bytes())
    held[at] ^= 1 << bit
    path.write_bytes(held)


def test_a_flipped_bit_anywhere_is_refused_and_named(sealed):
    sealed.serve()
    who = sealed.member()
    base, _ = media_of(who, sealed.bare)
    edition = base.rsplit("/", 1)[1]
    poster = pictures_of(who, sealed.bare)["poster"]
    sealed.server.stop()
    tile = sealed.folder / "blobs/media" / edition / "tiles/1.jpg"
    art = sealed.folder / "blobs" / poster[1:]
    right = {path: path.read_bytes() for path in (tile, art)}
    sealed.serve()
    who = sealed.member()
    base = base_of(plays(who, sealed.bare))
    chance = random.Random(7)
    for path, at in ((tile, f"{base}/tiles/1.jpg"), (art, poster)):
        name = str(path.relative_to(sealed.folder / "blobs"))
        size = len(right[path])
        places = [*range(0, 50, 7), size - 1, size - TAG, *chance.sample(range(48, size), 12)]
        for place in places:
            path.write_bytes(right[path])
            flip(path, place, chance.randrange(8))
            before = len(sealed.server.text())
            answer = who.get(at)
            assert answer.status == 500 and answer.problem == "internal", (name, place)
            said = sealed.server.text()[before:]
            assert f"{name} is refused: " in said, said
        for broken in (right[path][:-1], right[path][:40], right[path] + b"\0", b"",
                       sealed.poster.read_bytes(), bytes(size)):
            path.write_bytes(broken)
            assert who.get(at).status == 500, len(broken)
            assert who.get(at, headers={"Range": "bytes=0-9"}).status == 500
    # One that is whole, under the name of another.
    art.write_bytes(right[tile])
    assert who.get(poster).status == 500
    for path, held in right.items():
        path.write_bytes(held)
    assert who.get(poster).ok().body.startswith(b"\xff\xd8\xff")
    assert who.get(f"{base}/tiles/1.jpg").ok().body.startswith(b"\xff\xd8\xff")
    assert sealed.server.alive()


def test_captions_that_were_altered_are_empty_and_the_film_plays(sealed):
    for path in blobs(sealed, "captions/**/*"):
        flip(path, 100)
    sealed.serve()
    who = sealed.member()
    base, media = media_of(who, sealed.film)
    assert {n: a.body for n, a in media.items() if n.endswith(".vtt")} == {
        "c-en.vtt": b"WEBVTT\n", "c-fr.vtt": b"WEBVTT\n"}
    assert who.get(f"{base}/manifest.mpd").status == 200
    assert len(re.findall(r"captions/\S+ is refused: it was altered", sealed.server.text())) == 2


def test_what_lies_in_clear_where_all_is_sealed_is_not_shown(sealed):
    """Else whoever writes to the disk would need no key to put up pictures of his own."""
    sealed.serve()
    who = sealed.member()
    at = pictures_of(who, sealed.film)["poster"]
    (sealed.folder / "blobs" / at[1:]).write_bytes(sealed.poster.read_bytes())
    assert who.get(at).status == 500
    assert f"{at[1:]} is refused: it lies in clear" in sealed.server.text()
    checked = sealed.run("check")
    assert checked.code == 3 and f"blobs/{at[1:]}: it lies in clear" in checked.stdout
    told = sealed.run("keys", "seal")
    assert told.code == 1 and at[1:] in told.stderr


def test_a_copy_of_store_and_blobs_opens_nothing(sealed, tmp_path):
    stolen = World(sealed, tmp_path / "stolen")
    try:
        (stolen.folder / "keys/master.key").unlink()
        out = stolen.run("serve", "--listen", "127.0.0.1:0")
        assert out.code == 3 and "there is no such file" in out.stderr
        stolen.run("keys", "make", "file:keys/master.key").ok()
        for command in (["serve", "--listen", "127.0.0.1:0"], ["keys", "seal"]):
            out = stolen.run(*command)
            assert out.code == 3 and "neither master_key" in out.stderr
        # With what only was known by the house thrown away, the server starts, and has noise.
        with sqlite3.connect(stolen.folder / "lanterne.db") as db:
            for table in ("seal_key", "sealed_whole", "content_key", "job_task"):
                db.execute(f"DELETE FROM {table}")
        stolen.serve()
        who = stolen.member()
        for at in pictures_of(who, stolen.film).values():
            assert who.get(at).status == 500
        _, media = media_of(who, stolen.film)
        assert all(a.status == 500 for n, a in media.items() if n.endswith(".jpg"))
        assert all(a.body == b"WEBVTT\n" for n, a in media.items() if n.endswith(".vtt"))
        assert in_clear(blobs(stolen)) == []
    finally:
        stolen.finish()


# ---- services that were, and that change ---------------------------------------------------------


def test_an_older_service_is_shown_as_ever_and_sealed_by_a_command(clear):
    clear.settings(protect="cbcs")
    noted = clear.run("check").ok().stdout
    assert "5 pictures, 3 captions, 4 sheets of tiles and 0 notes of jobs lie in clear" in noted
    assert "2 masters lie in clear" in noted and noted.strip().endswith("sound")
    clear.serve()
    who = clear.member()
    base, before = media_of(who, clear.film)
    art = {at: who.get(at).ok().body for at in pictures_of(who, clear.film).values()}
    assert all(a.status == 200 for a in before.values())
    # What is new is sealed, what was is shown beside it.
    clear.run("title", "edit", clear.bare, "--poster", clear.poster).ok()
    new = pictures_of(who, clear.bare)["poster"]
    assert who.get(new).ok().body == clear.poster.read_bytes()
    assert in_clear([clear.folder / "blobs" / new[1:]]) == []
    assert whole_state(clear) == (1, 0)
    # Half done is no harm.
    for wait in (0.05, 0.2, 0.5):
        sealing = clear.start("keys", "seal")
        time.sleep(wait)
        sealing.kill()
        clear.processes.remove(sealing)
        assert all(who.get(f"{base}/{n}").body == a.body for n, a in before.items())
        assert all(who.get(at).ok().body == held for at, held in art.items())
    clear.run("keys", "seal").ok()
    assert clear.run("keys", "seal", "--json").ok().json() == {
        "blobs": 0, "masters": 0, "refused": 0, "keys_forgotten": 0}
    assert in_clear([p for p in blobs(clear) if p.suffix != ".mp4"]) == []
    assert whole_state(clear) == (1, 1)
    for _ in range(2):
        assert all(who.get(f"{base}/{n}").body == a.body for n, a in before.items())
        assert all(who.get(at).ok().body == held for at, held in art.items())
        clear.server.stop()
        clear.serve()
        who = clear.member()
        base = base_of(plays(who, clear.film))
    for title in (clear.film, clear.bare):
        clear.run("keys", "rotate", "--title", title, "--wait", timeout=120).ok()
    assert clear.run("check").ok().stdout.strip() == "sound"


def test_a_master_that_was_sealed_afterwards_is_read_again(clear):
    """A job that had failed goes on from it."""
    clear.settings(protect="cbcs")
    title = clear.add_title("Cancelled")
    clear.settings(protect="no")
    job = clear.run("ingest", clear.master, "--title", title, "--json").ok().json()["job"]
    clear.run("job", "cancel", job).ok()
    clear.settings(protect="cbcs")
    assert clear.run("keys", "seal", "--json").ok().json()["masters"] == 3
    held = clear.master.read_bytes()
    assert held not in [p.read_bytes() for p in blobs(clear, "masters/*")]
    assert len(blobs(clear, "masters/*")) == 3
    clear.run("job", "retry", job).ok()
    assert clear.run("ingest", clear.master, "--title", title, "--json").ok().json()["job"] == job
    clear.run("worker", "--exit-when-idle", timeout=300).ok()
    assert clear.run("job", "show", job, "--json").ok().json()["state"] == "ready"


def test_a_house_that_wants_nothing_sealed_any_more_is_shown_both(sealed):
    sealed.settings(protect="no")
    sealed.serve()
    who = sealed.member()
    old = pictures_of(who, sealed.film)["backdrop"]
    assert who.get(old).ok().body.startswith(b"\xff\xd8\xff")
    sealed.run("title", "edit", sealed.film, "--poster", sealed.poster).ok()
    new = pictures_of(who, sealed.film)["poster"]
    assert (sealed.folder / "blobs" / new[1:]).read_bytes() == sealed.poster.read_bytes()
    assert who.get(new).ok().body == sealed.poster.read_bytes()
    assert whole_state(sealed) == (1, 0)
    refused = sealed.run("keys", "seal")
    assert refused.code == 1 and "protect is no" in refused.stderr
    sealed.settings(protect="cbcs")
    assert "1 pictures" in sealed.run("check").ok().stdout
    sealed.run("keys", "seal").ok()
    assert in_clear(blobs(sealed)) == []


# ---- keys ----------------------------------------------------------------------------------------


def test_keys_are_rolled_and_the_old_ones_forgotten_when_nobody_writes_under_them(sealed):
    sealed.serve()
    who = sealed.member()
    base, before = media_of(who, sealed.film)
    held = {p: p.read_bytes() for p in small(sealed)}
    done = sealed.run("keys", "seal", "--new-key", "--json").ok().json()
    assert done["blobs"] == len(held) and done["keys_forgotten"] == 0
    assert whole_state(sealed) == (2, 1)
    assert all(p.read_bytes()[8:24] != b[8:24] for p, b in held.items())
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2 * 86400))
    assert sealed.run("keys", "seal", "--json", "--now", later).ok().json()["keys_forgotten"] == 1
    assert whole_state(sealed) == (1, 1)
    sealed.server.stop()
    sealed.serve()
    who = sealed.member()
    base, after = media_of(who, sealed.film)
    assert {n: a.body for n, a in after.items()} == {n: a.body for n, a in before.items()}
    # What was sealed under the key that is forgotten is not ours any more.
    path = next(p for p in held if "tiles" in p.parts and base.rsplit("/", 1)[1] in p.parts)
    path.write_bytes(held[path])
    sealed.server.stop()
    sealed.serve()
    who = sealed.member()
    base = base_of(plays(who, sealed.film))
    assert who.get(f"{base}/tiles/{path.name}").status == 500


def test_they_move_to_a_new_master_key_with_the_others(sealed):
    sealed.run("keys", "make", "file:keys/new.key").ok()
    sealed.settings(master_key="file:keys/new.key", master_key_before="file:keys/master.key")
    sealed.run("keys", "rewrap").ok()
    (sealed.folder / "keys/master.key").unlink()
    sealed.settings(master_key_before="")
    sealed.run("check").ok()
    sealed.serve()
    who = sealed.member()
    assert who.get(pictures_of(who, sealed.film)["poster"]).ok().body == sealed.poster.read_bytes()


def test_rotation_seals_the_tiles_of_the_new_edition(sealed):
    sealed.serve()
    who = sealed.member()
    _, before = media_of(who, sealed.film)
    sealed.run("keys", "rotate", "--title", sealed.film, "--wait", timeout=120).ok()
    _, after = media_of(who, sealed.film)
    assert {n: a.body for n, a in after.items()} == {n: a.body for n, a in before.items()}
    assert in_clear(blobs(sealed)) == []


def test_without_the_master_key_no_picture_is_put(sealed):
    (sealed.folder / "keys/master.key").unlink()
    titles = sealed.run("title", "list", "--json").ok().stdout
    images = blobs(sealed, "images/*")
    for command in (["title", "add", "--kind", "film", "--title", "X", "--poster", sealed.poster],
                    ["title", "edit", sealed.film, "--poster", sealed.poster],
                    ["caption", "add", sealed.captions, "--title", sealed.film, "--language",
                     "de"]):
        told = sealed.run(*command)
        assert told.code == 3 and "master_key: file:keys/master.key" in told.stderr
    assert sealed.run("title", "list", "--json").ok().stdout == titles
    assert blobs(sealed, "images/*") == images
    sealed.run("title", "edit", sealed.film, "--year", "1950").ok()
