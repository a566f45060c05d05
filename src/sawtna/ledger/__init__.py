"""The book: an append-only public log into which every fact goes, and from which every number is read.

Promise: what was once under a signed checkpoint never changes and never disappears, and anyone can check that
offline.

What may enter: canonical entries, through `actions/`.

What it never imports: another room (campaigns, checks, calls).
"""
