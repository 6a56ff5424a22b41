"""The books: every cent is in them, once, and whoever changes what was written is found out."""
import csv
import re
import sqlite3

import pytest

from billing_world import BillingWorld
from harness import wait_until


@pytest.fixture
def world(lanterne, tmp_path):
    made = BillingWorld(lanterne, tmp_path, trial_days=0)
    made.run("territory", "set", "FR", "--tax", "20").ok()
    made.add_plan(amount="12.00")
    yield made
    made.finish()


def bought(world, email="a@example.org"):
    """A member who paid 12.00 on 10 January 2024; the charge."""
    world.subscribers([email], "2024-01-10T10:00:00Z")
    return world.show(email)["charges"][0]


def test_an_empty_ledger_balances(world):
    assert world.check() == {"balanced": True, "currencies": {}, "entries": 0,
                             "first_broken": None, "gaps": 0, "doubles": 0, "problems": []}
    assert world.balances() == {}


def test_a_charge_is_cash_revenue_and_tax_and_an_invoice(world):
    charge = bought(world)
    assert world.balances() == {"cash:card": "12.00", "tax:FR": "-2.00",
                                "revenue:subscription:FR": "-10.00"}
    entries = world.run("ledger", "list", "--json").ok().json()["items"]
    assert [(e["key"], e["kind"]) for e in entries] == [(f"charge {charge['id']}", "charge")]
    invoices = world.run("invoice", "list", "--member", "a@example.org", "--json").ok().json()
    invoice = invoices["items"][0]
    assert invoice["number"] == "FR-2024-000001"
    assert (invoice["total"]["amount"], invoice["tax"]["amount"]) == ("12.00", "2.00")
    assert invoice["seller"].splitlines()[1] == "1 rue du Quai"
    assert invoice["buyer"] == "a@example.org"
    assert (invoice["from"][:16], invoice["until"][:16]) == ("2024-01-10T10:00", "2024-02-10T10:00")
    shown = world.run("invoice", "show", invoice["id"], "--json").ok().json()
    assert shown == invoice


def test_invoices_are_numbered_without_gaps_by_territory_and_year(world):
    world.price("standard", "10.00", "BE")
    world.subscribers(["a@example.org", "b@example.org"], "2023-11-20T10:00:00Z")
    world.subscribers(["c@example.org"], "2023-11-20T10:00:00Z", territory="BE")
    for month in ("2023-12-20", "2024-01-20"):
        world.renew(month)
    numbers = [i["number"] for i in world.run("invoice", "list", "--json").ok().json()["items"]]
    assert sorted(numbers) == sorted(
        [f"FR-2023-00000{n}" for n in (1, 2, 3, 4)] + ["FR-2024-000001", "FR-2024-000002"]
        + ["BE-2023-000001", "BE-2023-000002", "BE-2024-000001"])
    world.never_twice()


def test_a_refund_is_given_once_under_its_key_and_never_more_than_was_paid(world):
    charge = bought(world)["id"]
    refund = ["charge", "refund", charge]
    assert world.run(*refund, "--amount", "2.00").code == 2  # a part needs a key
    for amount in ("-1", "0", "1.234", "x", "99999999999999999999"):
        assert world.run(*refund, "--amount", amount, "--key", "k").code == 2
    for _ in range(3):
        world.run(*refund, "--amount", "2.00", "--key", "late-start").ok()
    assert world.gateway.charged(charge) == 1000
    done = world.run(*refund, "--amount", "3.00", "--key", "late-start")
    assert done.code == 1 and "another refund" in done.stderr
    done = world.run(*refund, "--amount", "10.01", "--key", "more")
    assert done.code == 1 and "10.00 EUR" in done.stderr
    for _ in range(2):
        world.run(*refund).ok()
    assert world.gateway.charged(charge) == 0
    assert world.show("a@example.org", "2024-01-11")["plays"]
    assert world.balances() == {}
    notes = [(i["total"]["amount"], i["tax"]["amount"])
             for i in world.run("invoice", "list", "--json").ok().json()["items"]
             if i["credit_note"]]
    assert notes == [("10.00", "1.67"), ("2.00", "0.33")]
    assert world.run(*refund, "--key", "again").code == 1
    world.never_twice()


def test_a_refund_without_an_answer_is_asked_again_under_its_key(world):
    charge = bought(world)["id"]
    world.gateway.plan("500-after", "hang-up")
    codes = [world.run("charge", "refund", charge).code for _ in range(4)]
    assert codes[-1] == 0
    assert world.gateway.charged(charge) == 0
    assert world.show("a@example.org")["charges"][0]["refunded"]["amount"] == "12.00"
    world.check()


