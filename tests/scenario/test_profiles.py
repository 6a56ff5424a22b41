"""Who sits before the screen: what a profile sees, keeps and changes, and what the PIN is for."""
import concurrent.futures
import datetime

import pytest

from api_world import PASSWORD, Asker, World, the_house
from harness import wait_until
from rights_world import SETTINGS, RightsWorld, the_rights_house

PIN = "2580"
ACCOUNTS = iter(range(1000))


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = World(the_house(lanterne), tmp_path_factory.mktemp("profiles"))
    made.serve()
    yield made
    made.finish()


@pytest.fixture(scope="module")
def rated(lanterne, tmp_path_factory):
    """A house whose titles have ratings, where the law has a locked area."""
    made = RightsWorld(the_rights_house(lanterne), tmp_path_factory.mktemp("rated"))
    made.settings(**SETTINGS)
    made.serve()
    yield made
    made.finish()


def household(world):
    """A new account."""
    who = world.someone()
    who.email = f"home{next(ACCOUNTS)}@example.org"
    return who.signed_up(who.email)


def add(who, name, **more):
    return who.post("/api/v1/profiles", {"name": name, **more}).ok().json()


def choose(who, profile, pin=None):
    body = {"profile": profile and profile["id"]}
    return who.put("/api/v1/session/profile", body if pin is None else {**body, "pin": pin})


def set_pin(who, pin=PIN, **more):
    return who.put("/api/v1/me/pin", {"password": PASSWORD, "pin": pin, **more})


def current(who):
    listed = who.get("/api/v1/profiles").ok().json()
    return next(p for p in listed["items"] if p["id"] == listed["current"])


def test_an_account_begins_with_one_profile_that_has_no_name_and_no_limit(world):
    who = household(world)
    listed = who.get("/api/v1/profiles").json()
    (first,) = listed["items"]
    assert listed["current"] == first["id"] == who.me["id"]
    assert (first["name"], first["main"], first["child"], first["max_age"]) == (
        None, True, False, None)
    assert listed["pin"] == {"set": False, "locked_age": None, "unlocked_until": None}
    named = who.patch(f"/api/v1/profiles/{first['id']}", {"name": "Élise", "avatar": "owl"})
    assert (named.json()["name"], named.json()["avatar"]) == ("Élise", "owl")
    for limit in ({"max_age": 12}, {"child": True}):
        refused = who.patch(f"/api/v1/profiles/{first['id']}", limit)
        assert refused.status == 409 and refused.problem == "state"
    assert who.delete(f"/api/v1/profiles/{first['id']}").problem == "state"


def test_an_account_has_five_profiles_each_of_a_name_of_its_own(world):
    who = household(world)
    for name in ("Anne", "Bert", "Cléo", "Dan"):
        add(who, name)
    refused = who.post("/api/v1/profiles", {"name": "Eve"})
    assert refused.status == 409 and refused.problem == "state"
    french = who.post("/api/v1/profiles?language=fr", {"name": "Eve"})
    assert "cinq" in french.json()["detail"] and "five" in refused.json()["detail"]
    other = household(world)
    add(other, "Cléo")
    taken = other.post("/api/v1/profiles", {"name": "CLEO"})
    assert taken.status == 409 and taken.problem == "exists" and taken.json()["field"] == "name"


def test_many_at_once_make_no_sixth_profile(world):
    who = household(world)

    def ask(i):
        one = Asker(world.address)
        one.cookies = dict(who.cookies)
        return one.post("/api/v1/profiles", {"name": f"P{i}"}).status

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(ask, range(12)))
    assert sorted(statuses) == [201] * 4 + [409] * 8
    assert len(who.get("/api/v1/profiles").json()["items"]) == 5


