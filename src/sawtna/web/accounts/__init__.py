"""Who may enter the desk: organisers with an e-mail address, a password and a second factor.

Promises: nobody signs up alone, nobody reaches the desk without a second factor, and nothing is stored about a person
but what a login needs (no name, no IP address, no time of the last visit). Visitors and participants never have an
account.
Never imports a room: rooms know only `settings.AUTH_USER_MODEL`.
"""
