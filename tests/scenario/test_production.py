"""A series of our own: commissioned, its masters inspected, accepted, and released with all its
episodes at one instant, before which nothing of it is to be seen."""
import datetime
import subprocess
import time

import pytest

from api_world import Asker
from harness import wait_until

EPISODES = 13
REFUSED = 4
NAME = "Les Ombres longues"
PARIS = datetime.timezone(datetime.timedelta(hours=2))
MIDNIGHT = datetime.datetime(2031, 7, 15, tzinfo=PARIS)
LONGEST = 25.0  # seconds; from the hour to seeing it, with sanitizers on a busy machine

TONE = ("aevalsrc='{v}*(sin(880*t)+sin(1320*t)+0.5*sin(2640*t))|{v}*(sin(990*t)+sin(1320*t))'"
        ":s=48000:d={d}")


def master(folder, name, picture="testsrc2=s=320x180:r=24:d={d}", seconds=2, sounds=None, texts=()):
    """A film in Matroska: sounds are (language, lavfi source), texts (language, file)."""
    path = folder / name
    if path.exists():
        return path
    sounds = sounds or [("fra", TONE.format(v=0.055, d=seconds))]
    inputs = ["-f", "lavfi", "-i", picture.format(d=seconds)]
    outputs = ["-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    for number, (language, source) in enumerate(sounds):
        inputs += ["-f", "lavfi", "-i", source]
        outputs += ["-map", f"{number + 1}:a", f"-metadata:s:a:{number}", f"language={language}"]
    for number, (language, file) in enumerate(texts):
        inputs += ["-i", file]
        outputs += ["-map", f"{len(sounds) + number + 1}:s", f"-metadata:s:s:{number}",
                    f"language={language}"]
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, *outputs, "-c:a", "flac", "-c:s",
         "subrip", "-threads", "1", "-t", str(seconds), path],
        check=True, timeout=120, stdin=subprocess.DEVNULL)
    return path


def subtitles(folder, language, text):
    path = folder / f"{language}.srt"
    path.write_text(f"1\n00:00:00,300 --> 00:00:01,700\n{text}\n", encoding="utf-8")
    return path


def commission(house, *more, episodes=EPISODES, **said):
    args = {"title": NAME, "studio": "Atelier des Ombres", "creators": "Ann Berg, Carl Dumas",
            "budget": "1300000.00", "currency": "EUR", "due": "2031-05-01", "due-every": "7d",
            "audio": "fr", "captions": "fr,en", "lines": "180", **said}
    options = [part for name, value in args.items() if value is not None
               for part in (f"--{name}", value)]
    if episodes:
        options += ["--episodes", episodes]
    return house.run("production", "commission", *options, *more, "--json")


def show(house, production):
    return house.run("production", "show", production, "--json").ok().json()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "delivered"
    made.mkdir()
    return made


# ---- what is ordered ----


def test_a_commission_makes_a_draft_with_its_episodes(service):
    made = commission(
        service, "--instalment", "on signature;2031-02-01;300000.00",
        "--instalment", "on delivery; all of it;2031-09-01;1000000.00").ok().json()
    assert made["state"] == "commissioned" and made["name"] == NAME
    assert made["budget"] == {"amount": "1300000.00", "currency": "EUR", "paid": "0.00"}
    assert [i["name"] for i in made["instalments"]] == ["on signature", "on delivery; all of it"]
    assert [d["episode"] for d in made["deliveries"]] == list(range(1, EPISODES + 1))
    assert made["deliveries"][0]["due"] == "2031-05-01"
    assert made["deliveries"][12]["due"] == "2031-07-24"
    title = service.run("title", "show", made["title"], "--json").ok().json()
    assert title["state"] == "draft" and title["kind"] == "series"
    assert [c["name"] for c in title["credits"]] == ["Ann Berg", "Carl Dumas"]
    assert len(title["seasons"][0]["episodes"]) == EPISODES
    listed = service.run("production", "list", "--json").ok().json()["items"]
    assert [p["id"] for p in listed] == [made["id"]]
    assert show(service, made["title"]) == show(service, made["id"])


