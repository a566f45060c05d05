"""What the counter answers when it refuses: a status, a code for the browser's own sentence, and English for a terminal."""

from __future__ import annotations


class Turned(Exception):  # noqa: N818 (a refusal is an answer, not a fault)
    """Someone is turned away. Codes are documented in docs/formats/casting.md; they never say who enrolled."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


def malformed(sentence: str) -> Turned:
    """The request is not of the form that it must have."""
    return Turned(400, "malformed", sentence)


def closed() -> Turned:
    """The ballot is not open."""
    return Turned(409, "closed", "This ballot is not open. Look at its page for when it opens and closes.")


def too_early() -> Turned:
    """A check-in to an action whose day has not come, or that is not asked for."""
    return Turned(
        409, "early", "Tell whether you did it from the day of the action on, and until the last day to tell."
    )


def restored() -> Turned:
    """An older database was restored, which no longer knows who took a token."""
    return Turned(
        503,
        "closed_counter",
        "An older state of this house was restored, so no tokens are given out now. Whoever has a token can cast. Try later.",
    )


def wrong_code() -> Turned:
    """The code is wrong, old, used up or was never sent: the answer is the same for all."""
    return Turned(
        403, "code", "This code does not fit. Ask for a new one; a code is good for 15 minutes and 5 tries."
    )


def spent() -> Turned:
    """Another device has taken the tokens of this contact."""
    return Turned(
        409,
        "spent",
        "The tokens for this address were already given to another device or browser. They are given once.",
    )
