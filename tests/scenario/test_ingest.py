"""From a delivered master to track files: what is taken, what is refused, and what a killed worker
leaves to the next one."""
import hashlib
import json
import random
import re
import signal
import subprocess
import time

import pytest

from harness import Service, wait_until

REFUSED = 4
LONG = {"seconds": 16, "size": "480x270"}  # four pieces of 4 s
RENDITIONS_180 = ["a-und-2.mp4", "v180.mp4"]


def setting(service, name, value):
    """Changes one line of the settings file."""
    file = service.folder / "lanterne.conf"
    lines = [line for line in file.read_text().splitlines()
             if not re.match(rf"#?\s*{name}\s*=", line)]
    file.write_text("\n".join([*lines, f"{name} = {value}", ""]))


def blobs(service, below=""):
    root = service.folder / "blobs" / below
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def track_hashes(service):
    root = service.folder / "blobs/media"
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*.mp4")}


def probe(path, *entries):
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *entries, path],
        check=True, capture_output=True, timeout=60).stdout
    return json.loads(out)


def track(service, name):
    (found,) = (service.folder / "blobs/media").rglob(f"{name}.mp4")
    return found


def jobs(service):
    return service.run("job", "list", "--json").ok().json()["items"]


@pytest.mark.parametrize("name, more", [
    ("film.mp4", {}),
    ("film.mov", {"audio": "pcm_s16le"}),
    ("film.mkv", {"audio": "flac"}),
    ("film.ts", {"audio": "mp2"}),
    ("film.mxf", {"video": "mpeg2video", "audio": "pcm_s16le", "extra": ["-b:v", "4M"]}),
])
def test_a_master_in_each_container_becomes_an_edition(service, masters, name, more):
    title = service.add_title("Le Voyage dans la Lune")
    service.ingest(masters.make(name, seconds=4, **more), title).ok()
    found = blobs(service, "media")
    assert [f.split("/")[1] for f in found if f.endswith(".mp4")] == RENDITIONS_180
    assert blobs(service, "work") == []
    frames = probe(track(service, "v180"), "-count_frames", "-show_entries", "stream")["streams"][0]
    assert (frames["codec_name"], frames["profile"]) == ("h264", "High")
    assert int(frames["nb_read_frames"]) == 100


def test_an_episode_is_ingested_by_its_season_and_number(service, masters):
    series = service.add_title("Les Vampires", kind="series")
    service.run("title", "episode", "add", series, "--season", "1", "--episode", "2",
                "--title-in", "fr=La Bague qui tue").ok()
    film = masters.make(seconds=4)
    service.run("ingest", film, "--title", series, "--season", "1", "--episode", "2", "--wait",
                timeout=300).ok()
    answer = service.run("ingest", film, "--title", series, "--season", "1", "--episode", "9")
    assert answer.code != 0 and "episode" in answer.stderr


def test_every_language_stereo_beside_surround_and_text_tracks_are_kept(service, masters, tmp_path):
    text = tmp_path / "fr.srt"
    text.write_text("1\n00:00:01,000 --> 00:00:02,000\nBonjour <i>la lune</i>\n")
    base = masters.make("base.mkv", seconds=4, channels=6)
    film = tmp_path / "film.mkv"
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", base, "-f", "lavfi", "-i",
         "sine=300:duration=4", "-i", text, "-map", "0:v", "-map", "0:a", "-map", "1:a",
         "-map", "2:s", "-c:v", "copy", "-c:a", "aac", "-c:s", "subrip",
         "-metadata:s:a:0", "language=fre", "-metadata:s:a:1", "language=eng",
         "-metadata:s:s:0", "language=fre", film], check=True, timeout=60)
    title = service.add_title("Surround")
    service.ingest(film, title).ok()
    names = [f.split("/")[1] for f in blobs(service, "media") if f.endswith(".mp4")]
    assert names == ["a-en-2.mp4", "a-fr-2.mp4", "a-fr-6.mp4", "v180.mp4"]
    stream = probe(track(service, "a-fr-6"), "-show_entries", "stream")["streams"][0]
    assert (stream["codec_name"], stream["profile"], stream["channels"]) == ("aac", "LC", 6)
    (caption,) = blobs(service, "captions")
    written = (service.folder / "blobs/captions" / caption).read_text()
    assert "Bonjour <i>la lune</i>" in written


def test_a_film_without_sound_is_a_film(service, masters):
    title = service.add_title("Silent")
    service.ingest(masters.make(seconds=4, audio=None), title).ok()
    assert [f.split("/")[1] for f in blobs(service, "media") if f.endswith(".mp4")] == ["v180.mp4"]


@pytest.fixture(scope="module")
def undisturbed(lanterne, masters, tmp_path_factory):
    """The hashes of the tracks of the long film, encoded by one worker that nobody disturbs."""
    made = Service(lanterne, tmp_path_factory.mktemp("undisturbed"))
    setting(made, "piece_seconds", 4)
    title = made.add_title("One")
    made.ingest(masters.make("long.mp4", **LONG), title).ok()
    hashes = track_hashes(made)
    made.finish()
    return hashes


