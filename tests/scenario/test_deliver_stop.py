"""Starting, stopping and being killed: what runs is finished, what is broken is told."""
import contextlib
import socket
import threading
import time
import urllib.parse

import pytest

from api_world import World, the_house
from harness import SANITIZER_REPORT, wait_until


@pytest.fixture
def world(lanterne, tmp_path):
    made = World(the_house(lanterne), tmp_path)
    yield made
    made.finish()


def with_large_file(world, tmp_path):
    """Puts captions of some megabytes on the film: more than sockets hold, so a download takes as
    long as its reader does. Returns the path of a playback's captions."""
    captions = tmp_path / "long.srt"
    line = "x" * 900
    captions.write_text(
        "".join(
            f"{i + 1}\n00:00:0{i % 7},{i % 1000:03d} --> 00:00:07,999\n{line}\n\n"
            for i in range(6000)
        )
    )
    world.run("caption", "add", captions, "--title", world.film, "--language", "fr").ok()
    played = world.member().plays(world.film).ok().json()
    return urllib.parse.urlsplit(played["hls"]).path.rsplit("/", 1)[0] + "/c-fr.vtt"


class SlowReader(threading.Thread):
    """Downloads with small reads and pauses between them."""

    def __init__(self, world, path, pause):
        super().__init__(daemon=True)
        parts = urllib.parse.urlsplit(world.address)
        self.pause = pause
        self.got = b""
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((parts.hostname, parts.port))
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        self.got = self.socket.recv(1000)
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while chunk := self.socket.recv(65536):
                self.got += chunk
                time.sleep(self.pause)
        self.socket.close()

    def whole(self):
        head, _, body = self.got.partition(b"\r\n\r\n")
        size = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        return len(body) == size


def test_a_running_download_is_not_cut_within_the_grace_time(world, tmp_path):
    world.serve()
    path = with_large_file(world, tmp_path)
    reader = SlowReader(world, path, 0.005)
    time.sleep(0.2)
    world.server.child.terminate()

    # New connections are refused while the old one goes on.
    def refused():
        with contextlib.suppress(OSError):
            world.someone().get("/healthz", timeout=1)
            return False
        return True

    wait_until(refused, "new connections to be refused")
    assert reader.is_alive(), "the download was over before the server was stopped"
    reader.join(60)
    assert reader.whole()
    assert world.server.child.wait(30) == 0
    assert "nothing was cut" in world.server.text()


def test_a_download_that_takes_longer_than_the_grace_time_is_cut(world, tmp_path):
    world.settings(grace_seconds=1)
    world.serve()
    reader = SlowReader(world, with_large_file(world, tmp_path), 0.5)
    began = time.monotonic()
    assert world.server.stop() == 0
    assert 0.5 < time.monotonic() - began < 15
    reader.pause = 0
    reader.join(30)
    assert not reader.whole()
    assert "1 answers were cut" in world.server.text()


def test_who_asks_twice_does_not_want_to_wait(world, tmp_path):
    world.settings(grace_seconds=600)
    world.serve()
    reader = SlowReader(world, with_large_file(world, tmp_path), 0.5)
    world.server.child.terminate()
    wait_until(lambda: "stopping" in world.server.text(), "the server to be stopping")
    world.server.child.terminate()
    assert world.server.child.wait(15) == -15
    reader.pause = 0
    reader.join(30)
    assert not SANITIZER_REPORT.search(world.server.text())


def test_an_idle_server_stops_at_once(world):
    world.serve()
    parts = urllib.parse.urlsplit(world.address)
    with socket.create_connection((parts.hostname, parts.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        assert world.server.stop() == 0
        assert time.monotonic() - began < 10


def test_a_stream_goes_on_after_a_kill(world):
    """kill -9 amid a stream: the same addresses play on as soon as there is a server again, and
    what was acknowledged is there."""
    world.serve()
    who = world.member()
    played = who.plays(world.film).ok().json()
    base = urllib.parse.urlsplit(played["hls"]).path.rsplit("/", 1)[0]
    one = who.get(f"{base}/v180/1.m4s").ok().body
    assert who.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": 3.5}).status == 204
    port = urllib.parse.urlsplit(world.address).port
    world.server.kill()
    world.serve(port=port)
    assert who.get(f"{base}/v180/1.m4s").ok().body == one
    assert who.get(f"{base}/v180/2.m4s").status == 200
    assert who.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": 4}).status == 204
    assert who.plays(world.film).json()["resume_seconds"] == 4


def test_it_says_where_it_listens_once_it_does(world):
    process = world.start("serve", "--listen", "127.0.0.1:0")
    line = wait_until(
        lambda: "listening on http://127.0.0.1:" in process.text() and process.text(),
        "the server to say so",
    )
    address = next(w for w in line.split() if w.startswith("http://"))
    assert urllib.parse.urlsplit(address).port > 0
    world.address = address
    assert world.someone().get("/healthz").body == b"ok"
    assert process.stop() == 0


def test_the_port_of_another_is_not_taken(world):
    world.serve()
    port = urllib.parse.urlsplit(world.address).port
    again = world.run("serve", "--listen", f"127.0.0.1:{port}")
    assert again.code == 1 and "already in use" in again.stderr


@pytest.mark.parametrize(
    "listen", ["nonsense", "127.0.0.1", "127.0.0.1:99999", "", "example.org:80", ":::"]
)
def test_what_is_no_address_is_told(world, listen):
    done = world.run("serve", "--listen", listen)
    assert done.code == 1 and "listen on" in done.stderr and len(done.stderr.splitlines()) == 1


def no_key(folder):
    (folder / "keys/pass.key").unlink()


def short_key(folder):
    (folder / "keys/pass.key").write_bytes(b"short")


def no_store(folder):
    for path in folder.glob("lanterne.db*"):
        path.unlink()


def no_blobs(folder):
    (folder / "blobs").rename(folder / "elsewhere")


def no_settings(folder):
    (folder / "lanterne.conf").unlink()


def bad_proxy(folder):
    with open(folder / "lanterne.conf", "a", encoding="utf-8") as conf:
        conf.write("trusted_proxies = 127.0.0.1 nonsense\n")


def bad_url(folder):
    with open(folder / "lanterne.conf", "a", encoding="utf-8") as conf:
        conf.write("public_url = ftp://example.org\n")


def other_store(folder):
    no_store(folder)
    (folder / "lanterne.db").write_bytes(b"not a store " * 1000)


@pytest.mark.parametrize(
    "harm, word",
    [
        (no_key, "pass.key"),
        (short_key, "32 bytes"),
        (no_store, "lanterne.db"),
        (no_blobs, "blobs"),
        (no_settings, "no installation"),
        (bad_proxy, "trusted_proxies"),
        (bad_url, "public_url"),
        (other_store, "lanterne.db"),
    ],
)
def test_a_broken_installation_is_told_in_one_sentence(world, harm, word):
    harm(world.folder)
    done = world.run("serve", "--listen", "127.0.0.1:0", timeout=30)
    assert done.code == 3 and word in done.stderr, (done.code, done.stderr)
    assert len(done.stderr.splitlines()) == 1 and "listening" not in done.stdout


def test_routes_are_printed_without_an_installation(lanterne, tmp_path):
    routes = lanterne.run("-C", tmp_path, "serve", "--routes").ok().json()
    assert {"method": "GET", "path": "/api/v1/me", "role": "member", "body": "none"} in routes
