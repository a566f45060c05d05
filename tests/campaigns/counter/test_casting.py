"""Taking part through the real protocol at a real house: code, token, cast, batch, audit."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import altcha
from cryptography.hazmat.primitives.asymmetric import ec

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin, Purse, pack_purse, unpack_purse
from sawtna.campaigns.core.casting.blindrsa import Blinded
from sawtna.campaigns.core.casting.promises import open_promise, promise_verifier
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import unpack_entry
from sawtna.ledger.core.tiles import unpack_bundle

from tests.campaigns.counter.conftest import Town
from tests.web.conftest import run


def test_a_person_counts_once_whatever_is_changed(town: Town) -> None:
    """Code, tokens, cast, change: the page counts one person with the last choice, and the audit agrees."""
    before = town.number("ballots/stop/counted") or 0
    bills = town.number("ballots/stop/options/bills") or 0
    pledge, poll = town.enrol("first@example.org")

    assert town.cast(pledge, [0]).status_code == 200
    pledge.q = 1
    assert town.cast(pledge, [0, 1]).status_code == 200
    assert town.cast(poll, [1]).status_code == 200

    town.wait_for_number("ballots/stop/counted", before + 1)
    assert (town.number("ballots/stop/options/bills") or 0) >= bills + 1
    audited = run("audit", town.house.url, "--json")
    assert audited.returncode == 0, audited.stdout
    assert json.loads(audited.stdout)["counts"]["number"] == 0


def test_a_withdrawn_pledge_no_longer_counts(town: Town) -> None:
    """An empty choice with the next number takes the person out of the count."""
    pledge, _ = town.enrol("fickle@example.org")
    assert town.cast(pledge, [0]).status_code == 200
    issued = town.number("ballots/stop/issued") or 0
    pledge.q = 1
    assert town.cast(pledge, []).status_code == 200

    town.wait_for_number("ballots/stop/issued", issued + 1)

    audited = run("audit", town.house.url, "--no-pages", "--json")
    assert audited.returncode == 0, audited.stdout


def test_a_lost_answer_is_given_again(town: Town) -> None:
    """The same code with the same blinded messages gives the same signatures; other messages are refused."""
    with town.client as client:
        town.ask_for_code(client, "unlucky@example.org")
        code, coins = town.code_for("unlucky@example.org"), town.mint()
        first = town.ask_for_tokens(client, "unlucky@example.org", code, coins)
        again = town.ask_for_tokens(client, "unlucky@example.org", code, coins)
        other = town.ask_for_tokens(client, "unlucky@example.org", code, town.mint())

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert other.status_code == 403


def test_a_second_device_gets_no_second_token(town: Town) -> None:
    """With a fresh code, other blinded messages of the same contact are refused, spelled however."""
    town.enrol("one.person@gmail.com")
    with town.client as client:
        town.ask_for_code(client, "OnePerson+again@googlemail.com")
        code = town.code_for("OnePerson+again@googlemail.com")
        answer = town.ask_for_tokens(client, "oneperson@gmail.com", code, town.mint())

    assert (answer.status_code, answer.json()["error"]) == (409, "spent")


def test_the_answer_to_a_code_is_the_same_for_everyone(town: Town) -> None:
    """Who has enrolled and who has not get the same bytes, and only a mail tells them apart."""
    town.enrol("known@example.org")
    with town.client as client:
        known = town.ask_for_code(client, "known@example.org")
        stranger = town.ask_for_code(client, "stranger@example.org")

    assert known.content == stranger.content
    assert known.status_code == stranger.status_code == 202
    assert {**known.headers, "date": ""} == {**stranger.headers, "date": ""}
    town.code_for("stranger@example.org")
    assert any("taken part already" in mail for mail in town.mails() if "To: known@" in mail)


def test_the_mail_names_no_campaign_and_holds_no_link(town: Town) -> None:
    """A mail scanner finds nothing to open, and whoever sees the mail does not learn what it is for."""
    with town.client as client:
        town.ask_for_code(client, "quiet@example.org", language="fr")
    town.code_for("quiet@example.org")
    mail = next(mail for mail in town.mails() if "To: quiet@" in mail)
    words = mail.partition("\n\n")[2].lower()

    assert not any(word in words for word in ("http", "trial", "campaign", "campagne", "sawtna", "words"))


def test_a_code_is_guessed_in_vain(town: Town) -> None:
    """After five wrong tries even the right code is refused."""
    with town.client as client:
        town.ask_for_code(client, "guessed@example.org")
        code, coins = town.code_for("guessed@example.org"), town.mint()
        for guess in range(5):
            wrong = f"{(int(code) + guess + 1) % 10**8:08d}"
            assert town.ask_for_tokens(client, "guessed@example.org", wrong, coins).status_code == 403
        answer = town.ask_for_tokens(client, "guessed@example.org", code, coins)

    assert answer.status_code == 403


def test_a_replayed_cast_counts_once_and_another_with_its_number_is_refused(town: Town) -> None:
    """The same bytes are accepted again without effect; another cast with the same q is a double."""
    pledge, _ = town.enrol("replayed@example.org")
    cast = steps.make_cast(pledge, [0])
    with town.client as client:
        first, again = (client.post("/t/v1/cast", content=cast) for _ in range(2))
    other = town.cast(pledge, [1])

    assert first.json() == again.json()
    assert (other.status_code, other.json()["error"]) == (409, "double")


def test_a_promise_names_the_cast_and_is_signed(town: Town) -> None:
    """The promise holds under the key of entry 0."""
    pledge, _ = town.enrol("promised@example.org")
    answer = town.cast(pledge, [0])
    site = town.register.origin
    with town.client as client:
        size = int(client.get("/log/checkpoint").text.split("\n")[1])
        width = min(256, size)
        name = "000" if width == 256 else f"000.p/{width}"
        first = unpack_entry(unpack_bundle(client.get(f"/log/tile/entries/{name}").content, width)[0])
    verifier = promise_verifier(site, decode_base64url(str(first["promise"])))

    promise = open_promise(answer.json()["promise"], [verifier])

    assert promise.origin == site
    assert promise.deadline > datetime.now(UTC).timestamp()  # noqa: TID251 (a test stands at the edge)


def test_nonsense_gets_a_sentence(town: Town) -> None:
    """Each bad request is refused with a code and a sentence, and the counter goes on."""
    pledge, _ = town.enrol("nonsense@example.org")
    flipped = bytearray(steps.make_cast(pledge, [0]))
    flipped[flipped.index(b'"c":[0]') + 5] = ord("1")
    bad: list[tuple[str, bytes, int]] = [
        ("issue", b"not json", 400), ("issue", b"[]", 400), ("issue", b'{"roll":1}', 400),
        ("issue", b'{"roll":' + b"9" * 5000 + b"}", 400), ("cast", b"", 400), ("cast", b"{}", 400),
        ("cast", bytes(flipped), 400), ("cast", b"x" * 10_000, 400), ("cast", b"x" * 10_000_000, 413),
        ("code", b'{"roll":1,"kind":"email","contact":"nobody"}', 400), ("unknown", b"", 404),
    ]  # fmt: skip
    with town.client as client:
        for address, body, status in bad:
            answer = client.post(f"/t/v1/{address}", content=body)
            assert answer.status_code == status, (address, body[:40], answer.text[:200])
            assert answer.json()["sentence"].endswith(".")
        assert client.get("/t/v1/cast").status_code == 405
    assert town.cast(pledge, [0]).status_code == 200


def test_work_opens_once(town: Town) -> None:
    """A solved challenge asks for one code, not for two; an unsolved one for none."""
    with town.client as client:
        challenge = altcha.Challenge.from_dict(client.post("/t/v1/challenge").json())
        work = altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()
        asked = {"roll": town.roll, "kind": "email", "contact": "worker@example.org", "language": "en"}
        statuses = [
            client.post("/t/v1/code", json={**asked, "work": one}).status_code for one in (work, work, "")
        ]

    assert statuses == [202, 400, 400]


def test_a_purse_survives_its_file() -> None:
    """What a device keeps reads back as it was."""
    private, asked = ec.generate_private_key(ec.SECP256R1()), {6: Blinded(b"blinded", 7)}
    purse = Purse(
        "sawtna.example/log", {3: Coin(3, private, asked, {5: b"stamp"}, 2, (0, 1), "promise", b"", (1,), ())}
    )

    again = unpack_purse(pack_purse(purse))

    assert pack_purse(again) == pack_purse(purse)
    coin = again.coins[3]
    assert (coin.asked, coin.stamps, coin.choice, coin.did) == (asked, {5: b"stamp"}, (0, 1), (1,))
