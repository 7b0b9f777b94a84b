"""Many clients at once against a running service: what they are told, how fast, and what it does to its memory.

docextract serve --port 8000 &
python benchmarks/load.py http://127.0.0.1:8000 samples/receipt-en.jpg --clients 200 --seconds 60
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import time
from collections import Counter
from pathlib import Path

import httpx


async def visit(client: httpx.AsyncClient, data: bytes, until: float, answers: list[tuple[int, float]]) -> None:
    """Ask again and again; who is told to come back later does."""
    while time.monotonic() < until:
        begin = time.monotonic()
        answer = await client.post("/v1/extract?template=receipt", content=data)
        answers.append((answer.status_code, time.monotonic() - begin))
        if answer.status_code == 503:
            await asyncio.sleep(min(int(answer.headers["Retry-After"]), until - time.monotonic()))


async def resident_mb(client: httpx.AsyncClient) -> float:
    """Memory of the service."""
    text = (await client.get("/metrics")).text
    found = re.search(r"^process_resident_memory_bytes (\S+)", text, re.MULTILINE)
    return float(found[1]) / 1e6 if found else float("nan")


async def load(args: argparse.Namespace) -> None:
    """Run the clients and print what came of them."""
    data = args.image.read_bytes()
    answers: list[tuple[int, float]] = []
    limits = httpx.Limits(max_connections=args.clients + 1)
    async with httpx.AsyncClient(base_url=args.address, timeout=120, limits=limits) as client:
        before, until = await resident_mb(client), time.monotonic() + args.seconds
        await asyncio.gather(*(visit(client, data, until, answers) for _ in range(args.clients)))
        after = await resident_mb(client)
    accepted = sorted(seconds for status, seconds in answers if status == 200)
    print(f"{args.clients} clients, {args.seconds} s: {dict(Counter(status for status, _ in answers))}")
    if len(accepted) > 1:
        p95 = statistics.quantiles(accepted, n=20)[-1]
        rate = len(accepted) / args.seconds
        print(f"accepted: {rate:.2f} a second, median {statistics.median(accepted):.1f} s, 95 % within {p95:.1f} s")
    print(f"memory: {before:.0f} MB before, {after:.0f} MB after")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("image", type=Path)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    asyncio.run(load(parser.parse_args()))


if __name__ == "__main__":
    main()
