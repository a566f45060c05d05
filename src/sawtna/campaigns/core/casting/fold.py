"""The fold of casting, joined with that of the stories: one fold for the room (memo trust 6.10, point 5).

Signatures and stamps of casts are not verified here but by the examiner, entry by entry; here is what only the order of the
whole book shows: who cast twice, how many tokens were issued, which key and which batch stands where it may not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sawtna.campaigns.core.casting.batches import QUIET, promised_by
from sawtna.campaigns.core.casting.batching import BatchWatch
from sawtna.campaigns.core.casting.casts import CheckedCast
from sawtna.campaigns.core.casting.choices import CastError, check_paper, paper_of
from sawtna.campaigns.core.casting.issuance import Issuance
from sawtna.campaigns.core.casting.issuers import fault_of_count, fault_of_issuer, fault_of_key
from sawtna.campaigns.core.casting.register import LEARNED, BallotFacts, Register
from sawtna.campaigns.core.casting.results import Poll, numbers_of_poll
from sawtna.campaigns.core.casting.tally import Tally
from sawtna.campaigns.core.casting.tokens import nonce_of, nullifier_of
from sawtna.campaigns.core.casting.trace import Trace
from sawtna.campaigns.core.numbers import CampaignFold
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import Body, pack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.fold import Finding, Number
from sawtna.ledger.core.merkle import leaf_hash


@dataclass(slots=True)
class _Ballot:
    """One ballot that is taken here. Owner: one fold."""

    facts: BallotFacts
    body: Body
    watch: BatchWatch
    tally: Tally = field(default_factory=Tally)
    unopened: int = 0
    counted_from: Trace = field(default_factory=Trace)
    issued_from: Trace = field(default_factory=Trace)

    def note_cast(self, index: int, leaf: bytes) -> Iterator[Finding]:
        """One more cast stands here, whether it counts or not."""
        self.counted_from.add(index)
        return self.watch.take_cast(index, leaf)


class SquareFold(CampaignFold):
    """The square's fold: the stories of campaigns, and what was cast in them."""

    def __init__(self) -> None:
        super().__init__()
        self.register = Register()
        self.issuance = Issuance()
        self._ballots: dict[int, _Ballot] = {}
        self._newest: dict[tuple[str, str, str], int] = {}
        self._struck: set[int] = set()
        self._findings: list[Finding] = []
        self._takers: dict[object, Callable[[int, Body], Iterator[Finding]]] = {
            "issuer": self._take_issuer,
            "keyend": self._take_keyend,
            "invite": self._take_invite,
            "issued": self._take_issued,
            "batch": self._take_batch,
            "close": self._take_close,
        }

    def take(self, index: int, body: Body, leaf: bytes | None = None) -> None:  # type: ignore[override]
        """Read one entry of valid form; what breaks a rule of casting is a finding and, where it is a cast, does not count."""
        kind = body["k"]
        if kind == "cast":
            self._findings.extend(self._take_cast(index, body, leaf))
            return
        super().take(index, body)
        if kind in LEARNED:
            self.register.learn(index, body, leaf)
        if kind in ("ballot", "vouching"):
            self._findings.extend(self._take_ballot(index, body))
        elif kind == "key":
            self._findings.extend(self._take_key(index))
        elif kind in self._takers:
            self._findings.extend(self._takers[kind](index, body))

    def take_gist(self, index: int, kind: str, gist: object, leaf: bytes) -> None:
        """Read one cast that the room's examiner found valid."""
        if kind == "cast" and isinstance(gist, tuple):
            self._findings.extend(self._take_gist(index, CheckedCast(*gist), leaf))

    def annul(self, index: int, by: int) -> None:
        """A ballot or a key is void: casts of the ballot, and stamps by the key, do not count."""
        super().annul(index, by)
        if index in self._ballots or index in self.register.keys:
            self._struck.add(index)
            ballot = self._ballots.get(getattr(self.register.keys.get(index), "ballot", index))
            if ballot is not None:
                ballot.counted_from.add(by)
                ballot.issued_from.add(by)

    def findings(self) -> Iterable[Finding]:
        """What breaks the rules of casting, if the book ends here."""
        yield from self._findings
        for index, ballot in self._ballots.items():
            yield from ballot.watch.pending()
            closed = ballot.watch.closed
            for key in self.issuance.unended(index) if closed is not None else ():
                sentence = f"ballot entry {index} is closed, but no entry says that key entry {key} has ended"
                yield Finding(closed or index, "unended", sentence, "warning")
            yield from self._hasty(index, ballot)

    def _hasty(self, index: int, ballot: _Ballot) -> Iterator[Finding]:
        """People are told the mode of the roll; only a simulation, which says so on each page, may show casts sooner."""
        story = self.stories.get(ballot.facts.campaign)
        _, roll = self.register.rolls.get((ballot.facts.campaign, str(ballot.body.get("roll"))), (0, {}))
        mode, pace = str(roll.get("mode", QUIET)), ballot.facts.pace
        promised = promised_by(mode, pace)
        if promised is not None and story is not None and story.campaign.body.get("mark") != "simulation":
            sentence = (
                f"got batches of {pace.kmin} casts every {pace.every} seconds in ballot entry {index}, expected at least "
                f"{promised.kmin} and {promised.every} seconds, as the mode {mode} of its roll promises"
            )
            yield Finding(index, "pace", sentence, "warning")

    def numbers(self, as_of: date) -> Iterator[Number]:
        """All numbers of all present campaigns, and of the ballots that are taken here."""
        yield from super().numbers(as_of)
        for story in self.present():
            for item in story.items("ballots"):
                if item.index in self._ballots:
                    yield from numbers_of_poll(f"{story.id}/ballots/{item.id}", self._poll(item.index))
            for (campaign, kind, name), index in self._newest.items():
                if campaign == story.id and kind == "vouching" and index not in self._struck:
                    yield from numbers_of_poll(f"{story.id}/vouchings/{name}", self._poll(index))

    def _poll(self, index: int) -> Poll:
        ballot = self._ballots[index]
        return Poll(
            facts=ballot.facts,
            body=ballot.body,
            result=ballot.tally.result(ballot.facts, self.register.keys, self._struck),
            accounts=[
                account for account in self.issuance.of_ballot(index) if account.key.index not in self._struck
            ],
            rotations=len(self.issuance.rotations.get(index, ())),
            unopened=ballot.unopened,
            counted_from=ballot.counted_from.runs,
            issued_from=ballot.issued_from.runs,
        )

    def _take_ballot(self, index: int, body: Body) -> Iterator[Finding]:
        name = (str(body["c"]), str(body["k"]), str(body["id"]))
        older = self._newest.get(name)
        if older is not None and older not in self._struck and self.issuance.of_ballot(older):
            sentence = (
                f"got another {name[1]} {name[2]}, expected a new id, as the one of entry {older} has keys"
            )
            yield Finding(index, "ballot", sentence)
        facts = self.register.ballots.get(index)
        if facts is None:  # taken elsewhere
            return
        self._newest[name] = index
        self._ballots[index] = ballot = _Ballot(facts, body, BatchWatch(facts))
        ballot.counted_from.add(index)
        ballot.issued_from.add(index)

    def _take_key(self, index: int) -> Iterator[Finding]:
        key = self.register.keys[index]
        ballot = self._open_ballot(key.ballot)
        if ballot is None:
            yield Finding(
                index, "key", f"got a key for entry {key.ballot}, expected an open ballot that is taken here"
            )
            return
        ballot.counted_from.add(index)
        ballot.issued_from.add(index)
        fault = fault_of_key(self.register, key)
        if fault:  # safety: a key that its issuer did not sign is not a key, whatever the host says
            yield Finding(index, *fault)
            return
        yield from self.issuance.take_key(key, ballot.facts)

    def _take_issuer(self, index: int, body: Body) -> Iterator[Finding]:
        fault = fault_of_issuer(self.register, body)
        if fault:
            yield Finding(index, *fault)

    def _take_keyend(self, index: int, body: Body) -> Iterator[Finding]:
        yield from self.issuance.take_keyend(index, _whole(body["i"]), str(body["why"]))

    def _take_invite(self, index: int, body: Body) -> Iterator[Finding]:
        roll = _whole(body["i"])
        if roll not in {place for place, _ in self.register.rolls.values()}:
            yield Finding(index, "invite", f"got invitations for entry {roll}, expected a roll")
            return
        self.issuance.take_invite(roll, _whole(body["n"]))

    def _take_issued(self, index: int, body: Body) -> Iterator[Finding]:
        key = self.register.keys.get(_whole(body["i"]))
        ballot = self._open_ballot(key.ballot) if key is not None else None
        if key is not None and ballot is None:
            yield Finding(
                index, "issued", f"got tokens for ballot entry {key.ballot}, which is closed or void"
            )
            return
        total, signature = _whole(body["sum"]), decode_base64url(str(body.get("g", "")))
        fault = fault_of_count(self.register, key, total, signature) if key is not None else None
        if fault:
            yield Finding(index, *fault)
            return
        if ballot is not None:
            ballot.issued_from.add(index)
        yield from self.issuance.take_issued(
            index, _whole(body["i"]), _whole(body["n"]), total, ballot.facts if ballot else None
        )

    def _take_batch(self, index: int, body: Body) -> Iterator[Finding]:
        ballot = self._ballots.get(_whole(body.get("b")))
        if ballot is None or ballot.watch.closed is not None:
            yield Finding(index, "batch", f"got a batch of entry {body.get('b')}, expected an open ballot")
            return
        ballot.counted_from.add(index)
        yield from ballot.watch.take_batch(index, _whole(body["t"]), _whole(body["n"]))

    def _take_close(self, index: int, body: Body) -> Iterator[Finding]:
        ballot = self._ballots.get(_whole(body["b"]))
        if ballot is None:
            yield Finding(
                index, "close", f"got the close of entry {body['b']}, expected a ballot that is taken here"
            )
            return
        ballot.counted_from.add(index)
        ballot.unopened = _whole(body.get("sealed", 0)) if ballot.watch.closed is None else ballot.unopened
        yield from ballot.watch.take_close(index, _whole(body["t"]))

    def _take_cast(self, index: int, body: Body, leaf: bytes | None) -> Iterator[Finding]:
        ballot = self._casting_ballot(_whole(body["b"]))
        if isinstance(ballot, _Ballot):
            yield from ballot.note_cast(index, leaf or leaf_hash(pack_entry(body)))
            try:
                cast = self._gist_of(body, ballot.facts)
            except BookError as error:
                yield Finding(index, "cast", str(error))
            else:
                yield from self._count(index, cast, ballot)
        else:
            yield Finding(index, *ballot)

    def _take_gist(self, index: int, cast: CheckedCast, leaf: bytes) -> Iterator[Finding]:
        ballot = self._casting_ballot(cast.ballot)
        if isinstance(ballot, _Ballot):
            yield from ballot.note_cast(index, leaf)
            yield from self._count(index, cast, ballot)
        else:
            yield Finding(index, *ballot)

    def _casting_ballot(self, index: int) -> _Ballot | tuple[str, str]:
        """The ballot of a cast, or the code and the sentence that say why it takes none."""
        ballot = self._ballots.get(index)
        if ballot is None:
            return "cast", f"got a cast for entry {index}, expected a ballot that is taken here"
        if ballot.watch.closed is not None or index in self._struck:
            state = "void" if ballot.watch.closed is None else f"closed by entry {ballot.watch.closed}"
            return "late", f"got a cast for ballot entry {index}, which is {state}"
        return ballot

    def _gist_of(self, body: Body, facts: BallotFacts) -> CheckedCast:
        """What counts of a cast, without its signatures; raises CastError."""
        paper = paper_of(body)
        check_paper(paper, facts)
        nullifier = nullifier_of(facts.leaf, nonce_of(decode_base64url(str(body["p"]))))
        stamps = body["t"]
        keys = sorted(_whole(stamp["i"]) for stamp in stamps) if isinstance(stamps, list) else []
        issuers = {self.register.keys[key].issuer for key in keys if key in self.register.keys}
        if len(set(keys)) != len(keys) or len(issuers) < facts.need:
            raise CastError(f"got stamps by entries {keys}, expected keys of {facts.need} issuers, each once")
        told = (paper.did or (), paper.did_not or ())
        return CheckedCast(
            facts.index, nullifier, paper.q, paper.choice, tuple(keys), (), *told, paper.newcomer
        )

    def _count(self, index: int, cast: CheckedCast, ballot: _Ballot) -> Iterator[Finding]:
        accounts = self.issuance.accounts
        for key in cast.keys:
            account = accounts.get(key)
            if account is None or account.key.ballot != cast.ballot:
                sentence = f"got a stamp by entry {key}, expected a key of ballot entry {cast.ballot} before the cast"
                yield Finding(index, "cast", sentence)
                return
        fresh = ballot.tally.take(cast.nullifier, cast.q, cast.choice, cast.did, cast.did_not, cast.keys)
        if fresh is None:
            yield Finding(
                index, "double", f"got a second cast of one person with q {cast.q}, expected each q once"
            )
            return
        if fresh:
            yield from self.issuance.spend(index, fresh)
        if cast.newcomer is not None and ballot.facts.roll is not None:
            self.issuance.take_vouch(ballot.facts.roll, cast.ballot, cast.newcomer, ballot.facts.vouches)

    def _open_ballot(self, index: int) -> _Ballot | None:
        ballot = self._ballots.get(index)
        return None if ballot is None or ballot.watch.closed is not None or index in self._struck else ballot


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1
