"""What the benches of delivery share: a service with one protected film of some length, players'
passes to it, the servers that are held against each other, and what they cost.

A server has one thread and a core to itself; the load has the other core."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("LANTERNE_BUILD", HERE.parent / "build-release"))
LANTERNE = pathlib.Path(os.environ.get("LANTERNE_BIN", BUILD / "src/app/lanterne"))
SERVER_CORE, LOAD_CORE = "0", "1"
SECONDS = 1200  # of the film
PICTURE, SOUND = "v1080", "a-fr-2"

# Noise, so that what is asked for is what comes: 3 Mb/s of picture in closed GOPs of two seconds.
SHORT = [
    "ffmpeg", "-v", "error", "-nostdin", "-y",
    "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=24:d=20,noise=alls=12:allf=t",
    "-f", "lavfi", "-i", "anoisesrc=r=48000:a=0.3:d=20", "-map", "0:v", "-map", "1:a",
    "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "3M",
    "-maxrate", "3200k", "-bufsize", "3M", "-g", "48", "-keyint_min", "48", "-sc_threshold", "0",
    "-bf", "2", "-c:a", "aac", "-b:a", "127k", "-ac", "2",
]

NGINX = """
daemon off; master_process on; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/error.log;
worker_rlimit_nofile 20000;
events {{ worker_connections 19000; use epoll; multi_accept on; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;
  keepalive_requests 1000000000; keepalive_timeout 600s;
  open_file_cache max=4000 inactive=600s; open_file_cache_valid 600s;
  types {{ video/mp4 mp4 m4s; application/dash+xml mpd; }}
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
  uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {dir}/files;
    add_header Cache-Control "public, max-age=31536000, immutable"; }}
}}
"""


# What a Debian machine has. Others cost servers of one machine twice the CPU and more, so that the
# bench would measure them.
CONTROL = "cubic"


def isolate():
    """Goes on in a network of its own, with the congestion control that most servers have; where
    that is not allowed, in the machine's."""
    if os.environ.get("BENCH_NETWORK") is None:
        os.environ["BENCH_NETWORK"] = "own"
        with contextlib.suppress(OSError):
            if subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL).returncode == 0:
                os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv])
        return
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "route", "replace", "local", "127.0.0.1", "dev", "lo", "table", "local",
                    "proto", "kernel", "scope", "host", "src", "127.0.0.1", "congctl", CONTROL],
                   check=False)


def control_in_use(port):
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        return s.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode()


def build(*names):
    subprocess.run(["ninja", "-C", BUILD, *names], check=True, stdout=subprocess.DEVNULL)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(500):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise SystemExit(f"nobody listens on port {port}")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pinned(core, *command):
    return ["taskset", "-c", core, *map(str, command)]


class Server:
    """A server that runs: name, port, pid of the process that answers."""

    def __init__(self, name, process, port, pid=None):
        self.name, self.process, self.port = name, process, port
        self.pid = pid or process.pid

    def get(self, target):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{target}", timeout=30) as answer:
            return answer.read()

    def stop(self):
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


class Film:
    """The film in its service; `folder` is gone at the end."""

    def __init__(self, passes, seconds=SECONDS):
        build("src/app/lanterne", "bench/bench_film", "bench/bench_dump")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lanterne-bench-"))
        self.home = self.folder / "house"
        self.servers = []
        short, picture, sound = (self.folder / n for n in ("short.mp4", "picture", "sound"))
        subprocess.run([*SHORT, short], check=True)
        subprocess.run([BUILD / "bench/bench_dump", short, picture], check=True)
        subprocess.run([BUILD / "bench/bench_dump", short, sound, "sound"], check=True)
        self._run("init", self.home, "--name", "Bench", "--territory", "FR")
        title = self._run("-C", self.home, "title", "add", "--kind", "film", "--title", "Long",
                          "--json")
        said = subprocess.run(
            [BUILD / "bench/bench_film", self.home, re.search(r'"id":"(\w+)"', title)[1], picture,
             sound, str(seconds), str(passes)], check=True, text=True, stdout=subprocess.PIPE)
        first, *self.passes = said.stdout.split("\n")[:-1]
        self.edition = first.split()[1]
        self.seconds = seconds
        (self.folder / "files").mkdir()
        self.folder.chmod(0o755)

    @staticmethod
    def _run(*args):
        return subprocess.run([LANTERNE, *args], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def base(self, n):
        """What the nth player's addresses begin with."""
        return f"/media/{self.passes[n % len(self.passes)]}/{self.edition}/"

    def serve(self, segment_seconds=6, connections=10000):
        """The service itself, with its passes, on a core."""
        port = free_port()
        kept = [line for line in (self.home / "lanterne.conf").read_text().splitlines()
                if not re.match(r"#?\s*(segment_ms|event_threads|connections)\s*=", line)]
        kept += [f"segment_ms = {segment_seconds * 1000}", "event_threads = 1",
                 f"connections = {connections}", ""]
        (self.home / "lanterne.conf").write_text("\n".join(kept))
        process = subprocess.Popen(
            pinned(SERVER_CORE, LANTERNE, "-C", self.home, "serve", "--listen",
                   f"127.0.0.1:{port}"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self._started(Server("lanterne", process, port))

    def nginx(self):
        """nginx over folder/files, where whoever asks puts what it is to serve."""
        port = free_port()
        (self.folder / "nginx.conf").write_text(NGINX.format(dir=self.folder, port=port))
        process = subprocess.Popen(pinned(SERVER_CORE, "nginx", "-c", self.folder / "nginx.conf",
                                          "-p", self.folder), stderr=subprocess.DEVNULL)
        wait_for(port)
        worker = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return self._started(Server("nginx", process, port, int(worker.split()[0])))

    def other(self, name, *command):
        """A server that prints its port and ends with its standard input."""
        process = subprocess.Popen(pinned(SERVER_CORE, *command), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        return self._started(Server(name, process, int(process.stdout.readline())))

    def stop(self, server):
        """One of those that were begun."""
        self.servers.remove(server)
        server.stop()

    def _started(self, server):
        self.servers.append(server)
        wait_for(server.port)
        return server

    def give_nginx(self, server, names):
        """Puts what our server answers under these names where nginx serves it."""
        for name in names:
            file = self.folder / "files" / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(server.get(self.base(0) + name))

    def segments(self, track, seconds):
        return [f"{track}/{i + 1}.m4s" for i in range(self.seconds // seconds)]

    def write_list(self, name, targets):
        file = self.folder / f"{name}.list"
        file.write_text("".join(f"{t}\n" for t in targets))
        return file

    def close(self):
        for server in self.servers:
            server.stop()
        shutil.rmtree(self.folder)


def describe(what, port):
    """The first line of a table: what, on which machine, over which network (port: somebody's)."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    load = " ".join(f"{v:.1f}" for v in os.getloadavg())
    print(f"{what} ({model[1] if model else 'unknown processor'}, {os.cpu_count()} processors, "
          f"{control_in_use(port)}; load {load})", flush=True)


def spread(figures, form="{:.4g}"):
    return (f"{form.format(statistics.median(figures)):>10}  "
            f"[{form.format(min(figures))} .. {form.format(max(figures))}]")


def number(at, default):
    return int(sys.argv[at]) if len(sys.argv) > at else default
