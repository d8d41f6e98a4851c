"""Groups on the page Compare: numbers of scikit-learn for each group, the column of groups, and few rows."""

import html
import json
import re

import numpy as np
import pytest
from sklearn.metrics import f1_score, fbeta_score, precision_recall_curve, precision_score, recall_score
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.helpers import HOSTILE, address, drop, figures, go, plain_texts, sample, sample_rows, take, texts, widget

THRESHOLD = 0.4


def table(app: AppTest, name: str = "Groups") -> dict[str, dict[str, list[str]]]:
    """Return the lines of every cell of a table by row and heading."""
    assert not app.exception
    body = next(each.proto.body for each in app.get("html") if f'aria-label="{name}"' in each.proto.body)
    header, *rows = [re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall("<tr>.*?</tr>", body)]
    lines = [
        [[html.unescape(re.sub("</?small>", "", line)) for line in cell.split("<br>")] for cell in r] for r in rows
    ]
    return {row[0][0]: dict(zip(header, row, strict=True)) for row in lines}


def grouped_file(columns: dict[str, list[str]], n: int = 300) -> bytes:
    """Return a file of one model, and some more columns."""
    rng = np.random.default_rng(5)
    y_true = rng.random(n) < 0.4
    score = np.clip(0.35 + 0.25 * y_true + 0.15 * rng.normal(size=n), 0.001, 0.999)
    lines = [",".join(["y_true,p_model", *(f'"{name}"' for name in columns)])]
    for row in range(n):
        cells = [f'"{values[row]}"' for values in columns.values()]
        lines.append(",".join([f"{int(y_true[row])},{score[row]:.4f}", *cells]))
    return "\n".join(lines).encode()


def test_each_group_has_the_numbers_of_scikit_learn(open_app: Open) -> None:
    """At the current threshold, beside those of all other rows, and at the group's own best threshold."""
    app = open_app("compare", tab="groups", t=str(THRESHOLD))
    assert address(app) == {"tab": "groups", "t": str(THRESHOLD)}
    y_true, score = sample_rows()
    rows, group = table(app), np.asarray(sample().group)
    assert list(rows) == ["All rows", *np.unique(group)]
    for name in np.unique(group):
        here, cells = group == name, rows[name]
        assert cells["Rows"] == [f"{here.sum()}"]
        assert cells["Positives"][0] == f"{100 * y_true[here].mean():.1f}%"
        assert cells["Flagged"][0] == f"{100 * (score[here] >= THRESHOLD).mean():.1f}%"
        for label, function in (("Precision", precision_score), ("Recall", recall_score), ("F1", f1_score)):
            value, others = (f"{function(y_true[part], score[part] >= THRESHOLD):.3f}" for part in (here, ~here))
            assert [cells[label][0], cells[label][2]] == [value, f"others {others}"]
        precision, recall, _ = precision_recall_curve(y_true[here], score[here])
        assert cells["F1 there"] == [f"{np.nanmax(2 * precision * recall / (precision + recall)):.3f}"]
        own = float(cells["Best for this group alone"][0])  # as written: not rounded above the best score
        assert cells["F1 there"] == [f"{f1_score(y_true[here], score[here] >= own):.3f}"]
    overall = recall_score(y_true, score >= THRESHOLD)
    assert rows["All rows"]["Recall"][0] == f"{overall:.3f}"
    recalls = [recall_score(y_true[group == name], score[group == name] >= THRESHOLD) for name in np.unique(group)]
    gap = table(app, "Gaps between groups")["Recall (equal opportunity)"]
    assert gap["Difference"] == [f"{max(recalls) - min(recalls):.3f}"]
    go(app, "data").radio(key="sample").set_value("breast_cancer").run()
    assert address(go(app, "compare")) == {"data": "breast_cancer", "tab": "groups"}
    assert "This data has no column of groups." in plain_texts(app)


