"""Metadata of studios: what a file says of a title comes into the catalogue, or nothing of it."""
import json

import pytest

REFUSED, USAGE = 1, 2

SPACES = ('xmlns:md="http://www.movielabs.com/schema/md/v2.7/md"'
          ' xmlns:mdmec="http://www.movielabs.com/schema/mdmec/v2.7"'
          ' xmlns:m="http://www.movielabs.com/schema/manifest/v1.8/manifest"')

FILM = """
<md:LocalizedInfo language="en-gb" default="true">
  <md:TitleDisplayUnlimited>The Counsellor</md:TitleDisplayUnlimited>
  <md:Summary190>A lawyer.</md:Summary190>
  <md:Genre level="0">Drama</md:Genre><md:Genre level="1">Sci-Fi</md:Genre>
  <md:Genre level="1">Political</md:Genre>
  <md:OriginalTitle>The Counselor</md:OriginalTitle>
  <md:CopyrightLine>2013 A Studio</md:CopyrightLine>
</md:LocalizedInfo>
<md:LocalizedInfo language="fr">
  <md:TitleDisplay60>Cartel</md:TitleDisplay60>
  <md:Summary400>Un avocat
     se lance.</md:Summary400>
</md:LocalizedInfo>
<md:RunLength>PT116M40S</md:RunLength>
<md:ReleaseYear>2013</md:ReleaseYear>
<md:ReleaseHistory><md:ReleaseType>Theatrical</md:ReleaseType>
  <md:DistrTerritory><md:country>FR</md:country></md:DistrTerritory>
  <md:Date>2013-11-20</md:Date></md:ReleaseHistory>
<md:ReleaseHistory><md:ReleaseType>Theatrical</md:ReleaseType>
  <md:DistrTerritory><md:country>FR</md:country></md:DistrTerritory>
  <md:Date>2013-11-13</md:Date></md:ReleaseHistory>
<md:ReleaseHistory><md:ReleaseType>DVD</md:ReleaseType>
  <md:DistrTerritory><md:country>FR</md:country></md:DistrTerritory>
  <md:Date>2014</md:Date></md:ReleaseHistory>
<md:WorkType>Movie</md:WorkType>
<md:AltIdentifier><md:Namespace>ORG</md:Namespace><md:Identifier>X-1</md:Identifier>
</md:AltIdentifier>
<md:RatingSet><md:Rating><md:Region><md:country>FR</md:country></md:Region>
  <md:System>CNC</md:System><md:Value>12</md:Value></md:Rating></md:RatingSet>
<md:People><md:Job><md:JobFunction>Actor</md:JobFunction>
  <md:BillingBlockOrder>2</md:BillingBlockOrder></md:Job>
  <md:Name><md:DisplayName>Cruz</md:DisplayName></md:Name></md:People>
<md:People><md:Job><md:JobFunction>Actor</md:JobFunction>
  <md:BillingBlockOrder>1</md:BillingBlockOrder><md:Character>the Counselor</md:Character></md:Job>
  <md:Name><md:DisplayName>Fassbender</md:DisplayName></md:Name></md:People>
<md:People><md:Job><md:JobFunction>Director</md:JobFunction></md:Job>
  <md:Name><md:DisplayName>Scott</md:DisplayName></md:Name></md:People>
<md:CountryOfOrigin><md:country>US</md:country></md:CountryOfOrigin>
<md:PrimarySpokenLanguage>es</md:PrimarySpokenLanguage>
<md:OriginalLanguage>en</md:OriginalLanguage>
"""
FILM_ID = "md:cid:eidr-s:AD07-310C-C59D-6785-C63A-G"
FILM_EIDR = "eidr:10.5240/AD07-310C-C59D-6785-C63A-G"
SERIES_ID, SEASON_ID = "md:cid:org:house:series", "md:cid:org:house:season"


def text(language, title, synopsis=None):
    summary = f"<md:Summary190>{synopsis}</md:Summary190>" if synopsis else ""
    return (f'<md:LocalizedInfo language="{language}">'
            f"<md:TitleDisplay60>{title}</md:TitleDisplay60>{summary}</md:LocalizedInfo>")


