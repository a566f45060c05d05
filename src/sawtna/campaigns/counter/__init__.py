"""THE COUNTER: where people show to be one, take their tokens, and hand in their casts.

Promises: nothing that it keeps or logs joins a person and a cast; what it accepted is stored before it answers; a lost answer can
be asked for again. May enter: what stands between the addresses `/t/v1/…` and the tables of casting. Never imports pages or the
desk.
"""
