"""THE SQUARE: campaigns with their targets, stages, pledges, polls, stands, replies, letters, claims and news.

Promises: every number on its pages is read back from the book; publishing and correcting only ever add entries.
May enter: what people decide, promise and state together in public, and the desk at which organisers prepare it.
Never imports: checks, calls, web, cli, or the tables of another room.
"""
