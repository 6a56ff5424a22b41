"""What protects films and is set wrong is told when the service starts, by the name of the setting
or the file, with the exit status of an installation that is not sound; `check` says the same."""
import os
import shutil
import subprocess

import pytest

from harness import Masters, Service

UNSOUND = 3
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
OWN = "file:keys/master.key"


@pytest.fixture(scope="module")
def made(lanterne, tmp_path_factory):
    """A service that has keys to lose: something is wrapped by its master key."""
    folder = tmp_path_factory.mktemp("configuration")
    house = Service(lanterne, folder, protect="cbcs")
    house.set("piece_seconds", 4)
    film = Masters(folder / "masters").make("film.mp4", seconds=2, size="320x180")
    house.ingest(film, house.add_title("One")).ok()
    house.finish()
    return house


@pytest.fixture
def house(made, tmp_path):
    """A copy of it."""
    copy = Service.__new__(Service)
    copy.__dict__.update(made.__dict__)
    copy.folder, copy.logs = tmp_path / "service", tmp_path / "logs"
    copy.logs.mkdir()
    copy.processes, copy.server = [], None
    shutil.copytree(made.folder, copy.folder)
    yield copy
    copy.finish()


def setting(name, *values):
    """Rows of a setting that may not be any of these."""
    return [(f"{name} = {value}", lambda house, v=value: house.set(name, v), name)
            for value in values]


def write(name, content, mode=0o600):
    def change(house):
        path = house.folder / "keys" / name
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
            path.chmod(mode)
    return change


def right(name, mode):
    return lambda house: (house.folder / "keys" / name).chmod(mode)


def replaced_by_a_link(name):
    def change(house):
        path = house.folder / "keys" / name
        path.rename(path.with_suffix(".real"))
        path.symlink_to(path.with_suffix(".real"))
    return change


def replaced_by_a_folder(name):
    def change(house):
        path = house.folder / "keys" / name
        path.unlink()
        path.mkdir()
    return change


def key_at(value, before=None):
    def change(house):
        house.set("master_key", value)
        house.set("master_key_before", before)
    return change


MASTER = "lanterne.conf: master_key: "
ROWS = [
    *setting("protect", "perhaps", "yes", "cenc", "CBCS"),
    *setting("pass_seconds", "-1", "86401", "two minutes", "1.5", "0x10"),
    *setting("pass_hours", "0", "25", ""),
    *setting("lease_seconds", "14", "601", "1m"),
    *setting("streams_without_plan", "0", "21", "two"),
    *setting("finish_hours", "-1", "73"),
    *setting("master_key", "somewhere", "vault:x", "file:", "env:", "FILE:keys/master.key"),
    ("a setting nobody knows", lambda house: house.set("pass_second", "10"), "pass_second"),
    ("no master key", write("master.key", None), MASTER + "file:keys/master.key: there is no such"),
    ("an empty one", write("master.key", b""), "is not a master key"),
    ("a short one", write("master.key", b"00" * 31), "is not a master key"),
    ("a long one", write("master.key", b"00" * 33), "is not a master key"),
    ("no digits", write("master.key", b"xy" * 32), "is not a master key"),
    ("another one", write("master.key", b"00" * 32), "neither master_key"),
    ("others may read it", right("master.key", 0o644), "can be read by others"),
    ("a group may read it", right("master.key", 0o640), "can be read by others"),
    ("it is a folder", replaced_by_a_folder("master.key"), MASTER),
    ("it is elsewhere", key_at("file:/nowhere/master.key"), MASTER + "file:/nowhere/master.key"),
    ("no variable", key_at("env:HOUSE_NONE"), MASTER + "env:HOUSE_NONE: there is no such"),
    ("an empty variable", key_at("env:HOUSE_EMPTY"), MASTER + "env:HOUSE_EMPTY: "),
    ("a short variable", key_at("env:HOUSE_SHORT"),
     MASTER + "env:HOUSE_SHORT: does not hold a master key"),
    ("a key before that is not there", key_at(OWN, "file:keys/gone.key"),
     "lanterne.conf: master_key_before: file:keys/gone.key: there is no such file"),
    ("a key before of no kind", key_at(OWN, "gone.key"), "lanterne.conf: master_key_before: "),
    ("a token without a module",
     key_at("pkcs11:token=house;object=master?module-path=/nowhere/module.so"),
     "the module cannot be loaded"),
    ("a module that is none",
     key_at("pkcs11:token=house;object=master?module-path=/lib/x86_64-linux-gnu/libc.so.6"),
     MASTER),
    ("an address that is none", key_at("pkcs11:house"), MASTER + "pkcs11:house: "),
    ("no pass key", write("pass.key", None), "keys/pass.key"),
    ("an empty pass key", write("pass.key", b""), "keys/pass.key: is not a key of 32 bytes"),
    ("a short pass key", write("pass.key", bytes(31)), "keys/pass.key: is not a key of 32 bytes"),
    ("a long pass key", write("pass.key", bytes(33)), "keys/pass.key: is not a key of 32 bytes"),
    ("others may read the pass key", right("pass.key", 0o644),
     "keys/pass.key: can be read by others"),
    ("the pass key is a link", replaced_by_a_link("pass.key"), "keys/pass.key"),
    ("an older pass key that is none", write("pass-1.key", b"old"),
     "keys/pass-1.key: is not a key"),
    ("others may read an older one", write("pass-1.key", bytes(range(32)), 0o604),
     "keys/pass-1.key: can be read by others"),
    ("a short key of a CDN", write("pass-hmac.key", bytes(8)), "keys/pass-hmac.key: is not a key"),
    ("others may read that", write("pass-hmac.key", bytes(range(32)), 0o644),
     "keys/pass-hmac.key: can be read by others"),
]
ENV = {"HOUSE_EMPTY": "", "HOUSE_SHORT": "00" * 16}


