"""What casting keeps while its ballots are open: tags, casts that wait for their batch, and which one-time keys cast which q.

No address, time, user agent or contact stands beside any of it, and rows have no order of their own: on SQLite the tables are
WITHOUT ROWID and are vacuumed after each batch (memo trust 5.7). Whoever can read them while a roll is open, and has the roll
key, can ask whether an address took its tokens, never what was cast; whoever can change them can refuse people or lose waiting
casts, which signed promises show.
"""

from __future__ import annotations

from django.db import models


class Tag(models.Model):
    """One contact took its token of one ballot. `blinded` is SHA-256 of its blinded message: a lost answer can be given again."""

    pk = models.CompositePrimaryKey("ballot", "tag")
    ballot = models.BigIntegerField()
    tag = models.BinaryField(max_length=32)
    key = models.BigIntegerField()
    blinded = models.BinaryField(max_length=32)

    class Meta:
        db_table = "campaigns_tag"


class WaitingCast(models.Model):
    """A cast that was accepted and waits for its batch; its leaf hash is what a promise names."""

    leaf = models.BinaryField(max_length=32, primary_key=True)
    ballot = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "campaigns_waitingcast"


class SealedCast(models.Model):
    """What only a relay can open, until it has handed in the cast inside. `box` is its SHA-256, which is as random as the bytes.

    `past` counts the ends of ballots of the roll that were over when it came: all of time that the close of a ballot needs.
    """

    box = models.BinaryField(max_length=32, primary_key=True)
    roll = models.BigIntegerField()
    past = models.SmallIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "campaigns_sealedcast"


class Voice(models.Model):
    """A nullifier has cast with that q: a second cast of both is refused. Can be made again from the book and what waits."""

    pk = models.CompositePrimaryKey("nullifier", "q")
    nullifier = models.BinaryField(max_length=32)
    q = models.SmallIntegerField()
    leaf = models.BinaryField(max_length=32)

    class Meta:
        db_table = "campaigns_voice"


class BatchClock(models.Model):
    """The last multiple of its interval for which a ballot was asked whether a batch may close (Unix seconds)."""

    ballot = models.BigIntegerField(primary_key=True)
    decided = models.BigIntegerField(default=0)

    class Meta:
        db_table = "campaigns_batchclock"


class Invitation(models.Model):
    """SHA-256 of an invitation code that a roll accepts, as the organiser committed to it in the book."""

    pk = models.CompositePrimaryKey("roll", "code")
    roll = models.BigIntegerField()
    code = models.BinaryField(max_length=32)

    class Meta:
        db_table = "campaigns_invitation"


class Notch(models.Model):
    """One row: how often something was issued or cast, in steps of a look of the caretaker. See `campaigns/notches.py`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    count = models.BigIntegerField()

    class Meta:
        db_table = "campaigns_notch"