@pytest.mark.parametrize("more, said", [
    (["--instalment", "on signature;2031-02-01;300000.00"], "add up to 300000.00 EUR"),
    (["--instalment", "on signature;2031-02-30;1300000.00"], "NAME;DATE;AMOUNT"),
    (["--instalment", "1300000.00"], "NAME;DATE;AMOUNT"),
    (["--budget", "12.345"], "--budget"),
    (["--currency", "EUX"], "--currency"),
    (["--audio", "french"], "audio"),
    (["--loudness", "loud"], "--loudness"),
    (["--due", "2031-02-30"], "--due"),
    (["--due-every", "7w"], "--due-every"),
    (["--episodes", "501"], "--episodes"),
    (["--title-id", "a" * 26], "--title-id"),
])
def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(service, more, said):
    answer = commission(service, *more)
    assert answer.code in (1, 2) and said in answer.stderr
    assert service.run("production", "list").stdout == ""
    assert service.run("title", "list").stdout == ""


def test_a_title_that_is_there_is_taken_once(service):
    title = service.add_title("Ombres", kind="series")
    service.run("title", "episode", "add", title, "--season", "2", "--episode", "1",
                "--title-in", "fr=La Première").ok()
    made = commission(service, "--title-id", title, "--season", 2, title=None,
                      episodes=2).ok().json()
    assert made["title"] == title
    shown = service.run("title", "show", title, "--json").ok().json()
    episodes = [e for s in shown["seasons"] for e in s["episodes"]]
    assert [e["id"] for e in episodes] == [d["playable"] for d in made["deliveries"]]
    again = commission(service, "--title-id", title, title=None, episodes=2)
    assert again.code == 1 and "already" in again.stderr
    film = service.add_title("Film")
    wrong = commission(service, "--title-id", film, title=None)
    assert wrong.code == 1 and "no episodes" in wrong.stderr


def test_instalments_are_paid_once(service):
    made = commission(service, "--instalment", "on signature;2031-02-01;1300000.00").ok().json()
    paid = service.run("production", "pay", made["id"], "--instalment", "on signature",
                       "--json").ok().json()
    assert paid["budget"]["paid"] == "1300000.00" and paid["instalments"][0]["paid"]
    again = service.run("production", "pay", made["id"], "--instalment", "on signature")
    assert again.code == 1 and "was paid on" in again.stderr
    other = service.run("production", "pay", made["id"], "--instalment", "on the moon")
    assert other.code == 1 and "no instalment" in other.stderr


# ---- what is delivered ----


def deliver(house, production, file, number, *more, **kwargs):
    return house.run("production", "deliver", production, file, "--episode", number, *more,
                     timeout=300, **kwargs)


def test_a_bad_master_is_refused_with_every_reason_and_the_report_is_kept(service, folder):
    made = commission(service, "--black", "0.5", "--silent", "0.5", lines="360",
                      audio="fr,en").ok().json()
    bad = master(
        folder, "bad.mkv", seconds=4,
        picture="testsrc2=s=320x180:r=24:d={d},drawbox=c=black:t=fill:enable='lt(t,1)+gte(t,2.5)'",
        sounds=[("fra", "aevalsrc='0.7*sin(880*t)*between(t,1.2,4)':s=48000:d=4")])
    answer = deliver(service, made["id"], bad, 3, "--json")
    assert answer.code == REFUSED
    told = answer.json()
    assert told["state"] == "refused" and told["job"] is None
    codes = {f["code"] for f in told["report"]["findings"] if f["fault"]}
    assert codes == {"height", "black", "audio-language", "audio-layout", "captions", "loudness",
                     "silence"}
    assert told["report"]["black"] == pytest.approx({"head": 1, "tail": 1.5}, abs=0.01)
    assert told["report"]["sounds"][0]["silence"]["head"] == pytest.approx(1.2, abs=0.01)
    for sentence in ("Sound in en was promised and is not there; the master has sound in: fr.",
                     "The picture is black for the first 1.0 s; at most 0.5 s is asked for.",
                     "Captions in fr were promised"):
        assert f"refused: {sentence}" in answer.stderr
    kept = show(service, made["id"])
    assert kept["state"] == "delivering"
    assert kept["deliveries"][2]["state"] == "refused"
    assert kept["deliveries"][2]["report"] == told["report"]
    assert service.run("job", "list", "--json").ok().json()["items"] == []
    for text in ("no film at all", ""):
        junk = folder / "junk.mkv"
        junk.write_text(text)
        assert deliver(service, made["id"], junk, 4).code == REFUSED
    assert deliver(service, made["id"], folder / "nothing.mkv", 4).code == 1
    assert deliver(service, made["id"], bad, 14).code == 1


