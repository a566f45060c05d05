"""The page of a witness: who it is, what it has seen, and which checkpoints it refused. Plain HTML, one sheet, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from sawtna.cli.witness_memory import Refused, Remembered
from sawtna.ledger.core.encoding import format_base64
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.witness import origin_hash

SHEET = """:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-inline-size: 60rem; margin: 2rem auto; padding-inline: 1rem; }
code { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; inline-size: 100%; }
th, td { text-align: start; vertical-align: top; padding: .4rem .8rem .4rem 0; border-block-end: 1px solid #8886; }
.alarm { border-inline-start: .4rem solid #c22; padding-inline-start: 1rem; }
"""


def witness_page(
    verifier: Verifier, known: Iterable[str], logs: Sequence[Remembered], refused: Sequence[Refused]
) -> str:
    """The HTML; `known` are the origins of the logs that this witness accepts."""
    name = escape(verifier.name)
    rows = {one.origin: _row(one) for one in logs}
    rows |= {
        origin: f"<tr><td><code>{escape(origin)}</code></td><td>nothing yet</td><td></td><td></td></tr>"
        for origin in known
        if origin not in rows
    }
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Witness {name}</title>
<link rel="stylesheet" href="style.css">
<h1>Witness <code>{name}</code></h1>
<p>This machine signs the checkpoints of the logs below, each only if it continues the one that it signed before. So whoever sees
its signature sees the same history as everyone else. It looks at nothing else: not at entries, not at numbers, not at people.</p>
<p>Its key, for a policy file: <code>{escape(verifier.vkey)}</code></p>
<h2>What it has seen</h2>
<div class="scroll"><table>
<tr><th>Log</th><th>Entries</th><th>Root</th><th>Signed</th></tr>
{"".join(rows[origin] for origin in sorted(rows))}
</table></div>
{_alarms(refused)}
<p>Logs ask by <code>POST add-checkpoint</code>, as
<a href="https://c2sp.org/tlog-witness">c2sp.org/tlog-witness</a> describes.</p>
</html>
"""


def _row(one: Remembered) -> str:
    address = f"{origin_hash(one.origin)}/checkpoint"
    return (
        f'<tr><td><a href="{address}"><code>{escape(one.origin)}</code></a></td><td>{one.seen.size}</td>'
        f"<td><code>{format_base64(one.seen.root)}</code></td><td>{_time(one.at)}</td></tr>\n"
    )


def _alarms(refused: Sequence[Refused]) -> str:
    if not refused:
        return ""
    items = "".join(
        f"<li><p>{_time(one.at)}, <code>{escape(one.origin)}</code>: {escape(one.sentence)}</p>"
        f"<pre>{escape(one.note)}</pre></li>\n"
        for one in refused
    )
    return (
        '<section class="alarm"><h2>Another history</h2>\n<p>These checkpoints were signed by their log and are of another '
        "history than the one above. A log that signs two histories shows different things to different people.</p>\n"
        f"<ul>{items}</ul></section>"
    )


def _time(at: int) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}">{moment:%Y-%m-%d %H:%M:%S} UTC</time>'
