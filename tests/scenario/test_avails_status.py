"""What a studio is told of its offers is what became of them."""
import xml.etree.ElementTree as ET

import pytest

from avails_files import STUDIO, episode_row, film, importing, make_ready, row, workbook

REFUSED = 1
NOW = "2013-07-15T12:00:00Z"


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def child(element, name):
    return next((e for e in element if local(e) == name), None)


def text(element, name):
    found = child(element, name) if element is not None else None
    return found.text if found is not None else None


def told(service, now=NOW, studio=STUDIO):
    """{ALID and licence type: [(progress, start, url, comments)]}"""
    xml = service.run("--now", now, "avails", "status", "--studio", studio).ok().stdout
    offers = {}
    for offer in ET.fromstring(xml):
        for t in offer:
            if local(t) != "Transaction":
                continue
            key = f"{text(offer, 'ALID')} {text(t, 'LicenseType')}"
            feature = child(t, "FeatureStatus")
            url = next((e.text for e in t.iter() if local(e) == "OfferURL"), None)
            comments = next((e.text for e in t.iter() if local(e) == "Comments"), None)
            offers.setdefault(key, []).append(
                (text(feature, "ProgressCode"), text(feature, "Start"), url, comments))
    return offers


def one(service, key, now=NOW):
    (answer,) = told(service, now)[key]
    return answer


def test_an_offer_goes_from_in_process_to_live(service):
    conf = service.folder / "lanterne.conf"
    conf.write_text(conf.read_text() + "public_url = https://video.example.org\n")
    early = "2013-06-01T00:00:00Z"
    importing(service, workbook(service.logs / "a.xlsx", [row("a", "FR BE")]))
    progress, start, url, comments = one(service, "a SVOD", early)
    assert (progress, start, url) == ("In-Process", "2013-06-30T22:00:00Z", None)
    assert "Missing HD Video File" in comments
    progress, _, _, comments = one(service, "a SVOD")
    assert progress == "Issue" and "Missing HD Video File" in comments
    title = service.add_title("A film")
    service.run("avails", "link", "a", title).ok()
    assert one(service, "a SVOD")[0] == "Issue"
    make_ready(service, title)
    assert one(service, "a SVOD", early)[0] == "Ready"
    progress, _, url, comments = one(service, "a SVOD")
    assert (progress, url) == ("Ready", None) and "Not published" in comments
    service.run("--now", "2013-07-10T00:00:00Z", "publish", title).ok()
    progress, start, url, comments = one(service, "a SVOD")
    assert (progress, start, comments) == ("Live", "2013-06-30T22:00:00Z", None)
    assert url == f"https://video.example.org/title/{title}"
    service.run("withdraw", title).ok()
    assert one(service, "a SVOD")[0] == "Ready"
    assert told(service, "2013-08-15T00:00:00Z") == {}


@pytest.mark.parametrize("more, ready, wanted", [
    ({"FormatProfile": "UHD"}, {}, ("Issue", "Missing UHD Video File")),
    ({"FormatProfile": "UHD"}, {"lines": 2160}, ("Live", None)),
    ({}, {"lines": 480}, ("Issue", "Missing HD Video File")),
    ({"FormatProfile": "SD"}, {"lines": 480}, ("Live", None)),
    ({"RequiredFulfillmentLanguages": "fr"}, {"sound": "en"}, ("Issue", " in fr")),
    ({"RequiredFulfillmentLanguages": "fr"}, {"sound": "fr"}, ("Live", None)),
    ({"RequiredFulfillmentLanguages": "fr"}, {"captions": ["fr"]}, ("Live", None)),
    ({"TitleStatus": "Pending"}, {}, ("Issue", "Pending")),
    ({"TitleStatus": "Revoked"}, {}, ("Issue", "revoked")),
    ({"TitleStatus": "Approved"}, {}, ("Live", None)),
    ({"CaptionIncluded": "Yes"}, {}, ("Issue", "Missing Captions")),
    ({"CaptionIncluded": "Yes"}, {"captions": ["en"]}, ("Live", None)),
    ({"Territory": "DE"}, {}, ("Ready", "not open there")),
    ({"licence": "EST"}, {}, ("Issue", "EST is not offered")),
    ({"licence": "VOD"}, {}, ("Live", None)),
])
def test_what_stands_in_the_way_is_told(service, more, ready, wanted):
    title = film(service, "A film", row("a", **more), ready=False, state="draft")
    make_ready(service, title, **ready)
    service.run("--now", "2013-01-01T00:00:00Z", "publish", title).ok()
    progress, _, _, comments = one(service, f"a {more.get('licence', 'SVOD')}")
    assert (progress, wanted[1] is None) == (wanted[0], comments is None), comments
    assert wanted[1] is None or wanted[1] in comments


