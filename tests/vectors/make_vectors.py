"""Writes the vectors that Python and JavaScript read alike: `python -m tests.vectors.make_vectors`.

`policy.json` says under whose signatures a note counts.
`merkle.json` is made by the recursion of RFC 6962 itself, not by Sawtna's code, and must agree with what Certificate
Transparency publishes. `receipt.json` is a small log of our own, signed with a key that everybody knows. A test makes
them again and compares; the other vectors were published by others, or are written by hand.
"""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.encoding import encode_canonical
from sawtna.ledger.core.merkle import inclusion_path, leaf_hash, root_of
from sawtna.ledger.core.note import COSIGNATURE, Signer, cosign_note, sign_note
from sawtna.ledger.core.proof import InclusionReceipt, pack_receipt
from sawtna.ledger.core.short_proof import pack_short_receipt
from sawtna.ledger.core.tiles import TileReader, bundle_path, pack_bundle, pack_tile, tiles_of_size

HERE = Path(__file__).parent

# Certificate Transparency's reference test (transparency-dev/merkle, testonly/reference_test.go and constants.go):
# the leaves, the roots of the trees of 0 to 8 of them, and some paths.
CT_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L0, L1 = CT_ROOTS[1], "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
CT_INCLUSION = {
    (0, 1): [],
    (0, 2): [L1],
    (1, 2): [L0],
    (2, 3): [CT_ROOTS[2]],
    (1, 5): [L0, N23, L4],
    (0, 8): [L1, N23, N47],
    (5, 8): [L4, N67, CT_ROOTS[4]],
}
CT_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [L1, N23, N47],
    (2, 5): [N23, L4],
    (6, 8): [N45, N67, CT_ROOTS[4]],
}

LOG = Signer("sawtna.example/log", sha256(b"the log of the vectors").digest())
WITNESS = Signer("witness.example/w1", sha256(b"the witness of the vectors").digest(), COSIGNATURE)
WITNESSES = tuple(
    Signer(f"witness.example/w{number}", sha256(b"witness %d" % number).digest(), COSIGNATURE)
    for number in (1, 2, 3)
)
EACH = ("none", "1", "2", "3", "12", "13", "23", "123")
POLICIES: dict[tuple[str, ...], list[str]] = {
    ("quorum none",): list(EACH),
    (): list(EACH),
    ("quorum w2",): ["2", "12", "23", "123"],
    ("group g 2 w1 w2 w3", "quorum g"): ["12", "13", "23", "123"],
    ("group g all w1 w2", "quorum g"): ["12", "123"],
    ("group g any w1 w2", "quorum g"): ["1", "2", "12", "13", "23", "123"],
    ("group g any w1 w2", "group h all g w3", "quorum h"): ["13", "23", "123"],
}
BAD_LINES = (  # `|` between lines
    "witness w4 {one}",
    "witness w1 witness.example/w9+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "log {log}",
    "log {one}",
    "witness w4 {log}",
    "group g 2 w1",
    "group g 0 w1",
    "group g some w1",
    "group g any",
    "group g any w1 w1",
    "group g any w1 w9",
    "group w1 any w2",
    "group none any w2",
    "group g any w1|group h any w1",
    "group g any none",
    "quorum w9",
    "quorum none|quorum none",
    "quorum",
    "witness w4",
    "cosigner w1",
)
LOG_SIZE = 259  # one full tile, one partial tile of 3, one tile of level 1
RECEIPTS = (0, 1, 200, 255, 256, 258)


