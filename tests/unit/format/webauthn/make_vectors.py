#!/usr/bin/env python3
"""Writes vectors.h: a passkey of each algorithm, made and used once by the device that the
scenarios have (tests/scenario/authenticator.py: python3-cryptography). Keys are new each time.

    make_vectors.py > vectors.h
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scenario"))
from authenticator import EDDSA, ES256, RS256, Authenticator, b64, unb64  # noqa: E402

CHALLENGE = b64(bytes(range(32)))
WIDTH = 80
GUARD = "LANTERNE_TESTS_UNIT_FORMAT_WEBAUTHN_VECTORS_H"


def show(name, octets):
    text = octets.hex()
    lines = [text[i:i + WIDTH] for i in range(0, len(text), WIDTH)]
    print(f"      .{name} =")
    print("\n".join(f'          "{line}"' for line in lines) + ",")


def main():
    print("/* Made by make_vectors.py. Only for test_webauthn.c, which says what a vector is. */")
    print(f"#ifndef {GUARD}\n#define {GUARD}\n")
    print("static const struct vector vectors[] = {")
    for algorithm in (ES256, EDDSA, RS256):
        device = Authenticator("https://example.org", algorithm)
        made = device.create({"rp": {"id": "example.org"}, "user": {"id": b64(b"somebody")},
                              "challenge": CHALLENGE})
        used = device.get({"rpId": "example.org", "challenge": CHALLENGE})
        print(f"    {{ .algorithm = {algorithm},")
        show("attestation", unb64(made["attestation"]))
        show("credential", device.credentials[0].id)
        show("client_data", unb64(used["client_data"]))
        show("authenticator_data", unb64(used["authenticator_data"]))
        show("signature", unb64(used["signature"]))
        print("    },")
    print("};\n\n#endif")


main()