@pytest.mark.parametrize("field, value", [
    ("name", ""), ("name", "   "), ("name", "a\nb"), ("name", "x" * 65), ("name", None),
    ("name", 7), ("max_age", -1), ("max_age", 22), ("max_age", 1.5), ("child", "yes"),
    ("language", "x"), ("sound", "../.."), ("captions", ["fr"]), ("avatar", "Owl"),
    ("avatar", "a" * 33), ("avatar", "../x"), ("surprise", 1),
])
def test_a_profile_that_is_no_good_is_refused_by_the_fields_name(world, field, value):
    who = household(world)
    answer = who.post("/api/v1/profiles", {"name": "Jo", field: value})
    assert answer.status == 422 and answer.json()["field"] == field
    assert len(who.get("/api/v1/profiles").json()["items"]) == 1
    if (field, value) != ("name", None):  # null changes nothing there
        answer = who.patch(f"/api/v1/profiles/{who.me['id']}", {field: value})
        assert answer.status == 422 and answer.json()["field"] == field


def test_a_profile_is_changed_field_by_field(world):
    who = household(world)
    made = add(who, "Jo", max_age=16, language="fr", sound="de", captions="fr", avatar="fox")
    at = f"/api/v1/profiles/{made['id']}"
    changed = who.patch(at, {"sound": None, "max_age": 12}).ok().json()
    want = {**made, "sound": None, "max_age": 12, "ratings": changed["ratings"]}
    assert changed == want
    assert who.patch(at, {"max_age": None}).ok().json()["max_age"] is None
    assert who.patch(at, {"child": True}).ok().json()["max_age"] == 10
    old = who.patch(at, {"max_age": 13})
    assert old.status == 422 and old.json()["field"] == "max_age"


def test_the_language_of_a_profile_is_that_of_its_texts(world):
    who = household(world)
    rows = lambda: {r["id"]: r["title"] for r in who.get("/api/v1/home").json()["rows"]}
    who.patch("/api/v1/me", {"language": "en"}).ok()
    assert rows()["new"] == "New"
    choose(who, add(who, "Jo", language="fr")).ok()
    assert rows()["new"] == "Nouveautés"
    assert who.get("/api/v1/me").json()["language"] == "en"
    choose(who, None).ok()
    assert rows()["new"] == "New"


def test_another_members_profile_is_answered_like_none(world):
    who, other = household(world), household(world)
    foreign = add(other, "Jo")
    for profile in (foreign["id"], other.me["id"]):
        assert who.patch(f"/api/v1/profiles/{profile}", {"name": "Mine"}).status == 404
        assert who.delete(f"/api/v1/profiles/{profile}").status == 404
        assert who.put("/api/v1/session/profile", {"profile": profile}).status == 404
    assert current(other)["main"] and len(other.get("/api/v1/profiles").json()["items"]) == 2


def test_history_is_the_profiles_own_and_goes_with_it(world):
    who = household(world)
    child = add(who, "Jo")
    played = who.plays(world.film).ok().json()
    who.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": 3}).ok()
    rows = lambda: [r["id"] for r in who.get("/api/v1/home").ok().json()["rows"]]
    assert "continue" in rows() and who.plays(world.film).json()["resume_seconds"] == 3
    choose(who, child).ok()
    assert "continue" not in rows()
    started = who.plays(world.film).ok().json()
    assert started["resume_seconds"] == 0
    # The position goes to whoever pressed play, also when somebody else sits there by then.
    choose(who, None).ok()
    who.patch(f"/api/v1/playbacks/{started['id']}", {"position_seconds": 5}).ok()
    assert who.plays(world.film).json()["resume_seconds"] == 3
    choose(who, child).ok()
    assert who.plays(world.film).json()["resume_seconds"] == 5 and "continue" in rows()
    assert who.delete(f"/api/v1/profiles/{child['id']}").status == 204
    assert current(who)["main"] and who.plays(world.film).json()["resume_seconds"] == 3
    assert who.patch(f"/api/v1/playbacks/{started['id']}", {"position_seconds": 6}).status == 404
    again = add(who, "Jo")
    choose(who, again).ok()
    assert who.plays(world.film).json()["resume_seconds"] == 0


