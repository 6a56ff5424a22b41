"""Direct debits: collected once whatever dies, settled by the bank's statement, brought back by it,
and left alone where what the bank says does not go together."""
import contextlib
import decimal
import os
import pathlib
import random
import sqlite3
import subprocess
import time

import pytest

from bank import (OURS, Collection, batch_credit, comes_back, credit, document, entry, report,
                  statement, tag, transaction)
from harness import Service, die_with_parent

NOW = "2026-11-23T10:00:00Z"  # a Monday
LATER = "2026-11-26T10:00:00Z"
PASSWORD = "correct horse battery staple"
IBANS = ("FR1420041010050500013M02606", "DE89370400440532013000", "NL91ABNA0417164300")
SETTINGS = f"""
trial_days = 0
dunning_days = 1 3 7
sepa_creditor_id = FR72ZZZ123456
sepa_creditor_name = Cinéma & Cie
sepa_creditor_iban = {OURS}
sepa_lead_days = 2
"""


class House(Service):
    """A house that collects by direct debit, and its bank's files."""

    def __init__(self, lanterne, folder):
        super().__init__(lanterne, folder)
        with open(self.folder / "lanterne.conf", "a", encoding="utf-8") as conf:
            conf.write(SETTINGS)
        self.files = pathlib.Path(folder) / "bank"
        self.files.mkdir()
        self.at(NOW, "territory", "set", "FR", "--tax", "20").ok()
        self.at(NOW, "plan", "add", "standard", "--name", "Standard").ok()
        self.at(NOW, "plan", "price", "standard", "--territory", "FR", "--amount", "12.99").ok()

    def at(self, now, *args, **more):
        return self.run("--now", now, *args, **more)

    def signs_up(self, who, now=NOW):
        self.at(now, "member", "add", "--email", f"{who}@example.org", "--password-stdin",
                stdin=PASSWORD + "\n").ok()

    def json(self, now, *args):
        return self.at(now, *args, "--json").ok().json()

    def mandate(self, who, iban=IBANS[0], holder=None, now=NOW):
        return self.json(now, "member", "mandate", f"{who}@example.org", "--iban", iban,
                         "--holder", holder or who)["id"]

    def joins(self, *people, now=NOW):
        """Members with a mandate, whose first charge waits to be collected."""
        for i, who in enumerate(people):
            self.signs_up(who, now)
            means = self.mandate(who, IBANS[i % len(IBANS)], now=now)
            assert self.at(now, "member", "subscribe", f"{who}@example.org", "--plan", "standard",
                           "--means", means).ok().stdout == "pending\n"

    def collects(self, now=NOW, name="collection.xml", *more):
        path = self.files / name
        said = self.json(now, "sepa", "collect", "-o", path, *more)
        return Collection(path) if said["batch"] else None

    def bank_says(self, text, name="bank.xml", now=LATER, *more):
        path = self.files / name
        path.write_text(text, encoding="utf-8")
        return self.at(now, "sepa", "import", path, "--json", *more)

    def member(self, who, now=LATER):
        return self.json(now, "member", "show", f"{who}@example.org")

    def charges(self, state=None, now=LATER):
        items = self.json(now, "charge", "list")["items"]
        return [c for c in items if state is None or c["state"] == state]

    def balances(self, now=LATER):
        items = self.json(now, "ledger", "balances")["items"]
        return {i["account"]: i["balance"]["amount"] for i in items}

    def batches(self, now=LATER):
        return self.json(now, "sepa", "list")["items"]

    def mandates(self, who, now=LATER):
        return self.json(now, "sepa", "mandates", "--member", f"{who}@example.org")["items"]

    def sound(self, now=LATER):
        said = self.json(now, "ledger", "check")
        assert said["balanced"] and set(said["currencies"].values()) <= {0}
        return True


@pytest.fixture
def house(lanterne, tmp_path):
    made = House(lanterne, tmp_path)
    yield made
    made.finish()


