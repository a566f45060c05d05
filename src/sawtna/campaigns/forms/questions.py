"""Builds the questions of one thing of a campaign from its kind, with what was answered and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sawtna.campaigns.core.entries import REFERENCES
from sawtna.campaigns.forms.choices import choices_of
from sawtna.campaigns.forms.following import ISSUERS_ALONE, issuers_known, spell_issuers
from sawtna.campaigns.forms.labels import NEEDED, ONLY, ORDER, Words, help_of, label_of
from sawtna.campaigns.forms.places import country_names, zone_names
from sawtna.campaigns.forms.risks import CLOSED, note_of
from sawtna.campaigns.forms.shown import shown
from sawtna.campaigns.forms.sorts import WORDS, field_of, sort_of
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import LANGUAGES, Form

TONGUES = {"ar": ("العربية", "rtl"), "fr": ("Français", "ltr"), "en": ("English", "ltr")}
LONG_TEXT = 400  # characters; longer ones get a text area
SPARE_ROWS = 1

Item = Mapping[str, object]
Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be picked."""

    value: str
    label: Words
    is_picked: bool = False
    note: Words = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: its name in the form, what stands in it, what is wrong with that, and its language where it has one."""

    name: str
    value: str
    errors: tuple[str, ...] = ()
    language: str = ""
    own_name: str = ""
    direction: str = ""

    @property
    def id(self) -> str:
        """The input's `id` on the page."""
        return f"q-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: the source, or the option of a poll."""

    number: int
    cells: Mapping[str, Cell]
    tongues: tuple[Cell, ...] = ()
    stages: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the page. `sort` names its template."""

    path: str
    sort: str
    label: Words
    help: Words
    required: bool
    cell: Cell
    errors: tuple[str, ...]
    options: tuple[Option, ...] = ()
    tongues: tuple[Cell, ...] = ()
    rows: tuple[Row, ...] = ()
    is_long: bool = False
    is_fixed: bool = False
    only: str = ""

    @property
    def id(self) -> str:
        """The `id` to which a summary of errors can lead."""
        return self.cell.id

    @property
    def has_errors(self) -> bool:
        """Whether anything in it is wrong."""
        cells = (*self.tongues, *(cell for row in self.rows for cell in (*row.cells.values(), *row.tongues)))
        return bool(self.errors) or any(cell.errors for cell in cells)

    @property
    def template(self) -> str:
        """The template that asks it."""
        return f"campaigns/desk/questions/{self.sort}.html"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known while the questions of one thing are built. Owner: one page."""

    kind: Kind
    item: Item
    document: Mapping[str, object]
    errors: Errors
    language: str
    zone: str = "UTC"
    more_rows: int = 0
    fixed: frozenset[str] = frozenset()

    def value(self, path: str) -> object:
        """What was answered, None where nothing was."""
        held: object = self.item
        for step in path.split("."):
            held = held.get(step) if isinstance(held, Mapping) else None
        return held

    def errors_at(self, path: str, *, below: bool = False) -> tuple[str, ...]:
        """The sentences for one place, with those of the places below it when nobody else shows them."""
        found = list(self.errors.get(path, ()))
        if below:
            found += [
                one
                for place, sentences in self.errors.items()
                if place.startswith(f"{path}.")
                for one in sentences
            ]
        return tuple(found)


def questions_of(sheet: Sheet) -> tuple[Question, ...]:
    """All questions about one thing, in the order of the page."""
    return tuple(_question(sheet, path) for path in ORDER[sheet.kind.name])


def _question(sheet: Sheet, path: str) -> Question:
    field, sort = field_of(sheet.kind, path), sort_of(sheet.kind, path)
    has_parts = sort in {"said", "links", "options"}
    errors = sheet.errors_at(path, below=not has_parts)
    if sort == "options":
        errors += sheet.errors_at(f"{WORDS}.options")
    return Question(
        path=path,
        sort=sort,
        label=label_of(sheet.kind.name, path),
        help=help_of(sheet.kind.name, path),
        required=field.required or (sheet.kind.name, path) in NEEDED,
        cell=Cell(path, shown(sort, sheet.value(path), sheet.zone), errors),
        errors=errors,
        options=tuple(_options(sheet, path, sort)),
        tongues=_tongues(sheet, path) if sort == "said" else (),
        rows=_rows(sheet, path, sort),
        is_long=_is_long(field.form),
        is_fixed=path in sheet.fixed,
        only=ONLY.get((sheet.kind.name, path), ""),
    )


