"""The training loop of the tagger: small enough for one machine without an accelerator."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from docextract.tagging.labels import LABEL_COUNT, OUTSIDE, begin_label, inside_label
from docextract.tagging.network import TaggerConfig, TaggerNetwork
from docextract.tagging.tagger import WINDOW
from docextract.tagging.training.alignment import FIELDS, UNKNOWN
from docextract.tagging.training.examples import LabelledPage, vary
from ocr.training.checkpoint import Checkpoint

LEARNING_RATE = 1e-3
WARMUP = 0.05  # share of the steps at the start in which the rate rises
DECAY = 0.4  # share of the steps at the end in which the rate falls to nothing
PARTIAL_SHARE = 0.5  # of partially labelled pages in a batch
AVERAGE = 0.995
CLIP = 1.0
SAVE_EVERY_S = 120
LOG_EVERY = 20

_log = logging.getLogger(__name__)


def train_tagger(
    pages: Sequence[LabelledPage],
    folder: Path,
    *,
    steps: int,
    config: TaggerConfig | None = None,
    batch: int = 16,
    seed: int = 0,
    resume: bool = False,
    minutes: float = math.inf,
) -> TaggerNetwork:
    """Train until `steps`.

    Args:
        pages: What to learn; partially labelled ones make up half of a batch where there are both.
        folder: Takes the checkpoint and the averaged weights.
        steps: The last step; the learning rate falls towards it.
        config: Sizes of the network.
        batch: Pages of a step.
        seed: Of the first weights and of the order of pages.
        resume: Go on from the checkpoint in `folder`.
        minutes: Stop after so long with a checkpoint to resume from.

    Returns:
        The averaged network, in evaluation mode.
    """
    torch.manual_seed(seed)
    network = TaggerNetwork(config or TaggerConfig())
    average = AveragedModel(network, avg_fn=_blend)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.01)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(folder, {"network": network, "average": average, "optimizer": optimizer})
    first = checkpoint.load() if resume else 0
    rng = np.random.default_rng([seed, first])
    started = saved = time.monotonic()
    losses: list[float] = []
    for step in range(first, steps):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * _rate(step, steps)
        losses.append(_accumulate(network, draw(pages, batch, rng), rng))
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        average.update_parameters(network)
        now, last = time.monotonic(), step + 1
        stopping = last == steps or now - started > 60 * minutes
        if last % LOG_EVERY == 0 or stopping:
            pace = (now - started) / (last - first)
            mean = sum(losses[-LOG_EVERY:]) / len(losses[-LOG_EVERY:])
            _log.info(
                "step=%d loss=%.4f seconds_a_step=%.2f, %.0f min left", last, mean, pace, (steps - last) * pace / 60
            )
        if stopping or now - saved > SAVE_EVERY_S:
            checkpoint.save(last)
            saved = now
        if stopping:
            break
    averaged = cast(TaggerNetwork, average.module).eval()
    averaged.save(folder)
    return averaged


def draw(pages: Sequence[LabelledPage], count: int, rng: np.random.Generator) -> list[LabelledPage]:
    """So many pages, with repetition."""
    partial = [page for page in pages if page.partial]
    whole = [page for page in pages if not page.partial]
    share = PARTIAL_SHARE if partial and whole else float(bool(partial))
    pools = (partial if chosen else whole for chosen in rng.random(count) < share)
    return [pool[int(rng.integers(len(pool)))] for pool in pools]


def tagging_loss(logits: Tensor, labels: NDArray[np.int64], *, partial: bool) -> Tensor:
    """Mean negative log-likelihood of the labels, a scalar.

    On partially labelled pages a word outside of the labelled fields may be of any other field, so that the
    likelihoods of all those labels add up.

    Args:
        logits: (N, L).
        labels: (N,), `UNKNOWN` where a word is left out; there is one at least that is not.
        partial: Whether only SROIE's fields are labelled.
    """
    known = torch.from_numpy(labels != UNKNOWN)
    truth = torch.from_numpy(labels)[known]
    likelihoods = logits.log_softmax(1)[known]
    chosen = likelihoods.gather(1, truth[:, None])[:, 0]
    if partial:
        anything = likelihoods[:, _UNLABELLED].logsumexp(1)
        chosen = torch.where(truth == OUTSIDE, anything, chosen)
    return -chosen.mean()


_LABELLED = {label(field) for field in FIELDS.values() for label in (begin_label, inside_label)}
_UNLABELLED = [label for label in range(LABEL_COUNT) if label not in _LABELLED]


def _accumulate(network: TaggerNetwork, pages: Sequence[LabelledPage], rng: np.random.Generator) -> float:
    """Add the gradients of some pages; returns their mean loss."""
    network.train()
    total = 0.0
    for page in pages:
        words, labels = vary(page, rng, most=WINDOW)
        if (labels != UNKNOWN).any():
            loss = tagging_loss(network(words), labels, partial=page.partial) / len(pages)
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
    return total


def _rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / max(WARMUP * steps, 1), (steps - step) / max(DECAY * steps, 1))


def _blend(averaged: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
    """Exponential moving average, over fewer steps while there have been few."""
    return torch.lerp(current, averaged, min(AVERAGE, (1 + int(count)) / (10 + int(count))))
