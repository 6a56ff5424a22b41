"""Passes: Common Access Tokens as another implementation makes and reads them, forged ones by the
thousand, renewal, places, and what `pass inspect` says."""
import random
import re
import subprocess
import time
import urllib.parse

import cbor2
import pytest

import cat_tokens as cat
from api_world import World, the_house
from harness import wait_until

PLACE = "X-Place"


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = World(the_house(lanterne), tmp_path_factory.mktemp("pass"))
    made.settings(trusted_proxies="127.0.0.1", place_header=PLACE, pass_hours=6)
    made.serve()
    yield made
    made.finish()


@pytest.fixture(scope="module")
def who(world):
    """One device of one member: what it begins takes the place of what it played before."""
    return world.member()


@pytest.fixture
def own_world(lanterne, tmp_path):
    made = World(the_house(lanterne), tmp_path)
    yield made
    made.finish()


def key_of(world, kind="media", name="pass.key"):
    return cat.Key((world.folder / "keys" / name).read_bytes(), kind)


def taken_apart(played):
    """/media/PASS/EDITION/master.m3u8"""
    _, _, text, edition, _ = urllib.parse.urlsplit(played["hls"]).path.split("/")
    return text, edition


def claims_for(played, world):
    """The claims of a good pass for what is played."""
    text, _ = taken_apart(played)
    return cat.read(text, key_of(world))


def test_another_program_reads_what_our_passes_say(world, who):
    before = int(time.time())
    played = who.plays(world.film).ok().json()
    text, edition = taken_apart(played)
    claims = cat.read(text, key_of(world))
    after = int(time.time())
    assert list(claims) == sorted(claims, key=cbor2.dumps)
    assert claims[cat.AUD] == "media" and claims[cat.SUB] == played["id"]
    assert claims[cat.ISS] == "lanterne" and claims[cat.CATV] == 1
    assert before <= claims[cat.IAT] <= after and claims[cat.NBF] <= claims[cat.IAT]
    assert claims[cat.EXP] > claims[cat.IAT]
    assert claims[cat.CATU] == {3: {1: f"/media/{edition}/"}}
    assert claims[cat.CATM] == ["GET", "HEAD", "OPTIONS"]
    assert claims[cat.CATGEO] == ["FR"]
    assert re.fullmatch(rb"[a-z2-7]{26}", claims[cat.CTI])
    assert claims[cat.SHOWN][0] == world.film
    again = cat.read(taken_apart(who.plays(world.film).ok().json())[0], key_of(world))
    assert again[cat.CTI] != claims[cat.CTI]
    # Nothing says who it is.
    assert who.me["id"].encode() not in cat.decode(text)
    assert b"member@" not in cat.decode(text)