def _is_long(form: Form) -> bool:
    return form.sort == "said" and form.most > LONG_TEXT


def _tongues(sheet: Sheet, path: str) -> tuple[Cell, ...]:
    return tuple(_tongue(sheet, path, language) for language in LANGUAGES)


def _tongue(sheet: Sheet, path: str, language: str) -> Cell:
    name, (own_name, direction) = f"{path}.{language}", TONGUES[language]
    value = shown("line", sheet.value(name), sheet.zone)
    return Cell(name, value, sheet.errors_at(name), language, own_name, direction)


def _rows(sheet: Sheet, path: str, sort: str) -> tuple[Row, ...]:
    if sort not in {"links", "options"}:
        return ()
    held = sheet.value(path)
    count = len(held) if isinstance(held, list) else 0
    spare = max(SPARE_ROWS, 2 - count if sort == "options" else 0) + sheet.more_rows
    make = _link_row if sort == "links" else _option_row
    return tuple(
        make(sheet, path, held if isinstance(held, list) else [], number) for number in range(count + spare)
    )


def _link_row(sheet: Sheet, path: str, held: list[object], number: int) -> Row:
    link = held[number] if number < len(held) else {}
    link = link if isinstance(link, Mapping) else {"url": link}
    place = f"{path}.{number}"
    cells = {
        part: Cell(f"{place}.{part}", shown("line", link.get(part), ""), sheet.errors_at(f"{place}.{part}"))
        for part in ("url", "title", "outlet")
    }
    return Row(number, cells)


def _option_row(sheet: Sheet, path: str, held: list[object], number: int) -> Row:
    name = held[number] if number < len(held) else None
    name = name if isinstance(name, str) else ""
    told = sheet.value(f"{WORDS}.options")
    words = told.get(name) if isinstance(told, Mapping) else None
    words = words if isinstance(words, Mapping) else {}
    place, said = f"{path}.{number}", f"{WORDS}.options.{name}"
    missing = sheet.errors_at(said) if name else ()
    tongues = tuple(
        Cell(
            f"{place}.{code}",
            shown("line", words.get(code), ""),
            sheet.errors_at(f"{said}.{code}"),
            code,
            *TONGUES[code],
        )
        for code in LANGUAGES
    )
    cells = {"id": Cell(f"{place}.id", name, (*sheet.errors_at(place), *missing))}
    return Row(number, {**cells, **_action_cells(sheet, number, name)}, tongues, _stages(sheet, name))


def _action_cells(sheet: Sheet, number: int, option: str) -> dict[str, Cell]:
    """The days on which an option of a pledge is to be done."""
    action = f"actions.{option}"
    return {
        part: Cell(
            f"options.{number}.{part}",
            shown("day", sheet.value(f"{action}.{part}"), sheet.zone) if option else "",
            (*sheet.errors_at(f"{action}.{part}"), *(sheet.errors_at(action) if part == "opens" else ())),
        )
        for part in ("opens", "closes")
    }


def _stages(sheet: Sheet, option: str) -> tuple[Option, ...]:
    """The stages to which an action can belong."""
    held = sheet.value(f"actions.{option}.stage") if option else None
    known = dict(titles_of(sheet.document, "stages", sheet.language))
    if isinstance(held, str):
        known.setdefault(held, held)
    return tuple(Option(name, title, name == held) for name, title in known.items())


