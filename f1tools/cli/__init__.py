"""The command line, a module a command: ``f1tools best``, ``record``, ``report``, ``verify``, ``check``, ``snippets``.

Only numpy and pyarrow are loaded to find the best threshold in text and Parquet: that is most of the time a small file
takes. What the other commands need is loaded when they run.
"""

from f1tools.cli.run import main

__all__ = ["main"]