def counts(said, *names):
    return {n: said[n] for n in names or ("settled", "returned", "rejected", "refused", "unknown",
                                          "finding") if said[n]}


def valid(path, version):
    """Held against the published schema, where LANTERNE_SEPA_XSD names a folder that has it."""
    folder = os.environ.get("LANTERNE_SEPA_XSD")
    if folder is None:
        print("LANTERNE_SEPA_XSD is not set: the schema is skipped")
        return
    subprocess.run(["xmllint", "--noout", "--nonet", "--schema", f"{folder}/{version}.xsd", path],
                   check=True, capture_output=True)


# ---- collecting ------------------------------------------------------------------------------


def test_what_waits_is_collected_in_one_file_and_once(house):
    house.joins("ada", "bob", "cyd")
    file = house.collects()
    assert file.version == "pain.008.001.08"
    assert file.due.isoformat() == "2026-11-25"
    assert sorted((d.holder, d.iban, d.amount) for d in file.debits) == [
        (who, iban, decimal.Decimal("12.99")) for who, iban in zip(("ada", "bob", "cyd"), IBANS)]
    assert {d.agreed for d in file.debits} == {"2026-11-23"}
    valid(house.files / "collection.xml", file.version)
    assert (house.files / "collection.xml").stat().st_mode & 0o777 == 0o600
    assert house.collects(LATER, "again.xml") is None
    assert not (house.files / "again.xml").exists()
    house.joins("dan")
    assert [d.holder for d in house.collects(LATER, "next.xml").debits] == ["dan"]


def test_a_file_is_written_again_to_the_byte(house):
    house.joins("ada", "bob")
    file = house.collects()
    house.at(LATER, "sepa", "write", file.batch, "-o", house.files / "again.xml").ok()
    first, again = ((house.files / n).read_bytes() for n in ("collection.xml", "again.xml"))
    assert first == again


def test_the_older_edition_is_written_where_a_bank_wants_it(house):
    house.joins("ada")
    file = house.collects(NOW, "old.xml", "--version", "pain.008.001.02")
    assert file.version == "pain.008.001.02"
    valid(house.files / "old.xml", file.version)


def test_days_on_which_banks_rest_are_not_counted(house):
    house.joins("ada", now="2026-12-23T22:30:00Z")
    assert house.collects("2026-12-23T22:30:00Z").due.isoformat() == "2026-12-28"


def test_a_file_that_could_not_be_written_comes_first(house):
    house.joins("ada")
    lost = house.at(NOW, "sepa", "collect", "-o", house.files / "nowhere" / "a.xml")
    assert lost.code != 0 and "nowhere" in lost.stderr
    house.joins("bob")
    said = house.json(LATER, "sepa", "collect", "-o", house.files / "a.xml")
    assert said["old"] and said["debits"] == 1
    first = Collection(house.files / "a.xml")
    second = house.collects(LATER, "b.xml")
    assert [d.holder for d in first.debits + second.debits] == ["ada", "bob"]