def test_a_good_master_is_taken_in_reviewed_and_asked_for_anew(service, folder):
    made = commission(service, episodes=1).ok().json()
    who = made["id"]
    texts = ["--captions", subtitles(folder, "fr", "Bonjour"), "--language", "fr",
             "--captions", subtitles(folder, "en", "Hello"), "--language", "en"]
    early = service.run("production", "accept", who, "--episode", 1)
    assert early.code == 1 and "due" in early.stderr
    good = master(folder, "good.mkv")
    broken = folder / "broken.srt"
    broken.write_text("no caption\n")
    refused = deliver(service, who, good, 1, *texts[:2], "--language", "en", "--captions", broken,
                      "--language", "fr")
    assert refused.code == REFUSED and "captions in fr" in refused.stderr
    told = deliver(service, who, good, 1, *texts, "--wait", "--json").ok().json()
    assert (told["state"], told["production_state"]) == ("delivered", "in-review")
    assert told["report"]["captions"] == ["fr", "en"]
    listed = service.run("caption", "list", told["playable"], "--json").ok().json()["items"]
    assert sorted(c["language"] for c in listed) == ["en", "fr"]
    # A worse one changes nothing for the one that is there.
    assert deliver(service, who, folder / "broken.srt", 1).code == REFUSED
    assert show(service, who)["state"] == "in-review"
    accepted = service.run("production", "accept", who, "--episode", 1, "--note", "lovely",
                           "--json").ok().json()
    assert accepted["state"] == "ready" and accepted["deliveries"][0]["note"] == "lovely"
    assert deliver(service, who, good, 1, *texts).code == 1
    back = service.run("production", "refuse", who, "--episode", 1, "--note", "a hair in the gate",
                       "--json").ok().json()
    assert back["state"] == "delivering"
    held = service.run("production", "release", who)
    assert held.code == 1 and "was refused, and no other has come" in held.stderr
    deliver(service, who, good, 1, *texts).ok()  # not encoded yet
    service.run("production", "accept", who, "--episode", 1).ok()
    held = service.run("production", "release", who)
    assert held.code == 1 and "not encoded yet" in held.stderr
    service.run("worker", "--exit-when-idle", timeout=300).ok()
    assert service.run("production", "release", who, "--json").ok().json()["state"] == "released"
    for late in ("cancel --reason late", "refuse --episode 1 --note late"):
        command, *options = late.split()
        assert service.run("production", command, who, *options).code == 1


def test_a_film_of_our_own_is_delivered_without_a_number(service, folder):
    made = commission(service, episodes=0, captions=None, title="Un seul").ok().json()
    assert made["episodes"] == 0 and made["deliveries"][0]["playable"] == made["title"]
    service.run("production", "start", made["id"]).ok()
    assert service.run("production", "start", made["id"]).code == 1
    service.run("production", "deliver", made["id"], master(folder, "film.mkv"), "--wait",
                timeout=300).ok()
    assert show(service, made["id"])["state"] == "in-review"
    service.run("production", "accept", made["id"]).ok()
    ended = service.run("production", "cancel", made["id"], "--reason", "no money", "--json")
    assert ended.ok().json()["ended_because"] == "no money"
    assert show(service, made["id"])["state"] == "cancelled"
    assert service.run("production", "release", made["id"]).code == 1


# ---- the release ----


def finished(house, folder):
    """The series with all its masters accepted and encoded, and its ids."""
    made = commission(house).ok().json()
    texts = ["--captions", subtitles(folder, "fr", "Bonjour"), "--language", "fr",
             "--captions", subtitles(folder, "en", "Hello"), "--language", "en"]
    good = master(folder, "good.mkv")
    for number in range(1, EPISODES + 1):
        deliver(house, made["id"], good, number, *texts).ok()
    held = house.run("production", "release", made["id"])
    assert held.code == 1 and held.stderr.count("not yet accepted") == EPISODES
    house.run("worker", "--exit-when-idle", timeout=900).ok()
    for number in range(1, EPISODES + 1):
        house.run("production", "accept", made["id"], "--episode", number).ok()
    assert show(house, made["id"])["state"] == "ready"
    return made