def variants(claims, key, other, licence, edition):
    """Passes by another implementation, and what the server has to say of each (None: takes it)."""
    now = int(time.time())
    without = lambda *labels: {k: v for k, v in claims.items() if k not in labels}
    yield cat.signed(key, claims), None
    yield cat.signed(key, dict(reversed(claims.items()))), None  # in any order
    yield cat.signed(key, without(cat.ISS, cat.NBF, cat.IAT, cat.CTI, cat.CATV, cat.CATM,
                                  cat.CATGEO, cat.CATR)), None
    yield cat.signed(key, {**claims, cat.CATU: {3: {2: "/v180/1.m4s"}, 5: {1: "/media/"},
                                                8: {0: ".m4s"}}}), None
    yield cat.signed(key, {**claims, cat.CATU: {3: {2: "/v180/2.m4s"}}}), "wrong-path"
    yield cat.signed(key, {**claims, cat.CATU: {3: {1: "/media/aaaa/"}}}), "wrong-path"
    yield cat.signed(key, {**claims, cat.CATU: {0: {0: "https"}}}), "unknown-claim"
    yield cat.signed(key, {**claims, cat.CATU: {3: {4: ["x"]}}}), "unknown-claim"
    yield cat.signed(key, without(cat.CATU)), "missing-claim"
    yield cat.signed(key, without(cat.EXP)), "missing-claim"
    yield cat.signed(key, without(cat.AUD)), "missing-claim"
    yield cat.signed(key, {**claims, cat.ISS: "somebody.example"}), "wrong-issuer"
    yield cat.signed(key, {**claims, cat.AUD: "licence"}), "wrong-kind"
    yield cat.signed(key, {**without(cat.CATR), cat.EXP: now - 10}), "expired"
    yield cat.signed(key, {**claims, cat.NBF: now + 600}), "not-yet"
    yield cat.signed(key, {**claims, cat.CATGEO: ["FR-75"]}), "unknown-claim"
    yield cat.signed(key, {**claims, cat.CATM: ["HEAD"]}), "wrong-method"
    for label in (8, 308, 309, 311, 314, 315, 317, 318, 319, 320, 321, 322, 324, 999, -1, -70000):
        yield cat.signed(key, {**claims, label: 1}), "unknown-claim"
    yield cat.signed(key, {**claims, "exp": 1}), "unknown-claim"
    yield cat.signed(other, claims), "unknown-key"
    yield cat.signed(other, claims, kid=key.kid), "wrong-signature"
    yield cat.signed(licence, {**claims, cat.AUD: "licence"}), "unknown-key"
    yield cat.signed(licence, {**claims, cat.AUD: "media"}), "unknown-key"
    yield cat.signed(key, claims, tag=17), "wrong-signature"
    yield cat.signed(key, claims, alg=-7), "wrong-signature"
    yield cat.signed(key, claims, cwt=False), "not-a-pass"
    yield cat.signed(key, claims, unprotected={4: key.kid}), "not-a-pass"
    yield cat.signed(key, claims, unprotected={16: "x"}), "not-a-pass"
    yield cat.signed(key, b"\xbf" + cbor2.dumps(claims)[1:] + b"\xff"), "not-a-pass"
    yield cat.signed(key, cbor2.dumps([1])), "not-a-pass"
    public = key.public.public_bytes(cat.serialization.Encoding.Raw,
                                     cat.serialization.PublicFormat.Raw)
    yield cat.signed(cat.MacKey(public), claims, kid=key.kid), "wrong-signature"
    none = cbor2.dumps({1: key.alg, 4: key.kid})
    yield cat.encode(cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, [
        none, {}, cbor2.dumps(claims), b""])))), "wrong-signature"
    assert edition in claims[cat.CATU][3][1]


def test_what_another_program_makes_opens_only_when_all_of_it_is_enforced(world, who):
    played = who.plays(world.film).ok().json()
    _, edition = taken_apart(played)
    other = cat.Key(bytes(range(32)))
    rows = list(variants(claims_for(played, world), key_of(world), other,
                         key_of(world, "licence"), edition))
    for i, (text, reason) in enumerate(rows):
        answer = world.someone().get(f"/media/{text}/{edition}/v180/1.m4s")
        if reason is None:
            assert answer.status == 200, (i, answer.body)
        else:
            assert (answer.status, answer.json().get("reason")) == (403, reason), i
            assert answer.json()["code"] == "forbidden"


# ---- forged by the thousand ----------------------------------------------------------------------


def attacks(world, who, n):
    """(method, path, headers) that must all be refused, n of them."""
    luck = random.Random(5007)
    one, two = (who.plays(t).ok().json() for t in (world.film, world.second))
    (text_one, edition_one), (text_two, edition_two) = taken_apart(one), taken_apart(two)
    claims = claims_for(one, world)
    key, other = key_of(world), cat.Key(bytes(range(32)))
    names = ["master.m3u8", "manifest.mpd", "v180/init.mp4", "v180/1.m4s", "tiles/1.jpg"]
    raw = cat.decode(text_one)
    now = int(time.time())

    def flipped():
        at = luck.randrange(len(raw))
        return cat.encode(raw[:at] + bytes([raw[at] ^ 1 << luck.randrange(8)]) + raw[at + 1:])

    def payload_of_another():
        mine, yours = (cbor2.loads(cat.decode(t)).value.value for t in (text_one, text_two))
        mixed = [mine[0], mine[1], yours[2], mine[3]]
        return cat.encode(cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, mixed))))

    expired = {k: v for k, v in claims.items() if k != cat.CATR}
    kinds = [
        lambda: (flipped(), edition_one, {}),
        lambda: (cat.signed(other, claims, kid=key.kid), edition_one, {}),
        lambda: (cat.signed(other, claims), edition_one, {}),
        lambda: (cat.signed(key, {**expired, cat.EXP: now - luck.randrange(1, 10**6)}),
                 edition_one, {}),
        lambda: (cat.signed(key, {**claims, cat.NBF: now + luck.randrange(600, 10**6)}),
                 edition_one, {}),
        lambda: (text_one, edition_two, {}),
        lambda: (text_two, edition_one, {}),
        lambda: (payload_of_another(), luck.choice([edition_one, edition_two]), {}),
        lambda: (text_one, edition_one, {PLACE: luck.choice(["CH", "US", "BE", "JP"])}),
        lambda: (cat.signed(key_of(world, "licence"), {**claims, cat.AUD: "licence"}),
                 edition_one, {}),
        lambda: (text_one[: luck.randrange(1, len(text_one))], edition_one, {}),
    ]
    for i in range(n):
        text, edition, headers = kinds[i % len(kinds)]()
        path = f"/media/{text}/{edition}/{luck.choice(names)}"
        yield luck.choice(["GET", "GET", "HEAD"]), path, headers


