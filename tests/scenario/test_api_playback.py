"""Pressing play: who may, until when, and whose position is whose."""
import concurrent.futures
import random

import pytest

from api_world import PASSWORD, Asker, World, the_house


@pytest.fixture
def world(lanterne, tmp_path):
    made = World(the_house(lanterne), tmp_path)
    made.serve()
    yield made
    made.finish()


def test_a_playback_ends_with_the_pass_or_with_the_subscription(world):
    world.server.stop()
    world.settings(pass_hours=6, trial_days=1)
    world.serve("--now", "2030-01-01T00:00:00Z")
    world.someone().signed_up("short@example.org")
    world.server.stop()
    world.serve("--now", "2030-01-01T10:00:00Z")
    early = world.someone().signed_in("short@example.org").plays(world.film).ok().json()
    assert early["expires_at"].startswith("2030-01-01T16:00")
    world.server.stop()
    world.serve("--now", "2030-01-01T22:00:00Z")
    who = world.someone().signed_in("short@example.org")
    late = who.plays(world.film).ok().json()
    assert (
        late["expires_at"].startswith("2030-01-02T00:00:0")
        and late["expires_at"] == who.me["subscription"]["until"]
    )


def test_the_house_plays_without_a_subscription(world):
    played = world.administrator().plays(world.film)
    assert played.status == 201


def test_an_episode_that_is_announced_but_not_ready_says_so(world):
    answer = world.member().plays(world.episodes[2])
    assert answer.status == 409 and answer.problem == "not-ready"
    assert world.someone().plays(world.episodes[2]).status == 409


def test_what_cannot_be_played_is_no_playable(world):
    who = world.member()
    assert who.plays(world.series).status == 404
    assert who.plays("a" * 26).status == 404
    for bad in ("", "a", "A" * 26, "../" * 9, 5, None, [], {"id": world.film}, True):
        answer = who.plays(bad)
        assert answer.status == 422 and answer.json()["field"] == "playable", bad


def test_a_withdrawn_title_is_started_by_nobody_while_running_passes_live(world):
    who = world.member()
    played = who.plays(world.film).ok().json()
    world.run("withdraw", world.film).ok()
    assert who.plays(world.film).status == 404
    assert who.get(played["hls"]).status == 200
    assert who.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": 2}).status == 204


def test_positions_are_taken_only_from_who_started_the_playback(world):
    mine, theirs = world.member(), world.someone().signed_in("other@example.org")
    played = mine.plays(world.film).ok().json()
    path = f"/api/v1/playbacks/{played['id']}"
    assert mine.patch(path, {"position_seconds": 2}).status == 204
    assert theirs.patch(path, {"position_seconds": 5}).status == 404
    assert world.administrator().patch(path, {"position_seconds": 5}).status == 404
    assert world.someone().patch(path, {"position_seconds": 5}).status == 401
    assert mine.plays(world.film).json()["resume_seconds"] == 2
    assert theirs.plays(world.film).json()["resume_seconds"] == 0


def test_with_anothers_cookie_every_id_of_mine_says_nothing(world):
    """What one member's answers name is asked for by another: nothing of the first comes back."""
    mine = world.someone().signed_up("CANARY-mine@example.org", language="fr")
    played = mine.plays(world.film).ok().json()
    mine.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": 4.5})
    place = '"resume_seconds":4.5'
    assert place.encode() in mine.get(f"/api/v1/titles/{world.film}").body
    theirs = world.someone().signed_in("other@example.org")
    for method, path, body in (
        ("GET", "/api/v1/me", None),
        ("GET", "/api/v1/home", None),
        ("GET", f"/api/v1/titles/{world.film}", None),
        ("GET", "/api/v1/titles", None),
        ("POST", "/api/v1/playbacks", {"playable": world.film}),
        ("PATCH", f"/api/v1/playbacks/{played['id']}", {"position_seconds": 1}),
        ("PATCH", f"/api/v1/playbacks/{mine.me['id']}", {"position_seconds": 1}),
        ("GET", f"/api/v1/titles/{mine.me['id']}", None),
        ("GET", "/api/v1/console/members", None),
    ):
        answer = theirs.ask(method, path, body)
        for secret in ("CANARY", mine.me["id"], played["id"], place):
            assert secret.encode() not in answer.body, (method, path, secret)


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "position_seconds"),
        ({"position_seconds": -1}, "position_seconds"),
        ({"position_seconds": "3"}, "position_seconds"),
        ({"position_seconds": 1e9}, "position_seconds"),
        ({"position_seconds": None}, "position_seconds"),
        ({"position_seconds": 1, "finished": 1}, "finished"),
        ({"position_seconds": 1, "position": 1}, "position"),
    ],
)
def test_a_position_that_makes_no_sense_is_refused_by_field(world, body, field):
    who = world.member()
    played = who.plays(world.film).ok().json()
    answer = who.patch(f"/api/v1/playbacks/{played['id']}", body)
    assert answer.status == 422 and answer.json()["field"] == field


def test_a_position_past_the_end_is_the_end(world):
    who = world.member()
    played = who.plays(world.film).ok().json()
    assert who.patch(f"/api/v1/playbacks/{played['id']}", {"position_seconds": 5000}).status == 204
    assert who.plays(world.film).json()["resume_seconds"] == 0


def test_kill_9_loses_no_position_that_was_acknowledged(world):
    """Ten times: members save positions as fast as they can, the server is killed amid that, and
    each member finds the last position that was acknowledged, or one that was sent after it."""
    luck = random.Random(9)
    for i in range(4):
        world.add_member(f"m{i}@example.org", PASSWORD)
    members = [world.someone().signed_in(f"m{i}@example.org") for i in range(4)]
    for _ in range(10):
        plays = [(m, m.plays(world.film).ok().json()["id"]) for m in members]

        def save(member, playback):
            sent = acknowledged = 0.0
            while True:
                sent = round(luck.uniform(0.1, 7), 3)
                try:
                    answer = member.patch(
                        f"/api/v1/playbacks/{playback}", {"position_seconds": sent}
                    )
                except (OSError, ValueError, Exception):  # noqa: the server was killed meanwhile
                    return acknowledged, sent
                assert answer.status == 204
                acknowledged = sent

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            running = [pool.submit(save, m, p) for m, p in plays]
            concurrent.futures.wait(running, timeout=luck.uniform(0.1, 0.6))
            world.server.kill()
            results = [r.result() for r in running]
        world.serve()
        for member, (acknowledged, sent) in zip(members, results):
            member.address = world.address
            found = member.plays(world.film).ok().json()["resume_seconds"]
            assert found in (acknowledged, sent), (found, acknowledged, sent)
    assert world.run("check").code in (0, 3)


def test_a_position_saved_twice_at_once_is_one_of_the_two(world):
    who = world.member()
    played = who.plays(world.film).ok().json()
    other = Asker(world.address)
    other.cookies = dict(who.cookies)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda i: (who if i % 2 else other).patch(
                    f"/api/v1/playbacks/{played['id']}", {"position_seconds": 1 + i % 2}
                ),
                range(40),
            )
        )
    assert {a.status for a in answers} == {204}
    assert who.plays(world.film).json()["resume_seconds"] in (1, 2)