def test_figures_show_the_chosen_value_and_the_curves(open_app: Open) -> None:
    """The objective of every group, the highest first, beside that of all others; own thresholds on their curves."""
    app = open_app("compare", tab="groups", value="objective", sort="value", metric="fbeta", t=str(THRESHOLD))
    y_true, score = sample_rows()
    group = np.asarray(sample().group)
    values, curves = figures(app)
    assert values["layout"]["title"]["text"] != "Recall"
    names = values["layout"]["yaxis"]["ticktext"]
    expected = [fbeta_score(y_true[group == name], score[group == name] >= THRESHOLD, beta=2) for name in names]
    others = [fbeta_score(y_true[group != name], score[group != name] >= THRESHOLD, beta=2) for name in names]
    drawn = {each["name"]: each["x"] for each in values["data"]}
    assert drawn["group"] == pytest.approx(expected)
    assert drawn["all others"] == pytest.approx(others)
    assert expected == sorted(expected, reverse=True)
    own = [each["y"][0] for each in curves["data"] if each["name"] == "own best"]
    best = [
        max(fbeta_score(y, s >= t, beta=2) for t in np.unique(s))
        for y, s in ((y_true[group == name], score[group == name]) for name in np.unique(group))
    ]
    assert own == pytest.approx(best)
    assert list(table(app)) == ["All rows", *names]
    app.button_group(key="group value").set_value("false_positive_rate").run()
    fpr = [np.mean(score[(group == name) & ~y_true] >= THRESHOLD) for name in np.unique(group)]
    drawn = {each["name"]: each["x"] for each in figures(app)[0]["data"]}
    assert drawn["group"] == pytest.approx(sorted(fpr, reverse=True))
    assert address(app)["value"] == "false_positive_rate"


def test_groups_of_the_evaluation_set(open_app: Open) -> None:
    """Where rows have roles, groups are those of the evaluation set, and own thresholds are tuned on the others."""
    rows = [f"{part},{'ab'[k % 2]}" for k, part in enumerate(["valid"] * 150 + ["test"] * 150)]
    sets, wards = zip(*(row.split(",") for row in rows), strict=True)
    content = grouped_file({"set": list(sets), "region": list(wards)})
    app = go(take(drop(open_app("data"), ("mine.csv", content)), "**valid**"), "compare", tab="groups", t="0.4")
    assert [table(app)[name]["Rows"] for name in ("All rows", "a", "b")] == [["150"], ["75"], ["75"]]
    assert "evaluated on test" in plain_texts(app)


def test_another_column_reads_the_file_again(open_app: Open) -> None:
    """Each column with few values is offered but the true class; threshold and tab stay, and the link has them all."""
    columns = {"ward": [f"w{k % 3}" for k in range(300)], "shift": ["day", "night"] * 150}
    app = go(drop(open_app("data"), ("mine.csv", grouped_file(columns))), "compare", tab="groups", t="0.45")
    assert "Choose the column that says which group" in plain_texts(app)
    picker = widget(app.selectbox, "Group by")
    assert picker.options == ["ward", "shift"]
    picker.select("shift").run()
    assert list(table(app)) == ["All rows", "day", "night"]
    assert json.loads(address(app)["read"])["group"] == "shift"
    assert {"tab": "groups", "t": "0.45"}.items() <= address(app).items()
    widget(app.selectbox, "Group by").select("ward").run()
    assert list(table(app)) == ["All rows", "w0", "w1", "w2"]


def test_without_a_column_of_groups(open_app: Open) -> None:
    """The page says what to upload, and Models says what it says without groups."""
    app = go(drop(open_app("data"), ("mine.csv", grouped_file({}))), "compare", tab="groups")
    assert "This data has no column of groups." in plain_texts(app)
    app.button_group(key="compared").set_value("models").run()
    assert "This data has one model" in plain_texts(app)
    assert "tab" not in address(app)


def test_few_rows_are_marked_and_never_the_worst(open_app: Open) -> None:
    """A group of nine rows, of which no positive is caught, is last in the order and has no part in gaps."""
    region = [HOSTILE if row < 9 else "north" if row % 2 else "south" for row in range(300)]
    content = grouped_file({"region": region})
    app = go(drop(open_app("data"), ("mine.csv", content)), "compare", tab="groups", sort="value", t="0.6")
    rows = table(app)
    assert list(rows)[-1].startswith("**b** <img")
    assert rows[list(rows)[-1]]["Best for this group alone"] == ["none"]
    assert rows[list(rows)[-1]]["Group"][1] == "too few rows"
    assert float(rows[list(rows)[1]]["Recall"][0]) >= float(rows[list(rows)[2]]["Recall"][0])
    assert "has too few rows to be compared" in plain_texts(app)
    assert "rows that count for a rate have no part: recall without **b** <img" in plain_texts(app)
    assert not re.search(r"lowest for \*\*b|(?<!\\)<img", texts(app))
