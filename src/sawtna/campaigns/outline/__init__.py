"""What each page lays out, in order: rows made from a story and its numbers. Pure: a page and a draft's preview use the same.

Rows hold things of the story and the keys of numbers, never digits: the templates ask the book for each number by its key.
"""
