"""What a visitor is looking at, as a value; ``link.py`` puts it into the URL."""

from dataclasses import dataclass

from f1tools.core.constraints import Constraint
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.what_if import Costs, WhatIf

OBJECTIVES = tuple(name for name in METRICS if metric(name).monotone)
"""Names of the metrics that a threshold can sensibly be best by, in display order."""

LOWEST_BETA, HIGHEST_BETA = 0.01, 100.0
PREVALENCES = 0.0001, 0.9999
WEIGHTS = 0.001, 1000.0
HIGHEST_COST = 1e9
HIGHEST_SEED = 10**9
SUPPRESSED = (3, 5, 6, 10, 11, 16, 20, 30, 50, 100)
"""Sizes below which counts can be kept out of a memo."""
RECALIBRATIONS = ("sigmoid", "isotonic")
FIELDS_OF = {
    "prevalence": ("prevalence",),
    "costs": ("cost_fp", "cost_fn", "cost_tp", "cost_tn", "amounts"),
    "reviews": ("cases", "reviews"),
    "triage": ("sure_no", "sure_yes", "max_false", "max_missed"),
    "weights": ("class_weight", "positive_weight"),
}
"""What each question of What if asks for."""
QUESTIONS = tuple(FIELDS_OF)


@dataclass(frozen=True)
class View:
    """One state of the pages; every field has a default, and only other values show up in the URL.

    Attributes
    ----------
    data
        Id of a sample, or fingerprint of an upload and of how it was read; None is the first sample.
    file
        Which file to load where the data are an upload: its name and the start of its SHA-256, for people.
    read
        How the file is to be read, as JSON, where the reader alone would read it otherwise.
    model
        Name of a score column; None is the first one.
    threshold
        None follows the best threshold of the metric.
    metric, beta
        What "best" means; beta counts for `fbeta` only.
    low, high
        The zoomed range of thresholds on Explore; None is that end of the scores.
    min_recall, min_precision, max_flagged
        Constraints on the best threshold; the first two are shares, the last a number of rows.
    question
        Which question of What if is open.
    prevalence, class_weight, positive_weight
        What-ifs: another share of positives, weights in training and in the evaluation; None leaves it as it is.
    cost_fp, cost_fn, cost_tp, cost_tn
        What each outcome costs; below 0 it earns.
    amounts
        Whether a miss costs the row's own amount instead.
    cases, reviews
        Cases a day, and how many of them can be looked at.
    sure_no, sure_yes
        The two thresholds between which people decide; None is the suggestion.
    max_false, max_missed
        What the suggestion keeps: the share of the sure yes that is wrong, and of all real cases that end as a sure no.
    recalibration
        How the scores are calibrated on Calibration.
    seed
        Of the resamples behind the honest estimates.
    suppress_below
        Counts below this are kept out of memos; None shows all.
    lab
        Id of the data on which Strategies compares; None is what is on the screen, else the first sample of this kind.
    strategy
        Name of the score column that is drawn against the reference there; None is one that stands out.
    against
        Name of the score column that the others are compared with there; None is the plain one, else the first.
    by_share
        Whether curves there run over the share of rows flagged instead of the threshold.
    """

    data: str | None = None
    file: str | None = None
    read: str | None = None
    model: str | None = None
    threshold: float | None = None
    metric: str = "f1"
    beta: float = 2.0
    low: float | None = None
    high: float | None = None
    min_recall: float | None = None
    min_precision: float | None = None
    max_flagged: int | None = None
    question: str = "prevalence"
    prevalence: float | None = None
    class_weight: float | None = None
    positive_weight: float | None = None
    cost_fp: float = 1.0
    cost_fn: float = 5.0
    cost_tp: float = 0.0
    cost_tn: float = 0.0
    amounts: bool = False
    cases: int | None = None
    reviews: int | None = None
    sure_no: float | None = None
    sure_yes: float | None = None
    max_false: float = 0.1
    max_missed: float = 0.05
    recalibration: str = "sigmoid"
    seed: int = 0
    suppress_below: int | None = None
    lab: str | None = None
    strategy: str | None = None
    against: str | None = None
    by_share: bool = False

    @property
    def what_if(self) -> WhatIf:
        """What is supposed of the model and of the cases."""
        return WhatIf(self.class_weight, self.prevalence, self.positive_weight)

    def costs(self) -> Costs:
        """Give the costs.

        Raises
        ------
        InvalidPredictions
            When there is nothing to decide under them.
        """
        try:
            return Costs(self.cost_fp, self.cost_fn, self.cost_tp, self.cost_tn)
        except ValueError:
            raise InvalidPredictions(
                "Under these prices there is nothing to decide: a false alarm must not cost less than a case rightly "
                "left alone, nor a miss less than a catch, and one of the two must cost more. Change a price."
            ) from None

    def asks(self, question: str) -> bool:
        """Whether a question of What if was asked: it is open, or something was chosen for it."""
        default = View()
        chosen = any(getattr(self, name) != getattr(default, name) for name in FIELDS_OF[question])
        return chosen or self.question == question != default.question

    @property
    def objective(self) -> Metric:
        """The metric that the best threshold is best by."""
        return metric(self.metric, self.beta if self.metric == "fbeta" else None)

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What the best threshold must keep."""
        wanted = (
            (Constraint.at_least, "recall", self.min_recall),
            (Constraint.at_least, "precision", self.min_precision),
            (Constraint.at_most, "flagged", self.max_flagged),
        )
        return tuple(bound(name, value) for bound, name, value in wanted if value is not None)
