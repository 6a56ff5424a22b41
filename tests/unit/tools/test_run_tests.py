"""tools/run-tests counts what it is shown, and does not hang on what hangs."""
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import time

import pytest

PATH = pathlib.Path(__file__).resolve().parents[3] / "tools" / "run-tests"


@pytest.fixture
def tests(tmp_path):
    """The program as a module, with its logs in tmp_path."""
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("run_tests", str(PATH))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_tests", loader))
    loader.exec_module(module)
    module.LOGS = tmp_path
    return module


CMOCKA = """[==========] Running 3 test(s).
[ RUN      ] one is one
[       OK ] one is one
[==========] 3 test(s) run.
[  PASSED  ] 1 test(s).
[  SKIPPED ] 1 test(s), listed below:
[  SKIPPED ] three
[  FAILED  ] 1 test(s), listed below:
[  FAILED  ] two is two

 1 FAILED TEST(S)
"""


def row(result, text, name="base/x"):
    return {"name": name, "result": result, "stdout": text}


def test_cases_of_cmocka_are_counted_over_all_groups(tests):
    assert tests.count_cmocka(CMOCKA) == (1, 1, 1)
    assert tests.count_cmocka(CMOCKA + CMOCKA) == (2, 2, 2)
    assert tests.count_cmocka("nothing of the kind") is None


def test_a_program_that_fails_is_a_failure_whatever_it_printed(tests, tmp_path):
    for text, passed, failed in ((CMOCKA, 1, 1), ("[  PASSED  ] 4 test(s).", 4, 1), ("", 0, 1)):
        tally = tests.Tally()
        tests.count_meson_row(row("FAIL", text), tmp_path / "log", tally)
        assert (tally.passed, tally.failed) == (passed, failed)


def test_a_program_without_cases_counts_as_one(tests, tmp_path):
    tally = tests.Tally()
    tests.count_meson_row(row("OK", "fine"), tmp_path / "log", tally)
    tests.count_meson_row(row("OK", "....\n===== 68 passed, 2 skipped in 2.51s ====="), None, tally)
    tests.count_meson_row(row("SKIP", ""), None, tally)
    tests.count_meson_row(row("TIMEOUT", "[  PASSED  ] 2 test(s)."), None, tally)
    assert (tally.passed, tally.failed, tally.skipped) == (1 + 68 + 2, 1, 2 + 1)


def test_the_reason_of_a_skipped_case_is_said(tests):
    tally = tests.Tally()
    tests.count_meson_row(row("OK", "skipped: there is no corpus\n" + CMOCKA), None, tally)
    assert "there is no corpus" in tally.reasons[0]


@pytest.mark.parametrize("text, counts", [
    ("# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n", (3, 2, 0)),
    ("ℹ tests 3\nℹ pass 2\nℹ fail 0\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n", (2, 0, 1)),
    ("ℹ pass 2\nℹ fail 0\nℹ pass 4\nℹ fail 0\n", (6, 0, 0)),
    ("no such thing", (0, 0, 0)),
])
def test_nodes_last_lines_are_counted(tests, text, counts):
    assert tests.count_node(text) == counts


def test_junit_of_pytest_is_counted(tests, tmp_path):
    junit = tmp_path / "x.xml"
    junit.write_text(
        '<testsuites><testsuite><testcase classname="a" name="one"/>'
        '<testcase classname="a" name="two"><failure message="it is\n2">E it is\n'
        'a.py:7: in two\na.py:9: AssertionError</failure></testcase>'
        '<testcase classname="a" name="three"><error message="no"/></testcase>'
        '<testcase classname="a" name="four"><skipped message="not here"/></testcase>'
        '</testsuite></testsuites>')
    tally = tests.Tally()
    tests.count_junit(junit, None, tally)
    assert tally.line() == "1 passed, 2 failed, 1 skipped"
    assert tally.reasons == ["scenario: not here"]
    assert [what for what, *_ in tally.failures] == ["a::two", "a::three"]
    assert tally.failures[0][2] == "it is 2\na.py:9: AssertionError"


def test_what_hangs_is_ended_with_all_its_children(tests, tmp_path):
    log = tmp_path / "log"
    script = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True);" \
             "time.sleep(60)"
    start = time.monotonic()
    assert tests.run([sys.executable, "-c", script], log, 1) is None
    assert time.monotonic() - start < 15
    stat = pathlib.Path("/proc", log.read_text().strip(), "stat")
    assert not stat.exists() or stat.read_text().rpartition(") ")[2][0] == "Z"


def test_the_status_and_output_of_what_ends_are_kept(tests, tmp_path):
    log = tmp_path / "log"
    assert tests.run([sys.executable, "-c", "print('x'); raise SystemExit(3)"], log, 30) == 3
    assert log.read_text() == "x\n"


def test_the_last_line_is_the_sum(tests, capsys):
    total = tests.Tally()
    total.passed = 4
    total.fail("this one")
    total.skip("that one", 2)
    tests.print_end(total)
    assert capsys.readouterr().out.splitlines() == [
        "FAILED this one", "skipped that one (2 cases)", "4 passed, 1 failed, 2 skipped"]


@pytest.mark.parametrize("rows, status, line", [
    ([row("OK", CMOCKA), row("OK", "")], 0, "2 passed, 0 failed, 1 skipped"),
    ([row("OK", "")], 1, "1 passed, 1 failed, 0 skipped"),
    ([row("OK", "")], None, "0 passed, 1 failed, 0 skipped"),
    ([], 0, "0 passed, 1 failed, 0 skipped"),
])
def test_a_suite_is_what_meson_wrote_and_how_it_ended(tests, tmp_path, monkeypatch, rows, status,
                                                      line):
    written = tmp_path / "build-x" / "meson-logs" / "unit.json"
    written.parent.mkdir(parents=True)
    written.write_text("stale")

    def run(*_args, **_kwargs):
        assert not written.exists()
        written.write_text("".join(json.dumps(r) + "\n" for r in rows))
        return status

    monkeypatch.setattr(tests, "ROOT", tmp_path)
    monkeypatch.setattr(tests, "run", run)
    assert tests.meson_suite("build-x", "unit", 1).line() == line


def test_what_it_started_ends_with_it(tests, tmp_path):
    log = tmp_path / "log"
    script = ("import importlib.machinery, importlib.util, pathlib, signal, sys;"
              "sys.dont_write_bytecode = True;"
              f"loader = importlib.machinery.SourceFileLoader('run_tests', {str(PATH)!r});"
              "m = importlib.util.module_from_spec("
              "importlib.util.spec_from_loader('run_tests', loader)); loader.exec_module(m);"
              f"m.LOGS = pathlib.Path({str(tmp_path)!r});"
              "m.PARTS = {'style': lambda: m.run(['sh', '-c', 'echo $$; exec sleep 60'],"
              f" {str(log)!r}, 60)}}; sys.argv = ['run-tests', 'style']; sys.exit(m.main())")
    child = subprocess.Popen([sys.executable, "-c", script])
    until = time.monotonic() + 30
    while not (log.exists() and log.read_text().strip()):
        assert time.monotonic() < until and child.poll() is None
        time.sleep(0.05)
    child.terminate()
    assert child.wait(30) == 143
    stat = pathlib.Path("/proc", log.read_text().strip(), "stat")
    assert not stat.exists() or stat.read_text().rpartition(") ")[2][0] == "Z"