def test_a_payout_is_booked_once_under_its_reference(world):
    studio = "payable:studio:" + "a" * 26
    said = ["ledger", "payout", "--to", studio, "--currency", "EUR"]
    for amount in ("0", "-5", "1.001", "99999999999999999999"):
        assert world.run(*said, "--amount", amount, "--reference", "r").code == 2
    for to in ("cash:bank", "payable:studio:short", "revenue:subscription:FR", ""):
        assert world.run("ledger", "payout", "--to", to, "--currency", "EUR", "--amount", "1",
                         "--reference", "r").code == 2, to
    for _ in range(2):
        world.run(*said, "--amount", "100.00", "--reference", "2024-03 A").ok()
    done = world.run(*said, "--amount", "200.00", "--reference", "2024-03 A")
    assert done.code == 1 and "booked before" in done.stderr
    world.run("ledger", "payout", "--to", "receivable:partner:" + "b" * 26, "--currency", "TND",
              "--amount", "5.125", "--reference", "2024-03 B").ok()
    assert world.balances() == {"cash:bank": "-100.00", studio: "100.00"}
    assert world.balances("TND") == {"cash:bank": "5.125",
                                     "receivable:partner:" + "b" * 26: "-5.125"}
    assert world.check()["entries"] == 2


def test_the_export_is_what_the_ledger_has_and_no_cell_is_a_formula(world, tmp_path):
    bought(world)
    world.run("ledger", "payout", "--to", "tax:FR", "--currency", "EUR", "--amount", "2.00",
              "--reference", "=cmd|' /C calc'!A0").ok()
    out = tmp_path / "ledger.csv"
    world.run("ledger", "export", "-o", out).ok()
    assert world.run("ledger", "export", "--out", out).code != 0  # nothing is written over
    with open(out, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 and sum(float(r["amount"]) for r in rows) == 0
    assert {r["account"] for r in rows} == {"cash:card", "cash:bank", "tax:FR",
                                            "revenue:subscription:FR"}
    for row in rows:
        for name, cell in row.items():
            assert not re.match(r"[=+@\t\r]", cell) and (name == "amount" or cell[:1] != "-"), row
    assert world.run("ledger", "export", "--out", tmp_path / "no" / "x.csv").code != 0


def test_lists_are_of_accounts_members_and_times(world):
    bought(world, "a@example.org")
    bought(world, "b@example.org")
    world.renew("2024-02-11")

    def count(*args):
        return len(world.run("ledger", "list", "--json", *args).ok().json()["items"])

    assert count() == 4
    assert count("--member", "a@example.org") == 2
    assert count("--from", "2024-02-01") == 2 and count("--until", "2024-02-01") == 2
    assert count("--account", "cash:") == 4 and count("--account", "receivable:") == 0
    assert world.run("ledger", "list", "--member", "x@example.org").code == 1
    assert world.run("ledger", "list", "--from", "yesterday").code == 2
    until = world.run("ledger", "balances", "--until", "2024-02-01", "--account", "cash", "--json")
    assert [i["balance"]["amount"] for i in until.ok().json()["items"]] == ["24.00"]
    charges = world.run("charge", "list", "--state", "paid", "--json").ok().json()["items"]
    assert len(charges) == 4
    assert world.run("charge", "list", "--state", "lost").code == 2


@pytest.mark.parametrize("what", ["UPDATE ledger_entry SET postings = x'0102' WHERE seq = 1",
                                  "UPDATE ledger_entry SET at = at + 1000000 WHERE seq = 2",
                                  "DELETE FROM ledger_entry WHERE seq = 2",
                                  "UPDATE membership_row SET kind = 0 WHERE seq = 1",
                                  "UPDATE invoice SET number ="
                                  " (SELECT max(number) + 5 FROM invoice)"
                                  " WHERE number = (SELECT max(number) FROM invoice)"])
def test_what_was_written_cannot_be_changed_unseen(world, what):
    bought(world)
    world.renew("2024-02-11")
    world.check()
    with sqlite3.connect(world.folder / "lanterne.db") as db:
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(what)
        triggers = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(what)
    done = world.run("ledger", "check", "--json")
    if "membership_row" in what:
        return  # rows are guarded, not chained
    assert done.code == 1, done.stdout
    found = done.json()
    assert found["first_broken"] or found["gaps"] or found["problems"]
    assert world.run("ledger", "check").code == 1


def test_a_late_payment_for_what_was_not_wanted_any_more_is_booked_and_given_back(world):
    """Sent to the bank's page, the member comes back to it days later; the order is long void."""
    world.join("slow@example.org", "2024-01-10T10:00:00Z")
    with world.serving("2024-01-10T10:00:00Z"):
        client = world.signed_in("slow@example.org")
        means = world.add_card(client, "4000002760003184")
        answer = client.post("/api/v1/me/subscription", {"plan": "standard", "means": means})
        page = answer.ok().json()["confirm_url"]
    assert answer.json()["answer"] == "confirm"
    world.renew("2024-01-12")
    charge = world.show("slow@example.org")["charges"][0]
    assert charge["state"] == "void"
    with world.serving("2024-01-13"):
        world.gateway.press(page, "confirm")
        wait_until(lambda: world.gateway.times_charged().get(charge["id"]) in (None, 1)
                   and world.gateway.charged(charge["id"]) == 0
                   and (not world.gateway.times_charged()
                        or "given back" in (world.show("slow@example.org")["charges"][0]["why"]
                                            or "")), "the money to go back")
    assert world.show("slow@example.org")["status"] == "none"
    assert world.balances() == {}
    assert world.check()["entries"] in (0, 2)
