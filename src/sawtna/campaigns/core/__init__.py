"""The square's pure heart: kinds of entries, the story they tell, the numbers folded from it, campaign files and plans.

Given values, returns values. Never imports Django, sockets, clocks, dice or logging.
"""
