"""`lanterne renew`: who is due is charged on the right day, once, whatever dies when."""
import concurrent.futures
import datetime
import email
import email.policy
import random
import sqlite3
import time
import zoneinfo

import pytest

from billing_world import EMPTY, BillingWorld, at, say
from harness import wait_until

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(lanterne, tmp_path):
    made = BillingWorld(lanterne, tmp_path, trial_days=0)
    made.add_plan()
    yield made
    made.finish()


def local_midnight(zone, day):
    """The first instant of a day in a zone."""
    return datetime.datetime.fromisoformat(day).replace(tzinfo=zoneinfo.ZoneInfo(zone))


def test_a_trial_becomes_paying_and_renews_on_month_ends_leap_day_and_clock_changes(world):
    world.settings({"trial_days": 31})
    world.subscribers(["leap@example.org"], "2023-12-31T22:30:00Z")
    member = world.show("leap@example.org")
    assert (member["status"], member["charges"]) == ("trial", [])
    assert member["trial_until"][:16] == "2024-01-31T22:30"
    # In Paris the trial ends on the evening of 31 January; 31 March is the day the clocks go on.
    days = ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30"]
    for n, day in enumerate(days):
        midnight = local_midnight("Europe/Paris", day)
        assert world.renew(midnight - MINUTE)["charged"] == 0, day
        done = world.renew(midnight + datetime.timedelta(hours=23, minutes=45))
        assert done["charged"] == 1, (day, done)
        assert world.renew(midnight + datetime.timedelta(hours=23, minutes=50))["charged"] == 0
        assert done["converted"] == (1 if n == 0 else 0)
        assert done["renewed"] == (0 if n == 0 else 1)
        assert world.show("leap@example.org")["status"] == "active"
    assert [c[1:] for c in world.charges_of("leap@example.org")] == [("paid", "9.99")] * len(days)
    world.never_twice()


@pytest.mark.parametrize("territory,zone,currency", [
    ("NZ", "Pacific/Auckland", "NZD"), ("US", "America/New_York", "USD"),
    ("JP", "Asia/Tokyo", "JPY"), ("PT", "Europe/Lisbon", "EUR")])
def test_a_renewal_is_due_from_the_first_instant_of_its_day_where_the_member_lives(
        world, territory, zone, currency):
    world.price("standard", "1200" if currency == "JPY" else "12.00", territory)
    start = local_midnight(zone, "2024-03-10") + datetime.timedelta(hours=20)
    world.subscribers(["far@example.org"], say(start), territory=territory)
    assert len(world.charges_of("far@example.org")) == 1
    due = local_midnight(zone, "2024-04-10")
    assert world.renew(due - MINUTE)["charged"] == 0
    assert world.renew(due)["charged"] == 1
    member = world.show("far@example.org")
    assert member["paid_until"][:16] == say(local_midnight(zone, "2024-05-10")
                                            + datetime.timedelta(hours=20))[:16]
    assert member["price"]["currency"] == currency
    world.never_twice()


def test_who_was_not_looked_at_for_months_is_charged_for_each_period_in_its_order(world):
    world.subscribers(["late@example.org"], "2024-01-15T10:00:00Z")
    done = world.renew("2024-05-15T10:00:00Z")
    assert (done["due"], done["charged"], done["renewed"]) == (1, 4, 4)
    subjects = [c[0] for c in world.charges_of("late@example.org")]
    day = (at("2024-01-15") - at("1970-01-01")).days
    assert subjects[0].startswith(f"period {day} 0")
    assert subjects[1:] == [f"period {day} {k}" for k in range(1, 5)]
    world.never_twice()


def test_a_card_that_does_not_pay_is_tried_by_the_schedule_then_suspended_then_ended(world):
    means = world.subscribers(["poor@example.org"], "2024-01-10T10:00:00Z")
    assert means
    with world.serving("2024-01-20"):
        client = world.signed_in("poor@example.org")
        other = world.add_card(client, EMPTY)
        client.put("/api/v1/me/subscription/means", {"means": other}).ok()
    tried, status = {}, {}
    for n in range(20):
        day = at("2024-02-10") + n * DAY
        done = world.renew(day)
        if done["failed"]:
            tried[n] = done["failed"]
        status[n] = world.show("poor@example.org", say(day))["status"]
    assert tried == {0: 1, 1: 1, 3: 1, 7: 1}
    assert status[0] == status[6] == "past-due"
    assert status[8] == status[13] == "suspended"
    assert status[15] == "ended"
    member = world.show("poor@example.org")
    assert [c["state"] for c in member["charges"]] == ["void", "paid"]
    assert [r["kind"] for r in member["rows"]][-2:] == ["suspend", "end"]
    assert member["rows"][-1]["reason"] == "unpaid"
    world.never_twice()


def test_who_pays_after_all_goes_on_as_if_nothing_had_been(world):
    world.subscribers(["soon@example.org"], "2024-01-10T10:00:00Z")
    with world.serving("2024-01-20"):
        client = world.signed_in("soon@example.org")
        other = world.add_card(client, EMPTY)
        client.put("/api/v1/me/subscription/means", {"means": other}).ok()
    assert world.renew("2024-02-10")["failed"] == 1
    assert world.show("soon@example.org", "2024-02-10")["plays"]
    world.gateway.funds.add(EMPTY)
    done = world.renew("2024-02-11")
    assert (done["charged"], done["failed"]) == (1, 0)
    member = world.show("soon@example.org")
    assert (member["status"], member["paid_until"][:16]) == ("active", "2024-03-10T10:00")
    assert "recover" in [r["kind"] for r in member["rows"]]
    world.never_twice()


