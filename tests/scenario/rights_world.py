"""A house with titles that may be seen and titles that may not, each hidden for a reason of its own
and full of words that nothing else has: where one of them turns up, something leaked."""
import datetime
import re
import tempfile

from api_world import PASSWORD, Asker, World, film
from harness import Masters, Service

# Whose catalogue a request sees is said by the proxy in front, which the tests play.
PLACE = "X-Place"
SETTINGS = {"trusted_proxies": "127.0.0.1", "place_header": PLACE}
# Every hidden title's words begin so, and no other title's.
MARK = "qanari"
GENRE = "opera"  # only hidden titles have it


def instant(moment):
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def window(territory, start="1990-01-01T00:00:00", end=None, profile="HD", allowed=(),
           holdback=(), kind="SVOD", **terms):
    """What one transaction of an avail says: a window in a territory. A term is a day, a duration
    ("P2D") or money (("3.99", "EUR"))."""
    return {"territory": territory, "start": start, "end": end, "profile": profile,
            "allowed": allowed, "holdback": holdback, "kind": kind, "terms": terms}


def term_xml(name, value):
    if isinstance(value, tuple):
        inner = f'<avails:Money currency="{value[1]}">{value[0]}</avails:Money>'
    else:
        tag = "Duration" if value.startswith("P") else "Event"
        inner = f"<avails:{tag}>{value}</avails:{tag}>"
    return f'<avails:Term termName="{name.replace("_", "-")}">{inner}</avails:Term>'


def transaction_xml(name, w):
    end = f"<avails:End>{w['end']}</avails:End>" if w["end"] else (
        "<avails:EndCondition>Open</avails:EndCondition>")
    languages = "".join(
        f"<avails:{kind}Language>{tag}</avails:{kind}Language>"
        for kind, tags in (("Allowed", w["allowed"]), ("Holdback", w["holdback"]))
        for tag in tags
    )
    terms = "".join(term_xml(k, v) for k, v in w["terms"].items())
    return f"""
    <avails:Transaction TransactionID="{name}">
      <avails:LicenseType>{w["kind"]}</avails:LicenseType>
      <avails:Territory><md:country>{w["territory"]}</md:country></avails:Territory>
      <avails:Start>{w["start"]}</avails:Start>{end}{languages}
      <avails:LicenseRightsDescription>Library</avails:LicenseRightsDescription>
      <avails:FormatProfile>{w["profile"]}</avails:FormatProfile>{terms}
    </avails:Transaction>"""


def avails_xml(alid, name, windows):
    """A studio's file with one avail."""
    said = "".join(transaction_xml(f"{alid}-{i}", w) for i, w in enumerate(windows))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<avails:AvailList xmlns:avails="http://www.movielabs.com/schema/avails/v2.4/avails"
  xmlns:md="http://www.movielabs.com/schema/md/v2.7/md">
  <avails:Avail>
    <avails:ALID>{alid}</avails:ALID>
    <avails:Disposition><avails:EntryType>Full Extract</avails:EntryType></avails:Disposition>
    <avails:Licensor><md:DisplayName>Test Studio</md:DisplayName></avails:Licensor>
    <avails:ServiceProvider/>
    <avails:AvailType>single</avails:AvailType>
    <avails:ShortDescription>{name}</avails:ShortDescription>
    <avails:Asset contentID="md:cid:org:test.example:{alid}">
      <avails:WorkType>Movie</avails:WorkType>
      <avails:Metadata>
        <avails:TitleDisplayUnlimited>{name}</avails:TitleDisplayUnlimited>
        <avails:TitleInternalAlias>{name}</avails:TitleInternalAlias>
      </avails:Metadata>
    </avails:Asset>{said}
  </avails:Avail>
