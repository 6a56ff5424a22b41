"""A house with what a box can show, and the box itself: the real program on SDL's offscreen driver,
steered by keys on its standard input and read by its log."""
import os
import pathlib
import re
import subprocess
import tempfile
import time

from api_world import PASSWORD, World, film
from harness import SANITIZER_REPORT, TREE, Masters, Service, die_with_parent, wait_until

LONG = ("Le Fabuleux Voyage du capitaine Balthazar de Saint-Exupéry-Montmorency autour du monde "
        "connu et inconnu, première époque")
ARABIC = "الرجل الذي باع ظله في سوق المدينة القديمة قبل شروق الشمس"
HEBREW = "הפנס הקסום"
JAPANESE = "魔法のランタンと七人の影絵師たち"
CAPTIONS = """WEBVTT

00:00:01.000 --> 00:00:20.000
Une lanterne s’allume <i>au loin</i>.

00:00:20.000 --> 00:01:00.000
Elle s’éteint.
"""


def box_binary():
    """The program: of LANTERNE_BOX_BIN, or the one beside the server."""
    said = os.environ.get("LANTERNE_BOX_BIN")
    if said:
        return pathlib.Path(said).resolve()
    server = pathlib.Path(os.environ.get("LANTERNE_BIN") or TREE / "build-asan/src/app/lanterne")
    return (server.resolve().parents[2] / "box/lanterne-box").resolve()


def shots(name):
    """Where pictures of screens are kept: the folder BOX_SHOTS names, or nowhere for long."""
    folder = os.environ.get("BOX_SHOTS")
    if not folder:
        return None
    path = pathlib.Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path / f"{name}.png"


