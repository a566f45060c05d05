"""The book's tables. The files under VAR/log are what the world is promised; these rows are what they are made from.

Whoever can change this database can lie on the pages of this site until the next audit, and can lose entries that were not
published yet; they cannot change what is under a checkpoint that anyone kept. Database triggers (`seals.py`) refuse to change or
delete an entry, so that a mistake or an intruder with the site's own rights cannot do it in silence.
"""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One entry. `body` are its canonical bytes and `leaf` their leaf hash; the other columns only find it again.

    `scope` is the campaign that it is about, `thing` the `id` within it, `strikes` the entry that a void or erase names.
    """

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    scope = models.CharField(max_length=60, blank=True)
    thing = models.CharField(max_length=60, blank=True)
    strikes = models.BigIntegerField(null=True)
    body = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        verbose_name_plural = "entries"
        indexes: ClassVar = [
            models.Index(fields=["kind", "index"], name="ledger_entry_by_kind"),
            models.Index(fields=["scope", "kind", "thing"], name="ledger_entry_by_thing"),
            models.Index(
                fields=["strikes"], name="ledger_entry_by_strike", condition=models.Q(strikes__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class Opening(models.Model):
    """The words of an entry and the salt that ties them to it. May be deleted, never changed.

    Whoever reads this table reads words that are public anyway. Deleted words stay in backups, and with PostgreSQL in its
    write-ahead files, until those expire.
    """

    index = models.BigIntegerField(primary_key=True)
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"the words of entry {self.index}"


class CachedNumber(models.Model):
    """A number as it was folded for the last checkpoint; `refold_numbers` tells whether it is still true.

    Whoever changes this table can make a page show another number; the audit and `sawtna refold --check` find it.
    """

    key = models.CharField(max_length=300, primary_key=True)
    value = models.BigIntegerField()
    unit = models.CharField(max_length=40)
    rule = models.CharField(max_length=40)
    runs = models.JSONField()

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class Head(models.Model):
    """One row, the writer's lock: whoever appends changes it first and so waits for whoever appends now."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(help_text="The index that the next entry gets.")

    def __str__(self) -> str:
        return f"{self.size} entries"


class Published(models.Model):
    """One row: what the publisher last put under a checkpoint, as the database remembers it.

    An older backup of the database remembers an older checkpoint than the files have; that is how it is noticed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    root = models.BinaryField()
    as_of = models.DateField()

    def __str__(self) -> str:
        return f"{self.size} entries as of {self.as_of}"
