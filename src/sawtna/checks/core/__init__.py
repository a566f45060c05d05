"""The instrument's pure heart: what is sent, how arms are compared, what may be concluded.

Given values, returns values. Never imports Django, sockets, clocks, dice or logging.
"""
