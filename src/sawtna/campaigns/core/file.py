"""A campaign file: from bytes to a document, with the line of everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from sawtna.campaigns.core.document import MOST_PROBLEMS, Document, problems_of_document, tidy_document
from sawtna.campaigns.core.flaws import flaw
from sawtna.campaigns.core.json_places import JsonError, Places, read_json
from sawtna.campaigns.core.planning import contradictions
from sawtna.campaigns.core.story import Story
from sawtna.ledger.core.schema import Problem

MOST_FILE_BYTES = 5_000_000
MOST_READ_BYTES = 32_000_000  # a file between the two is refused too, but with the field that is so long


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """What a file holds. `places` is None when it is no JSON; then `problems` says why."""

    document: Document
    places: Places | None
    problems: tuple[Problem, ...]

    @property
    def campaign(self) -> str:
        """The id of its campaign; empty where it has none."""
        campaign = self.document.get("campaign")
        name = campaign.get("id") if isinstance(campaign, dict) else None
        return name if isinstance(name, str) else ""


def open_file(data: bytes) -> CampaignFile:
    """Read a file as far as it can be read; nothing is checked yet but that it is JSON."""
    size = len(data)
    too_long = (flaw((), "file-size", size=size, most=MOST_FILE_BYTES),) if size > MOST_FILE_BYTES else ()
    if size > MOST_READ_BYTES:
        return CampaignFile({}, None, too_long)
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        return CampaignFile({}, None, (*too_long, _not_utf8(data, error)))
    try:
        places = read_json(text)
    except JsonError as error:
        line, column = Places(text).line_and_column(error.at)
        return CampaignFile({}, None, (*too_long, replace(error.problem, line=line, column=column)))
    document = tidy_document(places.value) if isinstance(places.value, dict) else {}
    return CampaignFile(document, places, (*too_long, *_repeated_keys(places)))


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Problem:
    before = data[: error.start]
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    problem = flaw((), "file-encoding", byte=f"0x{data[error.start]:02x}")
    return replace(problem, line=before.count(b"\n") + 1, column=column)


def _repeated_keys(places: Places) -> Iterator[Problem]:
    for path, at in islice(places.twice, MOST_PROBLEMS):
        line, column = places.line_and_column(at)
        problem = flaw(path, "twice", name=repr(path[-1])[:60])
        yield replace(problem, line=line, column=column)


def check_form(file: CampaignFile) -> list[Problem]:
    """What is wrong with a file whatever the book says, each with its line, in the order of lines; at most `MOST_PROBLEMS`."""
    problems = list(file.problems)
    if file.places is not None:
        document = file.document if isinstance(file.places.value, dict) else file.places.value
        problems += _placed(islice(problems_of_document(document), MOST_PROBLEMS), file.places)
    return sorted(problems, key=lambda problem: problem.line)[:MOST_PROBLEMS]


def check_file(file: CampaignFile, story: Story | None = None) -> list[Problem]:
    """The same, and where its form is sound what keeps it from being told over the story."""
    problems = check_form(file)
    if file.places is not None and not problems:
        problems = _placed(islice(contradictions(file.document, story), MOST_PROBLEMS), file.places)
    return sorted(problems, key=lambda problem: problem.line)


def _placed(problems: Iterable[Problem], places: Places) -> list[Problem]:
    return [replace(problem, line=places.line_of(problem.path)) for problem in problems]
