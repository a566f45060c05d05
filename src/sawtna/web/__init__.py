"""THE FRAME: settings, addresses, the shelf of ready pages, and the pages that hang the rooms side by side.

Promises: a public page is the same bytes for everyone, carries no cookie, and may be kept by anyone who passes it on.
May enter: what joins rooms (home, about, sitemap, mirrors) and what serves them. Accounts live in `accounts/`.
Never imports: the tables of a room.
"""
