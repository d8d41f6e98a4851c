"""The command line: parse the arguments, run the command, and return its exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from f1tools.cli import app, best, check, compare, record, report, snippets, summarize, verify
from f1tools.cli.options import BadOptions, Parser
from f1tools.cli.output import CHOICE_REQUIRED, DONE, UNUSABLE, fail, print_message, run_safely
from f1tools.cli.reading import ChoiceRequired
from f1tools.core.extras import MissingExtra
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.version import __version__

_DESCRIPTION = """\
Choose the threshold of a binary classifier, share the decision, and check it on new data:

  f1tools app scores.csv                       open the dashboard in the browser
  f1tools best scores.csv                      find the best threshold and show what it does
  f1tools compare forest.csv logistic.csv      compare models, each at its own best threshold
  f1tools record scores.csv -o record.json     write the decision as a file
  f1tools report scores.csv -o memo.html       explain the decision to people
  f1tools snippets record.json                 print the decision as code
  f1tools verify record.json scores.csv        recompute the record from its data
  f1tools check new.csv --record record.json   check the decision on new rows
  f1tools summarize scores/ -o table.parquet   count rows that are too many for memory, see its --help
"""
_EPILOG = """\
f1tools COMMAND --help explains a command, with examples.

exit codes  0 done;  1 verify: it differs, check: it fails;  2 the files or the options can't be used, or no threshold
meets the constraints;  3 please choose, the options to add are listed;  130 interrupted
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program name; those of the process by default.

    Returns
    -------
    int
        0 when done; 1 when a record differs or a check fails; 2 for unusable files, bad options or constraints that
        can't be met; 3 when the user must choose; 130 when interrupted.
    """
    return run_safely(lambda: _run(argv))


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Has room for the longest command, whose indentation argparse forgets in Python 3.11."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = len("    summarize")


def _run(argv: Sequence[str] | None) -> int:
    try:
        args = _parse_or_report(argv)
        code: int = args.run(args)
    except (BadOptions, InvalidPredictions, ConstraintsNotMet, MissingExtra) as error:
        return fail(str(error), UNUSABLE)
    except ChoiceRequired as error:
        for line in error.lines():
            print_message(line)
        return CHOICE_REQUIRED
    except SystemExit as end:  # help or version were printed, or the server said why it stopped
        return UNUSABLE if end.code else DONE
    return code


def _parse_or_report(argv: Sequence[str] | None) -> argparse.Namespace:
    try:
        return parse(argv)
    except BadOptions as error:
        words = list(sys.argv[1:] if argv is None else argv)
        if words[:1] == ["check"]:
            check.report_bad_options(words[1:], str(error))
        raise


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; the attribute ``run`` of the result is the command.

    Raises
    ------
    BadOptions
        When the arguments can't be used.
    SystemExit
        With 0, after help or version were printed.
    """
    parser = Parser(
        prog="f1tools", description=_DESCRIPTION, epilog=_EPILOG,
        formatter_class=_Formatter, allow_abbrev=False,
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    parser.add_argument("--version", action="version", version=f"f1tools {__version__}")
    for command in (app, best, compare, record, report, verify, check, snippets, summarize):
        command.add(commands)
    words = list(sys.argv[1:] if argv is None else argv)
    words, server_options = app.split_server_options(words) if words[:1] == ["app"] else (words, [])
    args, unknown = parser.parse_known_args(words)
    args.server_options = server_options
    if unknown:  # refused here, so that the message points to the help of the command
        listed = " ".join(truncate(word, longest=60) for word in unknown[:5])
        raise BadOptions(f"unrecognized arguments: {listed}. See f1tools {args.command} --help.")
    return args
