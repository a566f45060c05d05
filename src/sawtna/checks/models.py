"""What was accepted already, so that nothing counts twice. All of it can be made again from the book and the kept files.

Whoever can change this table can have a file counted twice; the book would show it, because `ev` and `who` are in each entry.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Counted(models.Model):
    """One file that became an entry: its SHA-256, the seed of its run, and the vantage of that day.

    What a probe and what a browser found of one vantage are two things, and each counts once a day.
    """

    file = models.BinaryField(max_length=32, primary_key=True)
    seed = models.BinaryField(max_length=32, unique=True)
    who = models.BinaryField(max_length=8)
    on = models.DateField()
    how = models.CharField(max_length=10)

    class Meta:
        db_table = "checks_counted"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["who", "on", "how"], name="checks_once_a_day")
        ]