def told(house, *command):
    answer = house.run(*command, env=ENV, timeout=30)
    assert answer.code == UNSOUND, (command, answer.code, answer.stdout, answer.stderr)
    return answer.stderr + answer.stdout


@pytest.mark.parametrize("change, name", [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_it_is_told_by_name(house, change, name):
    change(house)
    for command in (["serve", "--listen", "127.0.0.1:0"], ["check"]):
        assert name in told(house, *command), (command, told(house, *command))


@pytest.mark.skipif(not os.path.exists(SOFTHSM), reason="SoftHSM2 is not there")
def test_a_token_is_told_by_name_too(house, tmp_path, monkeypatch):
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    conf = tmp_path / "softhsm.conf"
    conf.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "house", "--pin", "1234",
                    "--so-pin", "5678"], check=True, capture_output=True, timeout=60)
    pin = tmp_path / "pin"
    pin.touch(0o600)
    pin.write_text("1234\n")

    def uri(token="house", object_="master", pin_at=pin):
        return (f"pkcs11:token={token};object={object_}?module-path={SOFTHSM}"
                f"&pin-source=file:{pin_at}")

    house.run("keys", "make", uri()).ok()
    house.set("master_key", uri())
    house.set("master_key_before", OWN)
    house.run("check").ok()
    for wrong, said in ((uri(token="other"), "there is no such token"),
                        (uri(object_="other"), MASTER),
                        (uri(pin_at="/nowhere"), MASTER)):
        house.set("master_key", wrong)
        for command in (["serve", "--listen", "127.0.0.1:0"], ["check"]):
            assert said in told(house, *command)
    house.set("master_key", uri())
    for content, mode, said in (("4321\n", 0o600, "the token refuses the PIN"),
                                ("1234\n", 0o644, MASTER), ("", 0o600, MASTER)):
        pin.write_text(content)
        pin.chmod(mode)
        for command in (["serve", "--listen", "127.0.0.1:0"], ["check"]):
            assert said in told(house, *command), (content, mode)


def test_what_is_right_is_not_complained_of(house):
    for name, values in {"protect": ("no", "cbcs"), "pass_seconds": ("0", "1", "86400"),
                         "lease_seconds": ("15", "600"), "streams_without_plan": ("1", "20"),
                         "master_key_before": (OWN,)}.items():
        for value in values:
            house.set(name, value)
            house.run("check").ok()
        house.set(name, None)
    for name in ("pass-1.key", "pass-hmac.key"):
        write(name, bytes(range(32)))(house)
    assert house.run("check").ok().stdout.strip().endswith("sound")
    house.serve()
