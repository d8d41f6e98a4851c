// The four figures: a value, the counts behind it, and its difference from the best threshold.

const FIGURES = ["precision", "recall", "drawn", "share"];

class Figures {
  constructor() {
    this.boxes = FIGURES.map((key) => {
      const parts = { name: el("dt"), value: el("dd", { class: "value" }) };
      parts.detail = el("dd", { class: "detail" });
      parts.delta = el("dd", { class: "delta" });
      parts.element = el("div", { class: `figure ${key}` }, ...Object.values(parts));
      return parts;
    });
    this.element = el("dl", { class: "figures" }, ...this.boxes.map((box) => box.element));
  }

  setData(payload, stops) {
    this.best = stops[payload.best];
    this.bestFigure = FIGURES.indexOf(payload.best_figure);
    const where = payload.chosen_on ? ` on ${payload.chosen_on}` : "";
    this.bestText = (payload.limited ? "best under your constraints" : "the best") + where;
    this.reference = `the best${where}`;
    this.label = payload.drawn.label;
    this.baseline = metricValue(stops[0].drawn);
    this.lowest = payload.lowest;
    ["Precision", "Recall", this.label, "Flagged"].forEach((name, n) => setText(this.boxes[n].name, name));
  }

  update(stop) {
    const { counts } = stop;
    const among = count(flagged(counts));
    const texts = [
      [metricValue(stop.precision), `${count(counts.tp)} of ${among} flagged`],
      [metricValue(stop.recall), `${count(counts.tp)} of ${count(positives(counts))} positives`],
      [metricValue(stop.drawn), `${this.lowest}: ${this.baseline}`],
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
    return [...differences, signed(flagged(stop.counts) - flagged(best.counts))];
  }

  // The best threshold maximizes one figure, or none of them. A metric that is drawn instead of the objective has its
  // maximum elsewhere, so its difference from this threshold would mislead.
  deltaText(stop, delta, n) {
    if (stop.index === this.best.index) return n === this.bestFigure ? this.bestText : "\u00a0";
    const misleading = FIGURES[n] === "drawn" && n !== this.bestFigure;
    return delta === UNDEFINED || misleading ? "\u00a0" : `${delta} vs. ${this.reference}`;
  }
}

function signed(change) {
  if (change === 0) return "\u00b10";
  return (change > 0 ? "+" : "\u2212") + count(Math.abs(change));
}
