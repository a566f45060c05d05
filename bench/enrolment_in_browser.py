"""What a phone computes to take part: two ballots, in Chromium with the processor slowed down six times.

    python bench/enrolment_in_browser.py                       the code of the page, over the loopback
    python bench/enrolment_in_browser.py --throttle 20 --rounds 9

Measured is the very code of the page (token.js, cast.js): two one-time keys with two blinded messages, two answers unblinded and
verified, two casts signed. Promise: at most 0.5 s. The peer is one plain RSA-PSS verification by WebCrypto, the
least that anybody who gets a token must do. Beside it what the book costs before: a
checkpoint with three cosignatures, verified under a policy.
Chromium slows its main thread only; WebCrypto works beside it at full speed, on a phone it would not. Needs Playwright, Chromium,
and what script/setup brings.
"""

import argparse
import functools
import http.server
import shutil
import statistics
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import sync_playwright

from sawtna.campaigns.core.casting.blindrsa import PublicKey
from sawtna.campaigns.core.casting.tokens import key_id
from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.merkle import EMPTY_ROOT
from sawtna.ledger.core.note import COSIGNATURE, Signer, cosign_note, sign_note

ROOMS = Path(__file__).resolve().parent.parent / "src/sawtna"
LIMIT = 0.5  # seconds
ORIGIN = "sawtna.example/log"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
BEGIN = """async () => {
  const [token, cast, bytes, policy] = await Promise.all([
    import('/campaigns/cast/token.js'), import('/campaigns/cast/cast.js'),
    import('/campaigns/cast/bytes.js'), import('/ledger/policy.js')]);
  globalThis.own = {...token, ...cast, ...bytes, ...policy};
}"""
# One round: the parts, in milliseconds. `sign` is the issuer, in Python; its time is not counted.
ROUND = """async ({origin, key, policy, note}) => {
  const times = {};
  const during = async (part, work) => {
    const begun = performance.now();
    const found = await work();
    times[part] = (times[part] ?? 0) + performance.now() - begun;
    return found;
  };
  const leaves = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  await during('book', async () => {
    const read = await own.parsePolicy(policy);
    if (!own.isMetBy(read, (await own.openByPolicy(note, read)).signers)) throw new Error('not met');
  });
  for (const [at, leaf] of leaves.entries()) {
    const issuer = {...key, ballot: at};
    const asked = await during('blind', async () =>
      own.askWith(origin, leaf, issuer, await own.mintCoin(at)));
    const answer = await signRaw(asked.asked[key.index].blinded);
    const coin = await during('unblind', () => own.takeStamp(origin, leaf, issuer, asked, answer));
    await during('cast', () => own.makeCast(coin, [0, 1]));
    if (at === 0) {
      const jwk = {kty: 'RSA', alg: 'PS384', n: key.n, e: 'AQAB'};
      const made = await crypto.subtle.importKey('jwk', jwk, {name: 'RSA-PSS', hash: 'SHA-384'}, true, ['verify']);
      const message = await own.tokenInput(origin, leaf, own.unpackBase64url(key.kid), own.unpackBase64url(coin.point));
      const stamp = own.unpackBase64url(coin.stamps[key.index]);
      const holds = await during('peer', () => crypto.subtle.verify({name: 'RSA-PSS', saltLength: 48}, made, stamp, message));
      if (!holds) throw new Error('the token does not hold');
    }
  }
  return times;
}"""


@contextmanager
def static_rooms():
    """The modules of all rooms under one address, as a site serves them."""
    with tempfile.TemporaryDirectory(prefix="sawtna-bench-") as folder:
        for room in ("campaigns", "ledger"):
            shutil.copytree(ROOMS / room / "static" / room, Path(folder) / room)
        (Path(folder) / "index.html").write_text("<!doctype html><title>bench</title>", encoding="utf-8")
        quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def witnessed_note() -> tuple[str, str]:
    """A checkpoint with three cosignatures, and the policy that asks for two of them."""
    log = Signer(ORIGIN, bytes(32))
    witnesses = [Signer(f"witness.example/w{at}", bytes([at]) * 32, COSIGNATURE) for at in (1, 2, 3)]
    note = sign_note(pack_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT)), [log])
    for witness in witnesses:
        note = cosign_note(note, witness, 1_456_660_800)
    lines = [f"witness w{at} {one.verifier.vkey}" for at, one in enumerate(witnesses)]
    return note, "\n".join([f"log {log.verifier.vkey}", *lines, "group two 2 w0 w1 w2", "quorum two", ""])


def measure(throttle: float, rounds: int) -> list[dict[str, float]]:
    """The parts of each round in milliseconds; the first round warms up and is left out."""
    private = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    numbers = private.private_numbers()
    public = PublicKey(numbers.public_numbers.n, 65_537)
    key = {
        "index": 9,
        "kind": "email",
        "n": encode_base64url(public.n.to_bytes(256, "big")),
        "kid": encode_base64url(key_id(public)),
    }
    note, policy = witnessed_note()

    def sign_raw(blinded: str) -> str:
        from sawtna.ledger.core.encoding import decode_base64url

        message = int.from_bytes(decode_base64url(blinded), "big")
        return encode_base64url(pow(message, numbers.d, public.n).to_bytes(256, "big"))

    with static_rooms() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page()
        page.expose_function("signRaw", sign_raw)
        page.goto(address)
        page.evaluate(BEGIN)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": throttle})
        asked = {"origin": ORIGIN, "key": key, "policy": policy, "note": note}
        found = [page.evaluate(ROUND, asked) for _ in range(rounds + 1)]
        browser.close()
    return found[1:]


def main() -> None:
    """Print the parts and the sum."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--throttle", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    rounds = measure(arguments.throttle, arguments.rounds)
    medians = {part: statistics.median(one[part] for one in rounds) for part in rounds[0]}
    sums = [one["blind"] + one["unblind"] + one["cast"] for one in rounds]
    print(f"two ballots at {arguments.throttle:g} times slower, medians of {arguments.rounds} rounds, in ms:")
    for part, words in {
        "blind": "two keys, two blinded messages",
        "unblind": "two answers unblinded and verified",
        "cast": "two casts signed",
        "book": "before: the checkpoint under its policy",
        "peer": "peer: one RSA-PSS verification by WebCrypto",
    }.items():
        print(f"{medians[part]:>8.1f}  {words}")
    print(f"{statistics.median(sums):>8.1f}  together (best {min(sums):.1f}, worst {max(sums):.1f})")
    print(f"          promised are at most {LIMIT * 1000:.0f}")


if __name__ == "__main__":
    main()
