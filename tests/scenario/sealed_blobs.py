"""What a house with its master key in a file reads of its small blobs, by no word of ours: from the
layout that docs/decisions/0033-small-blobs.md gives. XChaCha20-Poly1305 as draft-irtf-cfrg-xchacha
has it, over the ChaCha20-Poly1305 of `cryptography`."""
import hashlib
import sqlite3
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAGIC = b"lntseal\x01"
PURPOSE = b"lanterne pictures and captions at rest"
MASTER_NAME = b"lanterne master key's name\0"


def _turned(word, by):
    return (word << by | word >> (32 - by)) & 0xffffffff


def _quarter(x, a, b, c, d):
    for first, second, third, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        x[first] = (x[first] + x[second]) & 0xffffffff
        x[third] = _turned(x[third] ^ x[first], by)


def _hchacha20(key, nonce):
    x = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key),
         *struct.unpack("<4I", nonce)]
    for _ in range(10):
        for i in range(4):
            _quarter(x, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            _quarter(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<8I", *x[:4], *x[12:])


def xchacha_open(key, nonce, sealed, associated):
    """None: it is not what was sealed."""
    try:
        return ChaCha20Poly1305(_hchacha20(key, nonce[:16])).decrypt(
            bytes(4) + nonce[16:], sealed, associated)
    except InvalidTag:
        return None


def wrapped_secrets(folder):
    """Every key that the store wraps for something at rest: {kid: secret}."""
    master = bytes.fromhex((folder / "keys/master.key").read_text().strip())
    name = hashlib.blake2b(MASTER_NAME, key=master, digest_size=16).digest()[:8]
    found = {}
    with sqlite3.connect(f"file:{folder}/lanterne.db?mode=ro", uri=True) as db:
        for kid, wrapped in db.execute(
                "SELECT kid, wrapped FROM seal_key UNION ALL"
                " SELECT seal_kid, seal FROM job_task WHERE seal IS NOT NULL").fetchall():
            assert wrapped[2:10] == name
            found[kid] = xchacha_open(master, wrapped[10:34], wrapped[42:], wrapped[:10] + kid)
            assert found[kid] is not None
    return found


def derived(secret, purpose=PURPOSE):
    return hashlib.blake2b(purpose, key=secret, digest_size=32).digest()


def opened(folder, path, secrets):
    """The bytes of a sealed blob; None: it is not what was put under that name."""
    held = path.read_bytes()
    name = str(path.relative_to(folder / "blobs")).encode()
    assert held.startswith(MAGIC)
    return xchacha_open(derived(secrets[held[8:24]]), held[24:48], held[48:], held[:24] + name)
