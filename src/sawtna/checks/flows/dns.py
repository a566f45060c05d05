"""The names whose addresses are compared: those of voice services, and others that nobody has a reason to block.

Not a flow of packets: the system's resolver is asked by the probe, the far end asks its own.
"""

from __future__ import annotations

VOICE_NAMES = ("g.whatsapp.net", "signal.org", "web.telegram.org", "www.viber.com", "teams.microsoft.com")
OTHER_NAMES = ("www.debian.org", "www.wikipedia.org", "www.example.com")
NAMES = (*VOICE_NAMES, *OTHER_NAMES)
