"""Take part from a terminal, as a browser does: anonymously, and checked against the public book.

  sawtna cast https://sawtna.example --campaign ID                                   lists what is open
  sawtna cast https://sawtna.example --campaign ID --ballot ID --choose OPTION…      takes part, or changes it later
  sawtna cast https://sawtna.example --campaign ID [--ballot ID] --withdraw          withdraws
  sawtna cast https://sawtna.example --campaign ID --forget                          forgets on this device

The first time it asks for an e-mail address and for the code that is mailed to it. What is kept lies in the purse, a file
that only you can read: whoever has it can see and change what you cast. The proxies of the environment are used (HTTPS_PROXY,
ALL_PROXY).
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import httpx

from sawtna.campaigns.caster.offers import Offer, forms_of, prove_offer
from sawtna.campaigns.caster.purse import Purse, save_purse, unpack_purse
from sawtna.campaigns.core.casting.choices import CastError, Paper, check_paper
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.cli.book_reader import ReadError, SiteReader
from sawtna.cli.cast_counter import Counter, CounterError
from sawtna.cli.casting import Booth
from sawtna.ledger.core.policy import unpack_policy

SECONDS = 60.0
PURSE = Path("sawtna-purse.json")


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("site", metavar="URL", help="the site, such as https://sawtna.example")
    parser.add_argument("--campaign", required=True, metavar="ID", help="the campaign, as in its address")
    parser.add_argument("--ballot", metavar="ID", help="the pledge or poll")
    parser.add_argument(
        "--choose", nargs="+", metavar="OPTION", help="what to choose; of a ranking the best first"
    )
    parser.add_argument("--purse", type=Path, default=PURSE, metavar="FILE", help=f"what is kept ({PURSE})")
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="the log's key and witnesses, kept from an earlier day"
    )
    parser.add_argument("--withdraw", action="store_true", help="take back what was cast")
    parser.add_argument("--forget", action="store_true", help="delete what is kept of this campaign")
    parser.add_argument("--email", metavar="ADDRESS", help="where the code is sent; asked for when left out")
    parser.add_argument("--code-from-stdin", action="store_true", help="read the code as a line, for scripts")


def run(arguments: argparse.Namespace) -> int:
    """Take part; every refusal is one sentence and status 1."""
    enroll_campaigns()
    if arguments.choose and not arguments.ballot:
        raise SystemExit("Say with --ballot which ballot you choose in.")
    if not re.match(r"https?://", arguments.site):
        raise SystemExit("Give the address of a site, such as https://sawtna.example.")
    try:
        with httpx.Client(timeout=SECONDS, headers={"user-agent": "sawtna-cast"}) as client:
            reader = SiteReader(arguments.site, client)
            offers = _offers(arguments, reader, client)
            return _go(arguments, offers, Counter(reader.name))
    except (CounterError, ReadError) as refusal:
        raise SystemExit(str(refusal)) from None


def _offers(arguments: argparse.Namespace, reader: SiteReader, client: httpx.Client) -> list[Offer]:
    address = f"{reader.name}/en/{arguments.campaign}/take-part/"
    try:
        page = client.get(address)
    except httpx.HTTPError:
        raise SystemExit(f"{address} could not be read. Is the site up?") from None
    if page.status_code != httpx.codes.OK:
        raise SystemExit(f"{reader.name} has no campaign {arguments.campaign!r}.")
    pinned = arguments.policy.read_text(encoding="utf-8") if arguments.policy else None
    if pinned is None:
        _say(
            "The book's key was taken from the site itself; pin it with --policy FILE to notice another book."
        )
    policy = unpack_policy(pinned if pinned is not None else reader.read("policy").decode("utf-8", "replace"))
    offers = [prove_offer(named, policy, reader.read) for named in forms_of(page.text)]
    if not offers:
        raise SystemExit("Nothing is open in this campaign today.")
    return offers


def _go(arguments: argparse.Namespace, offers: list[Offer], counter: Counter) -> int:
    purse = _open_purse(arguments.purse, offers[0].register.origin)
    if arguments.forget:
        return _forget(purse, offers, arguments.purse)
    booths = [Booth(offer, purse, arguments.purse, counter) for offer in offers]
    if arguments.withdraw:
        many = sum(booth.withdraw(arguments.ballot) for booth in booths)
        print("Withdrawn." if many else "This purse holds nothing that could be withdrawn.")
        return 0 if many else 1
    if not arguments.ballot:
        return _list(offers, purse)
    return _take_part(arguments, booths)


def _take_part(arguments: argparse.Namespace, booths: list[Booth]) -> int:
    for booth in booths:
        ballot = booth.offer.ballot(arguments.ballot)
        if ballot is not None:
            choice = _choice(arguments.choose or [], ballot, booth.offer)
            if not booth.has_tokens:
                _enrol(arguments, booth)
            booth.cast(ballot, choice)
            print("Done. You are counted. Your choice appears together with others.")
            _say(f"To change it later, keep {arguments.purse}; the site's promise is in it.")
            return 0
    names = ", ".join(ballot.id for booth in booths for ballot, _ in booth.offer.ballots)
    raise SystemExit(f"There is no open ballot {arguments.ballot!r}. Open are: {names}.")


def _enrol(arguments: argparse.Namespace, booth: Booth) -> None:
    if booth.offer.named.kind != "email":  # the code of an invitation is all there is to show
        booth.take_tokens(_read("Your invitation code: ", quiet=arguments.code_from_stdin), "")
        return
    contact = arguments.email or _read("Your e-mail address: ", quiet=False)
    booth.ask_for_code(contact)
    _say("If the address is right, a code is on its way to it.")
    booth.take_tokens(contact, _read("The code from the mail: ", quiet=arguments.code_from_stdin))


def _choice(named: list[str], ballot: BallotFacts, offer: Offer) -> list[int]:
    options = offer.options(ballot)
    unknown = [name for name in named if name not in options]
    if unknown or not named:
        asked = f"There is no option {unknown[0]!r}." if unknown else "Say with --choose what you choose."
        raise SystemExit(f"{asked} The options of {ballot.id} are: {', '.join(options)}.")
    numbers = [options.index(name) for name in named]
    choice = numbers if ballot.counting == "ranked" else sorted(numbers)
    try:
        check_paper(Paper(ballot.index, 0, tuple(choice)), ballot)
    except CastError:
        wanted = str(ballot.least) if ballot.least == ballot.most else f"{ballot.least} to {ballot.most}"
        raise SystemExit(f"Choose {wanted} different options of {ballot.id}.") from None
    return choice


def _read(question: str, *, quiet: bool) -> str:
    try:
        return (sys.stdin.readline() if quiet else input(question)).strip()
    except EOFError:
        raise SystemExit(
            "Nothing was typed. Start again in a terminal, or give the code as a line."
        ) from None


def _open_purse(path: Path, origin: str) -> Purse:
    if not path.exists():
        return Purse(origin)
    try:
        purse = unpack_purse(path.read_bytes())
    except ValueError as error:
        raise SystemExit(f"{path}: {error} Give another file with --purse.") from None
    if purse.origin != origin:
        raise SystemExit(f"{path} is the purse of {purse.origin}. Give another file with --purse.")
    return purse


def _forget(purse: Purse, offers: list[Offer], path: Path) -> int:
    for offer in offers:
        for ballot, _ in offer.ballots:
            purse.coins.pop(ballot.index, None)
    if purse.coins:
        save_purse(purse, path)
    else:
        path.unlink(missing_ok=True)
    print("Forgotten on this device. What was cast still counts.")
    return 0


def _list(offers: list[Offer], purse: Purse) -> int:
    for offer in offers:
        for ballot, _ in offer.ballots:
            options, coin = offer.options(ballot), purse.coins.get(ballot.index)
            print(f"{ballot.id} ({ballot.sort}, {ballot.counting}): {', '.join(options)}")
            if coin is not None and coin.choice:
                print(f"  you chose: {', '.join(options[one] for one in coin.choice)}")
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
