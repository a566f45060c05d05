"""THE RELAY: another organisation's machine that opens sealed casts, mixes them and hands them in. Without Django.

Promises: hands in only whole batches, each sealed cast once; keeps nothing readable of a cast; proves every ballot first.
May enter: what a partner runs. Never imports the counter, models or pages.
"""
