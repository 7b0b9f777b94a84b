"""The `docextract` command: one module a subcommand, each importing what it needs only when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from docextract.cli import batch, completion, doctor, extract, model, read, redact, serve, show, template
from docextract.cli.console import Exit, UsageError, tell
from docextract.errors import DocExtractError
from ocr.errors import ImageError, OcrError

_COMMANDS = (extract, batch, read, show, redact, template, serve, doctor, completion, model)

_EPILOG = """\
Data goes to standard output, messages to standard error.

exit status:
  0  done
  1  incomplete: a required field was not found in a document
  2  wrong usage
  3  an image could not be read
  4  a template or the installation (weights, kernels) is not usable
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: The arguments without the program's name; those of the process where it is None.

    Returns:
        The exit status.
    """
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except UsageError as error:
        tell(str(error))
        return Exit.USAGE
    except (ImageError, OcrError, DocExtractError) as error:
        tell(str(error))
        return Exit.UNREADABLE if isinstance(error, ImageError) else Exit.SETUP
    except BrokenPipeError:  # the reader of our output has enough, as in `docextract read *.jpg | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except OSError as error:  # of a file that is to be written; one that is to be read was told before
        tell(f"{error.filename or 'output'}: {error.strerror}")  # a full disk does not say whose file it stopped
        return Exit.USAGE
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; `run` of what it returns does the work."""
    parser = _Parser(
        prog="docextract",
        description="Read photographed and scanned documents into typed objects, without a network.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.register(commands)
    return parser


class _Parser(argparse.ArgumentParser):
    """Takes options by their whole names, in all commands: what is short and clear today may not be tomorrow."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)


class _Version(argparse.Action):
    """`action="version"` that looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"docextract {version('docextract')}")
        parser.exit()
