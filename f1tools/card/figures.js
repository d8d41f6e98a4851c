// The four figures: a value, its difference from the best threshold, and the counts behind it.

const FIGURES = ["precision", "recall", "drawn", "share"];
const NOTHING = "\u00a0";

class Figures {
  constructor() {
    this.boxes = FIGURES.map((key) => {
      const parts = { name: el("dt"), value: el("dd", { class: "value" }) };
      parts.delta = el("dd", { class: "delta" });
      parts.detail = el("dd", { class: "detail" });
      parts.element = el("div", { class: `figure ${key}` }, ...Object.values(parts));
      return parts;
    });
    this.element = el("dl", { class: "figures" }, ...this.boxes.map((box) => box.element));
  }

  // A threshold that was tuned on other rows is not the best one on these.
  setData(payload, stops) {
    const { chosen_on: tunedOn, best_note: bestNote, lowest } = payload;
    this.best = stops[payload.best];
    this.bestFigure = FIGURES.indexOf(payload.best_figure);
    const names = ["Precision", "Recall", payload.drawn.label, "Flagged"];
    names.forEach((name, n) => setText(this.boxes[n].name, name));
    this.bestNote = bestNote;
    [this.reference, this.theReference] = tunedOn ? ["tuned", "the tuned one"] : ["best", "the best"];
    this.baseline = `${lowest}: ${metricValue(stops[0].drawn)}`;
  }

  update(stop) {
    const { counts } = stop;
    const among = count(flagged(counts));
    const texts = [
      [metricValue(stop.precision), `${count(counts.tp)} of ${among} flagged`],
      [metricValue(stop.recall), `${count(counts.tp)} of ${count(positives(counts))} positives`],
      [metricValue(stop.drawn), this.baseline],
      [percent(stop.share), `${among} of ${count(total(counts))} cases`],
    ];
    const deltas = this.deltas(stop);
    texts.forEach(([value, detail], n) => {
      setText(this.boxes[n].value, value);
      setText(this.boxes[n].detail, detail);
      setText(this.boxes[n].delta, this.deltaText(stop, deltas[n], n));
    });
  }

  deltas(stop) {
    const { best } = this;
    const differences = ["precision", "recall", "drawn"].map((key) => difference(stop[key], best[key]));
    return [...differences, signedCases(flagged(stop.counts) - flagged(best.counts))];
  }

  // The best threshold maximizes one figure, or none of them. A metric that is drawn instead of the objective has its
  // maximum elsewhere, so its difference from this threshold would mislead.
  deltaText(stop, delta, n) {
    if (stop.index === this.best.index) return n === this.bestFigure ? this.bestNote : NOTHING;
    if (delta === UNDEFINED || (FIGURES[n] === "drawn" && n !== this.bestFigure)) return NOTHING;
    if (n !== this.bestFigure || delta === SAME) return `${delta} vs. ${this.reference}`;
    return `${delta.slice(1)} ${delta.startsWith("+") ? "above" : "below"} ${this.theReference}`;
  }
}

// With its unit: beside a percentage a bare number reads as percentage points.
function signedCases(change) {
  if (change === 0) return SAME;
  return `${change > 0 ? "+" : "\u2212"}${count(Math.abs(change))} case${Math.abs(change) === 1 ? "" : "s"}`;
}