def test_children_watch_and_change_nothing(world):
    who = household(world)
    child = add(who, "Jo", child=True)
    assert child["max_age"] == 10
    choose(who, child).ok()
    refused = [
        who.patch("/api/v1/me", {"language": "fr"}),
        who.post("/api/v1/me/password", {"current": PASSWORD, "new": "an even longer phrase"}),
        who.post("/api/v1/me/subscription"),
        set_pin(who),
        who.post("/api/v1/profiles", {"name": "Mine"}),
        who.patch(f"/api/v1/profiles/{child['id']}", {"name": "Mine"}),
        who.patch(f"/api/v1/profiles/{child['id']}", {"child": False}),
        who.delete(f"/api/v1/profiles/{child['id']}"),
    ]
    assert [(a.status, a.problem) for a in refused] == [(403, "profile")] * len(refused)
    french = who.patch("/api/v1/me?language=fr", {"language": "fr"}).json()["detail"]
    assert french != refused[0].json()["detail"]
    assert choose(who, None).status == 200  # without a PIN nothing keeps it
    who.patch("/api/v1/me", {"language": "fr"}).ok()


def test_the_house_is_not_run_from_a_childrens_profile(world):
    house = world.administrator()
    child = add(house, "Jo", child=True)
    choose(house, child).ok()
    assert house.get("/api/v1/console/titles").problem == "profile"
    choose(house, None).ok()
    assert house.get("/api/v1/console/titles").status == 200
    house.delete(f"/api/v1/profiles/{child['id']}").ok()


def test_the_pin_stands_before_every_profile_that_sees_more(world):
    who = household(world)
    child, teen = add(who, "Jo", child=True), add(who, "Max", max_age=16)
    grown = add(who, "Anne")
    assert set_pin(who).status == 204
    assert choose(who, grown).status == choose(who, None).status == 200
    choose(who, teen).ok()
    assert choose(who, child).status == 200  # less than before
    for to in (teen, grown, None):
        assert choose(who, to).problem == "pin"
        assert choose(who, to, "0000").problem == "pin-wrong"
    assert current(who)["id"] == child["id"]
    asks = {p["name"]: p["asks_pin"] for p in who.get("/api/v1/profiles").json()["items"]}
    assert asks == {None: True, "Jo": False, "Max": True, "Anne": True}
    choose(who, teen, PIN).ok()
    assert choose(who, grown).problem == "pin"
    for body in ({"max_age": None}, {"max_age": 16}, {"child": True}):
        assert who.patch(f"/api/v1/profiles/{teen['id']}", body).problem == "profile"
    assert who.patch(f"/api/v1/profiles/{grown['id']}", {"name": "Not me"}).problem == "profile"
    assert who.delete(f"/api/v1/profiles/{child['id']}").problem == "profile"
    assert who.post("/api/v1/me/subscription").problem == "profile"
    who.patch(f"/api/v1/profiles/{teen['id']}", {"avatar": "fox", "sound": "fr"}).ok()
    choose(who, grown, PIN).ok()
    for bad in ("12345", "abcd", "", 2580, "12 4"):
        answer = choose(who, child, bad)
        assert answer.status == 422 and answer.json()["field"] == "pin"


def test_the_pin_is_set_with_the_password_alone(world):
    who = household(world)
    wrong = who.put("/api/v1/me/pin", {"password": "not the password", "pin": PIN})
    assert wrong.status == 401 and wrong.problem == "credentials"
    assert who.put("/api/v1/me/pin", {"password": PASSWORD}).json()["field"] == "pin"
    assert set_pin(who, None, locked_age=16).json()["field"] == "locked_age"
    assert not who.get("/api/v1/profiles").json()["pin"]["set"]
    nothing = who.post("/api/v1/session/unlock", {"pin": PIN})
    assert nothing.status == 409 and nothing.problem == "state"
    set_pin(who, locked_age=16).ok()
    assert who.get("/api/v1/profiles").json()["pin"] == {
        "set": True, "locked_age": 16, "unlocked_until": None}
    set_pin(who, None).ok()
    assert who.get("/api/v1/profiles").json()["pin"] == {
        "set": False, "locked_age": None, "unlocked_until": None}


