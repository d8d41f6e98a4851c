"""Find Chromium for the browser tests, or install it (`python -m tests.browser.chromium`)."""

import os
import shutil
import subprocess
import sys

from tests.debian import install_debian_package

# Without the parts that draw windows: half the processor time a page.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of $F1TOOLS_CHROMIUM or of an installed one; None for Playwright's own."""
    return os.environ.get("F1TOOLS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> int:
    """Make sure that there is a Chromium and return the exit code."""
    if find_chromium() or (install_debian_package(*PACKAGES) and find_chromium()):
        print(f"Browser for the tests: {find_chromium()}")
        return 0
    print("No Chromium on this machine, and none from Debian: Playwright brings its own.")
    return subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]).returncode


if __name__ == "__main__":
    raise SystemExit(main())
