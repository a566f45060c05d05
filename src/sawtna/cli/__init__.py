"""THE DOORBELL: the commands that people type.

Promises: the commands of the light installation run without Django; errors are sentences with an exit code.
May enter: one file a command, and how results are shown in a terminal.
Never imports: Django, or the Django face of any room.
"""
