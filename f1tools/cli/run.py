"""Which command runs, and how it ends, whatever happens."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from f1tools.cli import best, check, record, report, snippets, verify
from f1tools.cli.options import BadOptions, Parser
from f1tools.cli.source import PleaseChoose
from f1tools.cli.terminal import DONE, PLEASE_CHOOSE, UNUSABLE, end, say, whatever_happens
from f1tools.core.errors import InvalidPredictions
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.formatting import truncate
from f1tools.version import __version__

_DESCRIPTION = """\
Choose the threshold of a binary classifier, and keep the choice honest:

  f1tools best scores.csv                      which threshold is best, and what it does
  f1tools record scores.csv -o record.json     the decision as a file
  f1tools report scores.csv -o memo.html       the decision for people
  f1tools snippets record.json                 the decision as code
  f1tools verify record.json scores.csv        is the record right?
  f1tools check new.csv --record record.json   does it still hold on new rows?
"""
_EPILOG = """\
f1tools COMMAND --help explains a command, with examples.

ends with  0 done;  1 verify: something differs, check: something fails;  2 the files or the options can't be used, or
no threshold keeps the constraints;  3 please choose, the options to add are told;  130 interrupted
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the command's name; those of the process if left out.

    Returns
    -------
    int
        0 when done; 1 where a record is wrong or a check fails; 2 for a refused file, bad options or constraints that
        can't be met; 3 when the user must choose; 130 when interrupted.
    """
    return whatever_happens(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    try:
        given = _understood(argv)
        code: int = given.run(given)
    except (BadOptions, InvalidPredictions, ConstraintsNotMet) as error:
        return end(str(error), UNUSABLE)
    except PleaseChoose as error:
        for line in error.lines():
            say(line)
        return PLEASE_CHOOSE
    except SystemExit:  # help or the version was asked for and is printed
        return DONE
    return code


def _understood(argv: Sequence[str] | None) -> argparse.Namespace:
    try:
        return parse(argv)
    except BadOptions as error:
        words = list(sys.argv[1:] if argv is None else argv)
        if words[:1] == ["check"]:
            check.refuse(words[1:], str(error))
        raise


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Understand the command line; ``run`` of what is returned is the command.

    Raises
    ------
    BadOptions
        When it makes no sense.
    SystemExit
        With 0, when help or the version was asked for and has been printed.
    """
    parser = Parser(
        prog="f1tools", description=_DESCRIPTION, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    parser.add_argument("--version", action="version", version=f"f1tools {__version__}")
    for command in (best, record, report, verify, check, snippets):
        command.add(commands)
    given, unknown = parser.parse_known_args(argv)
    if unknown:  # told by the command that they were meant for, whose help knows better
        shown = " ".join(truncate(each, longest=60) for each in unknown[:5])
        raise BadOptions(f"unrecognized arguments: {shown}. See f1tools {given.command} --help.")
    return given