def test_guesses_at_the_pin_have_to_wait_and_the_right_one_too(world):
    who = household(world)
    set_pin(who).ok()
    guesses = [who.post("/api/v1/session/unlock", {"pin": f"{i:04}"}) for i in range(5)]
    assert [g.problem for g in guesses] == ["pin-wrong"] * 5
    right = who.post("/api/v1/session/unlock", {"pin": PIN})
    assert right.status == 429 and 0 < int(right.headers["Retry-After"]) <= 30
    other = world.someone().signed_in(who.email)  # the wait is the account's, not the session's
    assert other.post("/api/v1/session/unlock", {"pin": PIN}).status == 429
    add(who, "Jo", child=True)
    set_pin(who, "1357").ok()  # whoever knows the password need not wait
    assert who.post("/api/v1/session/unlock", {"pin": "1357"}).status == 200


def test_many_guesses_at_once_do_not_slip_past_the_wait(world):
    who = household(world)
    set_pin(who).ok()

    def guess(i):
        one = Asker(world.address)
        one.cookies = dict(who.cookies)
        return one.post("/api/v1/session/unlock", {"pin": f"{i:04}"}).status

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(24)))
    assert statuses.count(403) == 5 and statuses.count(429) == 19


def test_a_child_on_another_device_does_not_grow_up_when_its_profile_goes(world):
    who = household(world)
    child = add(who, "Jo", child=True)
    tablet = world.someone().signed_in(who.email)
    choose(tablet, child).ok()
    set_pin(who).ok()
    assert who.delete(f"/api/v1/profiles/{child['id']}").status == 204
    assert tablet.get("/api/v1/profiles").status == 401
    assert current(who)["main"]


def test_profiles_and_pins_are_said_and_cleared_on_the_command_line(world):
    who = household(world)
    add(who, "Jo", child=True, avatar="owl")
    set_pin(who, locked_age=16).ok()
    listed = world.run("member", "profiles", who.email, "--json").ok().json()["items"]
    assert [(p["name"], p["main"], p["child"], p["max_age"]) for p in listed] == [
        (None, True, False, None), ("Jo", False, True, 10)]
    said = world.run("member", "profiles", who.email).ok().stdout
    assert "(not named)" in said and "children" in said and "up to 10" in said
    assert world.run("member", "pin", who.email, "--json").ok().json() == {
        "set": True, "locked_age": 16}
    who.post("/api/v1/session/unlock", {"pin": PIN}).ok()
    assert world.run("member", "pin", who.email, "--clear").ok().stdout.strip() == "none"
    assert who.get("/api/v1/profiles").json()["pin"] == {
        "set": False, "locked_age": None, "unlocked_until": None}
    assert world.run("member", "pin", "nobody@example.org").code == 1
    assert world.run("member", "profiles", "no address").code == 2


def test_the_store_never_sees_a_pin(world):
    who = household(world)
    set_pin(who, "9731").ok()
    who.post("/api/v1/session/unlock", {"pin": "9731"}).ok()
    for path in [*world.folder.glob("*.db*"), *world.logs.rglob("*")]:
        held = path.read_bytes()
        assert b"$argon2id$" in held or path.suffix != ".db"
        assert b'"9731"' not in held and b"pin=9731" not in held


# ---- ratings and the locked area ---------------------------------------------------------------


def seen(who, world):
    """Which of the rated titles a list has."""
    ids = [t["id"] for t in who.get("/api/v1/titles").ok().json()["items"]]
    names = {world.fine: "all", world.child_only["grown"]: "16",
             world.child_only["unrated"]: "unrated", world.hidden["locked"]: "18"}
    for title, name in names.items():
        status = who.get(f"/api/v1/titles/{title}").status
        assert status == (200 if title in ids else 404), name
    return {names[i] for i in ids if i in names}