def traces(house, who, made):
    """What a member can find of the series: nothing, or where."""
    found = []
    for path in ("/api/v1/home", "/api/v1/titles", "/api/v1/titles?q=ombres",
                 "/api/v1/titles?kind=series"):
        if made["title"] in who.get(path).ok().body.decode() or NAME in who.get(path).body.decode():
            found.append(path)
    if who.get(f"/api/v1/titles/{made['title']}").status != 404:
        found.append("title page")
    if who.plays(made["deliveries"][0]["playable"]).status != 404:
        found.append("playback")
    found += [name for name in images(house) if who.get(f"/images/{name}").status != 404]
    return found


def images(house):
    return [p.name for p in (house.folder / "blobs/images").rglob("*.jpg")]


def plays_all(who, made):
    page = who.get(f"/api/v1/titles/{made['title']}").ok().json()
    episodes = page["seasons"][0]["episodes"]
    assert [e["id"] for e in episodes] == [d["playable"] for d in made["deliveries"]]
    for episode in episodes:
        played = who.plays(episode["id"]).ok().json()
        playlist = who.get(played["hls"]).ok().body.decode()
        assert playlist.startswith("#EXTM3U") and 'LANGUAGE="fr"' in playlist
    return page


def test_thirteen_episodes_are_released_at_one_instant_across_a_kill(service, folder):
    made = finished(service, folder)
    member = "m@example.org"
    service.add_member(member, "a long enough phrase")
    past = service.run("production", "release", made["id"], "--at", "2001-01-01T00:00:00Z")
    assert past.code == 1 and "has passed" in past.stderr
    local = service.run("production", "release", made["id"], "--at", "2031-07-15T00:00:00")
    assert local.code == 2 and "--territory" in local.stderr
    set_ahead = service.run("production", "release", made["id"], "--at", "2031-07-15T00:00",
                            "--territory", "FR", "--json").ok().json()
    assert (set_ahead["release"], set_ahead["state"]) == ("2031-07-14T22:00:00Z", "ready")

    def serve(lead):
        at = MIDNIGHT - datetime.timedelta(seconds=lead)
        service.serve("--now", at.astimezone(datetime.timezone.utc).isoformat())
        who = Asker(service.address).signed_in(member, "a long enough phrase")
        if who.me["subscription"]["state"] == "ended":
            who.post("/api/v1/me/subscription", {}).ok()
        return who

    names = images(service)
    assert names, "no picture was picked from the masters"
    begun = time.monotonic()
    who = serve(lead=12)
    assert traces(service, who, made) == []
    assert time.monotonic() - begun < 12
    service.server.kill()
    service.processes.remove(service.server)
    lead = 12 - (time.monotonic() - begun)
    who = serve(lead=max(lead, 1))
    began = time.monotonic() + max(lead, 1)

    def has_come():
        seen = traces(service, who, made)
        return seen and time.monotonic() - began

    came = wait_until(has_come, "midnight", timeout=12 + LONGEST, every=0.02)
    assert came >= -0.5, f"seen {-came:.3f} s early"
    page = plays_all(who, made)
    assert who.get(page["poster"]).ok()
    service.server.kill()
    service.processes.remove(service.server)
    plays_all(serve(lead=-60), made)


def test_a_release_that_lies_ahead_is_moved_and_taken_back(service, folder):
    made = commission(service, episodes=1, captions=None).ok().json()
    who = made["id"]
    deliver(service, who, master(folder, "good.mkv"), 1, "--wait").ok()
    service.run("production", "accept", who, "--episode", 1).ok()
    for at in ("2031-07-15T00:00:00Z", "2032-07-15T00:00:00+02:00", "2031-01-01T00:00:00Z"):
        moved = service.run("production", "release", who, "--at", at, "--json").ok().json()
        assert moved["state"] == "ready"
    assert moved["release"] == "2031-01-01T00:00:00Z"
    later = service.run("--now", "2031-01-01T00:00:00Z", "production", "show", who, "--json")
    assert later.ok().json()["state"] == "released"
    back = service.run("production", "release", who, "--take-back", "--json").ok().json()
    assert back["release"] is None
    assert service.run("production", "release", who, "--take-back").code == 1
    service.run("production", "release", who, "--at", "2031-02-01T00:00:00Z").ok()
    service.run("production", "refuse", who, "--episode", 1, "--note", "the credits").ok()
    assert show(service, who)["release"] is None
    title = service.run("title", "show", made["title"], "--json").ok().json()
    assert title["state"] == "withdrawn" and title["published"] is None
