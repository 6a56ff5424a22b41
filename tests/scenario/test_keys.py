"""Content keys: what lies encrypted, what opens it, and what becomes of keys when something is
killed, stolen, moved or said wrong."""
import base64
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from harness import Service, wait_until
from key_search import dumped_memory, forms, found_in
from sealed_blobs import MAGIC, derived, wrapped_secrets

UNSOUND = 3
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
NS = {"c": "urn:dashif:org:cpix", "p": "urn:ietf:params:xml:ns:keyprov:pskc",
      "e": "http://www.w3.org/2001/04/xmlenc#"}
WIDEVINE = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"


@pytest.fixture
def house(lanterne, tmp_path):
    """A service that encrypts, as a new one does."""
    made = Service(lanterne, tmp_path, protect="cbcs")
    made.set("protect", None)
    made.set("piece_seconds", 4)
    yield made
    made.finish()


@pytest.fixture(scope="module")
def film(masters):
    return masters.make("keys.mp4", seconds=8, size="480x270")


@pytest.fixture(scope="module")
def in_clear(lanterne, tmp_path_factory, film):
    """What each track of the film decodes to, encoded by a house that encrypts nothing."""
    made = Service(lanterne, tmp_path_factory.mktemp("clear"))
    made.set("piece_seconds", 4)
    made.ingest(film, made.add_title("One")).ok()
    frames = {path.name: decoded(path) for path in tracks(made)}
    made.finish()
    return frames


def tracks(service, below="media"):
    return sorted((service.folder / "blobs" / below).rglob("*.mp4"))


def decoded(path, key=None):
    """Digest of every frame that ffmpeg, which knows nothing of us, gets out of it."""
    out = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", *(["-decryption_key", key] if key else []), "-i",
         path, "-f", "framemd5", "-"], check=True, capture_output=True, timeout=60)
    assert out.stderr == b"", out.stderr[:500]
    frames = [line for line in out.stdout.splitlines(True) if not line.startswith(b"#")]
    assert len(frames) >= 40
    return hashlib.sha256(b"".join(frames)).hexdigest()


def kid_of(path):
    head = path.read_bytes()[:8192]
    return head[head.index(b"tenc") + 12:][:16].hex()


def scheme_of(path):
    head = path.read_bytes()[:8192]
    return head[head.index(b"schm") + 8:][:4].decode() if b"schm" in head else "clear"


def keys_of(service, title, *place):
    """{kid: key}, as a house gets them: through CPIX."""
    file = service.folder.parent / "keys.cpix"
    service.run("keys", "export", "--title", title, *place, "--cpix", file, "--in-clear").ok()
    assert file.stat().st_mode & 0o777 == 0o600
    found = {key.get("kid").replace("-", ""):
             base64.b64decode(key.find(".//p:PlainValue", NS).text).hex()
             for key in ET.parse(file).findall(".//c:ContentKey", NS)}
    file.unlink()
    return found


def assert_plays(service, title, in_clear, paths=None, scheme="cbcs"):
    keys = keys_of(service, title)
    edition = listed(service)[title]["edition"]
    for path in paths or (service.folder / "blobs/media" / edition).glob("*.mp4"):
        assert scheme_of(path) == scheme
        assert decoded(path, keys[kid_of(path)]) == in_clear[path.name]


def listed(service):
    items = service.run("keys", "list", "--json").ok().json()["items"]
    return {item["title"]: item for item in items}


def later(seconds=600):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


# ---- what lies there ----------------------------------------------------------------------------


def test_every_track_gives_the_frames_of_the_clear_encode_and_each_class_has_a_key(
        house, film, in_clear):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    item = listed(house)[title]
    assert item["protection"] == "cbcs" and [k["class"] for k in item["keys"]] == ["audio", "sd"]
    paths = tracks(house)
    assert {p.name for p in paths} == set(in_clear)
    for path in paths:
        assert kid_of(path) in {k["kid"].replace("-", "") for k in item["keys"]}
    assert_plays(house, title, in_clear, paths)
    assert house.run("check").ok().stdout.strip() == "sound"


