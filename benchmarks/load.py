"""Many clients at once against the service: what they are told, how fast, and what it does to its memory.

    python benchmarks/load.py [--clients 200] [--seconds 60] [--address http://127.0.0.1:8000]
    DOCEXTRACT_BATCH=1 python benchmarks/load.py     one page at a time, to be compared with the default of 2

Without an address it starts `docextract serve` with the settings of the environment, and stops it afterwards. It leaves
with 1 if anybody was told something else than 200, or 503 with Retry-After.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx

_SAMPLE = Path(__file__).parents[1] / "samples" / "receipt-en.jpg"
_ANSWERED, _REFUSED = "200", "503 with Retry-After"

Answer = tuple[str, float]
"""What a client was told, and after how many seconds."""


@contextmanager
def running_service() -> Iterator[str]:
    """The service at a free port, and its address."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stream:
            process = subprocess.Popen([sys.executable, "-m", "docextract", "serve", "--port", "0"], stderr=stream)
        try:
            while not (found := re.search(r"running on (http://\S+)", log.read_text())):
                if process.poll() is not None:
                    raise SystemExit(log.read_text())
                time.sleep(0.1)
            yield found[1]
        finally:
            process.kill()
            process.wait()


async def visit(client: httpx.AsyncClient, data: bytes, until: float, answers: list[Answer]) -> None:
    """Ask again and again; who is told to come back later does."""
    while time.monotonic() < until:
        begin = time.monotonic()
        answer = await client.post("/v1/extract?template=receipt", content=data)
        pause = answer.headers.get("Retry-After")
        told = _REFUSED if answer.status_code == 503 and pause else str(answer.status_code)
        answers.append((told, time.monotonic() - begin))
        if pause:
            await asyncio.sleep(min(int(pause), max(until - time.monotonic(), 0)))


async def resident_mb(client: httpx.AsyncClient) -> float:
    """Memory of the service."""
    text = (await client.get("/metrics")).text
    found = re.search(r"^process_resident_memory_bytes (\S+)", text, re.MULTILINE)
    return float(found[1]) / 2**20 if found else float("nan")


async def load(address: str, clients: int, seconds: float) -> int:
    """Run the clients, and print a Markdown table of what came of them."""
    data = _SAMPLE.read_bytes()
    answers: list[Answer] = []
    limits = httpx.Limits(max_connections=clients + 1)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        await client.post("/v1/extract?template=receipt", content=data)
        before, begin = await resident_mb(client), time.monotonic()
        await asyncio.gather(*(visit(client, data, begin + seconds, answers) for _ in range(clients)))
        elapsed = time.monotonic() - begin  # those that were taken before the end are answered after it
        after = await resident_mb(client)
    told = Counter(answer for answer, _ in answers)
    accepted = [taken for answer, taken in answers if answer == _ANSWERED]
    print("| | |\n|---|---|")
    print(f"| clients, seconds | {clients}, {seconds:g} |")
    for answer, number in sorted(told.items()):
        print(f"| {answer} | {number} |")
    if len(accepted) > 1:
        print(f"| accepted, a second | {len(accepted) / elapsed:.2f} |")
        print(f"| time of those, median | {statistics.median(accepted):.1f} s |")
        print(f"| time of those, 95 % within | {statistics.quantiles(accepted, n=20)[-1]:.1f} s |")
    print(f"| memory after the first page | {before:.0f} MB |")
    print(f"| memory at the end | {after:.0f} MB |")
    return int(bool(told.keys() - {_ANSWERED, _REFUSED}))


def main() -> int:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--address", help="of a service that runs")
    args = parser.parse_args()
    service = nullcontext(args.address) if args.address else running_service()
    with service as address:
        return asyncio.run(load(address, args.clients, args.seconds))


if __name__ == "__main__":
    sys.exit(main())
