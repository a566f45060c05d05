"""Speaks with the counter of a site over HTTP: no cookie, no referrer, requests of one length, a sentence for each refusal."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

REQUEST_BYTES = 4096
LANGUAGE = "en"
SECONDS = 60.0
SENTENCES = {
    "code": "This code does not fit. A code is good for a quarter of an hour and five tries; start again to get another.",
    "contact": "This is no e-mail address. Write it as in name@example.org.",
    "spent": "This address has already taken part from another device, browser or purse. Change the choice there.",
    "closed": "This ballot is not open now.",
    "early": "Of this it cannot be told today: only from the day of the action on, and until the last day to tell.",
    "double": "Another cast was handed in with this number. It was counted on; start again to cast with the next one.",
    "work": "The work that the site asks for came too late. Start again.",
    "busy": "Very many people are there at this moment. Nothing is lost: start again in a minute.",
    "store": "It could not be stored just now. Nothing is lost: start again in a minute.",
    "malformed": "The site did not understand the request. Install a newer version and start again.",
    "closed_counter": "The site cannot issue tokens now. Nothing is lost: try again later.",
    "network": "No answer came. Nothing is lost: look at your connection and start again.",
}
SENTENCES_OF_KIND = {
    (
        "code",
        "invite",
    ): "This code is not among the invitations of this campaign. Compare it with the sheet, sign by sign.",
    (
        "contact",
        "invite",
    ): "This is no invitation code. It has 16 letters and digits, such as k7qm-3xwp-2b9d-h4tn.",
    (
        "spent",
        "invite",
    ): "This code was used before, on another device or with another purse. Change the choice there.",
    (
        "code",
        "peer",
    ): "The book does not hold enough vouches yet. They appear together with others: try again later.",
    ("spent", "peer"): "Somebody has taken part with this code on another device or with another purse.",
}


class CounterError(Exception):
    """The counter refused or did not answer; `code` is its code, the text a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter of one site, or of another issuer (`whose`).

    Each request has a connection of its own, so that not even that joins a code and a cast.
    """

    address: str
    slip: str = field(
        default_factory=lambda: secrets.token_urlsafe(16)
    )  # codes that were asked for open for it alone
    whose: str = ""

    def _post(self, name: str, body: bytes, kind: str = "") -> Mapping[str, object]:
        headers = {"content-type": "text/plain", "user-agent": "sawtna-cast"}
        try:
            answer = httpx.post(f"{self.address}/t/v1/{name}", content=body, headers=headers, timeout=SECONDS)
            found = answer.json()
        except (httpx.HTTPError, ValueError):
            raise CounterError("network", self._sentence("network", "")) from None
        if answer.status_code >= 300 or not isinstance(found, dict):
            told = found if isinstance(found, dict) else {}
            code = str(told.get("error", "fault"))
            raise CounterError(
                code, self._sentence(code, kind) or str(told.get("sentence", "The site refused."))
            )
        return found

    def _sentence(self, code: str, kind: str) -> str:
        known = SENTENCES_OF_KIND.get((code, kind)) or SENTENCES.get(code, "")
        if self.whose and code == "network":
            return f"The other issuer, {self.whose}, does not answer. Nothing is lost: start again later."
        return f"{self.whose}: {known}" if self.whose and known else known

    def _ask(self, name: str, asked: Mapping[str, object]) -> Mapping[str, object]:
        return self._post(
            name, json.dumps(asked).encode().ljust(REQUEST_BYTES, b" "), str(asked.get("kind", ""))
        )

    def challenge(self) -> Mapping[str, object]:
        """Work to do before asking for a code."""
        return self._post("challenge", b"")

    def send_code(self, person: Mapping[str, object], work: str) -> None:
        """Have a code sent; `person` is roll, kind and contact."""
        self._ask("code", {**person, "language": LANGUAGE, "work": work, "slip": self.slip})

    def sign(self, person: Mapping[str, object], code: str, asked: Sequence[object]) -> list[str]:
        """Blind signatures, in the order asked for."""
        found = self._ask("issue", {**person, "code": code, "reqs": list(asked), "slip": self.slip})["sigs"]
        if not isinstance(found, list) or len(found) != len(asked):
            raise CounterError("fault", "The site gave another number of tokens than were asked for.")
        return [str(one) for one in found]

    def leave_sealed(self, sealed: bytes) -> str:
        """Leave a sealed cast for the relay; the promise."""
        return str(self._post("sealed", sealed)["promise"])

    def hand_in(self, cast: bytes) -> str:
        """Hand a cast in; the promise."""
        return str(self._post("cast", cast)["promise"])