def _mth(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = _k(len(leaves))
    return sha256(b"\x01" + _mth(leaves[:k]) + _mth(leaves[k:])).digest()


def _path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = _k(len(leaves))
    if m < k:
        return [*_path(m, leaves[:k]), _mth(leaves[k:])]
    return [*_path(m - k, leaves[k:]), _mth(leaves[:k])]


def _subproof(m: int, leaves: list[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2, word for word."""
    if m == len(leaves):
        return [] if known else [_mth(leaves)]
    k = _k(len(leaves))
    if m <= k:
        return [*_subproof(m, leaves[:k], known=known), _mth(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], known=False), _mth(leaves[:k])]


def _k(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def _hexes(hashes: list[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def merkle_vectors() -> dict[str, Any]:
    """Roots and all paths of the trees over CT's eight leaves."""
    leaves = [bytes.fromhex(leaf) for leaf in CT_LEAVES]
    pairs = [(low, high) for high in range(1, 9) for low in range(high + 1)]
    return {
        "about": "RFC 6962 over Certificate Transparency's leaves, in hex; 'published' are in its own tests",
        "leaves": CT_LEAVES,
        "leaf_hashes": _hexes([_mth([leaf]) for leaf in leaves]),
        "roots": _hexes([_mth(leaves[:size]) for size in range(9)]),
        "inclusion": [
            {
                "index": index,
                "size": size,
                "path": _hexes(_path(index, leaves[:size])),
                "published": (index, size) in CT_INCLUSION,
            }
            for index, size in pairs
            if index < size
        ],
        "consistency": [
            {
                "old": old,
                "new": new,
                "path": _hexes(_subproof(old, leaves[:new], known=True)),
                "published": (old, new) in CT_CONSISTENCY,
            }
            for old, new in pairs
            if old
        ],
    }


def log_entries() -> list[bytes]:
    """Entries of the small log: notes, the first with Arabic words."""
    first = {"k": "note", "text": "صوتنا", "v": 1}
    return [encode_canonical(first)] + [
        encode_canonical({"k": "note", "text": f"entry {index}", "v": 1}) for index in range(1, LOG_SIZE)
    ]


def log_files(entries: list[bytes]) -> dict[str, bytes]:
    """Tiles and bundles of a log, by path."""
    rows = [[leaf_hash(entry) for entry in entries]]
    while len(rows[-1]) >= 256:
        below = rows[-1]
        rows.append([root_of(below[at : at + 256]) for at in range(0, len(below) - 255, 256)])
    files = {}
    for tile in tiles_of_size(len(entries)):
        window = slice(tile.number * 256, tile.number * 256 + tile.width)
        files[tile.path] = pack_tile(rows[tile.level][window])
        if tile.level == 0:
            files[bundle_path(tile.number, tile.width)] = pack_bundle(entries[window])
    return files


def receipt_vectors() -> dict[str, Any]:
    """A log of 259 entries: its keys, checkpoint, files, and receipts for entries at the borders of tiles."""
    entries = log_entries()
    files = log_files(entries)
    leaves = [leaf_hash(entry) for entry in entries]
    text = pack_checkpoint(Checkpoint(LOG.name, len(entries), root_of(leaves)))
    note = cosign_note(sign_note(text, [LOG]), WITNESS, 1_456_660_800)
    reader = TileReader(files.__getitem__, len(entries))
    return {
        "about": "A log with a key that everybody knows; files and entries in Base 64, leaves and roots in hex",
        "vkey": LOG.verifier.vkey,
        "witness": {"vkey": WITNESS.verifier.vkey, "time": 1_456_660_800},
        "size": len(entries),
        "root": root_of(leaves).hex(),
        "checkpoint": note,
        "files": {path: base64.b64encode(data).decode() for path, data in files.items()},
        "receipts": [
            {
                "index": index,
                "entry": base64.b64encode(entries[index]).decode(),
                "leaf": leaves[index].hex(),
                "receipt": pack_receipt(
                    InclusionReceipt(
                        index, inclusion_path(index, len(entries), reader.node), note, entries[index]
                    )
                ),
                "short": pack_short_receipt(index, leaves[index], note),
            }
            for index in RECEIPTS
        ],
    }


def policy_vectors() -> dict[str, Any]:
    """Policies over one log and three witnesses, under which notes are opened, met or refused."""
    keys = [f"witness w{number} {one.verifier.vkey}" for number, one in enumerate(WITNESSES, 1)]
    base = ["# whom this reader trusts", f"log {LOG.verifier.vkey} https://sawtna.example/log", "", *keys]
    text = pack_checkpoint(Checkpoint(LOG.name, 0, root_of([])))
    signed = sign_note(text, [LOG])
    notes = {"none": signed}
    for numbers in ((1,), (2,), (3,), (1, 2), (1, 3), (2, 3), (1, 2, 3)):
        note = signed
        for number in numbers:
            note = cosign_note(note, WITNESSES[number - 1], 1_456_660_800 + number)
        notes["".join(map(str, numbers))] = note
    stranger = Signer(LOG.name, sha256(b"another log").digest())
    return {
        "about": "Policies of c2sp.org/tlog-policy; `met` are the notes, by who cosigned them, under which the quorum is met",
        "vkey": LOG.verifier.vkey,
        "notes": notes,
        "foreign_note": sign_note(text, [stranger]),
        "policies": [
            {"policy": "\n".join([*base, *lines, ""]), "met": met} for lines, met in POLICIES.items()
        ],
        "bad_policies": [
            "",
            "quorum none\n",
            *(
                "\n".join([*base, *line.split("|"), ""]).format(
                    one=WITNESSES[0].verifier.vkey, log=LOG.verifier.vkey
                )
                for line in BAD_LINES
            ),
        ],
    }


def make_vectors() -> dict[str, str]:
    """The text of each generated file, by name."""
    made = {
        "merkle.json": merkle_vectors(),
        "receipt.json": receipt_vectors(),
        "policy.json": policy_vectors(),
    }
    return {name: json.dumps(value, ensure_ascii=False, indent=1) + "\n" for name, value in made.items()}


if __name__ == "__main__":
    for name, text in make_vectors().items():
        (HERE / name).write_text(text)
