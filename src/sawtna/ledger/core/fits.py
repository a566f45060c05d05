"""Forms compiled to plain questions: does this value fit? An audit asks a million times, and wants a reason only for a "no"."""

from __future__ import annotations

from collections.abc import Callable

from sawtna.ledger.core.schema import SLUG, Form

Fits = Callable[[object], bool]


def compile_form(form: Form) -> Fits:
    """A function that is true exactly where `problems_of(form, …)` yields nothing."""
    if form.fields is not None:
        return _compile_record(form)
    if form.items is not None:
        return _compile_list(form, compile_form(form.items))
    if form.values is not None:
        return _compile_map(form, compile_form(form.values))
    return form.accepts or (lambda _: False)


def _compile_record(form: Form) -> Fits:
    places = {name: compile_form(place.form) for name, place in (form.fields or {}).items()}
    needed = frozenset(name for name, place in (form.fields or {}).items() if place.required)

    def fits(value: object) -> bool:
        if not isinstance(value, dict) or len(value) < form.least or not needed <= value.keys():
            return False
        for name, item in value.items():
            place = places.get(name)
            if place is None or not place(item):
                return False
        return True

    return fits


def _compile_list(form: Form, item_fits: Fits) -> Fits:
    return lambda value: (
        isinstance(value, list) and form.least <= len(value) <= form.most and all(map(item_fits, value))
    )


def _compile_map(form: Form, item_fits: Fits) -> Fits:
    def fits(value: object) -> bool:
        return (
            isinstance(value, dict)
            and form.least <= len(value) <= form.most
            and all(isinstance(name, str) and SLUG.fullmatch(name) is not None for name in value)
            and all(map(item_fits, value.values()))
        )

    return fits