def test_a_killed_worker_leaves_its_pieces_to_the_next_and_the_bytes_are_the_same(
        service, masters, undisturbed):
    film = masters.make("long.mp4", **LONG)
    setting(service, "piece_seconds", 4)
    title = service.add_title("One")
    service.run("ingest", film, "--title", title).ok()
    chance = random.Random(2013)
    kills = 0
    while kills < 3:
        worker = service.worker()
        before = jobs(service)[0]["pieces_done"]
        wait_until(lambda: not worker.alive() or jobs(service)[0]["pieces_done"] > before
                   or jobs(service)[0]["state"] == "ready", "a finished piece", timeout=120)
        if jobs(service)[0]["state"] == "ready":
            break
        time.sleep(chance.random() * 0.3)  # any instant of the next piece will do
        worker.kill()
        kills += 1
    assert kills > 0, "the film was too short to kill anybody in"
    done = jobs(service)[0]["pieces_done"]
    assert done >= 1
    # What a dead worker held is free when its lease has ended; the clock of the next says it has.
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600))
    service.run("--now", later, "worker", "--exit-when-idle", timeout=300).ok()
    assert jobs(service)[0]["state"] == "ready"
    assert track_hashes(service) == undisturbed


def test_two_workers_share_a_film_and_the_bytes_are_the_same(service, masters, undisturbed):
    film = masters.make("long.mp4", **LONG)
    setting(service, "piece_seconds", 4)
    title = service.add_title("One")
    service.run("ingest", film, "--title", title).ok()
    service.worker()
    service.worker()
    wait_until(lambda: jobs(service)[0]["state"] == "ready", "the edition", timeout=300)
    assert track_hashes(service) == undisturbed


def test_ctrl_c_gives_the_work_back_and_the_next_worker_ends_it(service, masters):
    setting(service, "piece_seconds", 4)
    title = service.add_title("One")
    waiting = service.start("ingest", masters.make("long.mp4", **LONG),
                            "--title", title, "--wait")
    wait_until(lambda: waiting.alive() and jobs(service) and jobs(service)[0]["pieces_done"] >= 1,
               "a finished piece", timeout=120)
    waiting.child.send_signal(signal.SIGINT)
    wait_until(lambda: not waiting.alive(), "the end of the command")
    assert waiting.child.returncode == 130
    assert jobs(service)[0]["state"] in ("queued", "running")
    service.run("worker", "--exit-when-idle", timeout=300).ok()
    assert jobs(service)[0]["state"] == "ready"
    service.processes.remove(waiting)


def test_pieces_that_come_after_a_cancellation_are_swept_and_a_failed_jobs_kept(service, masters):
    title = service.add_title("One")
    film = masters.make(seconds=4)
    job = service.run("ingest", film, "--title", title, "--json").ok().json()["job"]
    service.run("job", "cancel", job).ok()
    late = service.folder / "blobs/work" / job / "p0.note"
    late.parent.mkdir(parents=True)
    late.write_bytes(b"late")
    service.run("worker", "--exit-when-idle").ok()
    assert blobs(service, "work") == []
    service.run("job", "retry", job).ok()
    (service.folder / "blobs/masters" / job).unlink()
    late.parent.mkdir(parents=True, exist_ok=True)
    late.write_bytes(b"a piece that is done")
    service.run("worker", "--exit-when-idle").ok()
    assert jobs(service)[0]["state"] == "failed"
    assert blobs(service, "work") == [f"{job}/p0.note"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_inspection_is_interrupted_and_blames_nobody(service, masters, number):
    film = masters.make("slow.mkv", seconds=300, rate="2", audio="flac", channels=6)
    title = service.add_title("One")
    waiting = service.start("ingest", film, "--title", title)
    time.sleep(1.5)
    assert waiting.alive(), "the inspection is too short to interrupt"
    waiting.send(number)
    wait_until(lambda: not waiting.alive(), "the end of the command", timeout=10)
    assert waiting.child.returncode == 130, waiting.text()
    assert "refused" not in waiting.text()
    assert jobs(service) == [] and blobs(service) == []
    service.processes.remove(waiting)


def test_the_same_file_again_while_it_is_encoded_joins_the_job(service, masters):
    film = masters.make(seconds=4)
    title = service.add_title("One")
    first = service.run("ingest", film, "--title", title, "--json").ok().json()["job"]
    again = service.run("ingest", film, "--title", title, "--wait", "--json",
                        timeout=300).ok().json()["job"]
    assert first == again
    assert len(jobs(service)) == 1


def test_another_file_of_the_same_name_does_not_join_the_job(service, masters, tmp_path):
    title = service.add_title("One")
    first = service.run("ingest", masters.make(seconds=4), "--title", title, "--json").ok()
    other = tmp_path / "film.mp4"
    good = masters.make(seconds=4).read_bytes()
    for bytes_ in (masters.make(seconds=6).read_bytes(), good[:-1] + bytes([good[-1] ^ 1])):
        other.write_bytes(bytes_)
        answer = service.run("ingest", other, "--title", title)
        assert answer.code == 1 and first.json()["job"] in answer.stderr


def test_a_worker_that_ended_is_not_waited_for(service, masters):
    first, second = service.add_title("One"), service.add_title("Two")
    film = masters.make(seconds=4)
    service.ingest(film, first).ok()
    service.run("ingest", film, "--title", second).ok()
    waiting = service.start("ingest", film, "--title", second, "--wait")
    wait_until(lambda: not waiting.alive(), "the edition", timeout=15)
    assert jobs(service)[0]["state"] == "ready"


def test_a_new_master_replaces_the_edition_but_running_playbacks_keep_theirs(service, masters):
    title = service.add_title("One")
    service.ingest(masters.make(seconds=4), title).ok()
    first = service.run("title", "show", title, "--json").ok().json()["edition"]
    service.ingest(masters.make("other.mkv", seconds=6), title).ok()
    second = service.run("title", "show", title, "--json").ok().json()["edition"]
    assert (first["duration_seconds"], second["duration_seconds"]) == (4, 6)
    assert any(first["id"] in name for name in blobs(service, "media"))
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2 * 86400))
    service.run("--now", later, "worker", "--exit-when-idle").ok()
    assert all(second["id"] in name for name in blobs(service, "media"))


