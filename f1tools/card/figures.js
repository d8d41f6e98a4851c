// The four figures: a number, what it is made of, and how far it is from the best threshold's, where that is told.

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

  begin(payload, stops) {
    this.best = payload.best === null ? null : stops[payload.best];
    this.bestBy = FIGURES.indexOf(payload.best_figure);
    const elsewhere = payload.chosen_on ? ` on ${payload.chosen_on}` : "";
    this.praise = (payload.limited ? "best within your limits" : "the best") + elsewhere;
    this.reference = payload.chosen_on ? `the choice${elsewhere}` : "the best";
    this.label = payload.drawn.label;
    this.everything = figure(stops[0].drawn);
    ["Precision", "Recall", this.label, "Flagged"].forEach((name, n) => say(this.boxes[n].name, name));
  }

  move(stop) {
    const { counts } = stop;
    const among = count(flagged(counts));
    const texts = [
      [figure(stop.precision), `${count(counts.tp)} of ${among} flagged`],
      [figure(stop.recall), `${count(counts.tp)} of ${count(positives(counts))} real`],
      [figure(stop.drawn), `flag everything: ${this.everything}`],
      [percent(stop.share), `${among} of ${count(total(counts))} cases`],
    ];
    const deltas = this.best ? this.deltas(stop, this.best) : null;
    texts.forEach(([value, detail], n) => {
      say(this.boxes[n].value, value);
      say(this.boxes[n].detail, detail);
      say(this.boxes[n].delta, deltas ? this.against(stop, deltas[n], n) : "\u00a0");
    });
  }

  deltas(stop, best) {
    const gaps = ["precision", "recall", "drawn"].map((key) => difference(stop[key], best[key]));
    return [...gaps, signed(flagged(stop.counts) - flagged(best.counts))];
  }

  // The best threshold is best by one figure, or by none of them. The metric that is drawn in its stead has a best of
  // its own elsewhere, so its distance from this one would mislead.
  against(stop, delta, n) {
    if (stop.place === this.best.place) return n === this.bestBy ? this.praise : "\u00a0";
    const stranger = FIGURES[n] === "drawn" && n !== this.bestBy;
    return delta === UNDEFINED || stranger ? "\u00a0" : `${delta} against ${this.reference}`;
  }
}

function signed(gap) {
  if (gap === 0) return "\u00b10";
  return (gap > 0 ? "+" : "\u2212") + count(Math.abs(gap));
}
