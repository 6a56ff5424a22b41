"""The demonstration's own series: drawn the same every time, and good enough for the terms that it
is commissioned by."""
import json
import subprocess

import pytest

EPISODES = 13
FRAMES = 240


@pytest.fixture(scope="session")
def play(lanterne):
    """Runs the program that draws: play("still", 1, 100) gives its output."""
    program = lanterne.path.parents[2] / "tools/shadow-play/shadow-play"
    if not program.exists():
        pytest.skip("shadow-play was not built: no cairo")

    def run(*args, code=0):
        done = subprocess.run([program, *map(str, args)], capture_output=True, timeout=120,
                              check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    return run


def test_every_episode_has_titles_synopses_and_captions_in_both_languages(play):
    told = json.loads(play("texts"))
    assert len(told["episodes"]) == EPISODES
    for text in [told, *told["episodes"]]:
        for field in ("title", "synopsis"):
            assert set(text[field]) == {"fr", "en"} and all(text[field].values())
    for number in range(1, EPISODES + 1):
        for language in ("fr", "en"):
            captions = play("captions", number, language).decode()
            assert captions.count(" --> ") == 3
            assert max(len(line) for line in captions.splitlines()) <= 42


def test_a_frame_is_the_same_whenever_it_is_drawn(play):
    for number, frame in ((1, 0), (6, 130), (13, FRAMES - 1)):
        once = play("still", number, frame, 180)
        assert once.startswith(b"\x89PNG") and once == play("still", number, frame, 180)
    assert play("sound", 8) == play("sound", 8)
    assert play("poster") == play("poster")
    assert play("still", 1, 100, 180) != play("still", 1, 140, 180)


def test_a_picture_has_all_its_frames(play):
    film = play("picture", 3, 90)
    head, _, rest = film.partition(b"\n")
    assert head == b"YUV4MPEG2 W160 H90 F24:1 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED"
    frame = len(b"FRAME\n") + 160 * 90 * 3 // 2
    assert len(rest) == FRAMES * frame
    assert all(rest[i * frame:i * frame + 6] == b"FRAME\n" for i in range(FRAMES))


@pytest.mark.parametrize("args", [
    (), ("picture",), ("picture", 0), ("picture", 14), ("picture", 1, 91), ("still", 1, FRAMES),
    ("captions", 1, "de"), ("sound", "1x"), ("sing", 1), ("texts", 1), ("still", 1),
    ("poster", 1),
])
def test_what_cannot_be_drawn_is_said_at_once(play, args):
    assert play(*args, code=2) == b""


def test_masters_made_of_it_are_as_good_as_is_asked(service, play, tmp_path):
    made = service.run(
        "production", "commission", "--title", "La Petite Lanterne", "--studio", "Atelier",
        "--episodes", EPISODES, "--budget", "13000", "--currency", "EUR", "--captions", "fr,en",
        "--lines", 180, "--black", 1, "--silent", 1, "--least-seconds", 9, "--most-seconds", 11,
        "--json").ok().json()
    for number in (1, 4, 11):
        picture, sound = tmp_path / "picture.y4m", tmp_path / "sound.wav"
        picture.write_bytes(play("picture", number, 180))
        sound.write_bytes(play("sound", number))
        film, captions = tmp_path / f"{number}.mov", []
        for language in ("fr", "en"):
            file = tmp_path / f"{language}.srt"
            file.write_bytes(play("captions", number, language))
            captions += ["--captions", file, "--language", language]
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", picture, "-i", sound, "-c:v",
             "libx264", "-preset", "ultrafast", "-crf", "18", "-c:a", "pcm_s24le", film],
            check=True, timeout=120)
        told = service.run("production", "deliver", made["id"], film, "--episode", number,
                           *captions, "--json", timeout=300).ok().json()
        assert told["state"] == "delivered" and told["report"]["findings"] == []
        assert told["report"]["seconds"] == pytest.approx(10, abs=0.05)
        (heard,) = told["report"]["sounds"]
        assert heard["channels"] == 2 and heard["loudness"] == pytest.approx(-23, abs=0.2)
        assert heard["true_peak"] < -1
