"""The command line, a module per command: ``best``, ``record``, ``report``, ``verify``, ``check``, ``snippets``.

Finding the best threshold in CSV and Parquet loads only numpy and pyarrow, because loading takes most of the time for a
small file. Other commands load what they need when they run.
"""

from f1tools.cli.run import main

__all__ = ["main"]
