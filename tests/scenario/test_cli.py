"""The command line: what it says, where it says it, and the status it ends with."""
import re
import subprocess

import pytest

from harness import Service

OK, REFUSED, USAGE, UNSOUND = 0, 1, 2, 3

COMMANDS = ["init", "check", "title add", "title list", "title show", "ingest", "worker",
            "job list", "publish", "withdraw", "member add", "member list", "serve"]


def tree(folder):
    """Every file below a folder with its bytes."""
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_help_names_every_command_on_standard_output(lanterne):
    overview = lanterne.run("--help").ok()
    for command in COMMANDS:
        assert re.search(rf"\b{command}\b", overview.stdout), command
    assert overview.stderr == ""
    assert lanterne.run("help").ok().stdout == overview.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_about_itself(lanterne, command):
    words = command.split()
    told = lanterne.run(*words, "--help").ok()
    assert command in told.stdout and told.stderr == ""
    assert lanterne.run("help", *words).ok().stdout == told.stdout


def test_the_version_is_one_line(lanterne):
    assert re.fullmatch(r"lanterne \d+\.\d+\.\d+\n", lanterne.run("--version").ok().stdout)


@pytest.mark.parametrize("args, says", [
    ([], "command is missing"),
    (["projet"], "no command projet"),
    (["pubish", "x"], "publish"),
    (["init"], "DIR is missing"),
    (["init", "a", "b", "--name", "N", "--territory", "FR"], "one too many"),
    (["title"], "title"),
    (["title", "list", "--jsn"], "--json"),
    (["title", "list", "--json=yes"], "takes no value"),
    (["serve", "--listen"], "value is missing"),
    (["check", "--now", "yesterday"], "--now"),
    (["check", "-x"], "-x"),
    (["check", "-C"], "folder is missing"),
])
def test_a_wrong_command_line_ends_with_2_and_says_what_is_wrong(lanterne, tmp_path, args, says):
    done = lanterne.run(*args, cwd=tmp_path)
    assert (done.code, done.stdout) == (USAGE, "")
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_init_prints_the_first_sign_in_once_and_keeps_no_password(service):
    password = re.search(r"(?im)^\s*password:?\s+(\S+)\s*$", service.welcome)
    assert password, service.welcome
    for path, content in tree(service.folder).items():
        assert password.group(1).encode() not in content, path


def test_init_leaves_a_service_as_it_is(service, lanterne):
    before = tree(service.folder)
    again = lanterne.run("init", service.folder, "--name", "Other", "--territory", "BE")
    assert again.code == REFUSED and again.stdout == ""
    assert str(service.folder) in again.stderr
    assert tree(service.folder) == before


def test_init_does_not_move_into_somebody_elses_folder(lanterne, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    done = lanterne.run("init", tmp_path, "--name", "N", "--territory", "FR")
    assert done.code == REFUSED
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name, territory", [("", "FR"), ("N" * 1000, "FR"), ("N", "France"),
                                             ("N", ""), ("N", "XX"), ("a\nb", "FR")])
def test_init_refuses_a_name_or_territory_that_is_none(lanterne, tmp_path, name, territory):
    done = lanterne.run("init", tmp_path / "x", "--name", name, "--territory", territory)
    assert done.code in (REFUSED, USAGE) and done.stderr
    assert not (tmp_path / "x").exists()


def test_only_the_owner_may_read_what_init_made(service):
    for path in [service.folder, *service.folder.rglob("*")]:
        assert path.stat().st_mode & 0o007 == 0, path


def test_check_finds_a_new_service_sound_from_anywhere(service, lanterne):
    for args in (["check", "-C", service.folder], ["-C", service.folder, "check"],
                 ["check", "--dir", service.folder]):
        assert lanterne.run(*args).ok().stderr == ""
    assert lanterne.run("check", cwd=service.folder).code == OK


def test_commands_without_a_service_end_with_3(lanterne, tmp_path):
    for args in (["check"], ["title", "list"], ["member", "list"], ["job", "list"],
                 ["serve", "--listen", "127.0.0.1:0"], ["worker"]):
        done = lanterne.run("-C", tmp_path / "nowhere", *args)
        assert (done.code, done.stdout) == (UNSOUND, ""), (args, done)
        assert str(tmp_path / "nowhere") in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_check_ends_with_3_when_the_settings_are_spoilt(service):
    file = service.folder / "lanterne.conf"
    file.write_text(file.read_text() + "no_such_setting = 1\n")
    done = service.run("check")
    assert done.code == UNSOUND
    assert "no_such_setting" in done.stdout + done.stderr


