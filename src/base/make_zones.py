#!/usr/bin/env python3
"""Writes the time zones of the system's database as C: for each zone of zone.tab, and UTC, the
second block of its TZif file (RFC 8536: the one with 64-bit instants) and its footer, sorted by
name, for zone.c. Zones with the same bytes share them."""
import pathlib
import struct
import sys

HEADER = 44
ROOT = pathlib.Path("/usr/share/zoneinfo")


def block_size(header, time_size):
    isut, isstd, leap, times, types, chars = struct.unpack(">6I", header[20:HEADER])
    return times * time_size + times + types * 6 + chars + leap * (time_size + 4) + isstd + isut


def second_block(path):
    data = path.read_bytes()
    if data[:4] != b"TZif" or data[4:5] < b"2":
        sys.exit(f"{path}: not a TZif file of version 2 or later")
    second = data[HEADER + block_size(data[:HEADER], 4):]
    header = second[:HEADER]
    leap, times, types = struct.unpack(">3I", header[28:40])
    footer = second[HEADER + block_size(header, 8):]
    if header[:4] != b"TZif" or leap != 0 or types == 0:
        sys.exit(f"{path}: not as zone.c reads it")
    if len(footer) < 2 or footer[:1] != b"\n" or footer[-1:] != b"\n":
        sys.exit(f"{path}: no footer")
    return second


def zone_names():
    names = {"UTC"}
    for table in ("zone.tab", "zone1970.tab"):
        path = ROOT / table
        if not path.exists():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                names.add(line.split("\t")[2])
    return sorted(names, key=str.encode)


def main():
    if not (ROOT / "zone.tab").exists():
        sys.exit("zone.tab is missing: install tzdata")
    places, rows, blob = {}, [], bytearray()
    for name in zone_names():
        data = second_block(ROOT / name)
        if data not in places:
            places[data] = len(blob)
            blob += data
        rows.append(f'{{ "{name}", {places[data]}, {len(data)} }},')
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write("static const uint8_t zone_bytes[] = {\n")
        for at in range(0, len(blob), 32):
            out.write(",".join(str(byte) for byte in blob[at:at + 32]) + ",\n")
        out.write("};\nstatic const struct zone zones[] = {\n" + "\n".join(rows) + "\n};\n")


main()
