"""Pages without transcripts: what the averaged network reads with confidence, it teaches.

FixMatch (Sohn et al. 2020) on sequences, with the average of the weights as a mean teacher (Tarvainen and Valpola
2017): the teacher locates and reads a crop as it is, the network has to read the same texts in a damaged view of it.

Letters of shapes: B images, M texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor

from ocr.datasets.crops import is_inside
from ocr.datasets.examples import Batch, Displacement, normalise
from ocr.decoding import read_places
from ocr.model.config import GEOMETRY_CHANNELS, LOCATION_MAPS
from ocr.model.heads import STRIDE
from ocr.model.network import Deer
from ocr.places import find_places, join_pieces
from ocr.training.views import strong_view


def add_unlabelled(
    batches: Iterable[Batch], crops: Iterable[Tensor], teacher: Deer, *, confidence: float
) -> Iterator[Batch]:
    """Join each batch with crops that the teacher reads as it is at that step; for the arguments see `label_crops`."""
    for batch, grey in zip(batches, crops, strict=False):
        yield batch.joined(label_crops(teacher, grey.to(batch.images.device), confidence=confidence))


@torch.no_grad()
def label_crops(teacher: Deer, crops: Tensor, *, confidence: float) -> Batch:
    """Take for the truth what a network reads with confidence.

    Only whole texts are taken, with the case and the spaces that were read. The location is not taught: what the
    teacher overlooks is no background.

    Args:
        teacher: In evaluation mode.
        crops: (B, H, W) uint8 grey.
        confidence: From which on a text is believed, of the character that is read least surely.

    Returns:
        Strong views of the crops with the texts that are believed, maybe none.
    """
    images = normalise(crops[:, None])
    features = teacher.encode(images)
    maps = teacher.locate(features)
    found = [join_pieces(find_places(maps, image)[0]) for image in range(len(crops))]
    whole = [places[is_inside(places, crops.shape[1:])] for places in found]
    places, image_of = np.concatenate(whole), np.repeat(np.arange(len(crops)), [len(places) for places in whole])
    readings = read_places(teacher, features, places, image_of)
    sure = [k for k, reading in enumerate(readings) if len(reading.labels) and reading.confidence.min() >= confidence]
    rng = np.random.default_rng(int(torch.randint(2**31, ())))
    cells = [side // STRIDE for side in crops.shape[1:]]
    return Batch(
        images=strong_view(images),
        maps=images.new_zeros(len(crops), len(LOCATION_MAPS), *cells),
        care=images.new_zeros(len(crops), 1, *cells),
        geometry=images.new_zeros(len(crops), GEOMETRY_CHANNELS, *cells),
        known=images.new_zeros(len(crops), len(LOCATION_MAPS)),
        places=torch.from_numpy(Displacement().apply(places[sure], rng)),
        image_of=torch.from_numpy(image_of[sure]),
        texts=tuple(torch.from_numpy(readings[k].labels.astype(np.int64)) for k in sure),
        cased=torch.ones(len(sure), dtype=torch.bool),
        spaced=torch.ones(len(sure), dtype=torch.bool),
    ).to(images.device)
