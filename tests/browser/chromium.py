"""Find Chromium for the browser tests, or install it (`python -m tests.browser.chromium`)."""

import os
import shutil
import subprocess
import sys

# Without the parts that draw windows: half the processor time a page.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of $F1TOOLS_CHROMIUM or of an installed one; None for Playwright's own."""
    return os.environ.get("F1TOOLS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def _install_debian_package() -> bool:
    """Install one of Debian's packages, where that needs no password, and return whether it worked."""
    if shutil.which("apt-get") is None:
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            return False
        prefix = ["sudo", "--non-interactive"]
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}

    def succeeds(*command: str) -> bool:
        return subprocess.run([*prefix, *command], env=quiet).returncode == 0

    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
    return succeeds("apt-get", "update", "-qq") and any(succeeds(*install, package) for package in PACKAGES)


def main() -> int:
    """Make sure that there is a Chromium and return the exit code."""
    if find_chromium() or (_install_debian_package() and find_chromium()):
        print(f"Browser for the tests: {find_chromium()}")
        return 0
    print("No Chromium on this machine, and none from Debian: Playwright brings its own.")
    return subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]).returncode


if __name__ == "__main__":
    raise SystemExit(main())
