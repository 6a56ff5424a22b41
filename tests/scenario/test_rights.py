"""Every answer comes from the contracts, to the second, by the territory's time, with reasons."""
import pytest

from avails_files import (answer, episode_row, explained, film, importing, make_ready, row,
                          workbook)

REFUSED, USAGE = 1, 2


@pytest.fixture(scope="module")
def offers(lanterne, tmp_path_factory):
    """Offers that nothing is linked to: an ALID is judged by its contracts alone."""
    from harness import Service
    made = Service(lanterne, tmp_path_factory.mktemp("offers"))
    rows = [row("month", "US FR"),
            row("minute", "FR", start="2013-07-01T12:00:00Z", end="2013-07-01T12:01:00Z"),
            row("world", "ZZ", TerritoryExclusion="US, CA"),
            row("gap", "FR", AvailID="gap-1", end="2013-07-10"),
            row("gap", "FR", AvailID="gap-2", start="2013-07-20"),
            row("held", "FR", HoldbackLanguage="de"),
            row("allowed", "FR", AllowedLanguages="fr"),
            row("rental", "FR", licence="VOD", RentalDuration="720", WatchDuration="48"),
            row("sale", "FR", licence="EST"),
            row("pending", "FR", TitleStatus="Pending"),
            row("ever", "FR", start="Immediate", end="Open"),
            row("waits", "FR", start="Theatrical", end="Open"),
            row("announced", "FR", AnnounceDate="2013-06-15"),
            row("secret", "FR", SuppressionLiftDate="2013-07-15"),
            row("uhd", "FR", AvailID="uhd-1", FormatProfile="UHD"),
            row("uhd", "FR", AvailID="uhd-2", FormatProfile="SD", end="2013-12-31")]
    done = importing(made, workbook(made.logs / "offers.xlsx", rows))
    assert done["refused"] == [] and done["applied"] == len(rows), done
    yield made
    made.finish()


WINDOWS = [
    # ALID, territory, instant, verdict, reason, from, until
    ("month", "FR", "2013-06-30T21:59:59Z", "hidden", "not-yet", None, "2013-06-30T22:00:00Z"),
    ("month", "FR", "2013-06-30T22:00:00Z", "playable", "play", "2013-06-30T22:00:00Z",
     "2013-07-31T22:00:00Z"),
    ("month", "FR", "2013-07-31T23:59:59+02:00", "playable", "play", "2013-06-30T22:00:00Z",
     "2013-07-31T22:00:00Z"),
    ("month", "FR", "2013-08-01T00:00:00+02:00", "hidden", "no-right", "2013-07-31T22:00:00Z",
     None),
    ("month", "US", "2013-07-01T03:59:59Z", "hidden", "not-yet", None, "2013-07-01T04:00:00Z"),
    ("month", "US", "2013-07-01T04:00:00Z", "playable", "play", "2013-07-01T04:00:00Z",
     "2013-08-01T04:00:00Z"),
    ("month", "US", "2013-07-31T23:59:59-04:00", "playable", "play", "2013-07-01T04:00:00Z",
     "2013-08-01T04:00:00Z"),
    ("month", "US", "2013-08-01T04:00:00Z", "hidden", "no-right", "2013-08-01T04:00:00Z", None),
    ("month", "BE", "2013-07-15T12:00:00Z", "hidden", "no-right", None, None),
    ("minute", "FR", "2013-07-01T12:00:59Z", "playable", "play", "2013-07-01T12:00:00Z",
     "2013-07-01T12:01:00Z"),
    ("minute", "FR", "2013-07-01T12:01:00Z", "hidden", "no-right", "2013-07-01T12:01:00Z", None),
    ("world", "JP", "2013-06-30T15:00:00Z", "playable", "play", "2013-06-30T15:00:00Z",
     "2013-07-31T15:00:00Z"),
    ("world", "US", "2013-07-15T00:00:00Z", "hidden", "no-right", None, None),
    ("gap", "FR", "2013-07-15", "hidden", "not-yet", "2013-07-10T22:00:00Z",
     "2013-07-19T22:00:00Z"),
    ("ever", "FR", "1999-01-01", "playable", "play", None, None),
    ("waits", "FR", "2013-07-15", "hidden", None, None, None),
    ("rental", "FR", "2013-07-15", "visible", "rent", "2013-06-30T22:00:00Z",
     "2013-07-31T22:00:00Z"),
    ("sale", "FR", "2013-07-15", "hidden", "no-right", None, None),
    ("pending", "FR", "2013-07-15", "hidden", None, None, None),
    ("announced", "FR", "2013-06-14T21:59:59Z", "hidden", "not-yet", None,
     "2013-06-14T22:00:00Z"),
    ("announced", "FR", "2013-06-20", "visible", "announced", "2013-06-14T22:00:00Z",
     "2013-06-30T22:00:00Z"),
    ("announced", "FR", "2013-07-02", "playable", "play", "2013-06-30T22:00:00Z",
     "2013-07-31T22:00:00Z"),
    ("secret", "FR", "2013-07-14", "hidden", None, None, None),
    ("secret", "FR", "2013-07-15", "playable", "play", "2013-07-14T22:00:00Z",
     "2013-07-31T22:00:00Z"),
]


