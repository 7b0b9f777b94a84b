"""The `docextract` command: one module a subcommand, each importing what it needs only when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

from docextract.cli import batch, completion, doctor, extract, model, read, redact, serve, show, template
from docextract.cli.console import Exit, UsageError, open_output, tell
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
    try:
        args = build_parser().parse_args(argv)
        return int(args.run(args))
    except UsageError as error:
        tell(str(error))
        return Exit.USAGE
    except (ImageError, OcrError, DocExtractError) as error:
        tell(str(error))
        return Exit.UNREADABLE if isinstance(error, ImageError) else Exit.SETUP
    except BrokenPipeError:  # the reader of our output has enough, as in `docextract read *.jpg | head`
        _drop_output()
        return Exit.OK
    except OSError as error:  # of a file that is to be written; one that is to be read was told before
        # A full disk does not say whose file it stopped, and an error of a library may have no more than its name.
        tell(f"{error.filename or 'output'}: {error.strerror or type(error).__name__}")
        if error.filename is None:
            _drop_output()
        return Exit.USAGE
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it


def _drop_output() -> None:
    """Send what is left to standard output nowhere; when Python ends it would try again, and complain."""
    with suppress(OSError, AttributeError):  # it may be no file, or closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Leave; that nobody takes the help is found out here, not when Python ends."""
        if sys.stdout is not None:
            sys.stdout.flush()
        super().exit(status, message)


class _Version(argparse.Action):
    """`action="version"` that looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        with open_output("-") as stream:
            print(f"docextract {version('docextract')}", file=stream)
        parser.exit()
