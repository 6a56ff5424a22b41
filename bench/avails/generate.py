#!/usr/bin/env python3
"""A workbook (1.8) and an XML file (2.4) of the same offers: generate.py ROWS FOLDER.

Ten transactions an offer: five territories, each in HD and SD. Every third offer is an episode. The
same rows come out every time.
"""
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

ROWS, FOLDER = int(sys.argv[1]), sys.argv[2]
TERRITORIES = ("US", "CA", "GB", "FR", "DE", "ES", "IT", "NL", "BE", "SE", "NO", "DK", "PL", "JP")
LANGUAGES = ("ar", "cmn", "cs", "da", "de", "el", "en", "es", "es-419", "fi", "fr", "it", "ja")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
EPOCH = 25569  # 1970-01-01 as Excel counts


def eidr(seed):
    body = "%020X" % (seed * 0x9E3779B97F4A7C15F39C % 16**20)
    p = 36
    for c in body:
        p = (p + int(c, 16)) % 36 or 36
        p = p * 2 % 37
    groups = "-".join(body[i:i + 4] for i in range(0, 20, 4))
    return "10.5240/" + groups + "-" + ALPHABET[(37 - p) % 36]


def day(days):
    """ISO 8601 of a day since 1970 (H. Hinnant's civil_from_days)."""
    z = days + 719468
    era, doe = divmod(z, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (month <= 2)
    return "%04d-%02d-%02d" % (year, month, doy - (153 * mp + 2) // 5 + 1)


class Number(str):
    """A cell that holds a number."""


def offers():
    """(what is said of the avail, [what is said of each transaction]) for each offer."""
    row = 0
    number = 0
    while row < ROWS:
        number += 1
        is_episode = number % 3 == 0
        season, series = number // 30, number // 300
        avail = {
            "ALID": "md:alid:org:bench.example:%06d" % number,
            "DisplayName": "Studio %d" % (number % 4),
            "WorkType": "Episode" if is_episode else "Movie",
            "ReleaseYear": Number(1950 + number % 70),
            "ReleaseHistoryOriginal": Number(EPOCH + number % 12000),
            "TotalRunTime": "%d:%02d:%02d" % (1 + number % 2, number % 60, number * 7 % 60),
            "RatingSystem": "MPAA",
            "RatingValue": ("G", "PG", "PG-13", "R")[number % 4],
        }
        if is_episode:
            avail.update({
                "EpisodeContentID": "md:cid:org:bench.example:e%06d" % number,
                "EpisodeAltID": "e%06d" % number,
                "EpisodeTitleInternalAlias": "Episode %d, The" % number,
                "EpisodeTitleDisplayUnlimited": "The Episode %d & more" % number,
                "EpisodeNumber": Number(1 + number % 30 // 3),
                "SeasonContentID": "md:cid:org:bench.example:s%05d" % season,
                "SeasonNumber": Number(1 + season % 10),
                "SeriesContentID": "md:cid:org:bench.example:r%05d" % series,
                "SeriesTitleInternalAlias": "Series %d" % series,
            })
        else:
            avail.update({
                "ContentID": "md:cid:org:bench.example:%06d" % number,
                "AltID": "m%06d" % number,
                "TitleID": eidr(number),
                "EditID": eidr(number + 10000000),
                "TitleInternalAlias": "Film %d, The" % number,
                "TitleDisplayUnlimited": "The Film %d" % number,
            })
        transactions = []
        for i in range(10):
            if row == ROWS:
                break
            row += 1
            licence = ("SVOD", "VOD", "SVOD", "EST", "SVOD")[i // 2]
            start = 14000 + (number * 13 + i) % 6000
            t = {
                "AvailID": "T-%06d-%02d" % (number, i),
                "Territory": TERRITORIES[(number + i // 2) % len(TERRITORIES)],
                "LicenseType": licence,
                "LicenseRightsDescription": "Library" if number % 2 else "New Release",
                "FormatProfile": "SD" if i % 2 else "HD",
                "Start": Number(EPOCH + start),
                "End": Number(EPOCH + start + 365) if number % 5 else "Open",
                "AllowedLanguages": ", ".join(LANGUAGES[number % 7:number % 7 + 1 + i // 2]),
                "AssetLanguage": LANGUAGES[number % len(LANGUAGES)],
                "ContractID": "C-%d" % (number % 50),
                "ReportingID": "R-%06d" % number,
            }
            if licence == "SVOD":
                t.update({"PriceType": "NA", "PriceValue": "NA"})
            else:
                t.update({"PriceType": "WSP", "PriceValue": Number("%d.%02d" % (number % 20, i)),
                          "PriceCurrency": "USD"})
            if licence == "VOD":
                t.update({"RentalDuration": Number(720), "WatchDuration": Number(48)})
            transactions.append(t)
        yield avail, transactions


COLUMNS = [
    ("Avail", "ALID AvailID DisplayName ReportingID"), ("Disposition", "EntryType"),
    ("AvailAsset", "AltID ContentID EpisodeContentID EditID SeasonContentID SeriesContentID "
                   "TitleID WorkType"),
    ("AvailMetadata", "EpisodeAltID EpisodeNumber EpisodeTitleDisplayUnlimited "
                      "EpisodeTitleInternalAlias RatingSystem RatingValue ReleaseHistoryOriginal "
                      "ReleaseYear SeasonNumber SeriesTitleInternalAlias TitleDisplayUnlimited "
                      "TitleInternalAlias TotalRunTime"),
    ("AvailTrans", "AllowedLanguages AssetLanguage ContractID End FormatProfile "
                   "LicenseRightsDescription LicenseType PriceCurrency PriceType PriceValue "
                   "RentalDuration Start Territory WatchDuration"),
]
HEADER = [(section, name) for section, names in COLUMNS for name in names.split()]


def letters(n):
    text = ""
    while n >= 0:
        text = chr(65 + n % 26) + text
        n = n // 26 - 1
    return text


def write_workbook(path):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    strings = {}
    place = {name: letters(i) for i, (_, name) in enumerate(HEADER)}

    def cell(name, row, value):
        if isinstance(value, Number):
            return '<c r="%s%d" s="3"><v>%s</v></c>' % (place[name], row, value)
        index = strings.setdefault(value, len(strings))
        return '<c r="%s%d" t="s"><v>%d</v></c>' % (place[name], row, index)

    def put_row(out, row, values):
        cells = "".join(cell(name, row, values[name]) for _, name in HEADER if name in values)
        out.write(('<row r="%d">%s</row>' % (row, cells)).encode())

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as z:
        with z.open("xl/worksheets/sheet1.xml", "w") as out:
            out.write(('<worksheet xmlns="%s"><sheetData>' % main).encode())
            put_row(out, 1, {name: section for section, name in HEADER})
            put_row(out, 2, {name: name for _, name in HEADER})
            row = 4
            for avail, transactions in offers():
                for t in transactions:
                    put_row(out, row, {**avail, **t, "EntryType": "Full Extract"})
                    row += 1
            out.write(b"</sheetData></worksheet>")
        with z.open("xl/sharedStrings.xml", "w") as out:
            out.write(('<sst xmlns="%s">' % main).encode())
            for text in strings:
                out.write(("<si><t>%s</t></si>" % escape(text)).encode())
            out.write(b"</sst>")
        z.writestr("xl/workbook.xml",
                   '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="AllAvails" sheetId="1" '
                   'r:id="rId1"/></sheets></workbook>' % (main, office))
        z.writestr("xl/_rels/workbook.xml.rels",
                   '<Relationships xmlns="%s"><Relationship Id="rId1" Type="%s/worksheet" '
                   'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
                   'Type="%s/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
                   % (package, office, office))
        z.writestr("_rels/.rels",
                   '<Relationships xmlns="%s"><Relationship Id="rId1" Type="%s/officeDocument" '
                   'Target="xl/workbook.xml"/></Relationships>' % (package, office))


def element(name, value, space="avails", attributes=""):
    return "<%s:%s%s>%s</%s:%s>\n" % (space, name, attributes, escape(value), space, name)


def date_of(value, time):
    return day(int(value) - EPOCH) + time


def rating(a):
    return ("<avails:Ratings><md:Rating><md:Region>%s</md:Region>%s%s</md:Rating>"
            "</avails:Ratings>\n"
            % (element("country", "US", "md"), element("System", a["RatingSystem"], "md"),
               element("Value", a["RatingValue"], "md")))


def alt(prefix, value):
    return ("<avails:AltIdentifier><md:Namespace>org:bench</md:Namespace>%s"
            "</avails:AltIdentifier>\n" % element("Identifier", prefix + ":" + value, "md"))


def metadata(a):
    is_episode = "EpisodeContentID" in a
    hours, minutes, seconds = a["TotalRunTime"].split(":")
    prefix = "Episode" if is_episode else ""
    text = element("TitleDisplayUnlimited", a[prefix + "TitleDisplayUnlimited"])
    text += element("TitleInternalAlias", a[prefix + "TitleInternalAlias"])
    if not is_episode:
        text += element("EditEIDR-URN", a["EditID"]) + element("TitleEIDR-URN", a["TitleID"])
    text += alt(prefix + "AltID", a[prefix + "AltID"])
    text += element("ReleaseDate", a["ReleaseYear"])
    text += element("RunLength", "PT%sH%sM%sS" % (hours, minutes, seconds))
    text += ("<avails:ReleaseHistory>%s%s</avails:ReleaseHistory>\n"
             % (element("ReleaseType", "original", "md"),
                element("Date", date_of(a["ReleaseHistoryOriginal"], ""), "md")))
    text += rating(a)
    if not is_episode:
        return "<avails:Metadata>\n%s</avails:Metadata>\n" % text
    text += "<avails:EpisodeNumber>%s</avails:EpisodeNumber>\n" % element(
        "Number", a["EpisodeNumber"], "md")
    text += "<avails:SeasonMetadata>\n" + element("SeasonContentID", a["SeasonContentID"])
    text += "<avails:SeasonNumber>%s</avails:SeasonNumber>\n" % element(
        "Number", a["SeasonNumber"], "md")
    text += "<avails:SeriesMetadata>\n" + element("SeriesContentID", a["SeriesContentID"])
    text += element("SeriesTitleInternalAlias", a["SeriesTitleInternalAlias"])
    text += "</avails:SeriesMetadata>\n</avails:SeasonMetadata>\n"
    return "<avails:EpisodeMetadata>\n%s</avails:EpisodeMetadata>\n" % text


def transaction(t):
    text = element("LicenseType", t["LicenseType"])
    text += "<avails:Territory>%s</avails:Territory>\n" % element("country", t["Territory"], "md")
    text += element("Start", date_of(t["Start"], "T00:00:00"))
    if t["End"] == "Open":
        text += element("EndCondition", "Open")
    else:
        text += element("End", date_of(t["End"], "T23:59:59"))
    for language in t["AllowedLanguages"].split(", "):
        text += element("AllowedLanguage", language)
    text += element("AssetLanguage", t["AssetLanguage"])
    text += element("LicenseRightsDescription", t["LicenseRightsDescription"])
    text += element("FormatProfile", t["FormatProfile"])
    text += element("ContractID", t["ContractID"]) + element("ReportingID", t["ReportingID"])

    def term(name, inner):
        return '<avails:Term termName="%s">%s</avails:Term>\n' % (name, inner)
    if t["PriceType"] == "NA":
        text += term("NA", element("Text", "NA"))
    else:
        text += term("WSP", element("Money", t["PriceValue"], attributes=' currency="USD"'))
    for name in ("RentalDuration", "WatchDuration"):
        if name in t:
            text += term(name, element("Duration", "PT%sH" % t[name]))
    return ("<avails:Transaction TransactionID=%s>\n%s</avails:Transaction>\n"
            % (quoteattr(t["AvailID"]), text))


def write_xml(path):
    base = "http://www.movielabs.com/schema/"
    with open(path, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<avails:AvailList xmlns:avails="%s" '
                  'xmlns:md="%s">\n' % (base + "avails/v2.4/avails", base + "md/v2.7/md"))
        for a, transactions in offers():
            content = a.get("EpisodeContentID") or a["ContentID"]
            out.write("<avails:Avail>\n" + element("ALID", a["ALID"]))
            out.write("<avails:Disposition>%s</avails:Disposition>\n"
                      % element("EntryType", "Full Extract"))
            out.write("<avails:Licensor>%s</avails:Licensor>\n"
                      % element("DisplayName", a["DisplayName"], "md"))
            out.write(element("AvailType", "episode" if a["WorkType"] == "Episode" else "single"))
            out.write(element("ShortDescription", "made for a bench"))
            out.write("<avails:Asset contentID=%s>\n" % quoteattr(content))
            out.write(element("WorkType", a["WorkType"]) + metadata(a) + "</avails:Asset>\n")
            for t in transactions:
                out.write(transaction(t))
            out.write("</avails:Avail>\n")
        out.write("</avails:AvailList>\n")


write_workbook(FOLDER + "/avails.xlsx")
write_xml(FOLDER + "/avails.xml")