def test_killed_anywhere_nothing_is_collected_twice_or_forgotten(house, lanterne):
    people = [f"p{i}" for i in range(6)]
    house.joins(*people[:3])
    chance = random.Random(6)
    path = house.files / "k.xml"
    for i in range(40):
        if i == 20:
            house.joins(*people[3:])
        child = subprocess.Popen(
            [str(lanterne.path), "-C", str(house.folder), "--now", NOW, "sepa", "collect", "-o",
             str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent)
        time.sleep(chance.random() * 0.25)
        child.kill()
        child.wait()
    while house.json(NOW, "sepa", "collect", "-o", path)["batch"]:
        pass
    found = []
    for batch in house.batches():
        assert batch["written"]
        house.at(NOW, "sepa", "write", batch["batch"], "-o", path).ok()
        found += [d.holder for d in Collection(path).debits]
    assert sorted(found) == people
    assert house.sound()


def test_a_house_that_is_not_set_up_is_told_what_is_missing(house):
    house.joins("ada")
    conf = house.folder / "lanterne.conf"
    whole = conf.read_text(encoding="utf-8")
    for setting, value, why in (
            ("sepa_creditor_iban", "FR7630006000011234567890188", "check digits"),
            ("sepa_creditor_iban", "TR330006100519786457841326", "not in SEPA"),
            ("sepa_creditor_bic", "NOBIC", "BIC"),
            ("sepa_creditor_id", "FR73ZZZ123456", "creditor identifier")):
        lines = [x for x in whole.splitlines() if not x.startswith(setting)]
        conf.write_text("\n".join(lines + [f"{setting} = {value}", ""]), encoding="utf-8")
        said = house.at(NOW, "sepa", "collect", "-o", house.files / "a.xml")
        assert said.code == 3 and why in said.stderr
    conf.write_text(whole, encoding="utf-8")
    assert house.batches() == [] and len(house.collects().debits) == 1


# ---- mandates --------------------------------------------------------------------------------


def test_a_wrong_account_or_name_makes_no_mandate(house):
    house.signs_up("ada")
    for iban, holder, why in (
            ("FR1420041010050500013M02607", "Ada", "mistyped"),
            ("FR14 2004", "Ada", "27 characters"),
            ("CH9300762011623852957", "Ada", "European Economic Area"),
            ("TR330006100519786457841326", "Ada", "no SEPA direct debits"),
            (IBANS[0], "", "a name"), (IBANS[0], "日本", "a name"), (IBANS[0], "A\tB", "one line"),
            (IBANS[0], "x" * 71, "70 characters")):
        said = house.run("member", "mandate", "ada@example.org", "--iban", iban, "--holder", holder)
        assert said.code == 1 and why in said.stderr
        assert iban not in said.stderr
    assert house.mandates("ada") == []


def test_the_same_account_again_is_the_same_mandate(house):
    house.signs_up("ada")
    first = house.mandate("ada", "FR14 2004 1010 0505 0001 3M02 606")
    assert house.mandate("ada", "fr1420041010050500013m02606") == first
    assert house.mandate("ada", IBANS[1]) != first
    assert [m["label"] for m in house.mandates("ada")] == ["DE·· 3000", "FR·· 2606"]
    store = (house.folder / "lanterne.db").read_bytes()
    wal = house.folder / "lanterne.db-wal"
    store += wal.read_bytes() if wal.exists() else b""
    assert IBANS[0].encode() not in store and b"3M02606" not in store


# ---- what the bank says ----------------------------------------------------------------------


def test_the_bank_of_these_tests_says_it_as_the_schemas_ask(house):
    house.joins("ada")
    file = house.collects()
    (debit,) = file.debits
    texts = {"pain.002.001.10": report(file, (debit, "RJCT", "AC01"), group="PART", version="10")}
    for kind in ("053", "054"):
        for version in ("02", "04", "08"):
            texts[f"camt.{kind}.001.{version}"] = statement(
                batch_credit(file, n=1, version=version), credit(debit, version=version),
                comes_back(debit, "AC04", "zu", version=version), version=version, kind=kind)
    for version, text in texts.items():
        path = house.files / "said.xml"
        path.write_text(text, encoding="utf-8")
        valid(path, version)


@pytest.mark.parametrize("version", ["02", "04", "08"])
def test_a_batch_is_settled_by_its_sum(house, version):
    house.joins("ada", "bob")
    file = house.collects()
    assert house.balances()["receivable:sepa"] == "25.98"
    text = statement(entry("500.00", "CRDT", version=version),
                     batch_credit(file, n=2, version=version), version=version)
    said = house.bank_says(text).ok().json()
    assert counts(said) == {"settled": 2} and said["other"] == 1 and not said["items"]
    assert house.balances()["cash:sepa"] == "25.98"
    assert house.balances().get("receivable:sepa", "0.00") == "0.00"
    assert len(house.charges("paid")) == 2
    again = house.bank_says(text, "other-name.xml").ok().json()
    assert again["known"] and counts(again) == {}
    assert house.bank_says(text + "\n").ok().json()["already"] == 2
    assert house.balances()["cash:sepa"] == "25.98" and house.sound()
    assert house.batches()[0]["state"] == "done"


def test_a_debit_that_comes_back_is_tried_again_by_schedule(house):
    house.joins("ada", "bob")
    file = house.collects()
    ada = file.debit("ada")
    said = house.bank_says(statement(credit(ada), credit(file.debit("bob")),
                                     comes_back(ada, "AM04"))).ok().json()
    assert counts(said) == {"settled": 2, "returned": 1}
    assert said["items"][0]["reason"] == "AM04" and said["items"][0]["amount"]["amount"] == "12.99"
    assert house.member("ada")["status"] == "past-due"
    assert house.member("bob")["status"] == "active"
    assert house.balances()["cash:sepa"] == "12.99" and house.sound()
    assert [c["why"] for c in house.charges("returned")] == [
        "AM04: there was not enough money on the account"]
    assert house.collects(LATER, "none.xml") is None
    for day in ("27", "28", "29", "30"):
        house.at(f"2026-11-{day}T10:00:00Z", "renew").ok()
    second = house.collects("2026-11-30T10:00:00Z", "second.xml")
    assert [d.holder for d in second.debits] == ["ada"]
    assert second.debits[0].id == ada.id[:-1] + "2" and second.debits[0].mandate == ada.mandate
    # What the bank says of the first try changes nothing about the second.
    late = house.bank_says(statement(comes_back(ada, "MS03"), name="late"),
                           now="2026-12-01T10:00:00Z").ok().json()
    assert counts(late) == {} and late["already"] == 1
    said = house.bank_says(statement(batch_credit(second), name="two"),
                           now="2026-12-02T10:00:00Z").ok().json()
    assert counts(said) == {"settled": 1}
    assert house.member("ada", "2026-12-02T10:00:00Z")["status"] == "active"
    assert house.balances("2026-12-03T10:00:00Z")["cash:sepa"] == "25.98"
    assert house.sound("2026-12-03T10:00:00Z")


def test_who_died_between_charge_and_debit_leaves_nothing_wrong(house):
    house.joins("ada")
    first = house.collects()
    text = statement(comes_back(first.debits[0], "AM04"))
    house.bank_says(text).ok()
    for day in ("27", "28"):
        house.at(f"2026-11-{day}T10:00:00Z", "renew").ok()
    # As a power cut would have left it: the charge knew, its debit and the file did not yet.
    with contextlib.closing(sqlite3.connect(house.folder / "lanterne.db")) as store:
        store.execute("UPDATE sepa_debit SET state = 0")
        store.execute("DELETE FROM sepa_file")
        store.commit()
    now = "2026-11-30T10:00:00Z"
    second = house.collects(now, "second.xml")
    assert second.debits[0].id.endswith("-2")
    assert counts(house.bank_says(text, now=now).ok().json()) == {"returned": 1}
    assert [c["state"] for c in house.charges(now=now)] == ["pending"]
    assert counts(house.bank_says(statement(batch_credit(second), name="two"), now=now).ok()
                  .json()) == {"settled": 1}
    assert [c["state"] for c in house.charges(now=now)] == ["paid"] and house.sound(now)


@pytest.mark.parametrize("reason", ["AC04", "MD06", "MS02"])
def test_a_mandate_that_is_dead_is_never_collected_by_again(house, reason):
    house.joins("ada")
    file = house.collects()
    said = house.bank_says(statement(credit(file.debits[0]),
                                     comes_back(file.debits[0], reason, "in Worten"))).ok().json()
    assert counts(said) == {"settled": 1, "returned": 1}
    (mandate,) = house.mandates("ada")
    assert mandate["state"] == "dead" and mandate["reason"] == reason
    for day in range(27, 31):
        house.at(f"2026-11-{day}T10:00:00Z", "renew").ok()
    assert house.collects("2026-11-30T10:00:00Z", "none.xml") is None
    (charge,) = house.charges(now="2026-11-30T10:00:00Z")
    assert charge["state"] != "pending" and charge["why"].startswith(reason)
    # Another mandate pays what is owed.
    means = house.mandate("ada", IBANS[1], now="2026-11-30T11:00:00Z")
    house.serve("--now", "2026-11-30T11:00:00Z")
    client = house.client()
    client.post("/api/v1/sessions", {"email": "ada@example.org", "password": PASSWORD}).ok()
    said = client.put("/api/v1/me/subscription/means", {"means": means}).ok().json()
    assert said["answer"] == "pending"
    assert [d.iban for d in house.collects("2026-11-30T12:00:00Z", "new.xml").debits] == [IBANS[1]]
    assert house.sound("2026-12-01T10:00:00Z")


def test_a_rejected_debit_is_not_in_the_sum_that_comes(house):
    house.joins("ada", "bob", "cyd")
    file = house.collects()
    early = house.bank_says(statement(batch_credit(file, "25.98"))).ok().json()
    assert counts(early) == {"finding": 1}
    assert "25.98 EUR is said, 38.97 EUR of 3 debits was to come" in early["items"][0]["text"]
    assert house.charges("paid") == []
    said = house.bank_says(report(file, (file.debit("ada"), "RJCT", "AC01"),
                                  (file.debit("bob"), "ACCP", ""), group="PART"),
                           "status.xml").ok().json()
    assert counts(said) == {"rejected": 1} and said["accepted"] == 1
    assert house.member("ada")["status"] == "past-due"
    # The statement was left alone before; now it goes together.
    said = house.bank_says(statement(batch_credit(file, "25.98"))).ok().json()
    assert counts(said) == {"settled": 2} and not said["known"]
    assert house.balances()["cash:sepa"] == "25.98" and house.sound()


@pytest.mark.parametrize("version", ["03", "10"])
def test_a_file_that_the_bank_refuses_is_nobodys_failure(house, version):
    house.joins("ada", "bob")
    file = house.collects()
    text = report(file, group="RJCT", reason="FF01", version=version)
    said = house.bank_says(text).ok().json()
    assert counts(said) == {"refused": 1}
    assert {house.member(who)["status"] for who in ("ada", "bob")} == {"active"}
    assert house.batches()[0]["state"] == "refused"
    refused = house.at(LATER, "sepa", "write", file.batch, "-o", house.files / "x.xml")
    assert refused.code == 1 and "was refused by the bank (FF01" in refused.stderr
    second = house.collects(LATER, "second.xml")
    assert second.id != file.id and {d.id for d in second.debits} == {d.id for d in file.debits}
    # The bank says so again: the new file is not touched by it.
    said = house.bank_says(text.replace("R1", "R2")).ok().json()
    assert counts(said) == {} and said["already"] == 1
    said = house.bank_says(statement(batch_credit(second), name="late")).ok().json()
    assert counts(said) == {"settled": 2} and house.sound()


def test_a_notification_brings_single_debits_back(house):
    house.joins("ada")
    file = house.collects()
    said = house.bank_says(statement(comes_back(file.debits[0], "MS03", version="08"), kind="054",
                                     version="08")).ok().json()
    assert counts(said) == {"returned": 1} and said["kind"] == "notification"
    # It was never credited: the sum and what came back are nothing together.
    said = house.bank_says(statement(batch_credit(file), name="S2")).ok().json()
    assert counts(said) == {} and said["already"] == 1
    assert house.sound() and "cash:sepa" not in house.balances()


def test_what_does_not_go_together_is_a_finding_and_nothing_is_booked(house):
    house.joins("ada", "bob")
    file = house.collects()
    ada, bob = file.debit("ada"), file.debit("bob")
    before = house.balances()
    cases = [
        (credit(ada, "12.98"), "12.98 EUR is said, 12.99 EUR was to be collected"),
        (credit(ada, "1299"), "1299.00 EUR is said"),
        (credit(ada, currency="CHF"), "12.99 CHF is said"),
        (credit(ada, "12.999"), "12.999 EUR is said"),
        (credit(ada, mandate=bob.mandate), f"by mandate {bob.mandate}"),
        (comes_back(ada, "AC04").replace("12.99", "2.99"), "2.99 EUR is said"),
        (batch_credit(file, "25.99"), "25.99 EUR is said, 25.98 EUR of 2 debits was to come"),
        (batch_credit(file, n=3), "3 debits are said, 2 were to come"),
        (batch_credit(file).replace("CRDT", "DBIT"), "the whole batch went back as one sum"),
    ]
    for i, (what, why) in enumerate(cases):
        said = house.bank_says(statement(what, name=f"S{i}"), now=LATER).ok().json()
        assert counts(said) == {"finding": 1}, why
        assert why in said["items"][0]["text"]
    elsewhere = house.bank_says(statement(credit(ada), account=IBANS[1])).ok().json()
    assert counts(elsewhere) == {"finding": 1}
    assert "not the house's" in elsewhere["items"][0]["text"]
    assert house.balances() == before and len(house.charges("pending")) == 2
    assert house.mandates("ada")[0]["state"] == "lives"
    assert counts(house.bank_says(statement(credit(ada, mandate=ada.mandate.lower()),
                                            batch_credit(file), name="good")).ok().json()) == {
        "settled": 2}


def test_ids_that_are_not_ours_are_listed(house):
    house.joins("ada")
    file = house.collects()
    ada = file.debits[0]
    ids = ["INVOICE 7", "a" * 26 + "-1", ada.id[:-1] + "2", ada.id + "0", ada.id[:-2],
           ada.id[:-1] + "0", "x" * 60]
    rows = [entry("12.99", "CRDT", transaction(i, "12.99")) for i in ids]
    said = house.bank_says(statement(*rows, entry("1", "CRDT", transaction("NOTPROVIDED", "1")))) \
        .ok().json()
    assert counts(said) == {"unknown": len(ids)} and said["other"] == 1
    assert [i["end_to_end"] for i in said["items"]][:-1] == ids[:-1]
    stranger = Collection(house.files / "collection.xml")
    stranger.id = stranger.batch = "b" * 26
    said = house.bank_says(report(stranger, group="RJCT", reason="FF01")).ok().json()
    assert counts(said) == {"unknown": 1}
    said = house.bank_says(report(file, (ada, "RJCT", "AC01"), about="pain.001.001.09")).ok().json()
    assert counts(said) == {} and said["other"] == 1
    assert len(house.charges("pending")) == 1


def test_what_is_only_announced_or_accepted_books_nothing(house):
    house.joins("ada")
    file = house.collects()
    said = house.bank_says(statement(credit(file.debits[0], status="PDNG"),
                                     credit(file.debits[0], status="INFO"))).ok().json()
    assert counts(said) == {} and said["announced"] == 2
    said = house.bank_says(report(file, group="ACCP")).ok().json()
    assert counts(said) == {} and said["accepted"] == 1
    assert len(house.charges("pending")) == 1


def test_a_bad_file_is_refused_by_name_and_nothing_of_it_is_done(house):
    house.joins("ada")
    file = house.collects()
    good = credit(file.debits[0])
    cases = [
        (statement(good, entry("-1.00", "CRDT")), "an amount is negative: -1.00 EUR"),
        (statement(good, entry("9" * 30, "CRDT")), "an amount is past all range"),
        (statement(good)[:-40], "line"),
        (statement(good).replace("<Document", "<!DOCTYPE x [<!ENTITY e 'x'>]><Document"),
         "DOCTYPE"),
        (statement(good).replace("camt.053", "camt.052").replace("BkToCstmrStmt",
                                                                 "BkToCstmrAcctRpt"), "camt.052"),
        (document("pain.001.001.09", tag("CstmrCdtTrfInitn", "")), "neither a status report"),
        ("%PDF-1.7", "it is not XML"),
        ("", "it is not XML"),
        (statement(good + "<x>" * 60 + "</x>" * 60), "nested"),
    ]
    for text, why in cases:
        said = house.bank_says(text, "bad file.xml")
        assert said.code == 1 and "bad file.xml: " in said.stderr and why in said.stderr
        assert said.stdout == ""
    missing = house.run("sepa", "import", house.files / "none.xml")
    assert missing.code == 1 and "none.xml" in missing.stderr
    assert len(house.charges("pending")) == 1 and house.sound()


def test_a_dry_run_says_it_and_books_nothing(house):
    house.joins("ada")
    file = house.collects()
    text = statement(credit(file.debits[0]), comes_back(file.debits[0], "AC04"))
    said = house.bank_says(text, "bank.xml", LATER, "--dry-run").ok().json()
    assert counts(said) == {"settled": 1, "returned": 1} and said["dry_run"]
    assert len(house.charges("pending")) == 1 and house.mandates("ada")[0]["state"] == "lives"
    assert not house.bank_says(text).ok().json()["known"]


def test_killed_in_the_middle_of_a_statement_the_next_run_goes_on(house, lanterne):
    people = [f"p{i}" for i in range(8)]
    house.joins(*people)
    file = house.collects()
    path = house.files / "s.xml"
    path.write_text(statement(*(credit(d) for d in file.debits),
                              *(comes_back(d, "AM04") for d in file.debits[:4])), encoding="utf-8")
    chance = random.Random(7)
    for _ in range(25):
        child = subprocess.Popen(
            [str(lanterne.path), "-C", str(house.folder), "--now", LATER, "sepa", "import",
             str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent)
        time.sleep(chance.random() * 0.3)
        child.kill()
        child.wait()
    house.at(LATER, "sepa", "import", path).ok()
    assert len(house.charges("returned")) == 4 and len(house.charges("paid")) == 4
    assert house.balances()["cash:sepa"] == "51.96" and house.sound()
    (batch,) = house.batches()
    assert batch["settled"] == 4 and batch["returned"] == 4 and batch["state"] == "done"


def test_a_deleted_account_is_still_collected_from_and_then_forgotten(house):
    house.joins("ada", "bob")
    file = house.collects()
    house.serve("--now", NOW)
    client = house.client()
    client.post("/api/v1/sessions", {"email": "ada@example.org", "password": PASSWORD}).ok()
    client.post("/api/v1/me/deletion", {"password": PASSWORD}).ok()
    assert [m["holder"] for m in house.json(LATER, "sepa", "mandates")["items"]] == ["bob"]
    house.at(LATER, "sepa", "write", file.batch, "-o", house.files / "again.xml").ok()
    assert (house.files / "again.xml").read_bytes() == (house.files / "collection.xml").read_bytes()
    said = house.bank_says(statement(batch_credit(file))).ok().json()
    assert counts(said) == {"settled": 2}
    # Weeks later its bank takes it back: the books still know which way it was paid.
    said = house.bank_says(statement(comes_back(file.debit("ada"), "MD06"), name="late"),
                           now="2027-01-10T10:00:00Z").ok().json()
    assert counts(said) == {"returned": 1}
    assert house.balances("2027-01-11T10:00:00Z")["cash:sepa"] == "12.99"
    assert house.sound("2027-01-11T10:00:00Z")
