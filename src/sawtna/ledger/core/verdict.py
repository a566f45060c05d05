"""What an audit found: findings in four grades, and the exit code that they amount to (memo trust 6.10)."""

from __future__ import annotations

from dataclasses import dataclass, field

OK, WRONG_NUMBER, INVALID, INCOMPLETE = 0, 1, 2, 3

GRADES = {"invalid": INVALID, "number": WRONG_NUMBER, "missing": INCOMPLETE, "warning": OK}
KEPT = 200


@dataclass(frozen=True, slots=True)
class Sentence:
    """One finding. `index` is the entry that it concerns, where there is one."""

    grade: str
    text: str
    index: int | None = None

    def as_json(self) -> dict[str, object]:
        """The finding as `--json` prints it."""
        place = {} if self.index is None else {"index": self.index}
        return {"grade": self.grade, "text": self.text, **place}


@dataclass(slots=True)
class Findings:
    """Collects findings. The first 200 of each grade are kept, all are counted."""

    sentences: list[Sentence] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GRADES, 0))

    def add(self, grade: str, text: str, index: int | None = None) -> None:
        """Note one finding of that grade: invalid, number, missing or warning."""
        self.counts[grade] += 1
        if self.counts[grade] <= KEPT:
            self.sentences.append(Sentence(grade, text, index))

    @property
    def first_bad_index(self) -> int | None:
        """The lowest entry with which something is wrong."""
        bad = [
            one.index
            for one in self.sentences
            if one.index is not None and one.grade in ("invalid", "missing")
        ]
        return min(bad, default=None)

    @property
    def exit_code(self) -> int:
        """2 invalid, else 1 a shown number or quoted word differs, else 3 incomplete, else 0."""
        for grade in ("invalid", "number", "missing"):
            if self.counts[grade]:
                return GRADES[grade]
        return OK
