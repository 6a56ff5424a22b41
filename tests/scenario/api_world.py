"""A small house with everything the API can be asked about, made once and copied for each file,
and a client that holds every answer against docs/openapi.yaml."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.parse

import jsonschema
import yaml

from harness import TREE, Client, Masters, Service

PASSWORD = "a long enough phrase"
# Answers that any address may give; the description says so once, in words.
EVERYWHERE = {400, 405, 413, 414, 429, 431}


class Description:
    """docs/openapi.yaml, asked by method and path."""

    def __init__(self):
        text = (TREE / "docs/openapi.yaml").read_text(encoding="utf-8")
        self.whole = yaml.safe_load(text)
        self.schema_of = {}
        self.patterns = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path)
            for path in self.whole["paths"]
        ]

    def path_of(self, path):
        """The template of a path; "/titles/abc" is "/titles/{id}"."""
        exact = path if path in self.whole["paths"] else None
        return exact or next((t for p, t in self.patterns if p.match(path)), None)

    def operations(self):
        """{(METHOD, path template): operation}"""
        return {
            (method.upper(), path): operation
            for path, item in self.whole["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }

    def resolve(self, node):
        while "$ref" in node:
            found = self.whole
            for key in node["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            node = found
        return node

    def validator(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.schema_of:
            whole = {**schema, "components": self.whole["components"]}
            self.schema_of[key] = jsonschema.Draft202012Validator(whole)
        return self.schema_of[key]

    def check(self, method, path, answer):
        """AssertionError when the answer is none that the description allows."""
        template = self.path_of(path)
        said = f"{method} {path}: {answer.status} {answer.body[:600]!r}"
        assert answer.status < 500, said
        if template is None:
            assert answer.status == 404 and answer.problem == "not-found", said
            return
        operation = self.whole["paths"][template].get("get" if method == "HEAD" else method.lower())
        if operation is None:
            assert answer.status in (405, 204), said
            return
        response = operation["responses"].get(str(answer.status))
        if response is None:
            assert answer.status in EVERYWHERE, f"not described: {said}"
            content = {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }
        else:
            content = self.resolve(response).get("content", {})
        if method == "HEAD":
            assert answer.body == b"", said
            return
        if not content:
            assert answer.body == b"", said
            return
        kind = answer.headers.get_content_type()
        assert kind in content, f"{kind} is not described: {said}"
        if kind == "application/pdf":
            assert answer.body.startswith(b"%PDF-"), said
            return
        value = answer.body.decode() if kind == "text/plain" else answer.json()
        errors = [
            f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
            for e in self.validator(content[kind]["schema"]).iter_errors(value)
        ]
        assert not errors, f"{said}\n" + "\n".join(errors[:5])
        if kind == "application/problem+json":
            assert value["status"] == answer.status, said


DESCRIPTION = Description()


class Asker(Client):
    """A client whose every answer from the API must be as described, and kept by nobody."""

    def ask(self, method, path, body=None, headers=None, **kwargs):
        answer = super().ask(method, path, body, headers, **kwargs)
        plain = urllib.parse.urlsplit(path).path
        if plain.startswith("/api/"):
            DESCRIPTION.check(method, plain, answer)
            assert answer.headers["Cache-Control"] == "no-store", (method, path)
        return answer

    def signed_up(self, email, **more):
        """Itself, signed up."""
        self.me = (
            self.post("/api/v1/members", {"email": email, "password": PASSWORD, **more})
            .ok()
            .json()["member"]
        )
        return self

    def signed_in(self, email, password=PASSWORD):
        self.me = (
            self.post("/api/v1/sessions", {"email": email, "password": password})
            .ok()
            .json()["member"]
        )
        return self

    def plays(self, playable):
        return self.post("/api/v1/playbacks", {"playable": playable})


class World(Service):
    """A copy of the house, with the ids of what is in it."""

    def __init__(self, made, folder):
        # Not init'ed anew: copied.
        self.__dict__.update({k: v for k, v in made.__dict__.items() if k != "processes"})
        self.folder = pathlib.Path(folder) / "service"
        self.logs = pathlib.Path(folder) / "logs"
        self.logs.mkdir(parents=True)
        self.processes = []
        self.server = self.address = None
        shutil.copytree(made.folder, self.folder)

    def someone(self, **kwargs):
        assert self.address, "serve() first"
        return Asker(self.address, **kwargs)

    def member(self, email="member@example.org"):
        """Has a running trial."""
        return self.someone().signed_in(email)

    def administrator(self):
        return self.someone().signed_in("admin@localhost", self.admin_password)

    def expired(self):
        """Had a trial, years ago."""
        return self.someone().signed_in("expired@example.org")

    def settings(self, **values):
        """Sets values in lanterne.conf."""
        path = self.folder / "lanterne.conf"
        lines = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.split("=")[0].strip(" #") not in values
        ]
        path.write_text(
            "\n".join(lines + [f"{k} = {v}" for k, v in values.items()]) + "\n", encoding="utf-8"
        )


def film(masters, seconds=8):
    """A master that passes inspection: the encoder's own test picture looks interlaced to some."""
    path = masters.folder / f"film-{seconds}.mp4"
    if not path.exists():
        subprocess.run(
            [
                "ffmpeg",
                "-nostdin",
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "mandelbrot=size=320x180:rate=25",
                "-f",
                "lavfi",
                "-i",
                "sine=440",
                "-t",
                str(seconds),
                "-c:v",
                "libx264",
                "-pix_fmt",
                "yuv420p",
                "-preset",
                "ultrafast",
                "-c:a",
                "aac",
                "-metadata:s:a:0",
                "language=fra",
                path,
            ],
            check=True,
            timeout=120,
        )
    return path


