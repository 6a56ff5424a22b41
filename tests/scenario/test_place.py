"""Where a request comes from: a proxy's word, a map of addresses, the member's own country; and
whose catalogue is seen by whom."""
import ipaddress
import re

import pytest

from harness import Service
from rights_world import PLACE, RightsWorld, open_territory, the_rights_house

NETWORKS = {"203.0.113.0/24": "US", "2001:db8:1::/48": "DE", "198.51.100.0/25": "BR"}


def mmdb_text(text):
    return bytes([2 << 5 | len(text)]) + text.encode()


def mmdb_map(pairs):
    """A map of texts to values that are encoded already."""
    return bytes([7 << 5 | len(pairs)]) + b"".join(mmdb_text(k) + v for k, v in pairs)


def mmdb_number(kind, value):
    raw = value.to_bytes(4, "big").lstrip(b"\0")
    return (bytes([kind << 5 | len(raw)]) if kind < 8 else bytes([len(raw), kind - 7])) + raw


def mmdb(networks):
    """A MaxMind DB (version 2.0) of countries by network, IPv4 below ::/96, 24-bit records."""
    data, nodes = b"", [[None, None]]
    for network, code in networks.items():
        net = ipaddress.ip_network(network)
        bits, depth = int(net.network_address), net.prefixlen + (96 if net.version == 4 else 0)
        at, node = len(data), 0
        data += mmdb_map([("country", mmdb_map([("iso_code", mmdb_text(code))]))])
        for i in range(depth):
            bit = bits >> (127 - i) & 1
            if i == depth - 1:
                nodes[node][bit] = ("data", at)
            elif nodes[node][bit] is None:
                nodes.append([None, None])
                nodes[node][bit] = node = len(nodes) - 1
            else:
                node = nodes[node][bit]
    n = len(nodes)

    def record(child):
        if child is None:
            return n.to_bytes(3, "big")
        return (child if isinstance(child, int) else n + 16 + child[1]).to_bytes(3, "big")

    tree = b"".join(record(child) for node in nodes for child in node)
    meta = mmdb_map([
        ("node_count", mmdb_number(6, n)), ("record_size", mmdb_number(5, 24)),
        ("ip_version", mmdb_number(5, 6)), ("database_type", mmdb_text("Test-Country")),
        ("languages", bytes([0, 11 - 7])), ("binary_format_major_version", mmdb_number(5, 2)),
        ("binary_format_minor_version", mmdb_number(5, 0)),
        ("build_epoch", mmdb_number(9, 1700000000)), ("description", mmdb_map([])),
    ])
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + meta


@pytest.fixture(scope="module")
def world(lanterne, tmp_path_factory):
    made = RightsWorld(the_rights_house(lanterne), tmp_path_factory.mktemp("place"))
    (made.folder / "places.mmdb").write_bytes(mmdb(NETWORKS))
    made.settings(trusted_proxies="127.0.0.1", place_header=PLACE, place_database="places.mmdb")
    open_territory(made, "DE")
    made.serve()
    yield made
    made.finish()


def place_of(world, address=None, header=None):
    who = world.someone()
    if address:
        who.headers["X-Forwarded-For"] = address
    if header:
        who.headers[PLACE] = header
    about = who.get("/api/v1/about").json()
    return about["place"], about["territory"], about["open"]


@pytest.mark.parametrize(
    "address, header, found",
    [
        (None, None, (None, "FR", True)),
        ("203.0.113.7", None, ("US", "US", True)),
        ("203.0.113.7:4711", None, ("US", "US", True)),
        ("2001:db8:1::5", None, ("DE", "DE", True)),
        ("[2001:db8:1::5]:80", None, ("DE", "DE", True)),
        ("::ffff:203.0.113.9", None, ("US", "US", True)),
        ("198.51.100.1", None, ("BR", "BR", False)),
        ("198.51.100.200", None, (None, "FR", True)),
        ("2001:db8:2::5", None, (None, "FR", True)),
        # The proxy's own word counts before the map; what a client wrote before it does not.
        ("203.0.113.7", "DE", ("DE", "DE", True)),
        ("203.0.113.7", "XX", ("US", "US", True)),
        ("203.0.113.7, 2001:db8:1::5", None, ("DE", "DE", True)),
        ("nonsense", None, (None, "FR", True)),
    ],
)
def test_a_request_comes_from_where_the_proxy_or_the_map_says(world, address, header, found):
    assert place_of(world, address, header) == found