def test_a_limit_is_also_said_in_the_ratings_of_where_the_member_is(rated):
    who = rated.seen_from("FR", household(rated))
    child = add(who, "Jo", max_age=12)
    by_system = {r["system"]: r["values"] for r in child["ratings"]}
    assert "12" in by_system["CNC"] and "16" not in by_system["CNC"]
    limits = who.get("/api/v1/profiles").json()["limits"]
    assert [l["max_age"] for l in limits] == [1, 10, 12, 16, 18]
    assert "TP" in limits[0]["ratings"][0]["values"] and "12" not in str(limits[0])
    assert who.get("/api/v1/profiles").json()["items"][0]["ratings"] is None


def test_a_profile_sees_what_is_for_its_age(rated):
    who = rated.seen_from("FR", household(rated))
    assert seen(who, rated) == {"all", "16", "unrated"}  # the law locks what is for 18
    for limit, titles in ((10, {"all"}), (16, {"all", "16"}), (21, {"all", "16"})):
        choose(who, add(who, f"to {limit}", max_age=limit)).ok()
        assert seen(who, rated) == titles
        choose(who, None).ok()


def test_the_pin_opens_the_locked_area_for_one_session_and_a_while(rated):
    who = rated.seen_from("FR", household(rated))
    other = rated.seen_from("FR", rated.someone().signed_in(who.email))
    set_pin(who, locked_age=16).ok()
    assert seen(who, rated) == {"all"}
    until = who.post("/api/v1/session/unlock", {"pin": PIN}).ok().json()["unlocked_until"]
    assert seen(who, rated) == {"all", "16", "unrated", "18"}
    assert seen(other, rated) == {"all"}
    assert who.get("/api/v1/profiles").json()["pin"]["unlocked_until"] == until
    who.delete("/api/v1/session/unlock").ok()
    assert seen(who, rated) == {"all"}
    who.post("/api/v1/session/unlock", {"pin": PIN}).ok()
    teen = add(who, "Max", max_age=16)
    choose(who, teen).ok()  # another sits down: locked again
    assert seen(who, rated) == {"all"}
    who.post("/api/v1/session/unlock", {"pin": PIN}).ok()
    assert seen(who, rated) == {"all", "16"}  # the limit holds all the same
    choose(who, None, PIN).ok()
    until = who.post("/api/v1/session/unlock", {"pin": PIN}).ok().json()["unlocked_until"]
    rated.server.stop()
    rated.serve("--now", later(until, -60))
    again = rejoined(rated, who)
    assert seen(again, rated) == {"all", "16", "unrated", "18"}
    rated.server.stop()
    rated.serve("--now", later(until, 1))
    again = rejoined(rated, who)
    assert seen(again, rated) == {"all"}
    rated.server.stop()
    rated.serve()


def later(instant, seconds):
    moment = datetime.datetime.fromisoformat(instant.replace("Z", "+00:00"))
    moment += datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def rejoined(world, who):
    """The same session at the server that runs now."""
    again = world.seen_from("FR")
    again.cookies = dict(who.cookies)
    return again


def test_a_profile_and_its_history_outlive_a_kill(lanterne, tmp_path):
    own = World(the_house(lanterne), tmp_path)
    own.serve()
    try:
        who = household(own)
        child = add(who, "Jo", child=True)
        set_pin(who).ok()
        choose(who, child).ok()
        own.server.kill()
        own.serve()
        again = Asker(own.address)
        again.cookies = dict(who.cookies)
        wait_until(lambda: again.get("/healthz").status == 200, "the server")
        assert current(again)["id"] == child["id"]
        assert choose(again, None).problem == "pin"
    finally:
        own.finish()
