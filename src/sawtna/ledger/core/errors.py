"""What can be wrong with a book: one root, one kind a format, each a stable code and one sentence.

A sentence of a parser has the shape "got X, expected Y". Codes are for programs and never change; sentences
are for people and may get better. Errors survive pickling, because an audit runs in several processes.
"""

from typing import overload


class BookError(Exception):
    """Root of everything that this core refuses: `BookError(code, sentence)`.

    A kind of its own sets `code` on its class and is raised with its sentence alone.
    """

    code: str = "book"
    sentence: str

    @overload
    def __init__(self, sentence: str, /) -> None: ...

    @overload
    def __init__(self, code: str, sentence: str, /) -> None: ...

    def __init__(self, *words: str) -> None:
        super().__init__(*words)  # `args` stay what the class was called with, so pickle can call it again
        if len(words) > 1:
            self.code = words[0]
        self.sentence = words[-1]

    def __str__(self) -> str:
        return self.sentence


class EncodingError(BookError):
    """Bytes are not the one canonical spelling of a value (RFC 8785 on our subset, or Base 64)."""

    code = "encoding"


class SchemaError(BookError):
    """An entry has a field that its kind does not allow, or lacks one that it needs."""

    code = "schema"


class ProofError(BookError):
    """An inclusion proof, a consistency proof or a receipt does not prove what it claims."""

    code = "proof"


class NoteError(BookError):
    """A key, a signed note or a checkpoint is malformed, or carries no signature that we trust."""

    code = "note"


class TileError(BookError):
    """A tile or a bundle of entries is missing, has the wrong length, or has an impossible path."""

    code = "tile"


class DateError(BookError):
    """A date is not in the EDTF subset that the book uses."""

    code = "date"
