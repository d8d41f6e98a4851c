"""Install what the tests need beside Python: one of Debian's packages, where that needs no password."""

import os
import shutil
import subprocess


def install_debian_package(*packages: str) -> bool:
    """Install the first of the packages that there is, and return whether it worked."""
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
    return succeeds("apt-get", "update", "-qq") and any(succeeds(*install, package) for package in packages)
