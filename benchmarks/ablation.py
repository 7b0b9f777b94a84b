"""What each stage of training is worth: the same weights trained for the same time, one setting changed in each row.

    python benchmarks/ablation.py data/sroie -o runs/ablation --weights ocr/weights/deer --minutes 5 \
        --corpora data/corpora [--config ocr/training/finetune.toml] [--rows consistency ...]

Without `--weights` each row begins from nothing and needs hours and `--config ocr/training/small.toml`. The unlabelled
pages are those of `train.txt` again: what consistency adds to their transcripts is the case of the print. Read are
pages of `dev.txt` and rendered receipts in fonts held out, without the language model. The rows go out as Markdown as
they are ready; a run that is there already is measured again and not repeated.

With `--encoders` the rows are the encoders instead: each begins with the backbone, the location head and the decoder of
`--weights`, and with an encoder and a neck from nothing.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import torch
from safetensors import safe_open

from ocr.datasets.examples import read_stems
from ocr.evaluation.rendered import evaluate_rendered
from ocr.evaluation.text import read_pages, score_pages
from ocr.model.config import ModelConfig
from ocr.model.network import WEIGHTS_FILE, Deer
from ocr.reader import Reader
from ocr.training.config import TrainingConfig
from ocr.training.trainer import train

Stage = tuple[float, dict[str, Any]]
"""A share of the time, and the settings that differ."""


def main() -> None:
    """Train and measure row after row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="labelled pages with train.txt and dev.txt")
    parser.add_argument("-o", "--output", type=Path, required=True, help="takes a run a stage")
    parser.add_argument("--weights", type=Path, help="to begin with")
    parser.add_argument("--config", type=Path, default=Path("ocr/training/finetune.toml"))
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--minutes", type=float, default=5.0, help="of training, a row")
    parser.add_argument("--pages", type=int, default=20, help="of dev.txt")
    parser.add_argument("--rendered", type=int, default=8, help="rendered receipts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", nargs="+", help="only these")
    parser.add_argument("--encoders", action="store_true", help="compare these; needs --weights")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(args.threads)
    rows = build_rows(args.folder)
    if args.encoders:
        rows = {encoder: [(1.0, {})] for encoder in get_args(get_type_hints(ModelConfig)["encoder"])}
    print("| row | steps | detection | end to end | words | rendered, damaged / clean: wrong characters |")
    print("|---|---|---|---|---|---|")
    if args.weights is not None:
        print_row("before", args.weights, args)
    for name in args.rows or rows:
        start = exchange_encoder(args.weights, name, args.output / f"{name}-0") if args.encoders else args.weights
        print_row(name, run_stages(name, rows[name], start, args), args)


def build_rows(folder: Path) -> dict[str, Sequence[Stage]]:
    """The stages of each row."""
    return {
        "baseline": [(1.0, {})],
        "consistency": [(1.0, {"unlabelled": folder})],
        "contrast first": [(1 / 3, {"contrastive": True}), (2 / 3, {})],
        "1 hard negative": [(1.0, {"hard_negatives": 1.0})],
        "9 hard negatives": [(1.0, {"hard_negatives": 9.0})],
        "all negatives": [(1.0, {"hard_negatives": 1e9})],
    }


def exchange_encoder(weights: Path, encoder: str, folder: Path) -> Path:
    """Write weights to `folder` with an encoder, and the neck behind it, that have learnt nothing; returns `folder`."""
    trained = Deer.from_pretrained(weights)
    torch.manual_seed(0)
    exchanged = Deer(replace(trained.config, encoder=encoder))  # type: ignore[arg-type]
    for name, part in exchanged.named_children():
        if name in ("backbone", "location", "decoder"):
            part.load_state_dict(trained.get_submodule(name).state_dict())
    exchanged.save_pretrained(folder, metadata={})
    return folder


def run_stages(name: str, stages: Sequence[Stage], weights: Path | None, args: argparse.Namespace) -> Path:
    """Train the stages of a row one after the other; returns the folder of the last one's weights."""
    for number, (share, settings) in enumerate(stages, 1):
        run: Path = args.output / f"{name.replace(' ', '-')}-{number}"
        if not (run / WEIGHTS_FILE).is_file():
            same = {"labelled": args.folder, "corpora": args.corpora, "evaluate_every": 10**9}
            config = TrainingConfig.from_toml(args.config, **same | settings)
            train(config, run, start_from=weights, minutes=share * args.minutes)
        weights = run
    assert weights is not None
    return weights


def print_row(name: str, weights: Path, args: argparse.Namespace) -> None:
    """Measure weights and print what came out."""
    reader = Reader.from_network(Deer.from_pretrained(weights).fold())  # without the language model
    stems = read_stems(args.folder / "dev.txt")[: args.pages]
    scores = score_pages(read_pages(reader, args.folder, stems), args.folder)
    rendered = evaluate_rendered(reader, args.rendered, korean=0.5, corpora=args.corpora)
    errors = [f"{rendered[f'character error rate{kind}']:.1%}" for kind in ("", ", undamaged")]
    with safe_open(weights / WEIGHTS_FILE, "numpy") as file:
        steps = (file.metadata() or {}).get("step", "")
    measured = [f"{scores[key]:.3f}" if key in scores else "" for key in ("detection", "end to end", "words")]
    print("|", " | ".join([name, steps, *measured, " / ".join(errors)]), "|", flush=True)


if __name__ == "__main__":
    main()
