"""A house with protected and clear films in two languages with captions, and box_play_probe, which
plays what the API gives without a screen."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

from api_world import PASSWORD
from harness import SANITIZER_REPORT, TREE, Service, die_with_parent
from rights_world import SETTINGS, RightsWorld

SECONDS = 24  # of the long film
CAPTION_EVERY = 4


def probe_of(lanterne):
    """The probe that was built beside the service's binary."""
    said = os.environ.get("LANTERNE_BOX_PROBE")
    return pathlib.Path(said or lanterne.path.parents[2] / "box/play/box_play_probe")


def captions_text(seconds):
    cues = []
    for i, at in enumerate(range(0, seconds, CAPTION_EVERY)):
        cues.append(f"{i + 1}\n00:00:{at:02d},200 --> 00:00:{at + CAPTION_EVERY - 1:02d},800\n"
                    f"<i>Line</i> {i} & more\n")
    return "\n".join(cues)


def make_film(folder, name, seconds, size, languages):
    """Colours that move, and a tone a language: each an octave above the one before."""
    path = folder / f"{name}.mkv"
    inputs = ["-f", "lavfi", "-i", f"gradients=size={size}:rate=25:speed=0.05:duration={seconds}"]
    outputs = ["-map", "0"]
    for i, language in enumerate(languages):
        inputs += ["-f", "lavfi", "-i", f"sine={440 * 2 ** i}:duration={seconds}"]
        outputs += ["-map", str(i + 1), f"-metadata:s:a:{i}", f"language={language}"]
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, *outputs, "-c:v", "libx264",
         "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", path],
        check=True, timeout=300, stdin=subprocess.DEVNULL)
    return path


def make(lanterne, folder):
    house = Service(lanterne, folder, name="The House", protect="cbcs")
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    folder = pathlib.Path(folder)
    long = make_film(folder, "long", SECONDS, "320x180", ("fra", "eng"))
    short = make_film(folder, "short", 6, "320x180", ("fra",))
    house.titles = {}
    for name, protect, film in (("long", "cbcs", long), ("clear", "no", short)):
        house.set("protect", protect)
        title = house.add_title(f"Film {name}", year=1950, language="fr", rating="CNC=TP")
        house.titles[name] = title
        house.run("ingest", film, "--title", title).ok()
        house.run("worker", "--exit-when-idle", timeout=600).ok()
    srt = folder / "long.srt"
    srt.write_text(captions_text(SECONDS), encoding="utf-8")
    for language in ("fr", "en"):
        house.run("caption", "add", srt, "--title", house.titles["long"],
                  "--language", language).ok()
    forced = folder / "forced.srt"
    forced.write_text(captions_text(6).replace("<i>Line</i>", "Foreign").replace(" & more", ""),
                      encoding="utf-8")
    house.run("caption", "add", forced, "--title", house.titles["clear"], "--language", "fr",
              "--kind", "forced").ok()
    house.run("worker", "--exit-when-idle", timeout=600).ok()
    for title in house.titles.values():
        house.publish(title)
    house.set("protect", "cbcs")
    for name in ("member", "another"):
        house.add_member(f"{name}@example.org", PASSWORD)
    return house


_made = {}


def the_film_house(lanterne):
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-box-play-")
        _made[lanterne.path] = (make(lanterne, folder.name), folder)
    return _made[lanterne.path][0]


class PlayedSteps:
    """What the probe told."""

    def __init__(self, told):
        self.told = told

    def __getattr__(self, name):
        return self.told[name]

    def step(self, name, which=0):
        return [s for s in self.told["steps"] if s["step"] == name][which]


class BoxWorld(RightsWorld):
    """A copy of it, with a probe."""

    def use(self, lanterne):
        self.probe_path = probe_of(lanterne)
        return self

    def environment(self):
        supp = TREE / "tests/lsan_box.supp"
        return {**os.environ, "LANTERNE_BOX_SOUND": "fakesink",
                "LSAN_OPTIONS": f"suppressions={supp}:print_suppressions=0:exitcode=0"}

    def member_named(self, name):
        return self.someone().signed_in(f"{name}@example.org")

    @staticmethod
    def words(played, *steps, licence=True, **options):
        words = ["--manifest", played["dash"]]
        if licence and played["licence"]:
            words += ["--licence", licence if isinstance(licence, str) else played["licence"]]
        for name, value in options.items():
            words += ["--" + name, str(value)]
        return words + [str(step) for step in steps]

    def begin(self, played, *steps, **options):
        """The probe, running."""
        return subprocess.Popen(
            [self.probe_path, *self.words(played, *steps, **options)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=self.environment(),
            preexec_fn=die_with_parent)

    @staticmethod
    def end(process, timeout=120):
        out, complaints = process.communicate(timeout=timeout)
        assert process.returncode == 0, complaints
        assert not SANITIZER_REPORT.search(complaints), complaints
        return PlayedSteps(json.loads(out))

    def probe(self, played, *steps, **options):
        return self.end(self.begin(played, *steps, **options))


def a_world(lanterne, folder, **settings):
    """One that serves."""
    made = BoxWorld(the_film_house(lanterne), folder).use(lanterne)
    made.settings(**{**SETTINGS, **settings})
    made.serve()
    return made
