"""Deals: what is granted to whom alone, what is held back, where contracts do not agree."""
import pytest

from avails_files import (STUDIO, answer, explained, film, importing, make_ready, row,
                          workbook)

REFUSED, USAGE = 1, 2
TO_US = ["--direction", "to-us", "--from", "2013-01-01", "--territory", "FR BE", "--media", "svod"]


@pytest.fixture
def house(service):
    service.run("studio", "add", STUDIO).ok()
    return service


def add(service, name, *args):
    return service.run("deal", "add", "--name", name, *args, "--json").ok().json()["id"]


def findings(service, *args):
    return service.run("deal", "check", *args, "--json").ok().json()["findings"]


def test_a_deal_is_kept_as_it_was_said(house):
    title = house.add_title("One")
    add(house, "Output deal", "--studio", "etoile films", *TO_US, "--until", "2015-12-31",
        "--exclusive", "svod,free-tv", "--title", title, "--streams", "5000", "--fee", "100000.00",
        "--currency", "EUR", "--fee-per", "year", "--contract", "C-7", "--holdback",
        "theatrical window;svod;FR;theatrical;theatrical+36m", "--holdback",
        "free TV;svod,avod;BE;2014-01-01;2014-06-30")
    shown = house.run("deal", "show", "output DEAL", "--json").ok().json()
    del shown["id"], shown["version"]
    assert shown == {
        "name": "Output deal", "direction": "to-us", "party": STUDIO, "from": "2013-01-01",
        "until": "2015-12-31", "territories": "BE, FR", "media": "svod",
        "exclusive": "svod,free-tv", "titles": [title], "streams": 5000,
        "fee": {"amount": "100000.00", "currency": "EUR", "per": "year"},
        "holdbacks": [{"name": "theatrical window", "media": "svod", "territories": "FR",
                       "from": "theatrical", "until": "theatrical+36m"},
                      {"name": "free TV", "media": "svod,avod", "territories": "BE",
                       "from": "2014-01-01", "until": "2014-06-30"}],
        "contract": "C-7"}
    house.run("deal", "edit", "Output deal", "--until", "-", "--title", "", "--holdback", "",
              "--fee", "", "--name", "Shorter").ok()
    shown = house.run("deal", "show", "Shorter", "--json").ok().json()
    assert (shown["until"], shown["titles"], shown["holdbacks"], shown["fee"]) == (None, [], [],
                                                                                  None)
    assert shown["exclusive"] == "svod,free-tv"
    told = house.run("deal", "show", "Shorter").ok().stdout
    assert "exclusive: svod,free-tv" in told and "titles: all of the studio" in told
    assert house.run("deal", "add", "--name", "shorter", "--studio", STUDIO, *TO_US).code == REFUSED
    house.run("deal", "remove", "Shorter").ok()
    assert house.run("deal", "list", "--json").ok().json() == {"items": []}


@pytest.mark.parametrize("args, says", [
    (["--studio", "Nobody"], "Nobody"),
    (["--studio", STUDIO, "--party", "x"], "only one"),
    (["--studio", STUDIO, "--from", "2013-02-30"], "--from"),
    (["--studio", STUDIO, "--until", "2012-01-01"], "until"),
    (["--studio", STUDIO, "--territory", "FR XX"], "XX"),
    (["--studio", STUDIO, "--media", "svod,opera"], "opera"),
    (["--studio", STUDIO, "--direction", "sideways"], "to-us"),
    (["--studio", STUDIO, "--fee", "1.234", "--currency", "EUR"], "--fee"),
    (["--studio", STUDIO, "--fee", "10"], "--currency"),
    (["--studio", STUDIO, "--fee", "10", "--currency", "EURO"], "ISO 4217"),
    (["--studio", STUDIO, "--holdback", "a;b"], "--holdback"),
    (["--studio", STUDIO, "--holdback", "a;svod;FR;someday;-"], "someday"),
    (["--studio", STUDIO, "--title", "x"], "--title"),
    (["--studio", STUDIO, "--title", "a" * 26], "no such"),
    ([], "with whom"),
])
def test_a_deal_that_is_none_is_refused(shared_service, args, says):
    shared_service.run("studio", "add", STUDIO)
    said = {"--direction": "to-us", "--from": "2013-01-01", "--territory": "FR", "--media": "svod"}
    said.update(zip(args[::2], args[1::2]))
    done = shared_service.run("deal", "add", "--name", "x", *(w for p in said.items() for w in p))
    assert done.code in (REFUSED, USAGE) and says in done.stderr, done.stderr
    assert shared_service.run("deal", "list", "--json").ok().json() == {"items": []}


