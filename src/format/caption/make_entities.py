#!/usr/bin/env python3
"""Writes the C rows of HTML's named character references, sorted by name, for entity.c."""
import html.entities
import sys


def main():
    rows = sorted(html.entities.html5.items(), key=lambda row: row[0].encode())
    with open(sys.argv[1], "w", encoding="ascii") as out:
        for name, text in rows:
            octets = "".join(f"\\x{byte:02x}" for byte in text.encode())
            out.write(f'{{ "{name}", "{octets}" }},\n')


main()
