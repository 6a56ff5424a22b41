"""Each check of tools/ is shown a tree with one fault planted in it, and has to see it."""
import pathlib
import subprocess
import sys

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[3] / "tools"

LAYERS = """
group c: stdint.h stdio.h
group os: unistd.h
group net: sys/socket.h netinet/*
src/base     own:            sys: os
src/format   own: src/base   not: src/base/log.h
src/driver   own: src/base   sys: os
src/driver/http own: src/base lib: microhttpd.h sys: os net
src/driver/store own: src/base
                 lib: sqlite3.h
src/service  own: src/base src/driver
src/app      own: src  made: site_files.h
tests/unit   own: src  lib: *
"""

TREE = {
    "src/base/buf.h": "",
    "src/base/log.h": "",
    "src/format/cmaf/box.h": "",
    "src/format/hls/list.h": "",
    "src/driver/http/server.h": "",
    "src/driver/store/db.h": "",
    "src/service/api/api.h": "",
    "src/service/ingest/ingest.h": "",
    "src/app/cmd.h": "",
}


def plant(root, files):
    for path, text in {"LAYERS": LAYERS, **TREE, **files}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def run(tool, root, *args):
    return subprocess.run(
        [sys.executable, TOOLS / tool, "--root", root, *args],
        capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("path, include, says", [
    ("src/base/x.c", '"driver/http/server.h"', "may not include"),
    ("src/format/hls/x.c", '"format/cmaf/box.h"', "may not include"),
    ("src/format/cmaf/x.c", '"driver/store/db.h"', "may not include"),
    ("src/format/cmaf/x.c", '"base/log.h"', "not"),
    ("src/format/cmaf/x.c", "<unistd.h>", "group `os`"),
    ("src/driver/store/x.c", '"driver/http/server.h"', "may not include"),
    ("src/driver/store/x.c", "<sys/socket.h>", "group `net`"),
    ("src/driver/store/x.c", "<netinet/tcp.h>", "group `net`"),
    ("src/driver/http/x.c", "<sqlite3.h>", "no library"),
    ("src/service/api/x.c", '"service/ingest/ingest.h"', "services do not include one another"),
    ("src/service/api/x.c", '"app/cmd.h"', "may not include"),
    ("src/service/api/deep/x.c", '"../../ingest/ingest.h"', "services do not include one another"),
    ("src/app/x.c", '"site_other.h"', "not in the tree"),
    ("src/app/x.c", "HEADER", "a name in quotes or angles"),
    ("box/x.c", '"base/buf.h"', "no row"),
])
def test_an_include_that_no_row_allows_is_named(tmp_path, path, include, says):
    plant(tmp_path, {path: f"#include <stdint.h>\n#include {include}\n"})
    done = run("check-layers", tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{path}:") and says in done.stdout.splitlines()[0]


@pytest.mark.parametrize("path, include", [
    ("src/format/cmaf/x.c", '"format/cmaf/box.h"'),
    ("src/format/cmaf/x.c", '"box.h"'),
    ("src/driver/store/x.c", "<sqlite3.h>"),
    ("src/driver/http/x.c", "<netinet/tcp.h>"),
    ("src/service/api/x.c", '"service/api/api.h"'),
    ("src/service/api/x.c", '"driver/store/db.h"'),
    ("src/app/x.c", '"service/api/api.h"'),
    ("src/app/x.c", '"site_files.h"'),
    ("tests/unit/base/test_x.c", "<cmocka.h>"),
])
def test_an_include_that_a_row_allows_passes(tmp_path, path, include):
    plant(tmp_path, {path: f"#include {include}\n"})
    done = run("check-layers", tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("line", ["src/x own: src/base extra: y", "src/base own:", "src/y base",
                                  "src/z sys: nothing", "group broken x.h"])
def test_a_layers_file_that_says_nothing_sensible_is_refused(tmp_path, line):
    plant(tmp_path, {"LAYERS": LAYERS + line + "\n"})
    assert run("check-layers", tmp_path).returncode == 2


BODY = "int f(int a)\n{\n%s    return a;\n}\n"
DEEP = "    if (a) {\n" * 6 + "    a++;\n" + "    }\n" * 6


@pytest.mark.parametrize("path, text, says", [
    ("src/base/x.c", BODY % "    a = (int)strtol(s, 0, 10);\n", "strtol() is banned"),
    ("src/base/x.c", BODY % "    a = atoi (s);\n", "atoi() is banned"),
    ("src/base/x.c", BODY % "    sscanf(s, 0);\n", "sscanf() is banned"),
    ("src/base/x.c", BODY % "    strtok(s, 0);\n", "strtok() is banned"),
    ("src/base/x.c", BODY % "    sprintf(s, 0);\n", "sprintf() is banned"),
    ("src/base/x.c", BODY % "    strcpy(s, 0);\n", "strcpy() is banned"),
    ("src/base/x.c", BODY % "    strcat(s, 0);\n", "strcat() is banned"),
    ("src/base/x.c", BODY % "    gets(s);\n", "gets() is banned"),
    ("src/base/x.c", BODY % "    alloca(9);\n", "alloca() is banned"),
    ("src/base/x.c", BODY % "    system(s);\n", "system() is banned"),
    ("src/base/x.c", BODY % "    popen(s, 0);\n", "popen() is banned"),
    ("src/base/x.c", BODY % "    execvp(s, 0);\n", "execvp() is banned"),
    ("src/base/x.c", BODY % '    run("/bin/sh", "-c", s);\n', "no shell"),
    ("src/base/x.c", BODY % "    sqlite3_exec(db, s, 0, 0, 0);\n", "takes a literal"),
    ("src/rules/x/x.c", BODY % "    a = clock_now().us;\n", "without I/O or clock"),
    ("src/format/x/x.c", BODY % "    fopen(s, 0);\n", "without I/O or clock"),
    ("src/base/x.c", BODY % ("    a++;\n" * 80), "function of"),
    ("src/base/x.c", BODY % DEEP, "nested deeper"),
    ("src/base/x.c", "int a;\n" * 1001, "lines; a file has"),
    ("src/base/x.c", "int a; \n", "blank at the end"),
    ("src/base/x.c", "int\ta;\n", "a tab"),
    ("src/base/x.c", "int a;\r\n", "a carriage return"),
    ("src/base/x.c", "int a;", "no newline"),
    ("src/base/x.c", "int " + "a" * 100 + ";\n", "columns"),
    ("src/base/x.c", "/* TO" "DO: more */\n", "finish it"),
    ("web/src/x.ts", "// FIX" "ME\n", "finish it"),
    ("web/src/x.ts", "let a;\n" * 1001, "lines; a file has"),
    ("src/base/x.h", "int a;\n", "no include guard LANTERNE_BASE_X_H"),
    ("src/base/x.h", "#ifndef LANTERNE_BASE_X_H\n#define LANTERNE_BASE_Y_H\n", "no include guard"),
    ("src/base/x.h", "#ifndef LANTERNE_X_H\n#define LANTERNE_X_H\n#endif\n", "no include guard"),
    ("tools/x.py", "def f():\n" + "    a = 1\n" * 81, "function of"),
    ("src/base/meson.build", "s += files('a.c', 'b.c',\n  'a.c')\n", "a.c is listed twice"),
])
def test_a_breach_of_style_is_named(tmp_path, path, text, says):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text, newline="")
    done = run("check-style", tmp_path, "--no-format", path)
    assert done.returncode == 1
    assert any(line.startswith(f"{path}:") and says in line for line in done.stdout.splitlines())


@pytest.mark.parametrize("path, text", [
    ("src/base/x.c", BODY % '    say("strtol(", 1); /* never sprintf() */\n'),
    ("tests/unit/x.c", BODY % "    srand(1);\n    execvp(s, 0);\n    PQexec(d, s);\n"),
    ("src/base/x.c", BODY % "    my_strtol(s);\n    t->system(s);\n"),
    ("src/base/x.c", BODY % '    sqlite3_exec(db, "PRAGMA x", 0, 0, 0);\n'),
    ("src/base/x.c", "static const int t[] = {\n" + "    1,\n" * 200 + "};\n"),
    ("src/base/x.c", BODY % "    f((struct a){ { { { { { { 1 } } } } } } });\n"),
    ("src/base/x.c", BODY % ("    if (a) {\n" * 5 + "    }\n" * 5)),
    ("tests/meson.build", "t += [['a', files('a.c', 'b.c')], ['b', files('a.c')]]\n"),
    ("src/rules/x/x.c", BODY % "    a = reader->read(s) + cmaf_open(s);\n"),
    ("src/base/x.h", "#ifndef LANTERNE_BASE_X_H\n#define LANTERNE_BASE_X_H\n\n#endif\n"),
    ("tests/unit/a/x.h", "#ifndef LANTERNE_TESTS_X_H\n#define LANTERNE_TESTS_X_H\n\n#endif\n"),
])
def test_what_only_looks_like_a_breach_passes(tmp_path, path, text):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    done = run("check-style", tmp_path, "--no-format", path)
    assert done.returncode == 0, done.stdout


def test_what_clang_format_would_change_is_named(tmp_path):
    (tmp_path / ".clang-format").write_text((TOOLS.parent / ".clang-format").read_text())
    (tmp_path / "src").mkdir()
    (tmp_path / "src/x.c").write_text("int   a;\n")
    done = run("check-style", tmp_path, "src/x.c")
    assert done.returncode == 1
    assert "src/x.c:1: clang-format" in done.stdout


def test_new_files_are_held_too_and_ignored_ones_are_not(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    (tmp_path / "ignored.py").write_text("a = 1 \n")
    (tmp_path / "new.py").write_text("a = 1 \n")
    done = run("check-style", tmp_path, "--no-format")
    assert "new.py:1: blank at the end" in done.stdout
    assert "ignored.py:" not in done.stdout


PAGES = {
    "src/driver/http/server.h": "",
    "docs/map.md": "| folder | what |\n| --- | --- |\n| `driver/http/` | HTTP |\n",
    "docs/decisions/README.md": "[0001](0001-x.md)\n",
    "docs/decisions/0001-x.md": "",
    "README.md": "[map](docs/map.md#x) [far](https://example.org/x)\n",
    "web/package-lock.json": "{}\n",
}


@pytest.mark.parametrize("files, says", [
    ({}, None),
    ({"README.md": "\n[map](docs/mop.md)\n"}, "README.md:2: docs/mop.md is not there"),
    ({"src/rules/x/x.c": ""}, "docs/map.md:1: src/rules/x/ is not in the map"),
    ({"docs/map.md": "| `driver/http/` `driver/gone/` | |\n"}, "src/driver/gone/ is not in the"),
    ({"docs/decisions/0002-y.md": ""}, "0002-y.md is not in the list"),
    ({"web/package-lock.json": '"resolved": "https://example.org/a.tgz"\n'}, "an address"),
])
def test_pages_that_are_not_true_are_named(tmp_path, files, says):
    for path, text in {**PAGES, **files}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    done = run("check-docs", tmp_path)
    assert done.returncode == (1 if says else 0), done.stdout
    assert says is None or says in done.stdout