def test_all_renditions_of_a_large_film_with_more_sound_do_so_under_both_schemes(
        house, lanterne, masters, tmp_path):
    """Every class that a house has by itself, pictures in SD and HD, stereo and surround."""
    film = masters.make("large.mkv", seconds=4, size="1280x720", channels=6)
    other = Service(lanterne, tmp_path / "clear")
    other.set("piece_seconds", 4)
    other.ingest(film, other.add_title("One")).ok()
    right = {path.name: decoded(path) for path in tracks(other)}
    assert len(right) >= 6 and sum(name.startswith("a-") for name in right) == 2, sorted(right)
    assert len(set(right.values())) == len(right)
    title = house.add_title("One")
    house.ingest(film, title).ok()
    assert [k["class"] for k in listed(house)[title]["keys"]] == ["audio", "sd", "hd"]
    first = tracks(house)
    assert {p.name for p in first} == set(right)
    assert len({kid_of(p) for p in first}) == 3
    assert_plays(house, title, right, first)
    house.run("keys", "cenc", "--title", title, "--wait", timeout=120).ok()
    second = [p for p in tracks(house) if p.parent.name == "cenc"]
    assert {p.name for p in second} == set(right)
    assert_plays(house, title, right, second, "cenc")


def test_no_master_lies_in_clear(house, film):
    house.run("ingest", film, "--title", house.add_title("One")).ok()
    (master,) = (house.folder / "blobs/masters").iterdir()
    stored, delivered = master.read_bytes(), pathlib.Path(film).read_bytes()
    assert len(stored) == len(delivered)
    for at in range(0, len(delivered) - 64, 4096):
        assert delivered[at:at + 64] not in stored


def test_a_house_may_say_that_it_encrypts_nothing(house, film, in_clear):
    house.set("protect", "no")
    title = house.add_title("One")
    house.ingest(film, title).ok()
    assert listed(house)[title]["protection"] == "clear"
    assert {p.name: decoded(p) for p in tracks(house)} == in_clear
    assert house.run("check").ok().stdout.strip() == "sound"
    house.set("protect", "cbcs")
    told = house.run("check").ok().stdout
    assert f"playable {title}: lies in clear" in told and told.strip().endswith("sound")
    house.run("keys", "rotate", "--title", title, "--wait", timeout=120).ok()
    house.run("keys", "seal").ok()
    assert house.run("check").ok().stdout.strip() == "sound"
    assert_plays(house, title, in_clear)


def test_workers_that_are_killed_write_the_bytes_of_one_that_is_not(
        house, lanterne, film, tmp_path):
    house.run("ingest", film, "--title", house.add_title("One")).ok()
    other = Service.__new__(Service)  # the same keys: they are made with the job
    other.lanterne, other.folder, other.logs = lanterne, tmp_path / "other", tmp_path / "logs"
    other.processes, other.server = [], None
    shutil.copytree(house.folder, other.folder)
    house.run("worker", "--exit-when-idle", timeout=300).ok()
    chance = random.Random(5)
    for _ in range(3):
        worker = other.worker()
        time.sleep(chance.random() + 0.3)
        worker.kill()
    other.run("--now", later(), "worker", "--exit-when-idle", timeout=300).ok()
    one, two = [{p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in tracks(s)}
                for s in (house, other)]
    assert one and one == two


# ---- encrypting anew ----------------------------------------------------------------------------


def test_new_keys_give_a_new_edition_of_the_same_frames_and_the_old_one_stays(
        house, film, in_clear):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    before, old = listed(house)[title], keys_of(house, title)
    files = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in tracks(house)}
    job = house.run("keys", "rotate", "--title", title, "--wait", "--json", timeout=120).ok().json()
    after = listed(house)[title]
    assert after["edition"] == job["edition"] != before["edition"]
    assert not {k["kid"] for k in after["keys"]} & {k["kid"] for k in before["keys"]}
    for path, digest in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        assert decoded(path, old[kid_of(path)]) == in_clear[path.name]
    assert_plays(house, title, in_clear)
    assert not (house.folder / "blobs/work").exists() or not tracks(house, "work")
    assert set(keys_of(house, title).values()).isdisjoint(old.values())


