"""What the desk asks, in the words of people: questions built from the kinds of entry, and answers read back into a draft.

An answer that makes no sense yet is kept as it was typed; `core.document` says what is wrong with it. Never imports views.
"""
