"""What studios send, made up: workbooks (MDDF Avails 1.9) and XML (2.4) of the same offers."""
import contextlib
import datetime
import os
import pathlib
import sqlite3
import zipfile
from xml.sax.saxutils import escape, quoteattr

SHARED = pathlib.Path(os.environ.get("LANTERNE_SHARED") or
                      pathlib.Path(__file__).resolve().parents[3] / "shared")
STUDIO = "Étoile Films"

SECTIONS = {
    "Avail": ["ALID", "AvailID", "DisplayName", "ReportingID", "ExceptionFlag"],
    "Disposition": ["EntryType"],
    "AvailAsset": ["WorkType", "ContentID", "TitleID", "EditID", "AltID", "SeriesContentID",
                   "SeasonContentID", "EpisodeContentID"],
    "AvailMetadata": ["TitleInternalAlias", "TitleDisplayUnlimited", "SeriesTitleDisplayUnlimited",
                      "SeriesTitleInternalAlias", "SeasonNumber", "EpisodeNumber",
                      "EpisodeTitleDisplayUnlimited", "EpisodeTitleInternalAlias", "EpisodeCount",
                      "ReleaseYear", "TotalRunTime", "RatingSystem", "RatingValue",
                      "CaptionIncluded", "CaptionExemption"],
    "AvailTrans": ["Territory", "TerritoryExclusion", "LicenseType", "LicenseRightsDescription",
                   "FormatProfile", "Start", "End", "StartLag", "EndLag", "PriceType",
                   "PriceValue", "PriceCurrency", "AllowedLanguages", "HoldbackLanguage",
                   "RequiredFulfillmentLanguages", "SuppressionLiftDate", "AnnounceDate",
                   "RentalDuration", "WatchDuration", "Exclusive", "TitleStatus", "ContractID"],
}
COLUMNS = [(section, name) for section, names in SECTIONS.items() for name in names]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def row(alid, territory="FR", licence="SVOD", start="2013-07-01", end="2013-07-31", **more):
    """One row of a workbook: a right of a film; None takes a column away."""
    cells = {"ALID": alid, "AvailID": f"{alid}-{territory[:2]}-{licence}", "DisplayName": STUDIO,
             "EntryType": "Full Extract", "WorkType": "Movie", "ContentID": f"cid-{alid}",
             "TitleInternalAlias": f"Film {alid}", "TitleDisplayUnlimited": f"Film {alid}",
             "Territory": territory, "LicenseType": licence, "LicenseRightsDescription": "Library",
             "FormatProfile": "HD", "Start": start, "End": end, "PriceType": "NA",
             "PriceValue": "NA"}
    if licence != "SVOD":
        cells.update(PriceType="SRP", PriceValue="3.99", PriceCurrency="EUR")
    cells.update(more)
    unknown = set(cells) - {name for _, name in COLUMNS}
    assert not unknown, unknown
    return {name: value for name, value in cells.items() if value is not None}


def episode_row(alid, series, season, number, **more):
    """One row of a workbook: a right of an episode."""
    return row(alid, **{"WorkType": "Episode", "ContentID": None, "TitleInternalAlias": None,
                        "TitleDisplayUnlimited": None, "EpisodeContentID": f"cid-{alid}",
                        "EpisodeTitleDisplayUnlimited": f"Part {number}",
                        "EpisodeTitleInternalAlias": f"Part {number}",
                        "EpisodeNumber": number, "SeasonNumber": season,
                        "SeasonContentID": f"cid-{series}-s{season}",
                        "SeriesContentID": f"cid-{series}", "SeriesTitleInternalAlias": series,
                        "SeriesTitleDisplayUnlimited": series, **more})


def letters(n):
    text = ""
    while n >= 0:
        text = chr(65 + n % 26) + text
        n = n // 26 - 1
    return text


