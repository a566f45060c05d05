"""The far end of a test: answers packets that a session announced, writes down what arrived when, and signs it. No Django.

Promises: never an amplifier (it answers only what it expects, with at most as many bytes, but for the few answers of a standard
after a round trip), keeps no address longer than a session, and is never the reason for a verdict: it says when it is unwell.
"""