def test_a_second_ciphertext_lies_beside_the_first_under_the_same_keys(house, film, in_clear):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    house.run("keys", "cenc", "--title", title, "--wait", timeout=120).ok()
    assert listed(house)[title]["cenc"] is True
    second = [p for p in tracks(house) if p.parent.name == "cenc"]
    assert {p.name for p in second} == set(in_clear)
    assert_plays(house, title, in_clear, second, "cenc")
    assert_plays(house, title, in_clear)
    again = house.run("keys", "cenc", "--title", title)
    assert again.code == 1 and "it has that already" in again.stderr


@pytest.mark.parametrize("task", ["rotate", "cenc"])
def test_killed_in_the_middle_it_leaves_nothing_wrong(house, film, in_clear, task):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    before = listed(house)[title]["edition"]
    house.run("keys", task, "--title", title).ok()
    chance = random.Random(task)
    for _ in range(4):
        worker = house.worker()
        time.sleep(0.1 + chance.random() * 0.4)
        worker.kill()
        assert_plays(house, title, in_clear)  # whichever edition it is by now
    house.run("--now", later(), "worker", "--exit-when-idle", timeout=300).ok()
    assert house.run("job", "list", "--json").ok().json()["items"][0]["state"] == "ready"
    assert (listed(house)[title]["edition"] == before) == (task == "cenc")
    assert_plays(house, title, in_clear)
    assert house.run("check").ok().stdout.strip() == "sound"


def test_a_cancelled_one_leaves_nothing(house, film, in_clear):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    there = {p for p in (house.folder / "blobs").rglob("*") if p.is_file()}
    job = house.run("keys", "rotate", "--title", title, "--json").ok().json()["job"]
    refused = house.run("keys", "rotate", "--title", title)
    assert refused.code == 1 and "another job of it is open" in refused.stderr
    house.run("job", "cancel", job).ok()
    assert {p for p in (house.folder / "blobs").rglob("*") if p.is_file()} == there
    assert_plays(house, title, in_clear)


# ---- master keys --------------------------------------------------------------------------------


def told(service):
    """What the commands that need keys say; all of them the same."""
    said = set()
    film = "/dev/null"
    for command in (["serve", "--listen", "127.0.0.1:0"], ["worker", "--exit-when-idle"],
                    ["ingest", film, "--title", "a" * 26], ["check"]):
        answer = service.run(*command, timeout=60)
        assert answer.code == UNSOUND, command
        said.add(re.sub(r"^lanterne \w+: ", "", (answer.stderr or answer.stdout).strip()))
    assert len(said) == 1, said
    return said.pop()


def test_what_is_wrong_with_the_master_key_is_told_at_the_start(house, film):
    house.ingest(film, house.add_title("One")).ok()
    key = house.folder / "keys/master.key"
    right = key.read_text()
    key.unlink()
    assert told(house) == "lanterne.conf: master_key: file:keys/master.key: there is no such file"
    key.write_text(right)
    assert "can be read by others than its owner" in told(house)
    key.chmod(0o600)
    key.write_text("00" * 32)
    assert "neither master_key" in told(house)
    key.write_text("none")
    assert "is not a master key" in told(house)
    key.write_text(right)
    house.set("protect", "perhaps")
    assert told(house) == "lanterne.conf: protect must be cbcs or no"
    house.set("protect", None)
    house.set("master_key", "vault:somewhere")
    assert "must be file:PATH, env:NAME or a pkcs11: address" in told(house)
    house.set("master_key", None)
    house.run("check").ok()


def test_a_stolen_copy_of_store_and_media_opens_nothing(house, film, tmp_path):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    stolen = tmp_path / "stolen"
    shutil.copytree(house.folder, stolen, ignore=shutil.ignore_patterns("master.key"))
    run = house.lanterne.run
    answer = run("-C", stolen, "keys", "export", "--title", title, "--cpix", tmp_path / "x",
                 "--in-clear")
    assert answer.code == UNSOUND and not (tmp_path / "x").exists()
    # Nor does a house that brings a master key of its own.
    run("-C", stolen, "keys", "make", "file:keys/master.key").ok()
    assert run("-C", stolen, "keys", "export", "--title", title, "--cpix", tmp_path / "x",
               "--in-clear").code == UNSOUND
    for path in (stolen / "blobs/media").rglob("v*.mp4"):
        out = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "null", "-"],
                             capture_output=True, timeout=60)
        assert b"error" in out.stderr.lower() or b"invalid" in out.stderr.lower()