def part(kind, number, relation, parent, *texts):
    return ("".join(texts) + f"<md:WorkType>{kind}</md:WorkType>"
            f"<md:SequenceInfo><md:Number>{number}</md:Number></md:SequenceInfo>"
            f'<md:Parent relationshipType="{relation}"><md:ParentContentID>{parent}'
            "\n</md:ParentContentID></md:Parent>")


SERIES = text("en", "Shadows", "Three.") + "<md:WorkType>Series</md:WorkType>"
SEASON = part("Season", 2, "isseasonof", SERIES_ID, text("fr", "Saison deux"))


def episode(number, title):
    return part("Episode", number, "isepisodeof", SEASON_ID, text("en", title))


def core(content_id, said):
    return (f'<mdmec:CoreMetadata {SPACES}>\n<mdmec:Basic ContentID="{content_id}">\n{said}'
            "</mdmec:Basic></mdmec:CoreMetadata>\n")


def manifest(*parts):
    inside = "".join(f'<m:Metadata ContentID="{i}"><m:BasicMetadata ContentID="{i}">{said}'
                     "</m:BasicMetadata></m:Metadata>\n" for i, said in parts)
    return f"<m:MediaManifest {SPACES}><m:Inventory>\n{inside}</m:Inventory></m:MediaManifest>\n"


@pytest.fixture
def files(tmp_path):
    def write(document, name="metadata.xml"):
        path = tmp_path / name
        path.write_bytes(document if isinstance(document, bytes) else document.encode())
        return path
    return write


def take(service, path, *args):
    done = service.run("mec", "import", path, "--json", *args)
    return json.loads(done.stdout) if done.stdout else None, done.code


def show(service, title):
    return service.run("title", "show", title, "--json").ok().json()


def catalogue(service):
    listed = service.run("title", "list", "--json").ok().json()
    return [show(service, item["id"]) for item in listed["items"]]


def changes(report):
    return [f"{c['sign']} {c['what']}" for c in report["changes"]]


def test_a_film_that_is_named_takes_all_that_is_said_of_it(service, files):
    film = service.add_title("Working title", synopsis="en=Old.")
    report, code = take(service, files(core(FILM_ID, FILM)), "--title", film)
    assert code == 0 and report["taken"] and report["refused"] == []
    assert [t["id"] for t in report["titles"]] == [film]
    t = show(service, film)
    assert t["original_title"] == "The Counselor" and t["year"] == 2013
    assert t["runtime_minutes"] == 117 and t["language"] == "en" and t["countries"] == ["US"]
    assert t["genres"] == ["drama", "science-fiction"]
    assert t["credit_line"] == "2013 A Studio"
    texts = {x["language"]: (x["title"], x["synopsis"]) for x in t["texts"]}
    assert texts["en-GB"] == ("The Counsellor", "A lawyer.")
    assert texts["fr"] == ("Cartel", "Un avocat se lance.")
    assert texts["en"][1] == "Old."
    assert [(c["role"], c["name"], c["character"]) for c in t["credits"]] == [
        ("director", "Scott", None), ("actor", "Fassbender", "the Counselor"),
        ("actor", "Cruz", None)]
    assert t["ratings"] == [{"system": "CNC", "value": "12"}]
    assert t["identifiers"] == [FILM_EIDR, f"cid:{FILM_ID}", "alt:X-1"]
    assert t["events"] == [{"event": "theatrical", "territory": "FR", "day": "2013-11-13"}]
    said = " ".join(w["what"] for w in report["warnings"])
    assert '"Political" is none of ours' in said and '"DVD" in FR does not say its day' in said
    assert "~ original title: Working title -> The Counselor" in changes(report)


def test_the_same_file_twice_finds_its_title_and_changes_nothing(service, files):
    film = service.add_title("The Counselor")
    path = files(core(FILM_ID, FILM))
    take(service, path, "--title", film)
    before = show(service, film)
    report, code = take(service, path)
    assert code == 0 and report["changes"] == [] and not report["titles"][0]["changed"]
    assert show(service, film) == before
    report, code = take(service, files(core(FILM_ID, FILM.replace("Cartel", "Le cartel"))))
    assert code == 0 and changes(report) == ["~ title in fr: Cartel -> Le cartel"]


