"""``python -m f1tools`` is the command ``f1tools``."""

from __future__ import annotations

import sys

from f1tools.cli import main

sys.exit(main())