def test_an_upgraded_service_makes_its_master_key_when_it_first_needs_one(house):
    (house.folder / "keys/master.key").unlink()
    house.run("check").ok()
    house.serve()
    key = house.folder / "keys/master.key"
    assert key.stat().st_mode & 0o777 == 0o600 and len(key.read_text()) == 65


def move_to(house, new):
    old = "file:keys/master.key"
    house.set("master_key", new)
    assert "neither master_key" in house.run("check").stdout
    house.set("master_key_before", old)
    house.run("check").ok()


def test_all_keys_move_to_a_new_master_key_though_the_mover_is_killed(house, film, in_clear):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    for _ in range(12):
        house.run("keys", "rotate", "--title", title, "--wait", timeout=120).ok()
    before = keys_of(house, title)
    house.run("keys", "make", "file:keys/new.key").ok()
    move_to(house, "file:keys/new.key")
    chance = random.Random(29)
    for _ in range(6):
        mover = house.start("keys", "rewrap")
        time.sleep(chance.random() * 0.15)
        mover.kill()
        house.run("check").ok()
        assert keys_of(house, title) == before
    house.run("keys", "rewrap").ok()
    assert house.run("keys", "rewrap", "--json").ok().json()["moved"] == 0
    (house.folder / "keys/master.key").unlink()
    house.set("master_key_before", None)
    house.run("check").ok()
    assert keys_of(house, title) == before
    assert_plays(house, title, in_clear)


def test_a_master_key_in_the_environment(house, film, in_clear):
    title = house.add_title("One")
    env = {"HOUSE_KEY": "0123456789abcdef" * 4}
    (house.folder / "keys/master.key").unlink()
    house.set("master_key", "env:HOUSE_KEY")
    assert "there is no such environment variable" in told(house)
    house.run("ingest", film, "--title", title, "--wait", env=env, timeout=300).ok()
    server = house.serve(env=env)
    assert b"0123456789abcdef" * 4 not in pathlib.Path(
        f"/proc/{server.child.pid}/environ").read_bytes()
    # the same key in a file is the same key
    key = house.folder / "keys/master.key"
    key.touch(0o600)
    key.write_text(env["HOUSE_KEY"] + "\n")
    house.set("master_key", None)
    assert_plays(house, title, in_clear)


@pytest.mark.skipif(not os.path.exists(SOFTHSM), reason="SoftHSM2 is not there")
def test_a_master_key_in_a_token(house, film, in_clear, tmp_path, monkeypatch):
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
    uri = f"pkcs11:token=house;object=master?module-path={SOFTHSM}&pin-source=file:{pin}"
    house.run("keys", "make", uri).ok()
    title = house.add_title("One")
    house.ingest(film, title).ok()
    before = keys_of(house, title)
    move_to(house, uri)
    house.run("keys", "rewrap").ok()
    house.set("master_key_before", None)
    (house.folder / "keys/master.key").unlink()
    assert keys_of(house, title) == before
    house.run("keys", "rotate", "--title", title, "--wait", timeout=120).ok()
    assert_plays(house, title, in_clear)
    house.serve().stop()
    pin.write_text("4321\n")
    assert "the token refuses the PIN" in told(house)
    pin.write_text("1234\n")
    shutil.rmtree(tokens)
    tokens.mkdir()
    assert "there is no such token" in told(house)


# ---- where keys are not -------------------------------------------------------------------------


def show_all(house, titles):
    """Has the server open pictures, tiles and captions, so that it has had their keys."""
    who = house.client()
    who.post("/api/v1/sessions", {"email": "member@example.org",
                                  "password": "a long phrase of a member"}).ok()
    for title in titles:
        who.get(who.get(f"/api/v1/titles/{title}").ok().json()["poster"]).ok()
        played = who.post("/api/v1/playbacks", {"playable": title}).ok().json()
        base = played["hls"].rsplit("/", 1)[0]
        assert b"A lantern" in who.get(f"{base}/c-fr.vtt").ok().body
        assert who.get(f"{base}/tiles/1.jpg").ok().body.startswith(b"\xff\xd8\xff")
        who.delete(f"/api/v1/playbacks/{played['id']}").ok()