@pytest.mark.parametrize("alid, territory, at, verdict, reason, begin, end", WINDOWS)
def test_an_offer_is_open_from_its_first_second_to_its_last(offers, alid, territory, at, verdict,
                                                            reason, begin, end):
    said = explained(offers, alid, territory, at)
    assert said["verdict"] == verdict, said
    if reason is not None:
        assert said["reason"] == reason, said
    if reason is not None and reason != "no-right":
        assert (said["from"], said["until"]) == (begin, end), said
    assert said["alid"] == alid and said["title"] is None
    if verdict == "playable":
        assert alid in said["because"] and said["chain"]


def test_the_greatest_format_and_the_languages_are_told(offers):
    assert explained(offers, "uhd", "FR", "2013-07-15")["format"] == "UHD"
    later = explained(offers, "uhd", "FR", "2013-08-15")
    assert (later["format"], later["verdict"]) == ("SD", "playable")
    assert explained(offers, "held", "FR", "2013-07-15")["languages"] == "-de"
    assert explained(offers, "allowed", "FR", "2013-07-15")["languages"] == "+fr"


def test_the_chain_names_every_right_and_what_becomes_of_it(offers):
    said = explained(offers, "gap", "FR", "2013-07-15")
    rights = [link for link in said["chain"] if link["kind"] == "right"]
    assert [(("gap-1" in r["source"]), r["holds"]) for r in rights] == [(True, False),
                                                                      (False, False)]
    told = offers.run("rights", "explain", "gap", "--territory", "FR", "--at",
                      "2013-07-05").ok().stdout
    assert told.startswith("playable: ") and "gap-1" in told and "gap-2" in told


@pytest.mark.parametrize("args, says", [
    (["month"], "--territory"), (["month", "--territory", "XX"], "ISO 3166-1"),
    (["month", "--territory", "fr"], "ISO 3166-1"),
    (["month", "--territory", "FR", "--at", "soon"], "--at"),
    (["month", "--territory", "FR", "--at", "2013-02-30"], "--at"),
    (["month", "--territory", "FR", "--at", "2013-07-15T25:00:00"], "--at"),
    (["month", "--territory", "FR", "--member", "nobody"], "--member"),
])
def test_a_question_that_is_none_is_refused(offers, args, says):
    done = offers.run("rights", "explain", *args)
    assert done.code == USAGE and says in done.stderr and done.stdout == ""


def test_what_nobody_knows_is_said(offers):
    for what in ("nothing", "a" * 26):
        done = offers.run("rights", "explain", what, "--territory", "FR")
        assert done.code == REFUSED and "neither a title nor an ALID" in done.stderr
    done = offers.run("rights", "explain", "month", "--territory", "FR", "--member",
                      "nobody@example.org")
    assert done.code == REFUSED and "nobody@example.org" in done.stderr


# ---- titles --------------------------------------------------------------------------------------

def test_a_title_of_the_houses_own_lives_without_rights(service):
    title = service.add_title("Ours")
    now = "2013-07-15T12:00:00Z"
    assert answer(explained(service, title, "FR", now, now=now)) == ("hidden", "not-published")
    make_ready(service, title)
    service.run("--now", now, "publish", title).ok()
    now = "2013-07-15T12:01:00Z"
    said = explained(service, title, "FR", now, now=now)
    assert answer(said) == ("playable", "play") and said["until"] is None
    assert answer(explained(service, title, "BE", now, now=now)) == ("hidden", "territory")
    kinds = {link["kind"]: link["holds"] for link in said["chain"] if link["kind"] != "law"}
    assert kinds == {"territory": True, "publication": True, "readiness": True, "title": True,
                     "age": True, "member": True}


