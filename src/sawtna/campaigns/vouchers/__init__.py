"""VOUCHERS: how people show to be one: codes that are mailed, and the work that brakes those who ask for them. Without Django.

Promises: what it keeps is in memory, keyed by the roll key, and gone after an hour or so; what it logs names nobody. May enter:
what the counter of a site and a co-issuer do alike. Never imports either of the two.
"""
