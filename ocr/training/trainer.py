"""The training loop: any number of processes, on CPUs or GPUs, through `accelerate`."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, IterableDataset

from ocr.datasets.crops import UnlabelledCrops
from ocr.datasets.examples import Batch, Example, LabelledExamples, MixedExamples, RenderedExamples, read_stems
from ocr.evaluation.text import read_pages, score_pages
from ocr.model.decoders import LineDecoder, Pointed
from ocr.model.network import Deer, multiplies_bfloat16
from ocr.reader import Reader
from ocr.synthesis import Corpus, FontLibrary
from ocr.training.checkpoint import Checkpoint
from ocr.training.config import TrainingConfig
from ocr.training.consistency import add_unlabelled
from ocr.training.contrast import ContrastiveObjective
from ocr.training.losses import location_loss, reading_loss, writing_loss
from ocr.training.optimizer import MuonAdamW, clip_gradients

LOG_FILE = "log.jsonl"
LOG_EVERY = 20

FOREIGN = 0.1
"""Share of rendered texts with words that the reader must learn not to read."""

_log = logging.getLogger(__name__)


class Objective(nn.Module):
    """Network and losses as one module, so that a data-parallel wrapper sees one forward pass."""

    def __init__(self, network: Deer, hard_negatives: float) -> None:
        super().__init__()
        self.network = network
        self.hard_negatives = hard_negatives

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Losses of a batch, scalars; "total" is what to minimise."""
        network = self.network
        # As in the reader, only the maps are worth eight bits: places would be off by a letter.
        features = network.encode(batch.images).float()
        with torch.autocast(batch.images.device.type, enabled=False):
            location = location_loss(network.locate(features), batch, hard_negatives=self.hard_negatives)
            pointed = Pointed(batch.places, batch.image_of)
            if isinstance(network.decoder, LineDecoder):
                reading = reading_loss(network.decoder.classifier, network.follow(features, pointed), batch)
            else:
                reading = writing_loss(network.decoder, features.maps, pointed, features.image_size, batch)
        return {"total": location.total + reading, "reading": reading} | location.parts


def build_examples(config: TrainingConfig, *, rank: int = 0) -> IterableDataset[Example]:
    """The stream of examples that a run draws from; each process of a run takes its own."""
    seed = config.seed + 1_000_000_000 * rank
    rendered = RenderedExamples(
        corpus=Corpus(config.corpora, foreign=FOREIGN),
        fonts=FontLibrary("train"),
        textures=config.textures,
        size=config.size,
        kinds=config.kinds,
        korean=config.korean,
        seed=seed,
        shrink=config.shrink,
    )
    if config.labelled is None:
        return rendered
    labelled = LabelledExamples(
        config.labelled,
        read_stems((config.splits or config.labelled) / "train.txt"),
        size=config.size,
        seed=seed,
        shrink=config.shrink,
        cased=config.labelled_cased,
        spaced=config.labelled_spaced,
    )
    return MixedExamples([rendered, labelled], [1 - config.labelled_share, config.labelled_share], seed=seed)


def train(
    config: TrainingConfig,
    folder: Path,
    *,
    resume: bool = False,
    start_from: Path | None = None,
    minutes: float = math.inf,
    progress: Callable[[float], object] = lambda done: None,
) -> Deer:
    """Train until `config.steps`.

    Args:
        config: How.
        folder: Takes the checkpoint, the log (a JSON object a line) and at the end the averaged weights.
        resume: Go on from the checkpoint in `folder`.
        start_from: Folder of weights to begin with, where there is nothing to resume. Where `config.model` has more
            blocks, decoder layers or reach, or the charset has grown, they grow first.
        minutes: Stop after so long with a checkpoint to resume from, as if that had been the last step.
        progress: Called after every step with the share that is done of the steps or of the time, whichever ends first.

    Returns:
        The averaged network, in evaluation mode.
    """
    cuda = torch.cuda.is_available()
    accelerator = Accelerator(mixed_precision="bf16" if cuda or multiplies_bfloat16() else "no", cpu=not cuda)
    torch.manual_seed(config.seed)
    network = Deer(config.model)
    if start_from is not None:
        network = Deer.from_pretrained(start_from).grown(config.model).train()
    blend = get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
    average = AveragedModel(network, multi_avg_fn=blend, use_buffers=True)
    averaged = cast(Deer, average.module).eval()
    objective = ContrastiveObjective(network) if config.contrastive else Objective(network, config.hard_negatives)
    optimizer = MuonAdamW(objective, lr=config.lr, muon_lr=config.muon_lr, weight_decay=config.weight_decay)
    forward, prepared = accelerator.prepare(objective, optimizer)
    average.to(accelerator.device)
    checkpoint = Checkpoint(folder, {**dict(objective.named_children()), "average": average, "optimizer": optimizer})
    first = checkpoint.load() if resume else 0
    folder.mkdir(parents=True, exist_ok=True)
    # A resumed run must not see the pages of its first steps again.
    shifted = replace(config, seed=config.seed + first * config.batch)
    batches = _batches(shifted, averaged, rank=accelerator.process_index, device=accelerator.device)
    quiet = not accelerator.is_main_process
    meter = _Meter(folder / LOG_FILE, first, config.steps, limit_s=60 * minutes, quiet=quiet)
    if accelerator.is_main_process:
        _log.info("training on %s in %d process(es)", accelerator.device.type, accelerator.num_processes)
    started = saved = time.monotonic()
    last = first
    for step in range(first, config.steps):
        for group in optimizer.param_groups:
            group["lr"] = group["peak_lr"] * _rate(step, config)
        losses = forward(next(batches))
        prepared.zero_grad(set_to_none=True)
        accelerator.backward(losses["total"])
        norm = clip_gradients(objective.parameters(), config.clip)
        with accelerator.autocast():  # Muon's iteration bears eight bits
            prepared.step()
        average.update_parameters(network)
        meter.update(step + 1, losses, norm)
        last = step + 1
        elapsed = time.monotonic() - started
        progress(min(max((last - first) / (config.steps - first), elapsed / (60 * minutes)), 1.0))
        if elapsed > 60 * minutes:
            accelerator.set_trigger()
        time_is_up = accelerator.check_trigger()  # in all processes at once
        if accelerator.is_main_process and (
            time_is_up or last == config.steps or time.monotonic() - saved > config.save_every
        ):
            checkpoint.save(last)
            saved = time.monotonic()
        if time_is_up:
            break
        if accelerator.is_main_process and config.labelled is not None and last % config.evaluate_every == 0:
            meter.write(_evaluate(averaged, config) | {"step": last})
    if accelerator.is_main_process:
        averaged.save_pretrained(folder, metadata={"step": str(last)})
    # Processes that leave while others still work, or with their group open, can be aborted as they end.
    accelerator.wait_for_everyone()
    accelerator.end_training()
    return averaged