def test_a_master_that_was_refused_is_told_with_the_reason(service, masters, tmp_path):
    title = film(service, "A film", row("a"), ready=False)
    unseen = masters.make("unseen.mp4", seconds=2, video=None)
    refused = service.run("ingest", unseen, "--title", title, "--wait", "--json", timeout=300)
    assert refused.code == 4, refused
    reason = refused.json()["refusals"][0]["text"]
    for now in (NOW, "2013-06-01T00:00:00Z"):
        progress, _, _, comments = one(service, "a SVOD", now)
        assert progress == "Issue" and reason in comments
    service.run("ingest", masters.make(seconds=2), "--title", title).ok()
    progress, _, _, comments = one(service, "a SVOD")
    assert progress == "In-Process" and "encoded" in comments


def test_what_is_held_back_is_ready_and_says_by_whom(service):
    film(service, "A film", row("a", end="2014-12-31"))
    service.run("deal", "add", "--name", "Output", "--studio", STUDIO, "--direction", "to-us",
                "--from", "2013-01-01", "--territory", "FR", "--media", "svod", "--holdback",
                "free TV;svod;FR;2013-07-01;2013-07-31").ok()
    progress, _, _, comments = one(service, "a SVOD")
    assert progress == "Ready" and "Output" in comments
    assert one(service, "a SVOD", "2013-08-02T00:00:00Z")[0] == "Live"


def test_a_series_waits_for_its_episodes(service):
    rows = [episode_row(f"e{n}", "Les Ombres", 1, n) for n in range(1, 4)]
    season = episode_row("s1", "Les Ombres", 1, None, WorkType="Season", EpisodeContentID=None,
                         EpisodeTitleDisplayUnlimited=None, EpisodeTitleInternalAlias=None,
                         EpisodeCount="3")
    done = importing(service, workbook(service.logs / "a.xlsx", rows + [season]), "--add-titles")
    assert done["refused"] == []
    series = done["new_titles"][0]["id"]
    shown = service.run("title", "show", series, "--json").ok().json()
    ids = [e["id"] for e in shown["seasons"][0]["episodes"]]
    assert len(ids) == 3
    make_ready(service, *ids[:2])
    service.run("--now", "2013-01-01T00:00:00Z", "publish", series).ok()
    offers = {k: v[0] for k, v in told(service).items()}
    assert offers["e1 SVOD"][0] == "Live" and offers["e3 SVOD"][0] == "Issue"
    assert offers["s1 SVOD"][0] == "Issue" and "1 of 3 episodes, first S1E3" in offers["s1 SVOD"][3]


def test_a_status_goes_into_a_file_whole(service, tmp_path):
    importing(service, workbook(service.logs / "a.xlsx", [
        row("a", "ZZ", TerritoryExclusion="US, CA", start="Theatrical", end="Open",
            ContractID="C<7>")]))
    out = tmp_path / "status.xml"
    done = service.run("avails", "status", "--studio", "etoile FILMS", "--out", out).ok()
    assert done.stdout == "" and [p.name for p in tmp_path.glob("status*")] == ["status.xml"]
    tree = ET.parse(out)
    words = [e.text for e in tree.iter() if e.text]
    assert "C<7>" in words and "Theatrical" in words and "US" in words and "ZZ" not in words
    for args in (["--studio", "Nobody"], []):
        assert service.run("avails", "status", *args).code in (1, 2)
    lost = service.run("avails", "status", "--studio", STUDIO, "--out", tmp_path / "no" / "x.xml")
    assert lost.code == REFUSED and "x.xml" in lost.stderr
