"""The issuer's hands: the raw RSA private operation and the folder in which keys wait for the end of their ballot.

Runs without Django. Gets private keys and blinded messages, nothing that names a person; knows no time and writes no log.
"""