</avails:AvailList>
"""


def licence(house, title, alid, *windows):
    """Gives a title a licence by an avail."""
    path = house.logs / f"{alid}.xml"
    path.write_text(avails_xml(alid, "A film", windows), encoding="utf-8")
    done = house.run("avails", "import", path, "--json").ok().json()
    assert done["applied"] == len(windows) and not done["refused"], done
    house.run("avails", "link", alid, title).ok()


def open_territory(house, code, at=None):
    """Opens a country, now or at an instant."""
    house.run("territory", "ready", code).ok()
    when = ["--at", at] if at else []
    house.run("territory", "open", code, *when, "--despite", "a test has no quotas").ok()


def hidden_film(house, word, master, **more):
    """A film with its own words in everything that can be said of it, its captions included."""
    title = house.add_title(
        f"{MARK} {word}",
        genre=[GENRE],
        year=1931,
        language="fr",
        country="FR",
        credit=[f"director={MARK}regie{word}", f"actor={MARK}spiel{word} as {MARK}rolle{word}"],
        title_in=[f"fr={MARK}titre{word}", f"en={MARK}title{word}"],
        synopsis=[f"fr={MARK}resume{word}", f"en={MARK}synopsis{word}"],
        **more,
    )
    house.run("ingest", master, "--title", title).ok()
    captions = house.logs / f"{word}.srt"
    captions.write_text(f"1\n00:00:01,000 --> 00:00:03,000\n{MARK}sub{word}\n", encoding="utf-8")
    house.run("caption", "add", captions, "--title", title, "--language", "fr").ok()
    return title


def make_rights_house(lanterne, folder, now):
    """hidden: {word: title} of what nobody in FR may know of; for a child also `child_only`."""
    house = Service(lanterne, folder, name="The House")
    masters = Masters(house.folder.parent / "masters")
    master = film(masters)
    house.admin_password = re.search(r"password\s+(\S+)", house.welcome).group(1)
    house.fine = house.add_title("Fine for all", genre=["drama"], year=1950, rating="CNC=TP")
    house.run("ingest", master, "--title", house.fine).ok()
    hour, day = datetime.timedelta(hours=1), datetime.timedelta(days=1)
    house.hidden = {
        word: hidden_film(house, word, master)
        for word in ("draft", "later", "abroad", "ended", "heldback", "suppressed")
    }
    # French law keeps it in a locked area, which nobody here has opened.
    house.hidden["locked"] = hidden_film(house, "locked", master, rating="CNC=18")
    house.child_only = {
        "grown": hidden_film(house, "grown", master, rating="CNC=16"),
        "unrated": hidden_film(house, "unrated", master),
    }
    house.series = house.add_title(
        f"{MARK} series",
        kind="series",
        genre=[GENRE],
        credit=[f"creator={MARK}creator"],
        synopsis=[f"en={MARK}synopsisseries"],
    )
    house.episodes = []
    for number in (1, 2):
        house.episodes.append(
            house.run(
                "title", "episode", "add", house.series, "--season", 1, "--episode", number,
                "--title-in", f"en={MARK}episode{number}", "--json",
            ).ok().json()["id"]
        )
        at = ("--season", 1, "--episode", number)
        house.run("ingest", master, "--title", house.series, *at).ok()
    house.run("worker", "--exit-when-idle", timeout=400).ok()
    h = house.hidden
    soon, past = instant(now + 30 * day)[:10], instant(now - 1 * day)
    licence(house, h["abroad"], "abroad", window("US"))
    licence(house, h["ended"], "ended", window("FR", end=past), window("US"))
    licence(house, h["heldback"], "heldback", window("FR"), window("US"))
    licence(house, h["suppressed"], "suppressed", window("FR", SuppressionLiftDate=soon),
            window("US"))
    house.run(
        "deal", "add", "--name", "Window", "--studio", "Test Studio", "--direction", "to-us",
        "--from", "1990-01-01", "--territory", "FR", "--media", "svod", "--title", h["heldback"],
        "--holdback", f"cinema;svod;FR;1990-01-01;{soon}",
    ).ok()
    for title in (house.fine, h["abroad"], h["ended"], h["heldback"], h["suppressed"],
                  h["locked"], *house.child_only.values()):
        house.publish(title)
    open_territory(house, "US")
    house.add_member("member@example.org", PASSWORD)
    house.later = now + 20 * hour
    return house


class RightsWorld(World):
    """A copy of the house of rights."""

    def seen_from(self, place, who=None):
        """Somebody whose requests come from a country."""
        who = who or self.someone()
        who.headers[PLACE] = place
        return who


_made = {}


def the_rights_house(lanterne):
    if lanterne.path not in _made:
        folder = tempfile.TemporaryDirectory(prefix="lanterne-rights-")
        now = datetime.datetime.now(datetime.timezone.utc)
        _made[lanterne.path] = (make_rights_house(lanterne, folder.name, now), folder)
    return _made[lanterne.path][0]
