"""The anonymous casting: tokens that an issuer signs blindly, casts that a one-time key signs, and the fold that counts them.

Pure: given keys, bytes, salts and factors; never makes dice of its own. The issuer's private operation is in
`campaigns/issuer`. What is here is what an auditor, a browser's other half and the terminal client all run alike.
"""
