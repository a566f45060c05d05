"""THE CASTER: takes part from a terminal, or for a load test, as the browser does. Without Django.

Promises: blinds only under keys that are proven to be in the book; keeps what it needs before it sends; verifies every answer.
May enter: what a participant's machine does. Never imports the counter, models or pages.
"""