def cell(column, line, value):
    place = f"{letters(column)}{line}"
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime.date):
        value = (value - datetime.date(1899, 12, 30)).days
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def sheet(rows, columns=None):
    """The XML of a sheet: sections, names, the version, then the rows."""
    columns = columns or COLUMNS
    lines = [[section for section, _ in columns], [name for _, name in columns], ["1.9"]]
    lines += [[r.get(name) for _, name in columns] for r in rows]
    body = "".join(
        f'<row r="{at}">' + "".join(cell(i, at, v) for i, v in enumerate(line) if v is not None)
        + "</row>" for at, line in enumerate(lines, 1))
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def workbook(path, rows, columns=None, **parts):
    """A workbook with one sheet. parts replaces parts of it: sheet="..."."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("_rels/.rels",
                   f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
                   f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", parts.get("workbook") or
                   f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="AllAvails" '
                   'sheetId="1" r:id="rId1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels",
                   f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
                   f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr("xl/worksheets/sheet1.xml", parts.get("sheet") or sheet(rows, columns))
    return path


def edge(kind, value):
    """A date, an instant or a condition of a window, as the XML has it."""
    if str(value)[:1].isdigit():
        day = f"{value}T{'00:00:00' if kind == 'Start' else '23:59:59'}"
        return f"<avails:{kind}>{value if 'T' in value else day}</avails:{kind}>"
    return f"<avails:{kind}Condition>{value}</avails:{kind}Condition>"


def transaction(r):
    """One row of a film as a transaction of XML."""
    text = f"<avails:LicenseType>{r['LicenseType']}</avails:LicenseType>"
    for name, tag in (("Territory", "Territory"), ("TerritoryExclusion", "TerritoryExcluded")):
        for code in r.get(name, "").replace(",", " ").split():
            text += f"<avails:{tag}><md:country>{code}</md:country></avails:{tag}>"
    text += edge("Start", r["Start"]) + edge("End", r["End"])
    for name, tag in (("AllowedLanguages", "AllowedLanguage"),
                      ("HoldbackLanguage", "HoldbackLanguage")):
        for language in r.get(name, "").replace(",", " ").split():
            text += f"<avails:{tag}>{language}</avails:{tag}>"
    text += f"<avails:LicenseRightsDescription>{r['LicenseRightsDescription']}" \
            "</avails:LicenseRightsDescription>" \
            f"<avails:FormatProfile>{r['FormatProfile']}</avails:FormatProfile>"
    if r["PriceType"] == "NA":
        text += '<avails:Term termName="NA"><avails:Text>NA</avails:Text></avails:Term>'
    else:
        text += f'<avails:Term termName="{r["PriceType"]}"><avails:Money ' \
                f'currency="{r["PriceCurrency"]}">{r["PriceValue"]}</avails:Money></avails:Term>'
    return f"<avails:Transaction TransactionID={quoteattr(r['AvailID'])}>{text}" \
           "</avails:Transaction>"


def avail_list(rows, before="", after=""):
    """Films' rows as a document of XML; rows of one ALID stand together."""
    by_alid = {}
    for r in rows:
        by_alid.setdefault(r["ALID"], []).append(r)
    body = ""
    for alid, group in by_alid.items():
        first = group[0]
        body += f"""<avails:Avail>
<avails:ALID>{alid}</avails:ALID>
<avails:Disposition><avails:EntryType>{first['EntryType']}</avails:EntryType></avails:Disposition>
<avails:Licensor><md:DisplayName>{escape(first['DisplayName'])}</md:DisplayName></avails:Licensor>
<avails:AvailType>single</avails:AvailType>
<avails:ShortDescription>a film</avails:ShortDescription>
<avails:Asset contentID={quoteattr(first['ContentID'])}>
<avails:WorkType>{first['WorkType']}</avails:WorkType><avails:Metadata>
<avails:TitleDisplayUnlimited>{escape(first['TitleDisplayUnlimited'])}\
</avails:TitleDisplayUnlimited>
<avails:TitleInternalAlias>{escape(first['TitleInternalAlias'])}</avails:TitleInternalAlias>
</avails:Metadata></avails:Asset>
{"".join(transaction(r) for r in group)}
</avails:Avail>
"""
    base = "http://www.movielabs.com/schema"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{before}<avails:AvailList xmlns:avails="{base}/avails/v2.4/avails" xmlns:md="{base}/md/v2.7/md">
{body}{after}</avails:AvailList>
"""


def document(path, rows, before="", after=""):
    path.write_text(avail_list(rows, before, after), encoding="utf-8")
    return path


def importing(service, path, *args):
    """What an import of a file says."""
    return service.run("avails", "import", path, *args, "--json").ok().json()


def exported(service):
    return service.run("avails", "export").ok().stdout


def explained(service, what, territory, at, *args, now=None):
    before = ["--now", now] if now else []
    return service.run(*before, "rights", "explain", what, "--territory", territory, "--at", at,
                       *args, "--json").ok().json()


def answer(said):
    return said["verdict"], said["reason"]


def make_ready(service, *playables, lines=1080, sound="en", captions=()):
    """Puts what ingest leaves behind into the store: encoding has scenarios of its own."""
    with contextlib.closing(sqlite3.connect(service.folder / "lanterne.db")) as db, db:
        for playable in playables:
            edition = playable[::-1]
            db.execute("INSERT INTO edition VALUES (?, ?, 60000, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
                       (edition, playable))
            for place, (name, kind) in enumerate(((f"v{lines}", "video"), (f"a-{sound}-2",
                                                                           "audio"))):
                db.execute("INSERT INTO rendition VALUES (?, ?, ?, ?, '', 1, 0, 1)",
                           (edition, place, name, kind))
            for language in captions:
                db.execute("INSERT INTO caption VALUES (?, ?, ?, ?, 'subtitles', 0, 'none')",
                           (playable, f"c-{language}", language, language))


def film(service, name, *rows, state="published", ready=True):
    """A film that lives by the rows of a workbook."""
    title = service.add_title(name)
    path = workbook(service.logs / f"{name}.xlsx", list(rows))
    assert importing(service, path)["refused"] == []
    for alid in {r["ALID"] for r in rows}:
        service.run("avails", "link", alid, title).ok()
    if ready:
        make_ready(service, title)
    if state == "published":
        service.run("--now", "2013-01-01T00:00:00Z", "publish", title).ok()
    return title