def assert_all_are_refused(ask, asked):
    opened = [path for method, path, headers in asked if ask(method, path, headers) != 403]
    assert opened == []


def test_four_thousand_forged_passes_open_nothing(world, who):
    nobody = world.someone()

    def ask(method, path, headers):
        return nobody.ask(method, path, headers=headers).status

    assert_all_are_refused(ask, attacks(world, who, 4000))


def test_without_the_check_the_same_passes_would_be_seen_to_open(world, who):
    """The test above against a server that checks nothing, or not for all that it should."""
    asked = list(attacks(world, who, 110))
    key = key_of(world)

    def signature_alone(_method, path, _headers):
        try:
            cat.read(path.split("/")[2], key)
        except Exception:  # whatever is wrong with it: refused
            return 403
        return 200

    for broken in (lambda *_: 200, signature_alone):
        with pytest.raises(AssertionError):
            assert_all_are_refused(broken, asked)


# ---- places, keys --------------------------------------------------------------------------------


def test_a_pass_opens_where_it_was_given_and_where_nobody_knows(world, who):
    played = who.post("/api/v1/playbacks", {"playable": world.film}, headers={PLACE: "FR"}).ok()
    path = urllib.parse.urlsplit(played.json()["hls"]).path
    for place, status in (("FR", 200), ("fr", 200), ("BE", 403), (None, 200), ("XX", 200)):
        answer = world.someone().get(path, headers={} if place is None else {PLACE: place})
        assert answer.status == status, place
        assert status == 200 or answer.json()["reason"] == "wrong-territory"


def test_with_a_key_that_a_cdn_shares_passes_are_made_for_it(own_world):
    secret = bytes(range(32, 64))
    own_world.serve()
    before = urllib.parse.urlsplit(own_world.member().plays(own_world.film).ok().json()["hls"]).path
    own_world.server.stop()
    file = own_world.folder / "keys/pass-hmac.key"
    file.write_bytes(secret)
    file.chmod(0o600)
    own_world.run("check").ok()
    own_world.serve()
    played = own_world.member().plays(own_world.film).ok().json()
    text, edition = taken_apart(played)
    assert cat.read(text, cat.MacKey(secret))[cat.CATU] == {3: {1: f"/media/{edition}/"}}
    assert own_world.someone().get(urllib.parse.urlsplit(played["hls"]).path).status == 200
    assert own_world.someone().get(before).status == 200  # Ed25519 goes on
    file.write_bytes(secret[:31])
    own_world.server.stop()
    told = own_world.run("serve", "--listen", "127.0.0.1:0")
    assert told.code == 3 and "pass-hmac.key: is not a key of 32 bytes" in told.stderr


# ---- renewal -------------------------------------------------------------------------------------


def waits_until_renewed(who, path):
    return wait_until(lambda: (a := who.get(path)).status == 302 and a, "the pass to expire")


