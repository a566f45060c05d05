"""THE CO-ISSUER: another organisation that must also let people in, so that no host can invent voters. Without Django.

Promises: it believes only the published book, under a policy that it keeps; it verifies each contact itself and signs blindly; it
keeps no address and no time, and destroys its keys and tags when a roll is over. May enter: what runs on that organisation's
machine. Never imports the site's counter beyond how requests are read, nor models or pages.
"""
