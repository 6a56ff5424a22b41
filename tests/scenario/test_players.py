"""Players that know neither EME nor us play a protected film to its end: HLS under AES-128 in
ffmpeg and mpv; and nothing of it without the key."""
import shutil
import subprocess

import pytest

from test_licence import world  # noqa: F401  a house with protected films

FRAMES = 150  # six seconds


def playlist_of(world):
    """(who plays, the playback, the address of its playlist under AES-128)"""
    who = world.member()
    played = who.plays(world.titles["own"]).ok().json()
    address = played["hls"].replace("master.m3u8", "master-aes.m3u8")
    assert who.get(address).status == 200
    return who, played, address


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          errors="replace", check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


def pictures_of(address):
    """(exit status, checksums of the pictures, complaints) of ffmpeg."""
    code, out, complaints = run(
        "ffmpeg", "-nostdin", "-v", "error", "-allowed_extensions", "ALL", "-i", address,
        "-map", "0:v:0", "-f", "framemd5", "-")
    rows = [line.rsplit(",", 1)[1] for line in out.splitlines() if line and line[0] != "#"]
    return code, rows, complaints


def test_ffmpeg_plays_it_to_the_end(world):  # noqa: F811
    _, _, address = playlist_of(world)
    code, pictures, complaints = pictures_of(address)
    assert code == 0 and complaints == "", complaints
    assert abs(len(pictures) - FRAMES) <= 2 and len(set(pictures)) > FRAMES // 2


@pytest.mark.skipif(shutil.which("mpv") is None, reason="mpv is not there")
def test_mpv_plays_it_to_the_end(world):  # noqa: F811
    _, _, address = playlist_of(world)
    code, out, complaints = run(
        "mpv", "--no-config", "--ao=null", "--vo=null", "--untimed",
        "--demuxer-lavf-o=allowed_extensions=ALL", address)
    said = out + complaints
    assert code == 0 and "VO: [null] 1280x720" in said and "End of file" in said, said
    assert "rror" not in said and "nvalid" not in said, said


def test_without_the_key_nothing_of_it_is_shown(world):  # noqa: F811
    """The seat is gone: media go on for as long as the pass is good, keys do not."""
    who, played, address = playlist_of(world)
    assert who.delete(f"/api/v1/playbacks/{played['id']}").status == 204
    code, pictures, _ = pictures_of(address)
    assert code != 0 or not pictures
