"""The numbers as the database keeps them: the last ones that were published, with the checkpoint to which they belong.

They serve whoever asks the database instead of the file, and the pages while `numbers.json` is already newer than the checkpoint.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.numbers_file import NumbersFile
from sawtna.ledger.models import CachedNumber, Published


def remembered_head() -> tuple[int, bytes] | None:
    """(size, root) of the checkpoint that the database remembers as the last one published."""
    row = Published.objects.values_list("size", "root").first()
    return None if row is None else (row[0], bytes(row[1]))


def remembered_day() -> date | None:
    """The day for which the cached numbers were read."""
    return Published.objects.values_list("as_of", flat=True).first()


def cached_numbers() -> dict[str, Number]:
    """Every cached number by key."""
    rows = CachedNumber.objects.order_by("key").values_list("key", "value", "unit", "rule", "runs")
    return {row[0]: Number(*row[:4], runs=tuple((first, end) for first, end in row[4])) for row in rows}


def keep_numbers(file: NumbersFile) -> None:
    """Make the cache equal to what was just published; touches nothing when it is."""
    fresh = {key: number for key, number in file.numbers.items() if isinstance(number, Number)}
    state = Published(size=file.size, root=file.root, as_of=file.as_of)
    with transaction.atomic():
        old = cached_numbers()
        rows = [_row(number) for key, number in fresh.items() if old.get(key) != number]
        gone = [key for key in old if key not in fresh]
        if (
            not (rows or gone)
            and Published.objects.filter(size=state.size, root=state.root, as_of=state.as_of).exists()
        ):
            return
        CachedNumber.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["value", "unit", "rule", "runs"],
        )
        for start in range(0, len(gone), 500):
            CachedNumber.objects.filter(key__in=gone[start : start + 500]).delete()
        Published.objects.bulk_create(
            [state], update_conflicts=True, unique_fields=["id"], update_fields=["size", "root", "as_of"]
        )


def _row(number: Number) -> CachedNumber:
    runs = [list(run) for run in number.runs]
    return CachedNumber(key=number.key, value=number.value, unit=number.unit, rule=number.rule, runs=runs)