def test_a_licensed_title_lives_by_its_rights_alone(service):
    title = film(service, "Theirs", row("a", "FR"))
    inside, after = "2013-07-15T12:00:00Z", "2013-08-15T12:00:00Z"
    said = explained(service, title, "FR", inside)
    assert answer(said) == ("playable", "play")
    assert (said["from"], said["until"]) == ("2013-06-30T22:00:00Z", "2013-07-31T22:00:00Z")
    assert "avail a" in said["because"] and "Étoile Films" in said["because"]
    assert answer(explained(service, title, "FR", after))[0] == "hidden"
    service.run("avails", "unlink", "a").ok()
    assert answer(explained(service, title, "FR", inside)) == ("hidden", "no-right")
    service.run("title", "edit", title, "--own").ok()
    assert answer(explained(service, title, "FR", inside)) == ("playable", "play")
    service.run("title", "edit", title, "--licensed").ok()
    assert answer(explained(service, title, "FR", inside)) == ("hidden", "no-right")


def test_what_is_not_ready_or_withdrawn_is_hidden_and_says_so(service):
    bare = film(service, "Bare", row("a", "FR"), ready=False)
    at = "2013-07-15T12:00:00Z"
    said = explained(service, bare, "FR", at)
    assert answer(said) == ("hidden", "not-ready")
    assert [c["holds"] for c in said["chain"] if c["kind"] == "readiness"] == [False]
    gone = film(service, "Gone", row("b", "FR"))
    service.run("withdraw", gone).ok()
    assert answer(explained(service, gone, "FR", at)) == ("hidden", "not-published")


def test_a_member_is_asked_for_by_address(service):
    title = film(service, "Theirs", row("a", "FR", end="Open"))
    now = "2013-07-15T12:00:00Z"
    service.run("--now", now, "member", "add", "--email", "ida@example.org", "--password-stdin",
                stdin="un projecteur à manivelle\n").ok()
    trial = explained(service, title, "FR", "2013-07-16", "--member", "IDA@example.org", now=now)
    assert answer(trial) == ("playable", "play")
    assert trial["until"].startswith("2013-08-14T12:00:")
    over = explained(service, title, "FR", "2013-09-15T12:00:00Z", "--member", "ida@example.org",
                     now=now)
    assert answer(over) == ("visible", "subscribe")
    assert any(c["kind"] == "member" and not c["holds"] for c in over["chain"])
    assert answer(explained(service, title, "FR", "2013-09-15T12:00:00Z", now=now)) == (
        "playable", "play")


def test_a_series_is_told_by_its_best_episode_or_the_one_asked_for(service):
    rows = [episode_row("e1", "Les Ombres", 1, 1, end="2013-07-10"),
            episode_row("e2", "Les Ombres", 1, 2, start="2013-07-05")]
    done = importing(service, workbook(service.logs / "a.xlsx", rows), "--add-titles")
    series = done["new_titles"][0]["id"]
    shown = service.run("title", "show", series, "--json").ok().json()
    episodes = {e["episode"]: e["id"] for e in shown["seasons"][0]["episodes"]}
    make_ready(service, *episodes.values())
    service.publish(series)

    def best(at, *args):
        said = explained(service, series, "FR", at, *args)
        return said["verdict"], said["season"], said["episode"]

    assert best("2013-07-02") == ("playable", 1, 1)
    assert best("2013-07-20") == ("playable", 1, 2)
    assert best("2013-07-20", "--season", "1", "--episode", "1") == ("hidden", 1, 1)
    assert explained(service, episodes[2], "FR", "2013-07-02")["verdict"] == "hidden"
    assert explained(service, episodes[2], "FR", "2013-07-20")["verdict"] == "playable"
    done = service.run("rights", "explain", series, "--territory", "FR", "--episode", "9")
    assert done.code == REFUSED and "episode 9" in done.stderr


def test_a_publication_ahead_comes_to_the_second(service):
    title = service.add_title("Midnight")
    make_ready(service, title)
    now = ["--now", "2013-07-10T00:00:00Z"]
    service.run(*now, "publish", title, "--at", "2013-07-15T00:00:00", "--territory", "US").ok()
    before = explained(service, title, "FR", "2013-07-15T03:59:59Z", now=now[1])
    assert answer(before) == ("hidden", "not-published")
    assert before["until"] == "2013-07-15T04:00:00Z"
    assert answer(explained(service, title, "FR", "2013-07-15T04:00:00Z", now=now[1])) == (
        "playable", "play")
    service.run(*now, "publish", title, "--at", "2013-07-16T00:00:00").ok()  # the house's own time
    at = explained(service, title, "FR", "2013-07-15T22:00:00Z", now=now[1])
    assert answer(at) == ("playable", "play") and at["from"] == "2013-07-15T22:00:00Z"
    late = service.run("--now", "2013-08-01T00:00:00Z", "publish", title, "--at",
                       "2013-09-01T00:00:00Z")
    assert late.code == REFUSED and "published already" in late.stderr
    for args in (["--at", "tomorrow"], ["--territory", "FR"],
                 ["--at", "2013-07-16", "--territory", "XX"]):
        assert service.run("publish", title, *args).code == USAGE


