"""What it costs to decode many texts at once, and to let more of the page's queries attend to it.

    python benchmarks/decoding.py [--threads 2]

The tables of DEER's authors, for this network: 1024 texts in batches of several sizes, by both decoders, and a page
through each encoder. Every row is measured in a process of its own, so that its peak memory is its own. Only the time
counts: all but the released line decoder have random weights, and the point decoder writes 24 characters a text.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from typing import get_args, get_type_hints

import numpy as np
import torch

from ocr.decoding import read_places
from ocr.geometry import FloatArray
from ocr.model.config import ModelConfig
from ocr.model.decoders import PointDecoder, Pointed
from ocr.model.network import Deer, Features
from ocr.weights import FOLDER

SIDE_PX = 768
TEXTS = 1024
BATCHES = (64, 128, 256, 512, 1024)
LETTERS = 24
ROUNDS = 3


def main() -> None:
    """Print both tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        print(f"| decoder | texts at once | ms for {TEXTS} texts | peak memory, MB |\n|---|---|---|---|")
        for decoder in get_args(get_type_hints(ModelConfig)["decoder"]):
            for batch in BATCHES:
                ms, mb = pool.apply(time_decoder, (decoder, batch, threads))
                print(f"| {decoder} | {batch} | {ms:.0f} | {mb:.0f} |", flush=True)
        print(f"\n| encoder | ms for {SIDE_PX} x {SIDE_PX} | peak memory, MB |\n|---|---|---|")
        for encoder in get_args(get_type_hints(ModelConfig)["encoder"]):
            ms, mb = pool.apply(time_encoder, (encoder, threads))
            print(f"| {encoder} | {ms:.0f} | {mb:.0f} |", flush=True)


@torch.inference_mode()
def time_decoder(decoder: str, batch: int, threads: int) -> tuple[float, float]:
    """Milliseconds for all texts, `batch` at once, and the peak memory of the process in MB."""
    torch.set_num_threads(threads)
    network = Deer.from_pretrained(FOLDER)
    if decoder == "point":
        network = Deer(replace(network.config, decoder="point"))
    network.fold()
    features = network.encode(torch.rand(1, 1, SIDE_PX, SIDE_PX) * 2 - 1)
    places = np.array_split(draw_places(TEXTS), TEXTS // batch)
    return best_ms(lambda: [decode(network, features, part) for part in places]), peak_mb()


def decode(network: Deer, features: Features, places: FloatArray) -> None:
    """Read (M, 5) places of one image."""
    image_of = np.zeros(len(places), np.int64)
    if isinstance(network.decoder, PointDecoder):
        pointed = Pointed(torch.from_numpy(places), torch.from_numpy(image_of))
        network.decoder.generate(features.maps, pointed, features.image_size, limit=LETTERS)
    else:
        read_places(network, features, places, image_of)


@torch.inference_mode()
def time_encoder(encoder: str, threads: int) -> tuple[float, float]:
    """Milliseconds to encode a page, and the peak memory of the process in MB."""
    torch.set_num_threads(threads)
    config = Deer.from_pretrained(FOLDER).config
    network = Deer(ModelConfig.from_dict(config.to_dict() | {"encoder": encoder})).fold()
    image = torch.rand(1, 1, SIDE_PX, SIDE_PX) * 2 - 1
    return best_ms(lambda: network.encode(image)), peak_mb()


def draw_places(count: int) -> FloatArray:
    """(M, 5) lines of about ten letters, anywhere on the page."""
    rng = np.random.default_rng(0)
    start = rng.uniform([0, 20], [SIDE_PX - 160, SIDE_PX - 20], (count, 2))
    stop = start + np.stack([rng.uniform(60, 160, count), np.zeros(count)], 1)
    return np.concatenate([start, stop, rng.uniform(16, 28, (count, 1))], 1).astype(np.float32)


def best_ms(function: Callable[[], object]) -> float:
    """Least time of a call in milliseconds, after one to warm up."""
    function()
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return 1000 * min(times)


def peak_mb() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
