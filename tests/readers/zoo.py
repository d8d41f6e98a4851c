"""A zoo of prediction files as they are found in the wild, each with the right answer."""

from __future__ import annotations

from tests.readers import zoo_found, zoo_layouts, zoo_shapes
from tests.readers.zoo_base import ANIMALS

__all__ = ["ANIMALS", "zoo_found", "zoo_layouts", "zoo_shapes"]