def test_a_planned_publication_can_be_brought_to_now(service):
    title = service.add_title("Sooner")
    make_ready(service, title)
    service.run("--now", "2013-07-10T00:00:00Z", "publish", title, "--at", "2013-08-01").ok()
    service.run("--now", "2013-07-11T00:00:00Z", "publish", title).ok()
    assert answer(explained(service, title, "FR", "2013-07-11T00:00:01Z",
                            now="2013-07-11T00:00:01Z")) == ("playable", "play")


def test_the_verdict_ends_where_the_territory_does(service):
    title = film(service, "Abroad", row("a", "FR BE", start="Immediate", end="Open"))
    now = ["--now", "2013-07-01T00:00:00Z"]
    service.run(*now, "territory", "ready", "BE").ok()
    service.run(*now, "territory", "open", "BE", "--at", "2013-09-15T00:00:00+02:00",
                "--despite", "a rehearsal").ok()
    before = explained(service, title, "BE", "2013-09-14T21:59:59Z", now=now[1])
    assert answer(before) == ("hidden", "territory")
    assert before["until"] == "2013-09-14T22:00:00Z"
    assert answer(explained(service, title, "BE", "2013-09-14T22:00:00Z", now=now[1])) == (
        "playable", "play")


# ---- what comes ----------------------------------------------------------------------------------

def test_the_calendar_lists_what_opens_and_closes(service):
    film(service, "July", row("july", "FR BE"))
    film(service, "August", row("august", "FR", start="2013-08-01", end="2013-08-31"))
    rows = [episode_row(f"e{n}", "Les Ombres", 1, n) for n in range(1, 4)]
    done = importing(service, workbook(service.logs / "s.xlsx", rows), "--add-titles")
    series = done["new_titles"][0]["id"]
    shown = service.run("title", "show", series, "--json").ok().json()
    make_ready(service, *(e["id"] for e in shown["seasons"][0]["episodes"]))
    service.publish(series)
    now = ["--now", "2013-06-20T00:00:00Z"]
    said = service.run(*now, "rights", "calendar", "--json").ok().json()
    opens = [(i["what"], i["name"], i["playables"]) for i in said["items"]]
    assert opens == [("opens", "July", 1), ("opens", "Les Ombres", 3)]
    assert {i["at"] for i in said["items"]} == {"2013-06-30T22:00:00Z"}
    assert [(i["first"], i["last"]) for i in said["items"]] == [(None, None), ("S1E1", "S1E3")]
    late = service.run(*now, "rights", "calendar", "--territory", "FR", "--from", "2013-08-01",
                       "--weeks", "1", "--json").ok().json()
    assert late["from"] == "2013-07-31T22:00:00Z" and late["until"] == "2013-08-07T22:00:00Z"
    assert sorted((i["what"], i["name"]) for i in late["items"]) == [
        ("closes", "July"), ("closes", "Les Ombres"), ("opens", "August")]
    told = service.run(*now, "rights", "calendar", "--weeks", "3").ok().stdout
    assert "2013-07-01T00:00:00+02:00  FR  opens" in told and "(3 episodes, S1E1 to S1E3)" in told


def test_the_calendar_lists_territories(service):
    now = ["--now", "2013-07-01T00:00:00Z"]
    service.run(*now, "territory", "ready", "BE").ok()
    service.run(*now, "territory", "open", "BE", "--at", "2013-07-15T00:00", "--despite",
                "a rehearsal").ok()
    said = service.run(*now, "rights", "calendar", "--territory", "BE", "--json").ok().json()
    assert ("territory", "open", "2013-07-14T22:00:00Z") in [
        (i["kind"], i["what"], i["at"]) for i in said["items"]]
    for args in (["--territory", "XX"], ["--weeks", "0"], ["--from", "then"]):
        assert service.run("rights", "calendar", *args).code == USAGE