def test_a_gateway_that_gives_no_answer_is_asked_again_under_the_same_key(world):
    # One member a run: on a kept connection that dies the client may ask again at once.
    moods = ["500-after", "hang-up", "garbage", "short", "500-before", "hang-up-before"]
    for n in range(len(moods)):
        world.subscribers([f"m{n}@example.org"], f"2024-01-{10 + n}T10:00:00Z")
    for n, mood in enumerate(moods):
        due = at(f"2024-02-{10 + n}T10:00:00Z")
        world.gateway.plan(mood)
        done = world.renew(due)
        assert (done["due"], done["charged"], done["unknown"], done["failed"]) == (1, 0, 1, 0), mood
        done = world.renew(due + 5 * MINUTE)
        assert (done["charged"], done["unknown"], done["failed"]) == (1, 0, 0), mood
        assert world.show(f"m{n}@example.org")["status"] == "active"
    world.never_twice()


def test_direct_debits_are_given_to_the_bank_announced_and_never_given_twice(world):
    emails = [f"d{n}@example.org" for n in range(5)]
    world.debited(emails, "2024-01-31T10:00:00Z")
    done = world.renew("2024-04-30T10:00:00Z")  # nobody looked for three months
    assert (done["due"], done["charged"], done["renewed"], done["letters"]) == (5, 15, 15, 15)
    assert world.renew("2024-04-30T10:00:00Z")["due"] == 0
    for email in emails:
        member = world.show(email)
        assert [c["state"] for c in member["charges"]] == ["pending"] * 4
        assert [r["kind"] for r in member["rows"]] == ["join"] + ["renew"] * 3
        assert (member["status"], member["paid_until"][:10]) == ("active", "2024-05-31")
    letters = world.run("mail", "list", "--all", "--json").ok().json()["items"]
    assert [x["kind"] for x in letters].count("debit") == 20
    assert world.balances()["receivable:sepa"] == f"{20 * 9.99:.2f}"
    numbers = [i["number"] for i in world.run("invoice", "list", "--json").ok().json()["items"]]
    assert sorted(numbers) == [f"FR-2024-{n:06}" for n in range(1, 21)]
    world.check()


def test_a_letter_tells_what_was_so_when_it_was_caused_in_the_words_of_the_day_it_is_sent(world):
    world.debited(["a@example.org"], "2024-01-31T10:00:00Z")
    world.renew("2024-02-29T10:00:00Z")
    before = {path.name for path in (world.folder / "mail").glob("*.eml")}
    world.price("standard", "19.99", now="2024-02-29T11:00:00Z")
    world.run("plan", "edit", "standard", "--name-fr", "Tout voir").ok()
    with sqlite3.connect(world.folder / "lanterne.db") as db:
        assert db.execute("SELECT count(*) FROM letter WHERE kind = 'debit' AND state = 'waiting'"
                          " AND sealed IS NULL AND recipient IS NULL").fetchone()[0] >= 1
        db.execute("UPDATE member SET language = 'fr', email = 'b@example.org'"
                   " WHERE email = 'a@example.org'")
    with world.serving("2024-03-01T10:00:00Z"):
        wait_until(lambda: not world.run("mail", "list", "--json").ok().json()["items"],
                   "the letters to be sent")
    texts = []
    for path in (world.folder / "mail").glob("*.eml"):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if path.name not in before and "b@example.org" in str(letter["To"]):
            texts.append(letter.get_content())
    (text,) = [t for t in texts if "mars 2024" in t]
    assert "9,99\u00a0€" in text and "19,99" not in text, text
    assert "Tout voir" in text, text  # the plan is the one of then, its name the one of now
    sent = world.run("mail", "list", "--all", "--json").ok().json()["items"]
    assert {x["to"] for x in sent if x["kind"] == "debit"} >= {"b@example.org"}


def test_two_runs_at_the_same_time_charge_nobody_twice(world):
    emails = [f"m{n}@example.org" for n in range(12)]
    world.subscribers(emails, "2024-01-31T10:00:00Z")
    for day in ("2024-02-29", "2024-03-31", "2024-04-30"):
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            done = list(pool.map(lambda _, d=day: world.renew(d), range(3)))
        assert sum(d["charged"] for d in done) == len(emails), done
    for email in emails:
        assert len(world.charges_of(email)) == 4
    world.never_twice()


def test_a_run_that_is_killed_at_any_moment_is_gone_on_with(world):
    """kill -9 at random: each period is charged once and the books balance after every one."""
    dice = random.Random(4)
    emails = [f"m{n}@example.org" for n in range(10)]
    world.subscribers(emails[::2], "2024-01-31T10:00:00Z")
    world.debited(emails[1::2], "2024-01-31T10:00:00Z")
    started = time.monotonic()
    world.renew("2024-02-01T00:00:00Z")
    usual = time.monotonic() - started
    kills = 0
    for month in range(2, 8):
        day = (at("2024-01-31") + datetime.timedelta(days=31 * (month - 1))).replace(day=28)
        moment = day
        for _ in range(10):
            process = world.start("renew", "--now", say(moment))
            time.sleep(dice.uniform(0, usual + 0.25))
            kills += process.alive()
            process.kill()
            world.processes.remove(process)
            moment += MINUTE
        for _ in range(3):
            moment += 3 * MINUTE
            last = world.renew(moment)
        assert (last["charged"], last["unknown"], last["left"]) == (0, 0, 0)
        world.never_twice()
    assert kills > 20
    for email in emails:
        subjects = [c[0] for c in world.charges_of(email)]
        assert len(subjects) == len(set(subjects))
        assert len(subjects) == 7
        assert {c[1] for c in world.charges_of(email)} <= {"paid", "pending"}
