"""The scenarios' harness is shown a binary with one fault after another, and has to notice."""
import os
import pathlib
import subprocess
import sys

import pytest

SCENARIO = pathlib.Path(__file__).resolve().parents[2] / "scenario"
sys.path.insert(0, str(SCENARIO))

from harness import Client, Lanterne, Service, wait_until  # noqa: E402

FAKE = '''#!/usr/bin/python3
import http.server, os, pathlib, signal, sys, time
fault = os.environ.get("FAULT", "")
words = sys.argv[1:]
if words[0] == "init":
    pathlib.Path(words[1]).mkdir()
    (pathlib.Path(words[1]) / "lanterne.conf").touch()
    print("password: secret")
    sys.exit(0)
if fault == "report":
    print("==1==ERROR: AddressSanitizer: heap-use-after-free", file=sys.stderr)
if fault == "undefined":
    print("x.c:1:2: runtime error: signed integer overflow", file=sys.stderr)
if fault == "signal":
    os.kill(os.getpid(), signal.SIGSEGV)
if words[2] != "serve":
    sys.exit(0)
if fault == "ends":
    sys.exit(1)

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def answer(self):
        n = int(self.headers.get("Content-Length") or 0)
        body = "|".join([self.command, self.path, self.headers.get("Cookie") or "",
                         self.headers.get("Origin") or "", self.headers.get("Authorization") or "",
                         self.rfile.read(n).decode()]).encode()
        self.send_response(404 if self.path == "/none" else 200)
        if self.path == "/in": self.send_header("Set-Cookie", "s=1; HttpOnly; Secure; Path=/")
        if self.path == "/out": self.send_header("Set-Cookie", "s=; Max-Age=0")
        kind = "application/problem+json" if self.path == "/none" else "text/plain"
        body = b'{"code":"none"}' if self.path == "/none" else body
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = answer

host, port = words[4].split(":")
time.sleep(0.2)
server = http.server.ThreadingHTTPServer((host, int(port)), Handler)
if fault == "stays":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(3 if fault == "status" else 0))
server.serve_forever()
'''


@pytest.fixture
def lanterne(tmp_path):
    path = tmp_path / "fake"
    path.write_text(FAKE)
    path.chmod(0o755)
    return Lanterne(path)


def faulty(fault):
    return {"FAULT": fault}


def test_a_service_is_made_serves_and_ends(lanterne, tmp_path):
    service = Service(lanterne, tmp_path / "x")
    assert "secret" in service.welcome
    service.serve()
    assert service.client().get("/x").ok().body == b"GET|/x||||"
    service.finish()
    assert not service.server.alive()


def test_a_client_keeps_cookies_and_says_where_it_comes_from(lanterne, tmp_path):
    service = Service(lanterne, tmp_path / "x")
    service.serve()
    client = service.client()
    client.get("/in")
    origin = service.address
    assert client.post("/x", {"a": 1}).body.decode() == f'POST|/x|s=1|{origin}||{{"a": 1}}'
    client.get("/out")
    assert client.get("/x?y=1").body == b"GET|/x?y=1||||"
    assert service.client(bearer="t").get("/x").body == b"GET|/x|||Bearer t|"
    refused = client.get("/none")
    assert (refused.status, refused.problem) == (404, "none")
    assert b"404" in client.raw(b"GET /none HTTP/1.0\r\n\r\n")
    service.finish()


@pytest.mark.parametrize("fault, says", [("report", "AddressSanitizer"),
                                         ("undefined", "runtime error"), ("signal", "signal 11")])
def test_a_command_that_a_sanitizer_or_a_signal_ended_fails_the_test(lanterne, tmp_path, fault,
                                                                     says):
    service = Service(lanterne, tmp_path / "x")
    with pytest.raises(AssertionError, match=says):
        service.run("check", env=faulty(fault))


@pytest.mark.parametrize("fault, says", [("report", "AddressSanitizer"),
                                         ("undefined", "runtime error"), ("status", "with 3")])
def test_a_server_that_ends_badly_fails_the_test(lanterne, tmp_path, fault, says):
    service = Service(lanterne, tmp_path / "x")
    service.serve(env=faulty(fault))
    with pytest.raises(AssertionError, match=says):
        service.finish()


def test_a_server_that_does_not_come_up_fails_the_test_at_once(lanterne, tmp_path):
    service = Service(lanterne, tmp_path / "x")
    with pytest.raises(AssertionError, match="the server ended"):
        service.serve(env=faulty("ends"))


def test_a_server_that_does_not_stop_is_killed_and_fails_the_test(lanterne, tmp_path):
    service = Service(lanterne, tmp_path / "x")
    service.serve(env=faulty("stays"))
    with pytest.raises(AssertionError, match="did not stop"):
        service.finish(patience=1)
    assert not service.server.alive()


def test_a_server_dies_with_the_test_run(lanterne, tmp_path):
    script = (f"import sys; sys.path.insert(0, {str(SCENARIO)!r}); import harness, os, pathlib;"
              f"s = harness.Service(harness.Lanterne({str(lanterne.path)!r}),"
              f" pathlib.Path({str(tmp_path)!r}) / 'x'); s.serve(); print(s.address);"
              "sys.stdout.flush(); os._exit(0)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True,
                          text=True, timeout=60,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    client = Client(done.stdout.strip())

    def is_gone():
        try:
            client.get("/x", timeout=1)
        except OSError:
            return True
        return False

    wait_until(is_gone, "the orphan to die", timeout=10)


def test_waiting_ends_with_what_was_waited_for():
    with pytest.raises(AssertionError, match="waited 0 s for the moon"):
        wait_until(lambda: False, "the moon", timeout=0)