def test_known_keys_are_found_nowhere(house, film, tmp_path):
    """A hundred of them; LANTERNE_KEYS says another number."""
    number = int(os.environ.get("LANTERNE_KEYS", "100"))
    poster, captions = tmp_path / "poster.jpg", tmp_path / "captions.srt"
    poster.write_bytes(b"\xff\xd8\xff" + os.urandom(20000))
    captions.write_text("1\n00:00:01,000 --> 00:00:02,000\nA lantern\n", encoding="utf-8")
    titles = [house.add_title(f"Film {i}", poster=poster) for i in range(2)]
    for title in titles:
        house.ingest(film, title).ok()
        house.run("caption", "add", captions, "--title", title, "--language", "fr").ok()
        house.publish(title)
    house.add_member("member@example.org", "a long phrase of a member")
    folders = [tmp_path / "server", tmp_path / "worker"]
    for folder in folders:
        folder.mkdir()
    house.serve(cwd=folders[0])
    worker = house.worker(cwd=folders[1])
    show_all(house, titles)
    known, others = {}, {}
    for title in titles:
        known.update(keys_of(house, title))
    while len(known) < number:
        for title in titles:
            job = house.run("keys", "rotate", "--title", title, "--json").ok().json()["job"]
            wait_until(lambda: house.run("job", "show", job, "--json").json()["state"] == "ready",
                       "the keys' change", timeout=60)
            known.update(keys_of(house, title))
        # Pictures, tiles and captions have keys of their own, which are rolled as well.
        house.run("keys", "seal", "--new-key").ok()
        for kid, secret in wrapped_secrets(house.folder).items():
            others[kid] = [secret.hex(), derived(secret).hex(),
                           derived(secret, b"lanterne master at rest").hex()]
    show_all(house, titles)
    search = tmp_path / "search"
    search.mkdir()
    cores = [search / "server", search / "worker"]
    for core, process, folder in zip(list(cores), (house.server, worker), folders):
        (memory,) = dumped_memory(process.child.pid)
        assert len(memory) > 1 << 19
        core.write_bytes(memory)
        dumped = process.dump_core(folder)  # and what the kernel itself writes
        if dumped is not None:
            house.processes.remove(process)
            cores.append(dumped)
    files = [p for p in [*house.folder.rglob("*"), *house.logs.rglob("*")] if p.is_file()]
    small = [p for p in files if p.suffix in (".jpg", ".vtt")]
    assert {p.parent.name for p in small} >= {"images", "tiles"}
    assert any("captions" in p.parts for p in small)
    assert all(p.read_bytes().startswith(MAGIC) for p in small)
    assert len(others) > len(titles) + 1
    every = [*known.values(), *(key for keys in others.values() for key in keys)]
    wanted = {form for key in every for form in forms(key)}
    for i, form in enumerate(sorted(wanted)[::25]):  # what is there is found
        (search / f"planted-{i}").write_bytes(os.urandom(5000) + form + os.urandom(5000))
    planted = sorted(search.glob("planted-*"))
    assert found_in(planted, wanted, tmp_path) == {str(p) for p in planted}
    assert found_in([*files, *cores], wanted, tmp_path) == set()
    master = (house.folder / "keys/master.key").read_text().strip()
    assert found_in(cores, forms(master), tmp_path) == set()


# ---- CPIX ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recipient(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipient")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3",
                    "-subj", "/CN=packager", "-keyout", folder / "key", "-out", folder / "pem"],
                   check=True, capture_output=True, timeout=60)
    return folder


def opened(document, private):
    """The keys of a document for one recipient, as another implementation reads it."""
    top = ET.parse(document)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)

    def cipher(at):
        return base64.b64decode(at.find(".//e:CipherValue", NS).text)

    secret = private.decrypt(cipher(top.find(".//c:DocumentKey", NS)), oaep)
    mac = private.decrypt(cipher(top.find(".//c:MACMethod", NS)), oaep)
    found = {}
    for key in top.findall(".//c:ContentKey", NS):
        value = cipher(key)
        check = hmac.HMAC(mac, hashes.SHA512())
        check.update(value)
        check.verify(base64.b64decode(key.find(".//p:ValueMAC", NS).text))
        opener = Cipher(algorithms.AES(secret), modes.CBC(value[:16])).decryptor()
        clear = opener.update(value[16:]) + opener.finalize()
        found[key.get("kid").replace("-", "")] = clear[:-clear[-1]].hex()
    return found