def test_check_ends_with_3_when_the_store_is_cut(service):
    database = max((p for p in service.folder.rglob("*") if p.is_file()
                    and p.read_bytes().startswith(b"SQLite format 3")),
                   key=lambda p: p.stat().st_size)
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    for rest in service.folder.glob(database.name + "-*"):
        rest.unlink()
    assert service.run("check").code == UNSOUND


def test_json_is_one_document_on_standard_output(service):
    film = service.run("title", "add", "--kind", "film", "--title", "Метрополис", "--year", "1927",
                       "--json").ok()
    assert film.stderr == "" and film.stdout.count("\n") == 1
    listed = service.run("title", "list", "--json").ok().json()
    assert [t["id"] for t in listed["items"]] == [film.json()["id"]]


@pytest.mark.parametrize("args, says", [
    (["--kind", "film"], "title"),
    (["--kind", "opera", "--title", "x"], "kind"),
    (["--kind", "film", "--title", ""], "title"),
    (["--kind", "film", "--title", "x", "--year", "1492"], "year"),
    (["--kind", "film", "--title", "x", "--year", "19e2"], "year"),
    (["--kind", "film", "--title", "x", "--genre", "cooking"], "genre"),
    (["--kind", "film", "--title", "x", "--country", "Narnia"], "countr"),
    (["--kind", "film", "--title", "bad \udcff bytes"], "title"),
])
def test_a_title_that_is_none_is_refused_and_not_kept(shared_service, args, says):
    done = shared_service.run("title", "add", *args, "--json")
    assert done.code in (REFUSED, USAGE) and done.stdout == ""
    assert says in done.stderr
    assert shared_service.run("title", "list", "--json").ok().json()["items"] == []


@pytest.mark.parametrize("command", ["title show", "publish", "withdraw", "job show", "job cancel"])
def test_an_id_that_nothing_has_is_said(shared_service, command):
    for wrong in ("0" * 26, "../../etc/passwd", "", "x" * 5000):
        done = shared_service.run(*command.split(), wrong)
        assert done.code in (REFUSED, USAGE) and done.stdout == "" and done.stderr


def test_a_members_password_comes_by_standard_input_and_must_be_one(service):
    service.add_member("a@example.org", "un projecteur à manivelle")
    for password in ("", "short", "password", "x" * 5000):
        refused = service.run("member", "add", "--email", "b@example.org", "--password-stdin",
                              stdin=password + "\n")
        assert refused.code in (REFUSED, USAGE) and refused.stderr
    twice = service.run("member", "add", "--email", "A@EXAMPLE.ORG", "--password-stdin",
                        stdin="another good one 1895\n")
    assert twice.code == REFUSED
    members = service.run("member", "list", "--json").ok().json()["items"]
    assert "b@example.org" not in [m["email"] for m in members]
    for content in tree(service.folder).values():
        assert "un projecteur à manivelle".encode() not in content


def test_the_server_ends_cleanly_when_asked_and_says_when_its_address_is_taken(service, lanterne,
                                                                               tmp_path):
    service.serve()
    port = service.address.rsplit(":", 1)[1]
    other = Service(lanterne, tmp_path / "other")
    taken = other.run("serve", "--listen", f"127.0.0.1:{port}")
    assert taken.code not in (OK, USAGE) and port in taken.stderr
    assert service.server.stop() == 0


@pytest.mark.parametrize("address", ["", "x", "127.0.0.1", "127.0.0.1:99999", "[::1]:http"])
def test_an_address_that_is_none_is_refused(shared_service, address):
    done = shared_service.run("serve", "--listen", address)
    assert done.code in (REFUSED, USAGE) and done.stderr


@pytest.mark.parametrize("args", [["title", "list", "--json"], ["--help"],
                                  ["help", "--manual"]])
def test_standard_output_that_is_full_is_an_error(shared_service, args):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([shared_service.lanterne.path, "-C", shared_service.folder, *args],
                              stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode != 0 and done.stderr


def test_completion_is_a_script_that_bash_reads(lanterne):
    script = lanterne.run("completion").ok().stdout
    asked = script + '\nCOMP_WORDS=(lanterne pub); COMP_CWORD=1; COMP_LINE="lanterne pub"; ' \
        'COMP_POINT=12; "$(complete -p lanterne | sed "s/.*-F \\([^ ]*\\).*/\\1/")"; ' \
        'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "--norc", "-c", asked], capture_output=True, text=True,
                          check=True, timeout=60)
    assert done.stdout.split() == ["publish"]