def test_a_holdback_cuts_a_window(house):
    title = film(house, "Cut", row("a", "FR BE", start="2013-01-01", end="2014-12-31"))
    add(house, "Output", "--studio", STUDIO, *TO_US, "--holdback",
        "free TV;svod;FR;2013-06-01;2013-08-31")
    assert answer(explained(house, title, "FR", "2013-05-31T23:59:59")) == ("playable", "play")
    held = explained(house, title, "FR", "2013-06-01")
    assert answer(held) == ("hidden", "held-back")
    assert (held["from"], held["until"]) == ("2013-05-31T22:00:00Z", "2013-08-31T22:00:00Z")
    assert "Output" in held["because"] and "free TV" in held["because"]
    assert [c["kind"] for c in held["chain"] if c["kind"] == "right"] == ["right"]
    assert ["free TV" in c["source"] for c in held["chain"]
            if c["kind"] == "deal" and c["holds"]] == [True]
    assert answer(explained(house, title, "FR", "2013-09-01")) == ("playable", "play")
    assert answer(explained(house, "a", "BE", "2013-07-01")) == ("playable", "play")
    house.run("deal", "edit", "Output", "--holdback", "").ok()
    assert answer(explained(house, title, "FR", "2013-06-01")) == ("playable", "play")


def test_a_clock_runs_from_the_films_own_date(house):
    title = film(house, "Cinema", row("a", "FR BE", start="2010-01-01", end="2020-12-31"))
    add(house, "Output", "--studio", STUDIO, *TO_US, "--holdback",
        "theatrical window;svod;FR;-;theatrical+36m")
    unknown = explained(house, title, "FR", "2013-07-15")
    assert answer(unknown) == ("hidden", "held-back")
    house.run("title", "event", title, "--event", "theatrical:FR:2010-07-20").ok()
    assert answer(explained(house, title, "FR", "2013-07-19T23:59:59")) == ("hidden", "held-back")
    assert answer(explained(house, title, "FR", "2013-07-20")) == ("playable", "play")


def test_what_was_granted_away_alone_is_not_ours_to_show(house):
    title = house.add_title("Ours")
    make_ready(house, title)
    house.publish(title)
    add(house, "Sold", "--party", "Free TV Ltd", "--direction", "by-us", "--from", "2013-07-01",
        "--until", "2013-07-31", "--territory", "FR", "--media", "svod,free-tv", "--exclusive",
        "svod", "--title", title)
    gone = explained(house, title, "FR", "2013-07-15")
    assert answer(gone) == ("hidden", "held-back") and "Sold" in gone["because"]
    assert answer(explained(house, title, "FR", "2013-08-01")) == ("playable", "play")


def kinds(found):
    return sorted({f["kind"] for f in found})


def test_every_finding_names_both_of_its_sources(house):
    title = film(house, "Cut", row("a", "FR BE", start="2013-02-01", end="2014-12-31"))
    assert findings(house) == []
    add(house, "Output", "--studio", STUDIO, *TO_US, "--holdback",
        "free TV;svod;FR;2013-06-01;2013-08-31")
    cut = findings(house)
    assert kinds(cut) == ["cut"], cut
    assert "avail a" in cut[0]["first"] and "Output" in cut[0]["second"]
    assert (cut[0]["title"], cut[0]["territory"]) == (title, "FR")
    assert findings(house, "--title", title) == cut
    told = house.run("deal", "check").ok().stdout
    assert told.startswith("cut: ") and "Output" in told
    assert house.run("deal", "check", "--strict").code == REFUSED
    other = house.add_title("Other")
    assert findings(house, "--title", other) == []
    assert house.run("deal", "check", "--title", "a" * 26).code == REFUSED


def test_two_exclusive_grants_of_one_thing_clash(house):
    title = house.add_title("Ours")
    for name, party in (("First", "A"), ("Second", "B")):
        add(house, name, "--party", party, "--direction", "by-us", "--from", "2013-01-01",
            "--territory", "FR", "--media", "svod", "--exclusive", "svod", "--title", title)
    clash = [f for f in findings(house) if f["kind"] == "exclusive-clash"]
    assert len(clash) == 1, clash
    sources = clash[0]["first"] + clash[0]["second"]
    assert "First" in sources and "Second" in sources


def test_an_import_says_what_breaks_a_deal(house):
    title = film(house, "Outside", row("a", "FR", start="2013-02-01", end="2013-12-31"))
    add(house, "Output", "--studio", STUDIO, *TO_US, "--until", "2013-12-31")
    longer = workbook(house.logs / "b.xlsx", [row("a", "FR DE", start="2013-02-01",
                                                  end="2014-12-31")])
    rehearsed = importing(house, longer, "--dry-run")["findings"]
    assert kinds(rehearsed) == ["outside-deal"], rehearsed
    assert all("Output" in f["second"] + f["first"] for f in rehearsed)
    assert findings(house) == []
    done = importing(house, longer)
    assert kinds(done["findings"]) == ["outside-deal"] and done["titles"] == 1
    assert findings(house, "--title", title) == done["findings"]
    told = house.run("avails", "import", workbook(house.logs / "c.xlsx", [
        row("a", "FR DE", start="2013-02-01", end="2015-12-31")])).ok().stdout
    assert "outside-deal: " in told


def test_the_law_cuts_what_it_holds_back(house):
    title = film(house, "Cinema", row("a", "FR", start="2013-01-01", end="2020-12-31"))
    house.run("title", "event", title, "--event", "theatrical:FR:2012-07-20").ok()
    said = explained(house, title, "FR", "2013-07-15", now="2013-07-15T00:00:00Z")
    assert answer(said) == ("hidden", "held-back")
    assert any(c["kind"] == "law" and c["holds"] for c in said["chain"])
    assert "cut" in kinds(findings(house, "--title", title))
