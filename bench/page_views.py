"""How many times a second the campaign page can be viewed, beside nginx sending the same bytes from a file.

    python bench/page_views.py                 a new house in a temporary folder, with the example campaign
    python bench/page_views.py --var DIR       a house that exists

Promise: 2,000 page views a second on 2 cores. Three paths are measured: ready on the shelf (what visitors meet), made anew for
each request (what a page costs), and nginx. The load (wrk) comes from the same machine and shares its cores, so the true
figures are higher.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from asgi_servers import (
    CAMPAIGN_PAGE,
    Load,
    command_of,
    free_port,
    load,
    memory_of,
    stop,
    surroundings,
    wait_for,
)

NGINX = """
worker_processes {workers}; daemon off; pid {home}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {home}/pages; default_type "text/html; charset=utf-8";
    add_header Content-Encoding br; add_header Cache-Control "public, max-age=10"; add_header Vary Accept-Encoding;
  }}
}}
"""


@contextmanager
def running(command, port, **places):
    """A server that runs for as long as it is measured."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **places)
    try:
        wait_for(port, process)
        yield process
    finally:
        stop(process)


def serve_command(var: Path, port: int, workers: int) -> list[str]:
    """Spell the command that opens the house."""
    return [
        *(sys.executable, "-m", "sawtna.cli.main", "serve"),
        *("--var", str(var), "--port", str(port), "--workers", str(workers)),
    ]


def fetch(port: int) -> bytes:
    """Wait for the campaign page and give its brotli bytes."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{CAMPAIGN_PAGE}", headers={"Accept-Encoding": "br"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own address)
        return answer.read()


def load_when_warm(port: int, process: subprocess.Popen, connections: int, seconds: int) -> Load:
    """Load the page once until every worker has made it, and again to measure."""
    url = f"http://127.0.0.1:{port}{CAMPAIGN_PAGE}"
    load(url, process.pid, connections, 4)
    return load(url, process.pid, connections, seconds)


def measure_shelf(var: Path, workers: int, seconds: int) -> tuple[str, bytes]:
    """Load the page on the shelf; give the line of the table and the page."""
    port = free_port()
    with running(serve_command(var, port, workers), port) as process:
        page = fetch(port)
        figures = load_when_warm(port, process, 64, seconds)
        return line(f"shelf, {workers} workers", figures, memory_of(process.pid)), page


def measure_uncached(var: Path, workers: int, seconds: int) -> str:
    """Load the page made anew each time."""
    port = free_port()
    command = command_of("uvicorn", "sawtna.web.asgi:pages", workers, port)
    with running(command, port, env=surroundings(var)) as process:
        fetch(port)
        figures = load_when_warm(port, process, 4, seconds)
        return line(f"made anew, {workers} workers", figures, memory_of(process.pid))


def measure_nginx(page: bytes, workers: int, seconds: int) -> str:
    """Load the same bytes as a file behind nginx."""
    with tempfile.TemporaryDirectory(prefix="sawtna-bench-") as folder:
        home, port = Path(folder), free_port()
        home.chmod(0o755)
        place = home / "pages" / CAMPAIGN_PAGE.strip("/") / "index.html"
        place.parent.mkdir(parents=True)
        place.write_bytes(page)
        (home / "nginx.conf").write_text(NGINX.format(home=home, port=port, workers=workers))
        with running(["nginx", "-c", str(home / "nginx.conf"), "-p", folder], port) as process:
            figures = load_when_warm(port, process, 64, seconds)
            return line(f"nginx, {workers} workers", figures, memory_of(process.pid))


def line(name: str, seen: Load, memory: float) -> str:
    """Spell a line of the table."""
    return f"| {name} | {seen.rate:,.0f} | {seen.p99:.1f} | {seen.errors} | {seen.cost:,.0f} | {memory:.0f} |"


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--var", type=Path)
    parser.add_argument("--seconds", type=int, default=8)
    arguments = parser.parse_args()
    missing = [program for program in ("wrk", "nginx") if not shutil.which(program)]
    if missing:
        raise SystemExit(f"Install {' and '.join(missing)} first (on Debian: apt install wrk nginx-light).")
    with tempfile.TemporaryDirectory(prefix="sawtna-bench-") as folder:
        var = arguments.var or Path(folder) / "var"
        print("| path | views/s | p99 ms | errors | CPU µs/view | memory MB |\n|---|---|---|---|---|---|")
        for workers in (1, 2):
            shelf, page = measure_shelf(var, workers, arguments.seconds)
            print(shelf, flush=True)
            print(measure_uncached(var, workers, arguments.seconds), flush=True)
            print(measure_nginx(page, workers, arguments.seconds), flush=True)
        print(f"\nThe page has {len(page):,} bytes in brotli.")


if __name__ == "__main__":
    main()