def test_a_film_that_nobody_knows_is_a_draft_only_when_asked_for(service, files):
    path = files(core(FILM_ID, FILM))
    report, code = take(service, path)
    assert code == REFUSED and "--add-title" in report["refused"][0]["what"]
    assert report["refused"][0]["where"] == "line 2"
    report, code = take(service, path, "--add-title", "--dry-run")
    assert code == 0 and report["taken"] and report["titles"][0]["new"]
    assert catalogue(service) == []
    report, code = take(service, path, "--add-title")
    made, = catalogue(service)
    assert code == 0 and made["id"] == report["titles"][0]["id"]
    assert made["state"] == "draft" and made["original_title"] == "The Counselor"


def test_a_manifest_makes_a_series_with_season_and_episodes_in_any_order(service, files):
    path = files(manifest(("md:cid:org:house:e2", episode(2, "Two")), (SEASON_ID, SEASON),
                          ("md:cid:org:house:e1", episode(1, "One")),
                          ("md:cid:org:house:t", text("en", "Trailer") +
                           "<md:WorkType>Promotion</md:WorkType>"), (SERIES_ID, SERIES)))
    report, code = take(service, path, "--add-title")
    assert code == 0, report
    assert any("Promotion".lower() in w["what"] for w in report["warnings"])
    series, = catalogue(service)
    assert (series["kind"], series["original_title"]) == ("series", "Shadows")
    season, = series["seasons"]
    assert season["number"] == 2 and season["texts"][0]["title"] == "Saison deux"
    assert [(e["episode"], e["texts"][0]["title"]) for e in season["episodes"]] == [
        (1, "One"), (2, "Two")]
    again, code = take(service, path)
    assert code == 0 and again["changes"] == []


def test_files_one_by_one_find_what_stands_above_them(service, files):
    lone = files(core("md:cid:org:house:e1", episode(1, "One")), "e1.xml")
    report, code = take(service, lone)
    assert code == REFUSED and SEASON_ID in report["refused"][0]["what"]
    assert take(service, files(core(SERIES_ID, SERIES), "series.xml"), "--add-title")[1] == 0
    assert take(service, files(core(SEASON_ID, SEASON), "season.xml"))[1] == 0
    assert take(service, lone)[1] == 0
    renamed, code = take(service, files(core("md:cid:org:house:e1", episode(1, "First"))))
    assert code == 0 and changes(renamed) == ["~ S2E1: title in en: One -> First"]
    series, = catalogue(service)
    assert len(series["seasons"][0]["episodes"]) == 1


def test_an_episode_of_an_unknown_season_goes_where_it_is_told(service, files):
    series = service.add_title("Shadows", kind="series")
    report, code = take(service, files(core("md:cid:org:house:e3", episode(3, "Three"))),
                        "--title", series, "--season", "1")
    assert code == 0 and "+ S1E3" in changes(report)
    report, code = take(service, files(core("md:cid:org:house:e3", episode(3, "Three"))),
                        "--title", service.add_title("A film"), "--season", "1")
    assert code == REFUSED and "is a film" in report["refused"][0]["what"]


BAD = [
    (core(FILM_ID, FILM.replace("<md:country>FR", "<md:country>JJ", 1)), "line 20",
     "JJ is no country"),
    (core(FILM_ID, FILM.replace("2013-11-20", "2013-02-30")), "line 19", "2013-02-30 is no date"),
    (core(FILM_ID, FILM.replace("PT116M40S", "two hours")), "line 17", "no running time"),
    (core(FILM_ID, FILM.replace('language="fr"', 'language="french!"')), "line 12", "no language"),
    (core(FILM_ID, FILM.replace(">2013</md:ReleaseYear", ">1500</md:ReleaseYear")), "line 2",
     "year"),
    (core(FILM_ID, "<md:WorkType>Movie</md:WorkType>"), "line 2", "no title"),
    (core(FILM_ID, FILM)[:700], "line ", ""),
    ('<!DOCTYPE a [<!ENTITY b "c">]>\n' + core(FILM_ID, FILM), "line 1", "DOCTYPE"),
    (core(FILM_ID, FILM.replace("A lawyer", "&lawyer;")), "line ", "lawyer"),
    ("<html/>", "line 1", "neither"),
    (b"PK\x03\x04", "line 1", ""),
    ("", "line 1", "empty"),
]


