"""What scenarios are told with: the real binary, a service in a folder, clients that keep cookies.

A service's processes die with the test, whatever happens, and must not have left a word of the
sanitizers behind.
"""
import contextlib
import ctypes
import dataclasses
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import time
import urllib.parse

TREE = pathlib.Path(__file__).resolve().parents[2]
# Everything here runs with sanitizers on two cores; a healthy step takes a tenth of this.
PATIENCE = 60.0
SANITIZER_REPORT = re.compile(
    r"(==\d+==ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error: |LeakSanitizer:)")
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In a child before exec: the kernel ends it when the test run ends, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def wait_until(condition, what, timeout=PATIENCE, every=0.05):
    """The first true value of condition(); AssertionError with `what` when none came in time."""
    until = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < until, f"waited {timeout:.0f} s for {what}"
        time.sleep(every)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclasses.dataclass(frozen=True)
class Result:
    """How a command ended."""
    args: tuple
    code: int
    stdout: str
    stderr: str

    def json(self):
        return json.loads(self.stdout)

    def ok(self):
        """Itself, after making sure that the command did what it was asked."""
        assert self.code == 0, f"{' '.join(self.args)} ended with {self.code}:\n{self.stderr}"
        return self


class Lanterne:
    """The binary."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def run(self, *args, stdin="", timeout=PATIENCE, env=None, cwd=None):
        """Runs it to its end. A report of a sanitizer is a failure whatever the test expects."""
        command = [str(self.path), *(str(a) for a in args)]
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, errors="replace", check=False,
            timeout=timeout, cwd=cwd, env={**os.environ, **(env or {})}, preexec_fn=die_with_parent)
        assert not SANITIZER_REPORT.search(done.stderr), done.stderr
        assert done.returncode >= 0, f"{command} died of signal {-done.returncode}:\n{done.stderr}"
        return Result(tuple(command), done.returncode, done.stdout, done.stderr)


class Process:
    """A command that goes on until it is stopped; its output is kept in a file."""

    def __init__(self, lanterne, args, log, env=None, cwd=None):
        self.log = pathlib.Path(log)
        self.args = [str(lanterne.path), *(str(a) for a in args)]
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(
                self.args, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd,
                env={**os.environ, **(env or {})}, preexec_fn=die_with_parent)

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def alive(self):
        return self.child.poll() is None

    def send(self, sign):
        """A signal, as the kill command would."""
        self.child.send_signal(sign)

    def kill(self):
        """As a power cut would: no goodbye."""
        self.child.kill()
        self.child.wait()

    def dump_core(self, folder):
        """Has the kernel write its memory as when a process dies of a fault of its own, which this
        one then has; the path. It must run in `folder`. None: the kernel gives cores to a program
        or writes them elsewhere."""
        pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()
        if "/" in pattern or pattern.startswith("|"):
            return None
        whole = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self.child.pid, resource.RLIMIT_CORE, whole)
        self.send(signal.SIGABRT)
        self.child.wait(PATIENCE)
        cores = [path for path in pathlib.Path(folder).iterdir() if path.is_file()]
        assert len(cores) == 1, cores
        return cores[0]

    def stop(self, timeout=PATIENCE):
        """Asks it to end and returns its exit status, which a healthy one has as 0."""
        if self.alive():
            self.send(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout=PATIENCE):
        """Its exit status, once it has ended by itself."""
        try:
            return self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.args} did not stop:\n{self.text()}") from None


@dataclasses.dataclass(frozen=True)
class Answer:
    """What an HTTP request got."""
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The `code` of an application/problem+json answer, or None when it is none."""
        if self.headers.get_content_type() != "application/problem+json":
            return None
        return self.json().get("code")

    def ok(self):
        assert 200 <= self.status < 300, f"{self.status}: {self.body[:2000]!r}"
        return self


class Client:
    """One who asks over HTTP: keeps cookies as a browser does, or carries a bearer token."""

    def __init__(self, address, bearer=None, headers=None):
        self.address = address
        self.cookies = {}
        self.headers = dict(headers or {})
        if bearer is not None:
            self.headers["Authorization"] = f"Bearer {bearer}"

    def ask(self, method, path, body=None, headers=None, timeout=PATIENCE):
        """One request on a connection of its own. A body that is no bytes is sent as JSON."""
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(self.address + "/", path))
        sent = {**self.headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method not in ("GET", "HEAD"):
            sent["Origin"] = self.address
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, target, body,
                               {k: v for k, v in sent.items() if v is not None})
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._keep(line)
        return answer

    def _keep(self, line):
        pair, *attributes = (p.strip() for p in line.split(";"))
        name, _, value = pair.partition("=")
        ended = any(a.lower() in ("max-age=0", "max-age=-1") for a in attributes)
        if ended or not value:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def get(self, path, **kwargs):
        return self.ask("GET", path, **kwargs)

    def head(self, path, **kwargs):
        return self.ask("HEAD", path, **kwargs)

    def post(self, path, body=None, **kwargs):
        return self.ask("POST", path, {} if body is None else body, **kwargs)

    def put(self, path, body=None, **kwargs):
        return self.ask("PUT", path, {} if body is None else body, **kwargs)

    def patch(self, path, body=None, **kwargs):
        return self.ask("PATCH", path, {} if body is None else body, **kwargs)

    def delete(self, path, **kwargs):
        return self.ask("DELETE", path, **kwargs)

    def raw(self, request, timeout=PATIENCE):
        """Sends bytes as they are and returns all that comes until the other end closes."""
        parts = urllib.parse.urlsplit(self.address)
        got = b""
        with socket.create_connection((parts.hostname, parts.port), timeout) as connection:
            connection.sendall(request)
            with contextlib.suppress(ConnectionResetError):
                while chunk := connection.recv(65536):
                    got += chunk
        return got


