"""Find Java for the tests of Spark, or install it (`python -m tests.backends.java`)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.debian import install_debian_package

OLDEST = 17  # Spark 4
PACKAGES = ("default-jre-headless", "openjdk-21-jre-headless", "openjdk-17-jre-headless")
MISSING = (
    f"SPARK WAS NOT TESTED: there is no Java {OLDEST} or newer on this machine, and none from Debian. "
    "Install one, or set JAVA_HOME."
)


def find_java() -> Path | None:
    """Return the home of the Java at $JAVA_HOME, on the path or of Debian; None where all are missing or too old."""
    chosen, first = os.environ.get("JAVA_HOME"), shutil.which("java")
    homes = [Path(chosen)] if chosen else []
    homes += [Path(first).resolve().parents[1]] if first else []
    homes += sorted(Path("/usr/lib/jvm").glob("java-*"), reverse=True)
    return next((home for home in homes if _version(home) >= OLDEST), None)


def _version(home: Path) -> int:
    """Return the major version, 0 where there is no Java that runs."""
    program = home / "bin" / "java"
    if not program.is_file():
        return 0
    answer = subprocess.run([program, "-version"], capture_output=True, text=True)
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found[1]) if found and answer.returncode == 0 else 0


def main() -> None:
    """Make sure that there is a Java, or say that the tests of Spark will fail."""
    home = find_java() or (install_debian_package(*PACKAGES) and find_java())
    print(f"Java for the tests: {home}" if home else MISSING)


if __name__ == "__main__":
    main()