def _options(sheet: Sheet, path: str, sort: str) -> Iterator[Option]:
    if sort == "issuers":
        yield from _issuers(sheet)
        return
    value = sheet.value(path)
    picked = (
        {str(one) for one in value}
        if isinstance(value, list)
        else {str(value)}
        if value is not None
        else set()
    )
    known = dict(_known(sheet, path, sort))
    for name, label in known.items():
        is_closed = (path, name) in CLOSED and name not in picked
        note = note_of(path, name) if sheet.kind.name == "roll" else ""  # said once, where it is chosen
        if note or not is_closed:
            yield Option(name, label, name in picked, note, is_closed)
    if sort in {"pick", "picks", "radio", "ticks"}:
        # What was answered before and is not offered any more stays visible, so that saving the page does not lose it.
        yield from (Option(name, name, is_picked=True) for name in sorted(picked - set(known)))


def _issuers(sheet: Sheet) -> Iterator[Option]:
    """Whoever can let people in: this site alone, or with one that the campaign knows. What is said now is always among them."""
    now = spell_issuers(sheet.value("issuers"), sheet.value("need")) or ISSUERS_ALONE
    known = {ISSUERS_ALONE: _("This site alone")}
    titles = dict(titles_of(sheet.document, "issuers", sheet.language))
    for name in issuers_known(sheet.document):
        label = _("This site together with %(name)s: each must let a person in") % {
            "name": titles.get(name, name)
        }
        known[spell_issuers(["site", name], 2)] = label
    for value, label in {**known, now: known.get(now, now)}.items():
        note = note_of("issuers", "alone" if value == ISSUERS_ALONE else "together")
        yield Option(value, label, value == now, note)


def _known(sheet: Sheet, path: str, sort: str) -> Iterator[tuple[str, Words]]:
    if path == "country":
        yield from country_names(sheet.language)
    elif path == "zone":
        yield from ((zone, zone) for zone in zone_names(str(sheet.value("country") or "")))
    elif path == "page":
        yield from ((page, page) for page in _pages(sheet))
    elif path == "option":
        yield from _ballot_options(sheet)
    elif path in REFERENCES:
        yield from (
            (name, title) for name, title in titles_of(sheet.document, REFERENCES[path], sheet.language)
        )
    elif sort in {"pick", "radio", "ticks"}:
        yield from _offered(sheet.kind, path)


def _offered(kind: Kind, path: str) -> Iterator[tuple[str, Words]]:
    form = field_of(kind, path).form
    fit = set((form.items or form).choices)
    yield from ((name, label) for name, label in choices_of(kind.name, path).items() if name in fit)


def _things(document: Mapping[str, object], section: str) -> Iterator[Item]:
    held = document.get(section)
    yield from (item for item in held if isinstance(item, Mapping)) if isinstance(held, list) else ()


def _pages(sheet: Sheet) -> Iterator[str]:
    for target in _things(sheet.document, "targets"):
        pages = target.get("pages")
        yield from (str(page) for page in pages) if isinstance(pages, list) else ()


def _ballot_options(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for ballot in _things(sheet.document, "ballots"):
        names = ballot.get("options")
        for name in names if isinstance(names, list) else ():
            yield str(name), f"{title_of(ballot, sheet.language)}: {name}"


def titles_of(document: Mapping[str, object], section: str, language: str) -> Iterator[tuple[str, str]]:
    """The name and the title of each thing of a section that has a name."""
    for item in _things(document, section):
        if isinstance(item.get("id"), str) and item["id"]:
            yield str(item["id"]), title_of(item, language)


def title_of(item: Item, language: str, most: int = 80) -> str:
    """A line by which people recognise a thing: its title, name or first words, else its name in the book."""
    words = item.get(WORDS)
    if isinstance(words, Mapping):
        for field in ("title", "name", "text", "says"):
            if line := _line(words.get(field), language):
                return line if len(line) <= most else f"{line[: most - 1]}…"
    return str(item.get("id") or "…")


def _line(said: object, language: str) -> str:
    if not isinstance(said, Mapping):
        return ""
    found = next((said[code] for code in (language, *LANGUAGES) if said.get(code)), "")
    return " ".join(str(found).split())