class Service:
    """A service in a folder of its own, and every process that a test starts for it."""

    def __init__(self, lanterne, folder, name="Lanterne", territory="FR", protect="no"):
        """protect: "no" for what looks at pictures and sound without a licence, else "cbcs"."""
        self.lanterne = lanterne
        self.folder = pathlib.Path(folder) / "service"
        self.logs = pathlib.Path(folder) / "logs"
        self.logs.mkdir(parents=True)
        self.processes = []
        self.server = None
        self.address = None
        self.welcome = lanterne.run("init", self.folder, "--name", name,
                                    "--territory", territory).ok().stdout
        self.set("protect", protect)

    def set(self, name, value):
        """Changes one line of the settings file; value None takes it out."""
        file = self.folder / "lanterne.conf"
        lines = [line for line in file.read_text().splitlines()
                 if not re.match(rf"#?\s*{name}\s*=", line)]
        if value is not None:
            lines.append(f"{name} = {value}")
        file.write_text("\n".join([*lines, ""]))

    def run(self, *args, **kwargs):
        """`lanterne -C FOLDER ARGS...`, to its end."""
        return self.lanterne.run("-C", self.folder, *args, **kwargs)

    def start(self, *args, env=None, cwd=None):
        """`lanterne -C FOLDER ARGS...`, until it is stopped; cwd: where it runs."""
        log = self.logs / f"{len(self.processes)}-{args[0]}.log"
        process = Process(self.lanterne, ["-C", self.folder, *args], log, env, cwd)
        self.processes.append(process)
        return process

    def serve(self, *args, port=None, env=None, cwd=None):
        """Starts the server and returns once it answers. `address` then says where."""
        for _ in range(3):
            at = port or free_port()
            self.server = self.start(
                "serve", "--listen", f"127.0.0.1:{at}", *args, env=env, cwd=cwd)
            self.address = f"http://127.0.0.1:{at}"
            wait_until(lambda: not self.server.alive() or self._answers(at),
                       f"the server on port {at}")
            if self.server.alive():
                return self.server
            # Somebody may have taken the port between asking for a free one and listening on it.
            if port or "already" not in self.server.text():
                break
            self.processes.remove(self.server)
        raise AssertionError(f"the server ended:\n{self.server.text()}")

    @staticmethod
    def _answers(port):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    def worker(self, *args, env=None, cwd=None):
        return self.start("worker", *args, env=env, cwd=cwd)

    def client(self, bearer=None, headers=None):
        """Somebody new, without cookies."""
        assert self.address, "serve() first"
        return Client(self.address, bearer, headers)

    def add_title(self, title, kind="film", **more):
        """Adds a title and returns its id. original_title="..." becomes --original-title ...; a
        list says an option several times."""
        args = ["title", "add", "--kind", kind, "--title", title]
        for key, values in more.items():
            for value in values if isinstance(values, (list, tuple)) else [values]:
                args += ["--" + key.replace("_", "-"), str(value)]
        return self.run(*args, "--json").ok().json()["id"]

    def ingest(self, file, title, timeout=300):
        """Encodes a master into a title, to the end."""
        return self.run("ingest", file, "--title", title, "--wait", timeout=timeout)

    def publish(self, title):
        return self.run("publish", title).ok()

    def add_member(self, email, password):
        return self.run("member", "add", "--email", email, "--password-stdin",
                        stdin=password + "\n").ok()

    def finish(self, patience=30.0):
        """Stops every process; fails for one that ended badly, did not end, or that a sanitizer
        had something to say about."""
        wrong = []
        for process in reversed(self.processes):
            stood = process.alive()
            try:
                status = process.stop(patience)
            except AssertionError as error:
                wrong.append(str(error))
                continue
            if (stood and status != 0) or SANITIZER_REPORT.search(process.text()):
                wrong.append(f"{process.args} ended with {status}:\n{process.text()}")
        assert not wrong, "\n".join(wrong)


class Masters:
    """Small films made by the ffmpeg command line, each once."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.made = {}

    def make(self, name="film.mp4", seconds=6, size="320x180", rate="25", video="libx264",
             audio="aac", channels=2, pixels="yuv420p", extra=()):
        """The path of a test picture with a tone; the name says the container. audio or video
        None leaves it out. The same arguments give the same path."""
        said = (name, seconds, size, rate, video, audio, channels, pixels, tuple(extra))
        if said in self.made:
            return self.made[said]
        path = self.folder / str(len(self.made)) / name
        path.parent.mkdir()
        inputs, outputs = [], []
        if video:
            inputs += ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
            outputs += ["-c:v", video, "-pix_fmt", pixels]
            outputs += ["-preset", "ultrafast", "-g", "48"] if video == "libx264" else []
        if audio:
            tone = "|".join(f"0.3*sin(2*PI*{440 + 110 * c}*t)" for c in range(channels))
            inputs += ["-f", "lavfi", "-i", f"aevalsrc={tone}:s=48000:d={seconds}"]
            outputs += ["-c:a", audio]
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, *outputs, *extra, "-threads", "1",
             "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", path],
            check=True, timeout=120, stdin=subprocess.DEVNULL)
        self.made[said] = path
        return path