def test_the_place_is_looked_at_with_every_request(world):
    """Whoever changes their way in sees the other catalogue at once, and no more of the first."""
    who, abroad = world.someone(), world.hidden["abroad"]
    for address, status in (("203.0.113.7", 200), ("192.0.2.1", 404), ("203.0.113.7", 200)):
        who.headers["X-Forwarded-For"] = address
        assert who.get(f"/api/v1/titles/{abroad}").status == status


def catalogue_of(world, who, place):
    who.headers[PLACE] = place
    return who.get("/api/v1/about").ok().json()["territory"]


def test_a_member_who_travels_sees_what_the_rule_of_their_country_says(world):
    french = world.member()
    german = world.seen_from("DE").signed_up("german@example.org")
    for rule, places in (
        ("place", {"FR": "FR", "DE": "DE", "US": "US", "": "FR"}),
        ("union", {"FR": "FR", "DE": "FR", "US": "US", "": "FR"}),
        ("home", {"FR": "FR", "DE": "FR", "US": "FR", "BR": "FR", "": "FR"}),
    ):
        world.run("territory", "set", "FR", "--roaming", rule).ok()
        for place, territory in places.items():
            assert catalogue_of(world, french, place) == territory, (rule, place)
    # The rule is that of each one's own country.
    assert catalogue_of(world, german, "FR") == "FR"
    world.run("territory", "set", "FR", "--roaming", "place").ok()


def test_what_is_no_map_is_said_when_the_server_starts(lanterne, tmp_path):
    service = Service(lanterne, tmp_path)
    path = service.folder / "lanterne.conf"
    said = path.read_text(encoding="utf-8")
    for value, words in (
        ("place_database = nothing.mmdb", "nothing.mmdb"),
        ("place_database = lanterne.conf", "MaxMind DB"),
        ("place_header = X Place", "place_header"),
    ):
        path.write_text(f"{said}\n{value}\n", encoding="utf-8")
        done = service.run("serve", "--listen", "127.0.0.1:0")
        assert done.code == 3 and re.search(words, done.stderr), done.stderr


def test_profiles_are_the_members_own(world):
    who, other = world.member(), world.someone().signed_up("profiles@example.org")
    first = other.get("/api/v1/profiles").ok().json()["current"]
    made = other.post("/api/v1/profiles", {"name": "Kinder", "max_age": 10, "child": True}).ok()
    theirs = made.json()
    assert other.post("/api/v1/profiles", {"name": "KINDER"}).problem == "exists"
    assert who.put("/api/v1/session/profile", {"profile": theirs["id"]}).status == 404
    assert who.put("/api/v1/session/profile", {"profile": "x"}).json()["field"] == "profile"
    other.put("/api/v1/session/profile", {"profile": theirs["id"]}).ok()
    listed = other.get("/api/v1/profiles").ok().json()
    assert [p["id"] for p in listed["items"]] == [first, theirs["id"]]
    assert listed["current"] == theirs["id"]
    # A profile is of one session, not of the member's others.
    elsewhere = world.someone().signed_in("profiles@example.org")
    assert elsewhere.get("/api/v1/profiles").ok().json()["current"] == first
    other.put("/api/v1/session/profile", {"profile": None}).ok()
    assert other.get("/api/v1/profiles").ok().json()["current"] == first
    for i in range(3):
        other.post("/api/v1/profiles", {"name": f"Number {i}"}).ok()
    assert other.post("/api/v1/profiles", {"name": "One too many"}).problem == "state"
