"""Players that know neither EME nor us play a protected film to its end: HLS under AES-128 in
GStreamer, mpv and VLC; and nothing of it without the key."""
import os
import re
import shutil
import subprocess

import pytest

from test_licence import world  # noqa: F401  a house with protected films

FRAMES = 150  # six seconds


def playlist_of(world):
    """(address of the playlist, of the same without a token for keys)"""
    who = world.member()
    played = who.plays(world.titles["own"]).ok().json()
    address = played["hls"].replace("master.m3u8", "master-aes.m3u8")
    assert who.get(address).status == 200
    return who, played, address


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not there")


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          errors="replace", check=False, timeout=120, **more)
    return done.returncode, done.stdout, done.stderr


def frames_in(path):
    """How many pictures a file decodes to, and whether a decoder complains."""
    code, out, complaints = run("ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:v:0",
                                "-f", "framemd5", "-")
    pictures = [line for line in out.splitlines() if line and line[0] != "#"]
    return len({line.rsplit(",", 1)[1] for line in pictures}), code != 0 or complaints


def gstreamer(address):
    """The checksums of all pictures that playbin3 hands to its screen."""
    screen = "videoconvert ! video/x-raw,format=I420 ! checksumsink sync=false"
    code, out, complaints = run(
        "gst-launch-1.0", "playbin3", f"uri={address}", f"video-sink={screen}",
        "audio-sink=fakesink sync=false")
    return code, re.findall(r"^\d:\d\d:\d\d\.\d+ ([0-9a-f]{40})$", out, re.M), complaints


@needs("gst-launch-1.0")
def test_gstreamer_plays_it_to_the_end(world):  # noqa: F811
    _, _, address = playlist_of(world)
    code, pictures, complaints = gstreamer(address)
    assert code == 0, complaints
    assert len(pictures) == FRAMES and len(set(pictures)) > FRAMES // 2


@needs("mpv")
def test_mpv_plays_it_to_the_end(world, tmp_path):  # noqa: F811
    _, _, address = playlist_of(world)
    code, out, complaints = run(
        "mpv", "--no-config", "--ao=null", "--vo=null", "--untimed", "--no-cache",
        "--demuxer-lavf-o=allowed_extensions=ALL", "--msg-level=all=info",
        "--term-status-msg=at ${=time-pos}", address)
    assert code == 0, complaints + out
    last = max(float(t) for t in re.findall(r"at (\d+\.\d+)", out + complaints))
    assert last > 5.5 and "End of file" in out + complaints


@needs("cvlc")
@pytest.mark.skipif(os.geteuid() != 0, reason="VLC has to be run as another user")
def test_vlc_plays_it_to_the_end(world, tmp_path):  # noqa: F811
    """What it would show is written to a file: the pictures as they came, decrypted."""
    _, _, address = playlist_of(world)
    home = tmp_path / "home"
    home.mkdir()
    for folder in (home, *tmp_path.parents):
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    shutil.chown(home, "nobody")
    copy = home / "copy.ts"
    code, out, complaints = run(
        "runuser", "-u", "nobody", "--", "env", f"HOME={home}", "cvlc", "-I", "dummy",
        "--play-and-exit", "--no-sout-all", f"--sout=#std{{access=file,mux=ts,dst={copy}}}",
        address)
    assert code == 0, complaints
    pictures, is_broken = frames_in(copy)
    assert pictures > FRAMES // 2 and not is_broken, (pictures, is_broken)


def test_without_the_key_none_of_them_shows_anything(world, tmp_path):  # noqa: F811
    """The seat is gone: media go on for as long as the pass is good, keys do not."""
    who, played, address = playlist_of(world)
    assert who.delete(f"/api/v1/playbacks/{played['id']}").status == 204
    if shutil.which("gst-launch-1.0"):
        _, pictures, _ = gstreamer(address)
        assert pictures == []
    code, out, _ = run("ffmpeg", "-nostdin", "-v", "error", "-allowed_extensions", "ALL", "-i",
                       address, "-map", "0:v:0", "-f", "framemd5", "-")
    assert code != 0 or not [line for line in out.splitlines() if line and line[0] != "#"]
