"""The data on the screen."""

from dataclasses import dataclass

from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import DataSource


@dataclass(frozen=True, eq=False)
class Dataset:
    """Predictions with their identity and what to call them."""

    id: str
    source: DataSource
    predictions: Predictions
    is_sample: bool
    by_hand: Choices | None = None
    """How a visitor had the files read; None where the reader found everything by itself."""

    @property
    def title(self) -> str:
        """What to call them."""
        return self.source.title

    @property
    def trained(self) -> str:
        """Why some of the rows probably trained the model; empty where nothing says so."""
        return self.source.trained

    @property
    def reported(self) -> tuple[int, int]:
        """How many rows the numbers are about, and how many of them are positive."""
        positive, tunes = self.predictions.y_true, self.predictions.tunes
        return (positive.size, self.predictions.n_pos) if tunes is None else ((~tunes).sum(), (positive & ~tunes).sum())