def test_a_pass_that_has_expired_is_renewed_at_the_same_address(own_world):
    own_world.settings(pass_seconds=2, pass_hours=1)
    own_world.serve()
    played = own_world.member().plays(own_world.film).ok().json()
    text, edition = taken_apart(played)
    first = cat.read(text, key_of(own_world))
    assert first[cat.EXP] - first[cat.IAT] <= 2
    assert first[cat.CATR][0] == 3 and first[cat.CATR][7] == 302
    path, nobody = f"/media/{text}/{edition}/v180/1.m4s", own_world.someone()
    assert nobody.get(path).status == 200
    moved = waits_until_renewed(nobody, path + "?CMCD=br%3D300")
    assert moved.headers["Cache-Control"] == "no-store"
    assert moved.headers["Access-Control-Allow-Origin"] == "*"
    target = moved.headers["Location"]
    assert target.endswith(f"/{edition}/v180/1.m4s?CMCD=br%3D300")
    fresh = cat.read(target.split("/")[2], key_of(own_world))
    assert fresh[cat.EXP] > first[cat.EXP] and fresh[cat.CTI] != first[cat.CTI]
    assert fresh[cat.EXP] + fresh[cat.CATR][2] == first[cat.EXP] + first[cat.CATR][2]
    for label in (cat.SUB, cat.AUD, cat.CATU, cat.CATM, cat.CATGEO, cat.SHOWN):
        assert fresh[label] == first[label]
    assert nobody.get(target).status == 200
    # What a page's browser asks first is answered, and not sent elsewhere.
    assert nobody.ask("OPTIONS", path, headers={"Origin": "https://a.example"}).status == 204
    # The address of another edition is none to renew.
    other = f"/media/{text}/{'a' * 26}/v180/1.m4s"
    assert nobody.get(other).json()["reason"] == "wrong-path"


def test_players_without_code_of_ours_play_on_over_renewals(own_world):
    own_world.settings(pass_seconds=1, pass_hours=1)
    own_world.serve()
    played = own_world.member().plays(own_world.film).ok().json()
    waits_until_renewed(own_world.someone(), urllib.parse.urlsplit(played["hls"]).path)
    for form in ("hls", "dash"):
        done = subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-re", "-i", played[form], "-map", "0:v:0",
             "-f", "framecrc", "-"], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert sum(not line.startswith("#") for line in done.stdout.splitlines()) == 8 * 25


def test_renewal_ends_when_the_pass_says(own_world):
    own_world.settings(pass_seconds=30, pass_hours=1)
    own_world.serve("--now", "2030-01-01T00:00:00Z")
    played = own_world.administrator().plays(own_world.film).ok().json()
    path = urllib.parse.urlsplit(played["hls"]).path
    assert own_world.someone().get(path).status == 200
    own_world.server.stop()
    own_world.serve("--now", "2030-01-01T01:00:10Z")
    answer = own_world.someone().get(path)
    assert (answer.status, answer.json()["reason"]) == (403, "expired")


def test_a_stream_that_was_ended_is_not_renewed(own_world):
    own_world.settings(pass_seconds=2, pass_hours=1)
    own_world.serve()
    who, nobody = own_world.member(), own_world.someone()
    played = who.plays(own_world.film).ok().json()
    path = urllib.parse.urlsplit(played["hls"]).path
    waits_until_renewed(nobody, path)
    assert who.ask("DELETE", f"/api/v1/playbacks/{played['id']}").status == 204

    def ended():
        """Once what it was renewed by is of no use any more."""
        answer = nobody.get(path)
        return answer.status == 403 and answer

    assert wait_until(ended, "the end").json()["reason"] == "expired"


def test_what_a_device_played_is_not_renewed_once_it_is_signed_out(own_world):
    own_world.settings(pass_seconds=2, pass_hours=1)
    own_world.serve()
    who, desk, nobody = own_world.member(), own_world.member(), own_world.someone()
    path = urllib.parse.urlsplit(who.plays(own_world.film).ok().json()["hls"]).path
    waits_until_renewed(nobody, path)
    (other,) = [s for s in desk.get("/api/v1/me/sessions").ok().json()["items"]
                if not s["current"]]
    assert desk.delete(f"/api/v1/me/sessions/{other['id']}").status == 204
    ended = wait_until(lambda: (a := nobody.get(path)).status == 403 and a, "the end")
    assert ended.json()["reason"] == "expired"


