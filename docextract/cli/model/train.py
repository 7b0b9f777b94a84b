"""`docextract model train`: teach a network from nothing, or go on where a run stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

from docextract.cli.console import Exit, Subparsers, UsageError, tell


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "train",
        help="train the reader",
        description="Train the reader on rendered and labelled pages. The folder takes checkpoints, a log with a JSON "
        "object a line, and the averaged weights; a run that was stopped at any moment goes on with --resume. "
        "In several processes: torchrun --standalone --nproc_per_node N -m docextract model train ...",
    )
    parser.add_argument("--config", type=Path, required=True, metavar="TOML", help="ocr/training/*.toml are examples")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in the folder")
    parser.add_argument("--start-from", type=Path, metavar="DIR", help="weights to begin with instead of nothing")
    parser.add_argument("--steps", type=int, help="last step, instead of the configuration's")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long, to be resumed")
    parser.add_argument("--threads", type=int, help="processor cores to use (default: all)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Train, with progress on standard error."""
    import logging

    import torch

    from ocr.training.checkpoint import CHECKPOINT_FILE
    from ocr.training.config import TrainingConfig
    from ocr.training.trainer import train

    try:
        overrides = {} if args.steps is None else {"steps": args.steps}
        config = TrainingConfig.from_toml(args.config, **overrides)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{args.config}: {error}") from error
    for folder in (config.corpora, config.textures, config.labelled, config.unlabelled):
        if folder is not None and not folder.is_dir():
            raise UsageError(f"{args.config} names a folder that is not there: {folder}")
    if args.resume and not (args.output / CHECKPOINT_FILE).is_file():
        raise UsageError(f"{args.output} holds no checkpoint to resume")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if args.threads:
        torch.set_num_threads(args.threads)
    train(config, args.output, resume=args.resume, start_from=args.start_from, minutes=args.minutes)
    tell(f"averaged weights are in {args.output}")
    return Exit.OK
