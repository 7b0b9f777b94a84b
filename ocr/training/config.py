"""Settings of a training run, read from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ocr import charset
from ocr.model.config import ModelConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """How to train.

    Attributes:
        model: Sizes of the network.
        corpora: Folder of word lists and texts for rendering, or None for the small ones of the package.
        textures: Folder of papers and backgrounds, or None.
        labelled: Folder with `images` and `boxes` of labelled pages, or None.
        splits: Folder with `train.txt` and `dev.txt`, their names; None where these lie beside the pages.
        labelled_share: Share of labelled crops in a batch.
        labelled_cased: Whether their transcripts keep the case of the print.
        labelled_spaced: Whether they keep its spaces.
        unlabelled: Folder with `images` of pages without labels and `train.txt`, their names, or None. What the
            averaged network reads on them with confidence is taught (FixMatch).
        unlabelled_batch: Crops of them a step and process.
        unlabelled_confidence: From which on a text is believed, of its least certain character.
        contrastive: Whether to pre-train: texts are told from each other (SeqCLR) and not read. Another run starts from
            the weights.
        hard_negatives: Worst pixels without text that the location loss counts for each pixel with text.
        kinds: Weights of the kinds of rendered pages.
        korean: Share of Korean on rendered pages.
        size: Side of a page in pixels.
        batch: Pages a step and process.
        workers: Processes that render, for each training process.
        steps: Last step.
        warmup: Steps over which the rates rise.
        decay: Steps at the end over which they fall to zero.
        lr: Peak rate of AdamW.
        muon_lr: Peak rate of Muon.
        weight_decay: Of the matrices.
        clip: Largest norm of the gradient.
        average: Decay of the running average of the weights.
        shrink: Thickness of the location kernels over the height of the text.
        save_every: Seconds between checkpoints.
        evaluate_every: Steps between evaluations; none without labelled pages.
        evaluate_pages: Pages of `dev.txt` looked at each time.
        seed: First seed.
    """

    model: ModelConfig = field(default_factory=lambda: ModelConfig(classes=charset.class_count()))
    corpora: Path | None = None
    textures: Path | None = None
    labelled: Path | None = None
    splits: Path | None = None
    labelled_share: float = 0.4
    labelled_cased: bool = False
    labelled_spaced: bool = True
    unlabelled: Path | None = None
    unlabelled_batch: int = 1
    unlabelled_confidence: float = 0.95
    contrastive: bool = False
    hard_negatives: float = 3.0
    kinds: dict[str, float] = field(default_factory=lambda: {"text": 1.0})
    korean: float = 0.5
    size: int = 512
    batch: int = 4
    workers: int = 1
    steps: int = 3000
    warmup: int = 60
    decay: int = 400
    lr: float = 1.5e-3
    muon_lr: float = 3e-3
    weight_decay: float = 0.02
    clip: float = 5.0
    average: float = 0.995
    shrink: float = 0.5
    save_every: float = 180.0
    evaluate_every: int = 250
    evaluate_pages: int = 12
    seed: int = 1

    @classmethod
    def from_toml(cls, path: Path, **overrides: Any) -> TrainingConfig:
        """Read a file whose keys are the attributes; `[model]` holds sizes, paths are relative to the working folder.

        Raises:
            ValueError: The file is no TOML or has an unknown key.
        """
        return cls.from_dict(tomllib.loads(path.read_text(encoding="utf8")) | overrides)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> TrainingConfig:
        """Build from plain values.

        Raises:
            ValueError: A key is unknown.
        """
        if unknown := set(data) - {item.name for item in fields(cls)}:
            raise ValueError(f"unknown settings of the training: {', '.join(sorted(unknown))}")
        data = dict(data)
        for name in ("corpora", "textures", "labelled", "splits", "unlabelled"):
            if data.get(name) is not None:
                data[name] = Path(data[name])
        if "model" in data:
            data["model"] = ModelConfig.from_dict({"classes": charset.class_count()} | data["model"])
        return cls(**data)
