"""The card's script and f1tools.formatting give the same text for every number and every sentence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from f1tools import formatting
from f1tools.card import card_payload, script
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, metric
from f1tools.core.optimum import best
from f1tools.formatting.positives import name_positives
from f1tools.formatting.sentence import phrases, precision_base

_DESCRIBE = """(payload) => {
    %s
    const kinds = ["tn", "fp", "fn", "tp"];
    const stops = buildStops(payload);
    return stops.map((stop) => {
        const best = stops[payload.best];
        const counts = kinds.map((kind) => stop.counts[kind]);
        return {
            pieces: phrases(stop.counts, stop.text, payload.words, payload.precision_base),
            figures: [stop.precision, stop.recall, stop.drawn].map(metricValue),
            differences: [
                difference(stop.precision, best.precision), difference(stop.drawn, best.drawn),
            ],
            share: percent(stop.share),
            counts: counts.map(count),
            typical: apportion(counts, 100),
            rare: apportion(counts, frequencyBase(payload.positives / total(stop.counts), 100, 10)),
        };
    });
}"""


def described_by_python(curve: ThresholdCurve, payload: dict[str, Any]) -> list[dict[str, Any]]:
    drawn = metric(payload["drawn"]["name"], payload["drawn"]["beta"])
    points = [_at(curve, formatting.parse_threshold(text)) for text in payload["stops"]]
    best_counts = points[payload["best"]]
    return [
        _described(point, text, precision_base(curve), drawn.evaluate(point), best_counts, drawn.evaluate(best_counts))
        for point, text in zip(points, payload["stops"], strict=True)
    ]


def _at(curve: ThresholdCurve, threshold: float) -> ConfusionCounts:
    return curve.at(threshold).counts


def _described(
    c: ConfusionCounts, text: str, base: int, value: float, best_counts: ConfusionCounts, best_value: float
) -> dict[str, Any]:
    precision = float(c.precision(zero_division=math.nan))
    counts = [c.tn, c.fp, c.fn, c.tp]
    among = formatting.frequency_base(c.positives() / c.total(), least=10)
    return {
        "pieces": [list(phrase) for phrase in phrases(c, text, name_positives("1", "fraud"), base)],
        "figures": [
            formatting.metric_value(precision),
            formatting.metric_value(float(c.recall())),
            formatting.metric_value(float(value)),
        ],
        "differences": [
            formatting.difference(precision, float(best_counts.precision(zero_division=math.nan))),
            formatting.difference(float(value), float(best_value)),
        ],
        "share": formatting.percent(float(c.predicted_positive_rate())),
        "counts": [formatting.count(one) for one in counts],
        "typical": formatting.apportion(counts, 100),
        "rare": formatting.apportion(counts, among),
    }


def _scores(kind: str, rng: np.random.Generator, y_true: Any) -> Any:
    latent = rng.normal(size=y_true.size) + 1.5 * y_true
    return {
        "probabilities": 1 / (1 + np.exp(1 - latent)),
        "log-odds": latent * 3 - 2,
        "huge": np.round(latent * 1e5) - 3.2e5,
        "tiny": np.exp(latent - 28),
        "tied": np.round(latent * 2) / 10,
        "percent": np.clip(np.round(50 + 20 * latent), 0, 100) / 100,
    }[kind]


CASES = [
    ("probabilities", 0.3, 3000, "f1", False),
    ("probabilities", 0.004, 50_000, "f1", False),
    ("probabilities", 0.997, 5000, "f1", False),
    ("probabilities", 0.1, 40, "f1", False),
    ("probabilities", 0.02, 200, "f1", False),
    ("probabilities", 0.4, 2000, "f1", True),
    ("log-odds", 0.2, 2000, "fbeta", False),
    ("huge", 0.5, 1000, "f1", False),
    ("tiny", 0.05, 3000, "f1", True),
    ("tied", 0.5, 60, "f1", False),
    ("percent", 0.1, 500, "f1", False),
    *[("probabilities", 0.3, 800, name, False) for name in METRICS],
]


@pytest.mark.parametrize(("kind", "prevalence", "n", "by", "weighted"), CASES)
def test_script_and_package_agree(
    browser: Browser, kind: str, prevalence: float, n: int, by: str, weighted: bool
) -> None:
    """At every stop, "nothing flagged" included, sentence, figures, counts and typical cases agree."""
    rng = np.random.default_rng(n)
    y_true = rng.random(n) < prevalence
    weight = np.round(rng.random(n) * 3, 2 if by == "f1" else 12) if weighted else None
    curve = ThresholdCurve.from_predictions(y_true, _scores(kind, rng, y_true), sample_weight=weight)
    payload = card_payload(curve, best(curve, by), positives=name_positives("1", "fraud"))
    page = browser.new_page()
    from_script = page.evaluate(_DESCRIBE % script(), payload)
    page.close()
    for expected, actual in zip(described_by_python(curve, payload), from_script, strict=True):
        assert actual == expected


def test_rounding(browser: Browser) -> None:
    """Halves and values near 0 and 1 are rounded the same way."""
    rng = np.random.default_rng(3)
    values = [
        *(k / 2000 for k in range(-2000, 2001)),
        *(k / 16 for k in range(-16, 17)),
        *rng.random(2000),
        *(10.0**-k for k in range(12)),
        *(1 - 10.0**-k for k in range(1, 12)),
    ]
    large = [*(abs(value) * 10**k for k in (0, 2, 3, 7) for value in values), 123456789.0, 99.996, 999.96, 9.999]
    page = browser.new_page()
    from_script = page.evaluate(
        "([values, large]) => {" + script() + "; return [values.map(metricValue),"
        "values.map((value) => difference(value, 0.25)),"
        "values.map((value) => percent(Math.abs(value))),"
        "values.filter((value) => value > 0 && value < 1).map((share) => naturalFrequency(share, 100)),"
        "large.map(count)]; }",
        [values, large],
    )
    page.close()
    assert from_script == [
        [formatting.metric_value(value) for value in values],
        [formatting.difference(value, 0.25) for value in values],
        [formatting.percent(abs(value)) for value in values],
        [formatting.natural_frequency(value, 100) for value in values if 0 < value < 1],
        [formatting.count(value) for value in large],
    ]


def test_displayed_thresholds(browser: Browser) -> None:
    """Thresholds get a minus sign instead of a hyphen, and separators in long numbers."""
    texts = ["-0.25", "0.3438", "-221000000000", "1234567.5", "123456", "4e-12", "-1.7e308"]
    page = browser.new_page()
    displayed = page.evaluate("(texts) => {" + script() + "; return texts.map(displayThreshold); }", texts)
    page.close()
    assert displayed == ["−0.25", "0.3438", "−221,000,000,000", "1,234,567.5", "123456", "4e−12", "−1.7e308"]