BAD = {
    "empty.mp4": b"",
    "text.mp4": b"Il etait une fois une lanterne.\n" * 100,
    "boxes.mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\xff\xff\xff\xfamoov" + b"\0" * 64,
    "playlist.mp4": b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:///etc/passwd\n",
    "zeros.mkv": b"\0" * 4096,
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_no_film_is_refused_and_leaves_nothing(service, tmp_path, name):
    file = tmp_path / name
    file.write_bytes(BAD[name])
    title = service.add_title("Bad")
    before = blobs(service)
    answer = service.run("ingest", file, "--title", title, "--wait")
    assert answer.code == REFUSED
    assert answer.stderr.strip() and "Traceback" not in answer.stderr
    assert blobs(service) == before
    assert jobs(service) == []


def test_a_truncated_film_and_one_with_sound_only_say_so(service, masters, tmp_path):
    title = service.add_title("Bad")
    whole = masters.make("whole.mp4", seconds=6, extra=["-movflags", "+faststart"]).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[:len(whole) * 2 // 3])
    answer = service.run("ingest", cut, "--title", title, "--wait", "--json")
    assert answer.code == REFUSED
    assert "truncated" in [r["code"] for r in answer.json()["refusals"]]
    sound = masters.make("sound.mp4", video=None)
    answer = service.run("ingest", sound, "--title", title, "--wait", "--json")
    assert answer.code == REFUSED
    assert "no-video" in [r["code"] for r in answer.json()["refusals"]]
    assert blobs(service) == []


def test_file_names_are_only_shown_never_followed(service, masters, tmp_path):
    odd = tmp_path / "a\nb;$(touch pwned)'\"..%2f.mp4"
    odd.write_bytes(masters.make(seconds=4).read_bytes())
    title = service.add_title("Odd")
    service.ingest(odd, title).ok()
    assert jobs(service)[0]["file_name"] == "a\\x0ab;$(touch pwned)'\"..%2f.mp4"
    assert not (tmp_path / "pwned").exists()
    assert all(re.fullmatch(r"[a-z0-9./-]+", b) for b in blobs(service))


def test_captions_are_taken_in_any_encoding_and_refused_with_a_line(service, masters, tmp_path):
    title = service.add_title("One")
    service.ingest(masters.make(seconds=4), title).ok()
    good = tmp_path / "fr.srt"
    text = "1\n00:00:01,000 --> 00:00:02,000\nÀ l'été, ça va être génial\n"
    good.write_bytes(text.encode("cp1252"))
    answer = service.run("caption", "add", good, "--title", title, "--language", "fr", "--kind",
                         "sdh", "--json").ok().json()
    assert answer["name"] == "c-fr-sdh" and answer["cues"] == 1
    (caption,) = blobs(service, "captions")
    assert "À l'été, ça va être génial" in (service.folder / "blobs/captions" / caption).read_text()
    bad = tmp_path / "bad.ttml"
    bad.write_text("<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p>unclosed")
    answer = service.run("caption", "add", bad, "--title", title, "--language", "fr")
    assert answer.code == 1 and "line" in answer.stderr
    answer = service.run("caption", "add", good, "--title", title, "--language", "../etc")
    assert answer.code == 2 and "--language" in answer.stderr
    assert len(blobs(service, "captions")) == 1
