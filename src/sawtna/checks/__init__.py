"""THE INSTRUMENT: tests of a network that name what the operator does to voice.

Promises: every verdict can be recomputed from the packets of both ends; it says "blocked" of a clean network at most once in a
hundred runs, whatever the pattern of its losses; it keeps no address of whoever measured.
May enter: how networks treat flows, the statistics of it, the programs at both ends, the public findings.
Never imports: campaigns, calls, web, cli, or the tables of another room.
"""
