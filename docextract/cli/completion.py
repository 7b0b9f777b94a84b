"""`docextract completion`: a script by which a shell completes commands, options and their choices."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from shlex import join, quote

from docextract.cli.console import Exit, Subparsers, open_output

_DESCRIPTION = """\
Print a script by which bash and zsh complete commands, options, and names of templates.

source <(docextract completion), in ~/.bashrc or ~/.zshrc
"""
_SCRIPT = """\
if [ -n "${{ZSH_VERSION-}}" ]; then
    type compdef > /dev/null || {{ autoload -U compinit && compinit; }}
    autoload -U bashcompinit && bashcompinit
fi
_docextract() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" option="" at="" word words=""
    case "$current" in  # --option=value is three words in bash, and one in zsh
    =) current="" ;;
    --*=*) previous="${{current%%=*}}" current="${{current#*=}}" option="$previous=" ;;
    *) [ "$previous" = = ] && previous="${{COMP_WORDS[COMP_CWORD-2]}}" ;;
    esac
    for word in "${{COMP_WORDS[@]:1:$((COMP_CWORD - 1))}}"; do
        case "$at/$word" in {commands}) at="$at/$word" ;; esac
    done
    case "$at $previous" in
{choices}
    *) case "$at $current" in
{words}
        esac ;;
    esac
    COMPREPLY=($(compgen -P "$option" -W "$words" -- "$current"))
}}
complete -o default -F _docextract docextract
"""


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "completion",
        help="a script for the shell's completion",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Print the script for the commands as they are."""
    from docextract.cli import build_parser

    parsers = dict(_walk(build_parser(), ""))
    choices = (line for at, parser in parsers.items() for line in _choices(at, parser))
    words = (line for at, parser in parsers.items() for line in _words(at, parser))
    commands = "|".join(filter(None, parsers))
    with open_output("-") as stream:
        stream.write(_SCRIPT.format(commands=commands, choices="\n".join(choices), words="\n".join(words)))
    return Exit.OK


def _walk(parser: argparse.ArgumentParser, at: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """All parsers by the words that lead to them, such as `/template/list`."""
    yield at, parser
    for name, below in _commands(parser).items():
        yield from _walk(below, f"{at}/{name}")


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(next(found, {}))


def _templates(parser: argparse.ArgumentParser) -> tuple[str, ...]:
    from docextract.schema.loading import bundled_names

    takes_templates = any(action.dest in ("template", "templates") for action in parser._get_positional_actions())
    return bundled_names() if takes_templates else ()


def _choices(at: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """What may follow an option."""
    from docextract.schema.loading import bundled_names

    for action in parser._actions:
        if action.dest == "template" and action.option_strings:
            yield _case((f"{at} {option}" for option in action.option_strings), bundled_names(), "    ")
        elif action.choices and action.option_strings:
            yield _case((f"{at} {option}" for option in action.option_strings), map(str, action.choices), "    ")


def _words(at: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """Options where a hyphen was typed, otherwise commands or templates; where none fits, the shell completes files."""
    yield _case([f"{at} -"], (option for action in parser._actions for option in action.option_strings), " " * 8, "*")
    if words := _commands(parser) or _templates(parser):
        yield _case([f"{at} "], words, " " * 8, "*")


def _case(patterns: Iterable[str], words: Iterable[str], indent: str, rest: str = "") -> str:
    return f"{indent}{'|'.join(quote(pattern) + rest for pattern in patterns)}) words={quote(join(words))} ;;"