def _batches(config: TrainingConfig, teacher: Deer, *, rank: int, device: torch.device) -> Iterator[Batch]:
    examples = build_examples(config, rank=rank)
    loaded: DataLoader[Batch] = _load(examples, config.batch, workers=config.workers, collate=Batch.collate)
    batches = (batch.to(device) for batch in loaded)
    if config.unlabelled is None:
        return batches
    seed = config.seed + 1_000_000_000 * rank
    crops = UnlabelledCrops(config.unlabelled, read_stems(config.unlabelled / "train.txt"), size=config.size, seed=seed)
    unlabelled: DataLoader[Tensor] = _load(crops, config.unlabelled_batch, workers=min(config.workers, 1))
    return add_unlabelled(batches, unlabelled, teacher, confidence=config.unlabelled_confidence)


def _load(
    examples: IterableDataset[Any], size: int, *, workers: int, collate: Callable[[Sequence[Any]], Any] | None = None
) -> DataLoader[Any]:
    return DataLoader(
        examples,
        batch_size=size,
        num_workers=workers,
        collate_fn=collate,
        persistent_workers=workers > 0,
        multiprocessing_context="spawn" if workers > 0 else None,
    )


def _rate(step: int, config: TrainingConfig) -> float:
    """Warm-up, stable, decay: only the end of a run depends on its length, so that any run can be prolonged."""
    return max(min(1.0, (step + 1) / config.warmup, (config.steps - step) / max(config.decay, 1)), 0.0)


def _evaluate(network: Deer, config: TrainingConfig) -> dict[str, float]:
    assert config.labelled is not None
    stems = read_stems((config.splits or config.labelled) / "dev.txt")[: config.evaluate_pages]
    scores = score_pages(read_pages(Reader.from_network(network), config.labelled, stems), config.labelled)
    return {f"dev_{name}": value for name, value in scores.items()}


class _Meter:
    """Running means of the losses, to the log file and the console with rate and time left."""

    def __init__(self, path: Path, first: int, last: int, *, limit_s: float, quiet: bool) -> None:
        self.path, self.first, self.last, self.limit_s, self.quiet = path, first, last, limit_s, quiet
        self.start = time.monotonic()
        self.sums: dict[str, float] = {}
        self.count = 0

    def update(self, step: int, losses: dict[str, Tensor], norm: float) -> None:
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value.detach())
        self.sums["norm"] = self.sums.get("norm", 0.0) + norm
        self.count += 1
        if step % LOG_EVERY == 0 or step == self.last:
            elapsed = time.monotonic() - self.start
            pace = elapsed / (step - self.first)
            means = {name: round(value / self.count, 4) for name, value in self.sums.items()}
            left_s = min((self.last - step) * pace, self.limit_s - elapsed)
            self.write({"step": step, "seconds_a_step": round(pace, 3), **means}, left_s=left_s)
            self.sums, self.count = {}, 0

    def write(self, row: dict[str, float], *, left_s: float | None = None) -> None:
        if self.quiet:
            return
        with self.path.open("a", encoding="utf8") as file:
            file.write(json.dumps(row) + "\n")
        left = "" if left_s is None else f", {left_s / 60:.0f} min left"
        _log.info("%s%s", " ".join(f"{name}={value:g}" for name, value in row.items()), left)
