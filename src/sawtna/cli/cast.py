"""Take part from a terminal, as a browser does: anonymously, and checked against the public book.

  sawtna cast https://sawtna.example --campaign ID                                   lists what is open
  sawtna cast https://sawtna.example --campaign ID --ballot ID --choose OPTION…      takes part, or changes it later
  sawtna cast https://sawtna.example --campaign ID --ballot ID --did OPTION…         tells what was done of a pledge
  sawtna cast https://sawtna.example --campaign ID [--ballot ID] --withdraw          withdraws
  sawtna cast https://sawtna.example --campaign ID --forget                          forgets on this device

The first time it asks for an e-mail address and for the code that is mailed to it. With --invitation CODE a code that an
organiser gave out is all that is needed. With --newcomer it makes a code for which people who take part vouch (--vouch-for
CODE); once enough of their vouches are in the book, --vouched takes part with it.

What is kept lies in the purse, a file that only you can read: whoever has it can see and change what you cast. The proxies of
the environment are used (HTTPS_PROXY, ALL_PROXY).
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import httpx

from sawtna.campaigns.caster.offers import Offer, forms_of, prove_offer
from sawtna.campaigns.caster.purse import Coin, Purse, save_purse, unpack_purse
from sawtna.campaigns.core.casting.choices import CastError, Paper, check_paper
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.cli.book_reader import ReadError, SiteReader
from sawtna.cli.cast_counter import Counter, CounterError
from sawtna.cli.cast_ways import enrolled, newcomers_code, say, vouch
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
    parser.add_argument("--did", nargs="+", metavar="OPTION", help="what you pledged and did")
    parser.add_argument("--did-not", nargs="+", metavar="OPTION", help="what you pledged and did not do")
    parser.add_argument(
        "--invitation", metavar="CODE", help="a code that an organiser gave you, in place of an address"
    )
    parser.add_argument("--newcomer", action="store_true", help="make a code for which others can vouch")
    parser.add_argument(
        "--vouched", action="store_true", help="take part with that code, once enough people vouched"
    )
    parser.add_argument("--vouch-for", metavar="CODE", help="vouch for the newcomer with that code, once")
    parser.add_argument("--code-from-stdin", action="store_true", help="read the code as a line, for scripts")


def run(arguments: argparse.Namespace) -> int:
    """Take part; every refusal is one sentence and status 1."""
    enroll_campaigns()
    if (arguments.choose or arguments.did or arguments.did_not) and not arguments.ballot:
        raise SystemExit("Say with --ballot which ballot you choose in, or tell of.")
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
        say(
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
    if arguments.newcomer:
        print(newcomers_code(arguments, booths[0], counter.address))
        return 0
    if arguments.vouch_for:
        vouch(arguments, booths)
        print("Done. You vouched. Your vouch appears in the book together with others.")
        return 0
    if arguments.withdraw:
        many = sum(booth.withdraw(arguments.ballot) for booth in booths)
        print("Withdrawn." if many else "This purse holds nothing that could be withdrawn.")
        return 0 if many else 1
    if not arguments.ballot:
        return _list(offers, purse)
    return _tell(arguments, booths) if arguments.did or arguments.did_not else _take_part(arguments, booths)


def _take_part(arguments: argparse.Namespace, booths: list[Booth]) -> int:
    found = [booth for booth in booths if booth.offer.ballot(arguments.ballot) is not None]
    if not found:
        names = dict.fromkeys(
            ballot.id for booth in booths for ballot, _ in booth.offer.ballots if ballot.sort != "vouch"
        )
        raise SystemExit(f"There is no open ballot {arguments.ballot!r}. Open are: {', '.join(names)}.")
    ballot = found[0].offer.ballot(arguments.ballot)
    assert ballot is not None
    choice = _choice(arguments.choose or [], ballot, found[0].offer)
    booth = enrolled(arguments, found, ballot)
    booth.cast(ballot, choice)
    print(_done(booth))
    say(f"To change it later, keep {arguments.purse}; the site's promise is in it.")
    return 0


def _done(booth: Booth) -> str:
    relay = booth.offer.relay
    if relay is None:
        return "Done. You are counted. Your choice appears together with others."
    return (
        f"Done. Your choice waits, sealed, for the relay {relay.id}, which hands it in together with others."
    )


def _tell(arguments: argparse.Namespace, booths: list[Booth]) -> int:
    """A check-in is a second cast of the same person, with what was pledged and what became of it (decision 50)."""
    told = ((booth, *one) for booth in booths for one in booth.offer.checkins)
    booth, ballot, asked = next((one for one in told if one[1].id == arguments.ballot), (None, None, ()))
    coin = booth.purse.coins.get(ballot.index) if booth and ballot else None
    if booth is None or ballot is None:
        raise SystemExit(f"Nobody is asked today whether they did {arguments.ballot!r}.")
    if coin is None or not coin.choice:
        raise SystemExit(
            "This purse has pledged nothing there. Give with --purse the file with which you pledged."
        )
    names = booth.offer.options(ballot)
    may = [names[number] for number in coin.choice if number in asked]
    did, did_not = (sorted(set(one or [])) for one in (arguments.did, arguments.did_not))
    if set(did) & set(did_not) or not set(did + did_not).issubset(may):
        raise SystemExit(f"Say of each once whether you did it. Asked are: {', '.join(may) or 'none today'}.")
    untold = [number for number in (*coin.did, *coin.did_not) if names[number] not in did + did_not]
    done = sorted([*map(names.index, did), *(one for one in coin.did if one in untold)])
    not_done = sorted([*map(names.index, did_not), *(one for one in coin.did_not if one in untold)])
    booth.cast(ballot, coin.choice, (tuple(done), tuple(not_done)))
    print("Done. What you told is counted, together with others.")
    return 0


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


def _open_purse(path: Path, origin: str) -> Purse:
    if not path.parent.is_dir():
        raise SystemExit(f"There is no folder {path.parent}. Give another file with --purse.")
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
        for ballot in (*(one for one, _ in offer.ballots), *(one for one, _ in offer.checkins)):
            purse.coins.pop(ballot.index, None)
    purse.newcomer = ""
    if purse.coins:
        save_purse(purse, path)
    else:
        path.unlink(missing_ok=True)
    print("Forgotten on this device. What was cast still counts.")
    return 0


def _list(offers: list[Offer], purse: Purse) -> int:
    seen = set()
    for offer in offers:
        told = dict(offer.checkins)
        for ballot in dict.fromkeys([*(one for one, _ in offer.ballots if one.sort != "vouch"), *told]):
            if ballot.index not in seen:
                seen.add(ballot.index)
                _list_ballot(offer, ballot, purse.coins.get(ballot.index), told.get(ballot, ()))
    return 0


def _list_ballot(offer: Offer, ballot: BallotFacts, coin: Coin | None, asked: tuple[int, ...]) -> None:
    options = offer.options(ballot)
    print(f"{ballot.id} ({ballot.sort}, {ballot.counting}): {', '.join(options)}")
    if coin is not None and coin.choice:
        print(f"  you chose: {', '.join(options[one] for one in coin.choice)}")
        may = [options[one] for one in coin.choice if one in asked]
        if may:
            print(f"  tell with --did or --did-not: {', '.join(may)}")