@pytest.mark.parametrize("document, where, what", BAD, ids=range(len(BAD)))
def test_a_bad_file_is_told_by_its_line_and_changes_nothing(service, files, document, where, what):
    service.add_title("Another")
    before = catalogue(service)
    report, code = take(service, files(document), "--add-title")
    assert code == REFUSED and not report["taken"] and report["changes"] == []
    assert any(r["where"].startswith(where) and what in r["what"]
               for r in report["refused"]), report
    assert catalogue(service) == before


def test_one_bad_title_of_a_manifest_refuses_all_of_it(service, files):
    report, code = take(service, files(manifest(
        (SERIES_ID, SERIES), (FILM_ID, FILM.replace("2013-11-20", "yesterday")))), "--add-title")
    assert code == REFUSED and catalogue(service) == [] and len(report["refused"]) == 1


def test_a_file_that_is_not_there_is_told(service, tmp_path):
    for path in (tmp_path / "none.xml", tmp_path):
        done = service.run("mec", "import", path)
        assert done.code == REFUSED and str(path) in done.stderr and done.stdout == ""


def test_titles_that_are_mistaken_for_one_another_are_refused(service, files):
    one, two = service.add_title("One"), service.add_title("Two")
    series = service.add_title("Three", kind="series")
    path = files(core(FILM_ID, FILM))
    service.run("title", "identify", one, "--id", FILM_EIDR).ok()
    report, code = take(service, path, "--title", two)
    assert code == REFUSED and one in report["refused"][0]["what"]
    service.run("title", "identify", two, "--id", f"cid:{FILM_ID}").ok()
    report, code = take(service, path)
    assert code == REFUSED and "two titles" in report["refused"][0]["what"]
    service.run("title", "identify", one, "--remove", FILM_EIDR).ok()
    service.run("title", "identify", two, "--remove", f"cid:{FILM_ID}").ok()
    report, code = take(service, path, "--title", series)
    assert code == REFUSED and "is a series" in report["refused"][0]["what"]


def test_identifiers_are_checked_and_one_title_s_alone(service):
    one, two = service.add_title("One"), service.add_title("Two")
    service.run("title", "identify", one, "--id", "eidr:md:cid:eidr-s:AD07-310C-C59D-6785-C63A-G",
                "--id", "cid:md:cid:org:a", "--id", "alid:md:alid:org:a").ok()
    assert show(service, one)["identifiers"] == [
        FILM_EIDR, "cid:md:cid:org:a", "alid:md:alid:org:a"]
    assert FILM_EIDR in service.run("title", "show", one).ok().stdout
    assert service.run("title", "identify", two, "--id", FILM_EIDR).code == REFUSED
    service.run("title", "identify", one, "--remove", FILM_EIDR).ok()
    service.run("title", "identify", two, "--id", FILM_EIDR).ok()
    for wrong in ("eidr:10.5240/AD07-310C-C59D-6785-C63A-H", "eidr:x", "nothing", "cid:", ":x"):
        assert service.run("title", "identify", one, "--id", wrong).code == USAGE, wrong
    assert service.run("title", "identify", one).code == USAGE


def test_dates_of_a_title_s_life_are_noted_and_taken_away(service):
    film = service.add_title("A film")
    service.run("title", "event", film, "--event", "theatrical:FR:2012-05-16",
                "--event", "disc::2012-10-01").ok()
    service.run("title", "event", film, "--event", "theatrical:FR:2012-05-17").ok()
    assert show(service, film)["events"] == [
        {"event": "disc", "territory": None, "day": "2012-10-01"},
        {"event": "theatrical", "territory": "FR", "day": "2012-05-17"}]
    assert "theatrical in FR: 2012-05-17" in service.run("title", "show", film).ok().stdout
    service.run("title", "event", film, "--event", "theatrical:FR:").ok()
    assert [e["event"] for e in show(service, film)["events"]] == ["disc"]
    for wrong in ("theatrical", "theatrical:FR", "opera:FR:2012-05-16", "theatrical:JJ:2012-05-16",
                  "theatrical:FR:2012-02-30", "theatrical:fr:2012-05-16"):
        done = service.run("title", "event", film, "--event", wrong)
        assert done.code == USAGE and wrong in done.stderr