class Box:
    """A box that runs until it is told to end."""

    def __init__(self, address, folder, *args, env=None, driver="offscreen", keys="-"):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.state = folder / "state"
        self.log = folder / f"box-{time.monotonic_ns()}.log"
        self.seen = 0
        leaks = f"suppressions={TREE / 'tests/lsan_box.supp'}:print_suppressions=0:exitcode=0"
        self.command = [str(box_binary()), "--server", address, "--state", str(self.state),
                        "--log", "--keys", keys, *(str(a) for a in args)]
        with open(self.log, "wb") as out:
            self.child = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=out, stderr=out,
                env={**os.environ, "SDL_VIDEODRIVER": driver, "SDL_AUDIODRIVER": "dummy",
                     "LSAN_OPTIONS": leaks, **(env or {})}, preexec_fn=die_with_parent)

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def keys(self, words):
        """Presses keys; shot:NAME keeps a picture when pictures are kept."""
        self.seen = len(self.text())
        said = []
        for word in words.split():
            if word.startswith("shot:") and not word.startswith("shot:/"):
                path = shots(word.removeprefix("shot:"))
                if path is None:
                    continue
                word = f"shot:{path}"
            said.append(word)
        self.child.stdin.write((" ".join(said) + "\n").encode())
        self.child.stdin.flush()
        return self

    def types(self, letters):
        return self.keys(" ".join("type:" + ("_" if c == " " else c) for c in letters))

    def hears(self, pattern, timeout=60, since=None):
        """The first match in what the log says since the last keys."""
        start = self.seen if since is None else since
        try:
            return wait_until(lambda: re.search(pattern, self.text()[start:]) or self._died(),
                              f"{pattern!r} in the log of the box", timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{self.text()[-4000:]}") from None

    def _died(self):
        assert self.child.poll() is None, f"the box ended:\n{self.text()}"

    def at(self, screen, timeout=60):
        """Waits until that screen is shown with what is on it."""
        self.keys(f"screen:{screen}")
        self.hears(f" keys: {re.escape(screen)} is there", timeout)
        return self

    def screen(self):
        """The one that is on top, by the log."""
        found = re.findall(r" screen: (\S+)", self.text())
        return found[-1] if found else None

    def focus(self):
        found = re.findall(r" focus: (.*)", self.text())
        return found[-1] if found else None

    def quit(self, timeout=60):
        """Asks it to end; 0 and no word of a sanitizer is a good end."""
        if self.child.poll() is None:
            self.child.terminate()
        return self.ended(timeout)

    def ended(self, timeout=60):
        self.child.stdin.close()
        code = self.child.wait(timeout)
        assert not SANITIZER_REPORT.search(self.text()), self.text()
        return code

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        if self.child.stdin and not self.child.stdin.closed:
            self.child.stdin.close()


def make_box_house(lanterne, folder):
    """A series with two short episodes, films with names of every kind, one that is withdrawn."""
    house = Service(lanterne, folder, name="The House", protect="cbcs")
    masters = Masters(pathlib.Path(folder) / "masters")
    master = film(masters, 30)
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    house.series = house.add_title(
        "Les Vampires", kind="series", genre=["crime", "mystery"], year=1915, country="FR",
        credit=["director=Louis Feuillade", "actor=Musidora as Irma Vep"],
        synopsis=["fr=Un journaliste poursuit une bande de voleurs qui terrorise Paris, d’un toit "
                  "à l’autre, de la Seine aux faubourgs.",
                  "en=A reporter hunts a gang of thieves across the roofs of Paris."])
    house.episodes = []
    for number, name in ((1, "La Tête coupée"), (2, "La Bague qui tue, ou comment un bijou de "
                                                    "famille ruina trois banquiers")):
        house.episodes.append(house.run(
            "title", "episode", "add", house.series, "--season", 1, "--episode", number,
            "--title-in", f"fr={name}", "--title-in", f"en={name}", "--json").ok().json()["id"])
    names = (LONG, ARABIC, HEBREW, JAPANESE, "Nosferatu")
    languages = ("fr", "ar", "he", "ja", "de")
    house.films = [house.add_title(name, genre=["drama", "adventure"], year=1920 + i,
                                   language=languages[i],
                                   synopsis=["fr=" + f"{name}. " * 6, "en=" + f"{name}. " * 6])
                   for i, name in enumerate(names)]
    for title in house.films:
        house.run("ingest", film(masters, 8), "--title", title).ok()
    for number in (1, 2):
        house.run("ingest", master, "--title", house.series, "--season", 1, "--episode",
                  number).ok()
    house.run("worker", "--exit-when-idle", timeout=600).ok()
    captions = pathlib.Path(folder) / "fr.vtt"
    captions.write_text(CAPTIONS, encoding="utf-8")
    house.run("caption", "add", "--title", house.series, "--season", 1, "--episode", 1,
              "--language", "fr", captions).ok()
    for title in [*house.films, house.series]:
        house.publish(title)
    house.add_member("member@example.org", PASSWORD)
    return house


_made = {}


def the_box_house(lanterne):
    """The house, made when first asked for."""
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-box-house-")
        _made[lanterne.path] = (make_box_house(lanterne, folder.name), folder)
    return _made[lanterne.path][0]


class BoxWorld(World):
    """A copy of the house, served, with boxes in it."""

    def __init__(self, made, folder):
        super().__init__(made, folder)
        self.boxes = []
        self.place = pathlib.Path(folder)

    def box(self, *args, name="box", **kwargs):
        made = Box(self.address, self.place / name, *args, **kwargs)
        self.boxes.append(made)
        return made

    def token(self, email="member@example.org"):
        """What a member's session is carried by."""
        answer = self.someone().post("/api/v1/sessions",
                                     {"email": email, "password": PASSWORD}).ok()
        return answer.json()["token"]

    def keep_token(self, text, name="box"):
        state = self.place / name / "state"
        state.mkdir(parents=True, mode=0o700)
        token = state / "token"
        token.touch(mode=0o600)
        token.write_text(text)

    def box_of(self, email="member@example.org", *args, name="box", **kwargs):
        """A box whose member is signed in already."""
        self.keep_token(self.token(email), name)
        return self.box(*args, name=name, **kwargs)

    def finish(self):
        for box in self.boxes:
            box.kill()
        super().finish()
