"""How many blinded messages a second one core signs, beside `cryptography`'s own PSS signatures with a key of the same size.

The rate includes the check after each signature. Usage: python bench/signing.py [BACKEND] [SECONDS]
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

from sawtna.campaigns.issuer.backend import open_backend
from sawtna.campaigns.issuer.raw import BlindSigner

LIMIT = 1_000
ROUNDS = 5


def rates(works: list[Callable[[], object]], seconds: float) -> list[float]:
    """Calls for each second of this process's own time, the best of several rounds; the works take turns."""
    best = [0.0] * len(works)
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            calls, start = 0, time.process_time()
            while (spent := time.process_time() - start) < seconds / ROUNDS:
                work()
                calls += 1
            best[number] = max(best[number], calls / spent)
    return best


def main() -> None:
    """Measure both in turns, print one JSON line."""
    backend = open_backend(sys.argv[1] if len(sys.argv) > 1 else None)
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    signer, dice = BlindSigner(backend.open(backend.create())), random.Random(1)
    messages = [bytes(1) + dice.randbytes(255) for _ in range(64)]
    peer, pss, sha384 = (
        rsa.generate_private_key(65537, 2048),
        padding.PSS(padding.MGF1(SHA384()), 48),
        SHA384(),
    )
    ours, theirs = rates(
        [lambda: signer.sign(dice.choice(messages)), lambda: peer.sign(messages[0], pss, sha384)], seconds
    )
    figures = {"backend": backend.name, "signatures_per_core_s": round(ours), "limit": LIMIT}
    print(
        json.dumps(
            {**figures, "cryptography_pss_per_core_s": round(theirs), "ratio": round(ours / theirs, 2)}
        )
    )


if __name__ == "__main__":
    main()
