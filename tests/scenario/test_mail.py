"""Letters: what was acknowledged goes out, whatever dies or refuses in between."""
import email
import email.policy
import stat

import pytest

from api_world import PASSWORD, the_house
from harness import wait_until
from mail_world import MailWorld, Smtp


@pytest.fixture
def world(lanterne, tmp_path):
    made = MailWorld(the_house(lanterne), tmp_path)
    yield made
    made.finish()


@pytest.fixture
def smtp():
    made = []

    def make(*plan):
        made.append(Smtp(*plan))
        return made[-1]

    yield make
    for each in made:
        each.close()


def message_of(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_is_a_file_that_only_its_owner_reads(world):
    world.settings(name="Ciné-club « Éclair »", mail_from="mail@house.example")
    world.serve()
    world.someone().signed_up("letters@example.org", language="fr")
    letter = world.letter("letters@example.org", "Confirmez")
    assert letter["Subject"] == "Confirmez votre adresse pour Ciné-club « Éclair »"
    assert letter["From"].addresses[0].display_name == "Ciné-club « Éclair »"
    assert letter["From"].addresses[0].addr_spec == "mail@house.example"
    assert letter["Content-Language"] == "fr" and letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.tzinfo and letter["Message-ID"].endswith("@house.example>")
    assert "Merci de confirmer que cette adresse est la vôtre" in letter.get_content()
    assert not letter.defects
    paths = list((world.folder / "mail").iterdir())
    assert len(paths) == 1 and stat.S_IMODE(paths[0].stat().st_mode) == 0o600
    assert stat.S_IMODE((world.folder / "mail").stat().st_mode) == 0o700
    raw = paths[0].read_bytes()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n")) and max(raw) < 128


def test_what_waits_is_sealed_and_what_was_sent_is_forgotten(world, smtp):
    world.settings(mail_smtp_url=smtp("later").url)
    world.serve()
    world.someone().signed_up("sealed@example.org")
    wait_until(lambda: world.outbox() and world.outbox()[0]["tries"] == 1, "the first try")
    entry = world.outbox()[0]
    assert entry["state"] == "waiting" and entry["kind"] == "verify" and "451" in entry["why"]
    kept = b"".join(p.read_bytes() for p in world.folder.glob("lanterne.db*"))
    assert b"sealed@example.org" in kept and b"/verify#" not in kept
    assert world.run("mail", "retry", entry["id"], "--json").ok().json() == {"due": 1}
    wait_until(lambda: not world.outbox(), "the letter to go")
    sent = world.outbox("--all")
    assert [s["state"] for s in sent] == ["sent"] and sent[0]["tries"] == 2
    refused = world.run("mail", "retry", entry["id"])
    assert refused.code == 1 and "sent already" in refused.stderr


def wait_until_settled(world, tries):
    """What is left in the outbox once each letter has been tried again since `tries` and that try
    has ended: who pushes one that is being sent has it sent twice."""
    def left():
        box = world.outbox()
        settled = all(e["why"] and e["tries"] > tries.get(e["id"], 0) for e in box)
        return (box,) if settled else None
    return wait_until(left, "each letter to be tried")[0]


def test_each_letter_arrives_once_from_a_server_that_fails_delays_and_drops(world, smtp):
    server = smtp("later", "drop", "slow", "take", "refuse-data", "later")
    world.settings(mail_smtp_url=server.url)
    world.serve()
    people = [f"p{i}@example.org" for i in range(5)]
    for person in people:
        world.someone().signed_up(person)
    tries = {}
    while waiting := wait_until_settled(world, tries):
        tries = {entry["id"]: entry["tries"] for entry in waiting}
        world.run("mail", "retry", "--all").ok()
    assert sorted(r for r, _ in server.taken) == people
    assert len({message_of(m)["Message-ID"] for _, m in server.taken}) == 5


def test_a_letter_that_is_refused_for_good_is_given_up_at_once(world, smtp):
    server = smtp("refuse")
    world.settings(mail_smtp_url=server.url)
    world.serve()
    world.someone().signed_up("nobody@example.org")
    wait_until(lambda: [e["state"] for e in world.outbox()] == ["failed"], "the refusal")
    assert "550" in world.outbox()[0]["why"] and "given up" in world.server.text()
    assert "nobody@example.org" not in world.server.text()


def test_a_letter_is_given_up_after_three_days(world, smtp):
    server = smtp(*["later"] * 9)
    world.settings(mail_smtp_url=server.url)
    world.serve("--now", "2030-01-01T00:00:00Z")
    world.someone().signed_up("late@example.org")
    for now, state in (("2030-01-03T23:00:00Z", "waiting"), ("2030-01-04T04:00:00Z", "failed")):
        tries = wait_until(lambda: world.outbox()[0]["tries"], "a try")
        world.server.stop()
        world.serve("--now", now)
        wait_until(lambda: world.outbox()[0]["tries"] > tries, "another try")
        wait_until(lambda: world.outbox()[0]["state"] == state, f"it to be {state}")


def test_killed_between_acknowledgement_and_sending_nothing_is_lost(world, smtp):
    server = smtp()
    world.settings(mail_smtp_url=server.url)
    for i in range(6):
        world.serve()
        world.someone().signed_up(f"k{i}@example.org")
        world.server.kill()
    world.serve()
    # What was taken when its sender died waits for the lease to end, or for a push.
    world.run("mail", "retry", "--all").ok()
    wait_until(lambda: not world.outbox(), "all letters to go")
    got = [message_of(m)["Message-ID"] for _, m in server.taken]
    assert sorted({r for r, _ in server.taken}) == [f"k{i}@example.org" for i in range(6)]
    assert len(set(got)) == 6


def test_a_letter_swallowed_without_a_word_comes_again_with_the_same_message_id(world, smtp):
    server = smtp("swallow")
    world.settings(mail_smtp_url=server.url)
    world.serve()
    world.someone().signed_up("twice@example.org")
    wait_until(lambda: world.outbox() and world.outbox()[0]["why"], "the failure")
    world.run("mail", "retry", "--all").ok()
    wait_until(lambda: server.taken, "the second try")
    first, second = (message_of(m[0][1]) for m in (server.swallowed, server.taken))
    assert first["Message-ID"] == second["Message-ID"]


def test_a_dead_mail_server_does_not_keep_ours_from_stopping_or_answering(world):
    world.settings(mail_smtp_url="smtp://127.0.0.1:1")
    world.serve()
    assert world.someone().signed_up("x1@example.org").get("/api/v1/me").status == 200
    assert world.server.stop(20) == 0


@pytest.mark.parametrize(
    "address", ["a>b@example.org", "a,b@example.org", '"q"@example.org', "a@[127.0.0.1]",
                "a@-x.org", "a@x..org", ".a@x.org", "a\u0085b@x.org"])
def test_an_address_that_could_say_something_to_a_mail_server_gets_no_account(world, address):
    if world.address is None:
        world.serve()
    answer = world.someone().post("/api/v1/members", {"email": address, "password": PASSWORD})
    assert answer.status == 422 and answer.json()["field"] == "email"


@pytest.mark.parametrize(
    "setting, value, said",
    [("mail_smtp_url", "http://example.org", "mail_smtp_url"), ("mail_from", "no", "mail_from"),
     ("mail_password_file", "missing", "mail_password_file")])
def test_settings_that_cannot_send_are_said_at_the_start(world, setting, value, said):
    world.settings(**{setting: value})
    if setting == "mail_password_file":
        world.settings(mail_smtp_url="smtp://127.0.0.1:1", mail_user="u")
    done = world.run("serve", "--listen", "127.0.0.1:0")
    assert done.code == 3 and said in done.stderr