def test_who_asks_for_media_keeps_the_seat_without_heartbeats(own_world):
    """Lease 15 s, two seats: a player of somebody else's plays on past that, and counts."""
    own_world.settings(pass_seconds=4, pass_hours=1, lease_seconds=15)
    own_world.serve()
    nobody = own_world.someone()
    played = own_world.member().plays(own_world.film).ok().json()
    path = urllib.parse.urlsplit(played["hls"]).path
    until, moved = time.monotonic() + 22, 0
    while time.monotonic() < until:
        answer = nobody.get(path)
        moved += answer.status == 302
        assert answer.status in (200, 302)
        if answer.status == 302:
            assert nobody.get(answer.headers["Location"]).status == 200
        time.sleep(0.5)
    assert moved > 10
    own_world.member().plays(own_world.film).ok()
    refused = own_world.member().plays(own_world.film)
    assert (refused.status, refused.problem) == (409, "streams-full")
    assert played["id"] in [stream["id"] for stream in refused.json()["streams"]]


# ---- pass inspect --------------------------------------------------------------------------------


def inspect(world, text, *more):
    return world.run("pass", "inspect", text, "--json", *more).ok().json()


def test_inspect_says_what_a_pass_of_ours_says_and_whether_it_opens(world, who):
    played = who.plays(world.film).ok().json()
    text, edition = taken_apart(played)
    said = inspect(world, text)
    assert said["form"] == "COSE_Sign1" and said["tagged"] and said["algorithm"] == "EdDSA"
    assert said["key"] == "keys/pass.key" and said["key_id"] == key_of(world).kid.hex()
    assert said["signature"] == "good" and said["opens_media"] and said["reason"] == "good"
    assert not said["opens_licences"]
    assert said["claims"]["sub"] == played["id"] and said["claims"]["aud"] == "media"
    assert said["claims"]["catu"] == {"path": {"prefix": f"/media/{edition}/"}}
    assert re.fullmatch(r"20\d\d-.*Z", said["claims"]["exp"])
    lines = world.run("pass", "inspect", played["hls"]).ok().stdout
    assert "opens media now" in lines and "signature good" in lines and "(subject)" in lines
    elsewhere = played["hls"].replace(edition, "a" * 26)
    assert inspect(world, elsewhere)["reason"] == "wrong-path"
    assert inspect(world, text, "--territory", "BE")["reason"] == "wrong-territory"
    assert inspect(world, text, "--now", "2050-01-01T00:00:00Z")["reason"] == "expired"
    assert inspect(world, text, "--now", "2000-01-01T00:00:00Z")["reason"] == "not-yet"


def test_inspect_shows_passes_of_others_and_believes_none(world, who):
    played = who.plays(world.film).ok().json()
    claims = claims_for(played, world)
    said = inspect(world, cat.signed(cat.Key(bytes(32)), {**claims, 311: [1, b"\x01"], "x": True}))
    assert said["signature"] == "not ours" and said["key"] is None and not said["opens_media"]
    assert said["reason"] == "unknown-key"
    assert said["claims"]["catnip"] == [1, "01"] and said["claims"]["x"] is True
    forged = inspect(world, cat.signed(cat.Key(bytes(32)), claims, kid=key_of(world).kid))
    assert forged["signature"] == "bad" and forged["reason"] == "wrong-signature"
    plain = inspect(world, cat.signed(cat.MacKey(bytes(32)), {1: "cdn.example"}, cwt=False))
    assert plain["form"] == "COSE_Mac0" and not plain["tagged"]
    assert plain["claims"] == {"iss": "cdn.example"}
    licence = inspect(world, cat.signed(key_of(world, "licence"), {**claims, cat.AUD: "licence"}))
    assert licence["signature"] == "good" and licence["opens_licences"]
    assert not licence["opens_media"] and licence["reason"] == "wrong-kind"
    unknown = inspect(world, cat.signed(key_of(world), {**claims, 322: {}}))
    assert unknown["reason"] == "unknown-claim" and "catif" in unknown["detail"]
    for text in ("", "x", "AAAA", played["id"], "%00", cat.encode(b"\xa0")):
        told = world.run("pass", "inspect", text)
        assert told.code == 1 and "is no pass" in told.stderr, text
