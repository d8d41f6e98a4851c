"""Dependencies of the wheel: the requirements files are the one list, and the extras are made from them."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


class RequirementsFiles(MetadataHookInterface):
    """Read the dependencies from requirements.txt and the files beside it.

    The packages that `light` in pyproject.toml names are always installed, all others of requirements.txt with the
    extra "app".
    """

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the dependencies and the extras."""
        everything, light = self._read(""), {canonicalize_name(name) for name in self.config["light"]}
        if unknown := light - everything.keys():
            raise ValueError(f"requirements.txt lacks {', '.join(sorted(unknown))}, which pyproject.toml names.")
        metadata["dependencies"] = [line for name, line in everything.items() if name in light]
        metadata["optional-dependencies"] = {
            "app": [line for name, line in everything.items() if name not in light],
            "lab": ["f1tools[app]", *self._read("-lab").values()],
            "engines": [*self._read("-engines").values()],
            "dev": ["f1tools[lab,engines]", *self._read("-dev").values()],
        }

    def _read(self, suffix: str) -> dict[str, str]:
        """Return the requirements of a file by name."""
        lines = Path(self.root, f"requirements{suffix}.txt").read_text(encoding="utf-8").splitlines()
        requirements = [line for line in lines if line and not line.startswith("#")]
        return {canonicalize_name(Requirement(line).name): line for line in requirements}