def make_house(lanterne, folder):
    """Films: one shown, one more, one ready but not published, one published but not ready, one
    withdrawn. A series: two episodes ready, then one that is not, then one that is."""
    house = Service(lanterne, folder, name="The House")
    masters = Masters(pathlib.Path(folder) / "masters")
    master = film(masters)
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    house.film = house.add_title(
        "Nosferatu, eine Symphonie des Grauens",
        genre=["horror", "silent"],
        year=1922,
        language="de",
        country="DE",
        credit=["director=F. W. Murnau", "actor=Max Schreck as Orlok"],
        rating="CNC=TP",
        title_in=["fr=Nosferatu le vampire", "en=Nosferatu"],
        synopsis=["fr=Un comte sort de son château.", "en=A count leaves his castle."],
    )
    house.second = house.add_title("Faust", genre=["horror", "drama"], year=1926)
    house.draft = house.add_title("CANARY draft")
    house.not_ready = house.add_title("CANARY not ready")
    house.withdrawn = house.add_title("CANARY withdrawn")
    house.series = house.add_title("Les Vampires", kind="series", genre=["crime"], year=1915)
    house.episodes = []
    for season, number in ((1, 1), (1, 2), (1, 3), (2, 1)):
        added = (
            house.run(
                "title",
                "episode",
                "add",
                house.series,
                "--season",
                season,
                "--episode",
                number,
                "--title-in",
                f"fr=Partie {season}.{number}",
                "--json",
            )
            .ok()
            .json()
        )
        house.episodes.append(added["id"])
    for title in (house.film, house.second, house.draft, house.withdrawn):
        house.run("ingest", master, "--title", title).ok()
    for season, number in ((1, 1), (1, 2), (2, 1)):
        at = ("--season", season, "--episode", number)
        house.run("ingest", master, "--title", house.series, *at).ok()
    house.run("worker", "--exit-when-idle", timeout=300).ok()
    for title in (house.film, house.second, house.not_ready, house.withdrawn, house.series):
        house.publish(title)
    house.run("withdraw", house.withdrawn).ok()
    house.add_member("member@example.org", PASSWORD)
    house.add_member("other@example.org", PASSWORD)
    house.run(
        "member",
        "add",
        "--now",
        "2001-01-01T00:00:00Z",
        "--email",
        "expired@example.org",
        "--password-stdin",
        stdin=PASSWORD + "\n",
    ).ok()
    return house


_made = {}


def the_house(lanterne):
    """The house, made when first asked for."""
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-house-")
        _made[lanterne.path] = (make_house(lanterne, folder.name), folder)
    return _made[lanterne.path][0]
