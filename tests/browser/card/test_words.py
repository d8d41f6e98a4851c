"""One number, everywhere the same: the card's script against f1tools, word for word and figure for figure."""

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
from f1tools.formatting.sentence import phrases, sentence

_TELL = """(payload) => {
    %s
    const kinds = ["tn", "fp", "fn", "tp"];
    const stops = stopsOf(payload);
    return stops.map((stop) => {
        const best = stops[payload.best];
        const counts = kinds.map((kind) => stop.counts[kind]);
        return {
            sentence: phrases(stop.counts, stop.text).map(([text]) => text).join(""),
            roles: phrases(stop.counts, stop.text).map(([, role]) => role),
            figures: [stop.precision, stop.recall, stop.drawn].map(figure),
            differences: [
                difference(stop.precision, best.precision), difference(stop.drawn, best.drawn),
            ],
            share: percent(stop.share),
            counts: counts.map(count),
            typical: typicalCases(counts, 100),
            rare: typicalCases(counts, casesToPicture(payload.positives / total(stop.counts), 100, 10)),
        };
    });
}"""


def told_by_python(curve: ThresholdCurve, payload: dict[str, Any]) -> list[dict[str, Any]]:
    drawn = metric(payload["drawn"]["name"], payload["drawn"]["beta"])
    points = [_at(curve, float(text)) for text in payload["stops"]]
    at_best = points[payload["best"]]
    return [
        _told(point, text, drawn.evaluate(point), at_best, drawn.evaluate(at_best))
        for point, text in zip(points, payload["stops"], strict=True)
    ]


def _at(curve: ThresholdCurve, threshold: float) -> ConfusionCounts:
    return curve.at(threshold).counts


def _told(c: ConfusionCounts, text: str, value: float, at_best: ConfusionCounts, best_value: float) -> dict[str, Any]:
    precision = float(c.precision(zero_division=math.nan))
    counts = [c.tn, c.fp, c.fn, c.tp]
    among = formatting.frequency_base(c.positives() / c.total(), least=10)
    return {
        "sentence": sentence(c, text),
        "roles": [phrase.role for phrase in phrases(c, text)],
        "figures": [
            formatting.metric_value(precision),
            formatting.metric_value(float(c.recall())),
            formatting.metric_value(float(value)),
        ],
        "differences": [
            formatting.difference(precision, float(at_best.precision(zero_division=math.nan))),
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
    ("probabilities", 0.4, 2000, "f1", True),
    ("log-odds", 0.2, 2000, "fbeta", False),
    ("huge", 0.5, 1000, "f1", False),
    ("tiny", 0.05, 3000, "f1", True),
    ("tied", 0.5, 60, "f1", False),
    ("percent", 0.1, 500, "f1", False),
    *[("probabilities", 0.3, 800, name, False) for name in METRICS],
]


@pytest.mark.parametrize(("kind", "prevalence", "n", "by", "weighted"), CASES)
def test_script_and_package_say_the_same(
    browser: Browser, kind: str, prevalence: float, n: int, by: str, weighted: bool
) -> None:
    """At every stop, "nothing flagged" included, sentence, figures, counts and pictures agree to the last character."""
    rng = np.random.default_rng(n)
    y_true = rng.random(n) < prevalence
    weight = np.round(rng.random(n) * 3, 2 if by == "f1" else 12) if weighted else None
    curve = ThresholdCurve.from_predictions(y_true, _scores(kind, rng, y_true), sample_weight=weight)
    payload = card_payload(curve, best(curve, by), model="m", pos_label="1")
    page = browser.new_page()
    told = page.evaluate(_TELL % script(), payload)
    page.close()
    for mine, its in zip(told_by_python(curve, payload), told, strict=True):
        assert mine == its


def test_numbers_on_the_edge(browser: Browser) -> None:
    """Halves, near-ones and near-zeros are rounded alike."""
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
    its = page.evaluate(
        "([values, large]) => {" + script() + "; return [values.map(figure),"
        "values.map((value) => difference(value, 0.25)),"
        "values.map((value) => percent(Math.abs(value))),"
        "values.filter((value) => value > 0 && value < 1).map((share) => shareInWords(share)), large.map(count)]; }",
        [values, large],
    )
    page.close()
    assert its == [
        [formatting.metric_value(value) for value in values],
        [formatting.difference(value, 0.25) for value in values],
        [formatting.percent(abs(value)) for value in values],
        [formatting.natural_frequency(value) for value in values if 0 < value < 1],
        [formatting.count(value) for value in large],
    ]


def test_thresholds_are_printed_for_people(browser: Browser) -> None:
    """A minus sign instead of a hyphen, separators in long numbers; whatever else stands in them is left alone."""
    texts = ["-0.25", "0.3438", "-221000000000", "1234567.5", "123456", "4e-12", "-1.7e308"]
    page = browser.new_page()
    printed = page.evaluate("(texts) => {" + script() + "; return texts.map(printed); }", texts)
    page.close()
    assert printed == ["−0.25", "0.3438", "−221,000,000,000", "1,234,567.5", "123456", "4e−12", "−1.7e308"]