def test_keys_go_out_for_one_recipient(house, film, recipient, tmp_path):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    document = tmp_path / "out.cpix"
    house.run("keys", "export", "--title", title, "--cpix", document, "--recipient",
              recipient / "pem").ok()
    private = serialization.load_pem_private_key((recipient / "key").read_bytes(), None)
    keys = keys_of(house, title)
    assert opened(document, private) == keys
    written = document.read_bytes()
    assert b"PlainValue" not in written
    assert not any(form in written for key in keys.values() for form in forms(key))
    assert house.run("keys", "export", "--title", title, "--cpix", document).code == 2
    bad = house.run("keys", "export", "--title", title, "--cpix", document, "--recipient", film)
    assert bad.code == 1 and document.read_bytes() == written


def pssh(system):
    raw = bytes.fromhex(system.replace("-", ""))
    data = b"\x08\x01\x12\x10" + bytes(16)
    return (32 + len(data)).to_bytes(4, "big") + b"pssh" + bytes(4) + raw + len(data).to_bytes(
        4, "big") + data


def from_vendor(house, title, change=lambda text: text):
    """The document that a DRM vendor sends back."""
    file = house.folder.parent / "vendor.cpix"
    house.run("keys", "export", "--title", title, "--cpix", file, "--in-clear").ok()
    systems = "".join(
        f'<DRMSystem kid="{key["kid"]}" systemId="{WIDEVINE}">'
        f'<PSSH>{base64.b64encode(pssh(WIDEVINE)).decode()}</PSSH>'
        f'<ContentProtectionData>{base64.b64encode(b"<x/>").decode()}</ContentProtectionData>'
        f'<HLSSignalingData playlist="media">{base64.b64encode(b"#EXT-X-KEY:x").decode()}'
        '</HLSSignalingData></DRMSystem>' for key in listed(house)[title]["keys"])
    text = file.read_text().replace(
        "</ContentKeyList>", f"</ContentKeyList><DRMSystemList>{systems}</DRMSystemList>")
    file.write_text(change(text))
    return file


def test_what_other_systems_want_said_of_our_keys_comes_in_and_goes_out(house, film, tmp_path):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    house.run("keys", "import", from_vendor(house, title)).ok()
    for key in listed(house)[title]["keys"]:
        assert key["drm_systems"] == [WIDEVINE]
    out = tmp_path / "again.cpix"
    house.run("keys", "export", "--title", title, "--cpix", out, "--in-clear").ok()
    assert len(ET.parse(out).findall(".//c:DRMSystem/c:PSSH", NS)) == 2


OTHER = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize("change, reason", [
    (lambda t: re.sub(r'DRMSystem kid="[^"]*"', f'DRMSystem kid="{OTHER}"', t), "is none of ours"),
    (lambda t: re.sub(r"PlainValue>[^<]*<", "PlainValue>AAAAAAAAAAAAAAAAAAAAAA==<", t),
     "has another value here"),
    (lambda t: re.sub(r"<PSSH>[^<]*<", "<PSSH>AAAA<", t), "PSSH is not a pssh box"),
    (lambda t: t.replace("urn:dashif:org:cpix", "urn:else"), "this is no CPIX document"),
    (lambda t: t[:len(t) // 2], "line"),
    (lambda t: t.replace("?>", "?><!DOCTYPE CPIX [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", 1),
     "DOCTYPE"),
    (lambda t: t.replace(WIDEVINE, "not-a-uuid"), "systemId is not a UUID"),
])
def test_a_document_that_is_wrong_changes_nothing(house, film, change, reason):
    title = house.add_title("One")
    house.ingest(film, title).ok()
    answer = house.run("keys", "import", from_vendor(house, title, change))
    assert answer.code == 1 and reason in answer.stderr
    assert all(key["drm_systems"] == [] for key in listed(house)[title]["keys"])
