"""The rules of issuing, as anyone can check them in the book (memo trust 6.3, 6.4 and 6.10).

One key for each ballot, issuer and voucher kind, logged before the first token; at most one rotation; never more casts under a
key than tokens that were issued under it; invitations and vouches bound what may be issued of their kind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sawtna.campaigns.core.casting.peers import Vouches
from sawtna.campaigns.core.casting.register import BallotFacts, IssuerKey
from sawtna.ledger.core.fold import Finding

MOST_KEYS = 2  # the first and one rotation

Triple = tuple[int, str, str]


@dataclass(slots=True)
class KeyAccount:
    """What is known of one key. `ended` is (index, why) of its `keyend`; `spent` counts people who used a token of it."""

    key: IssuerKey
    issued: int = 0
    spent: int = 0
    ended: tuple[int, str] | None = None
    is_overspent: bool = False


@dataclass(slots=True)
class Issuance:
    """All keys and counts of a book. Owner: one fold; lives as long as it. `rotations` are indices of second keys."""

    accounts: dict[int, KeyAccount] = field(default_factory=dict)
    rotations: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _of_triple: dict[Triple, list[int]] = field(default_factory=lambda: defaultdict(list))
    _kids: dict[bytes, int] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set)
    _invited: Counter[int] = field(default_factory=Counter)
    _vouches: dict[int, Vouches] = field(default_factory=lambda: defaultdict(Vouches))

    def take_key(self, key: IssuerKey, ballot: BallotFacts) -> Iterator[Finding]:
        """A key of a known ballot. One that breaks a rule is not a key: casts under it do not count."""
        fault = self._fault_of(key, ballot)
        if fault:
            yield Finding(key.index, *fault)
            return
        triple = (key.ballot, key.issuer, key.kind)
        if self._of_triple[triple]:
            self.rotations[key.ballot].append(key.index)
            yield Finding(
                key.index,
                "rotation",
                f"a second key of {key.issuer} for {key.kind} splits those who take part in ballot entry {key.ballot}",
                "warning",
            )
        self._of_triple[triple].append(key.index)
        self._kids[key.kid] = key.index
        self.accounts[key.index] = KeyAccount(key)

    def _fault_of(self, key: IssuerKey, ballot: BallotFacts) -> tuple[str, str] | None:
        whose = f"{key.issuer} for {key.kind} in ballot entry {ballot.index}"
        if not key.is_sound:
            return (
                "key",
                "got a key that is not what its kid says, expected RSA of 2048 bits named by its hash",
            )
        if key.issuer not in ballot.issuers or key.kind not in ballot.kinds:
            return "key", f"got a key of {whose}, expected one of the issuers and kinds that the ballot names"
        if key.kid in self._kids:
            return (
                "key",
                f"got the key of entry {self._kids[key.kid]} again, expected a key of its own for each ballot",
            )
        return self._tagging(key, whose)

    def _tagging(self, key: IssuerKey, whose: str) -> tuple[str, str] | None:
        """Two keys side by side could mark people: those who are given the one, and those who are given the other."""
        older = [self.accounts[index] for index in self._of_triple[key.ballot, key.issuer, key.kind]]
        if not older and key.ballot in self._begun:
            return "tagging", f"got the first key of {whose} after tokens were issued (tagging suspected)"
        if not older:
            return None
        ended = older[-1].ended
        if len(older) >= MOST_KEYS or ended is None or ended[1] == "closed":
            sentence = f"got another key of {whose}, expected at most one more, after the end of the first"
            return "tagging", f"{sentence} (tagging suspected)"
        return None

    def take_keyend(self, index: int, key: int, why: str) -> Iterator[Finding]:
        """No token is issued under that key any more."""
        account = self.accounts.get(key)
        if account is None or account.ended is not None:
            yield Finding(
                index, "keyend", f"got the end of key entry {key}, expected a key that has not ended"
            )
            return
        account.ended = (index, why)

    def take_invite(self, roll: int, count: int) -> None:
        """An organiser committed to so many more codes for a roll."""
        self._invited[roll] += count

    def take_vouch(self, roll: int, vouching: int, newcomer: bytes, needed: int) -> None:
        """One valid vouch."""
        self._vouches[roll].take(vouching, newcomer, needed)

    def take_issued(
        self, index: int, key: int, count: int, total: int, ballot: BallotFacts | None
    ) -> Iterator[Finding]:
        """So many tokens more were signed under a key; `total` is what the entry says that they are together."""
        account = self.accounts.get(key)
        if account is None or ballot is None:
            yield Finding(index, "issued", f"got tokens of key entry {key}, expected a key of this book")
            return
        self._begun.add(account.key.ballot)
        if account.ended is not None:
            yield Finding(
                index, "issued", f"got tokens of key entry {key}, which ended at entry {account.ended[0]}"
            )
        if total != account.issued + count:
            yield Finding(
                index,
                "issued",
                f"got a sum of {total} tokens of key entry {key}, expected {account.issued + count}",
            )
        account.issued += count
        account.is_overspent = account.spent > account.issued
        yield from self._bound(index, account, ballot)

    def _bound(self, index: int, account: KeyAccount, ballot: BallotFacts) -> Iterator[Finding]:
        key, roll = account.key, ballot.roll if ballot.roll is not None else -1
        bounds = {"invite": self._invited[roll], "peer": self._vouches[roll].admitted}
        issued = sum(self.accounts[one].issued for one in self._of_triple[key.ballot, key.issuer, key.kind])
        if key.kind in bounds and issued > bounds[key.kind]:
            sentence = f"got {issued} tokens of kind {key.kind}, expected at most the {bounds[key.kind]}"
            yield Finding(index, "bound", f"{sentence} that invitations or vouches in the book allow")

    def spend(self, index: int, keys: tuple[int, ...]) -> Iterator[Finding]:
        """A person used a token of each of these keys for the first time."""
        for key in keys:
            account = self.accounts[key]
            account.spent += 1
            self._begun.add(account.key.ballot)
            if account.spent > account.issued and not account.is_overspent:
                account.is_overspent = True
                yield Finding(
                    index,
                    "minted",
                    f"got the cast of a {account.spent}th person under key entry {key},"
                    f" expected at most the {account.issued} to whom the book says that tokens were issued",
                )

    def unended(self, ballot: int) -> list[int]:
        """The keys of a ballot of which the book does not say that they have ended."""
        return [
            index
            for index, account in self.accounts.items()
            if account.key.ballot == ballot and account.ended is None
        ]

    def of_ballot(self, ballot: int) -> list[KeyAccount]:
        """The accounts of all keys of a ballot."""
        return [account for account in self.accounts.values() if account.key.ballot == ballot]


def most_people(totals: list[int], need: int) -> int:
    """How many people can at most hold tokens of `need` issuers, when the issuers gave out so many each."""
    if need <= 1:
        return sum(totals)
    low, high = 0, sum(totals) // need
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(total, middle) for total in totals) >= need * middle:
            low = middle
        else:
            high = middle - 1
    return low
