"""The pure heart of the book: bytes in, bytes or one sentence of refusal out.

Promise: the same bytes give the same answer on every machine, today and in ten years; a parser raises only
`BookError` (its own kind), says what it got and what it expected, and never crashes, whatever an adversary
feeds it.

What may enter: bytes, text, numbers, and functions that fetch bytes (`TileReader` is given its `read`). The
time, when it matters, is an argument.

What it never imports: Django, sockets, clocks, dice, logging, files. Only the standard library, and
`cryptography` for Ed25519.
"""
