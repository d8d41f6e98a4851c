// The card with all curves instead of a sentence: the figures, the main chart with the slider, and the panels.

const HIDDEN = 10; // px, too little to be seen around the line of a threshold

class Explorer extends Card {
  build(root) {
    super.build(root);
    this.sentence.remove();
    this.panels = [
      new Matrix(this, "matrix", "Confusion matrix"),
      new PrecisionRecall(this, "precision-recall", "Precision and recall"),
      new Roc(this, "roc", "ROC curve"),
      new Distribution(this, "distributions", "Scores by class"),
      new PointTable(this),
    ];
    this.cases.element.replaceWith(this.panels[0].element);
    this.main = { card: this, name: "metrics", title: this.chart.element.parentElement.querySelector("h2").textContent, svg: this.chart.element, subtitle: el("p", { class: "aside" }) };
    this.chart.element.before(this.main.subtitle);
    this.summary = el("p", { class: "summary" });
    this.chart.element.parentElement.append(saveButtons(this.main), this.summary);
    this.figures.element.parentElement.append(
      el("div", { class: "more" }, ...this.panels.slice(1).map((panel) => panel.element)));
    this.element.classList.add("explorer");
  }

  // Taller than on a page that shows more besides on one screen.
  chartHeight(width) { return width < 480 ? 200 : 280; }

  axisOptions() { return { zoom: this.payload.zoom ?? undefined, log: this.log }; }

  // Another axis for the main chart, the slider and the histogram; without one the scores decide.
  setLogScores(log) {
    this.log = log;
    this.setData(this.payload);
    this.refresh();
  }

  setData(payload) {
    super.setData(payload);
    setText(this.summary, payload.summary);
  }

  draw(width) {
    this.chart.draw(this, width);
    setText(this.main.subtitle, this.key(this.payload));
    this.panels.forEach((panel) => panel.draw());
  }

  // Explain the shadings that can be seen: the lines of thresholds hide a narrow one.
  key({ within }) {
    const isVisible = (kind) => [...this.chart.element.querySelectorAll(`rect.${kind}`)].some((area) => area.getAttribute("width") > HIDDEN);
    return ["Gray: flagged", isVisible("plateau") && `Green: within ${within} of the best`,
      isVisible("violated") && "Hatched: violates a constraint"].filter(Boolean).join(" \u00b7 ");
  }

  redraw() {
    super.redraw();
    if (this.width) this.panels.forEach((panel) => panel.moveTo(this.stops[this.index]));
  }

  redrawSentence() {}

  announcement() { return this.valueText(this.stops[this.index]); }
}

function mountExplorer(root, payload, onCommit) {
  return new Explorer(root, payload, onCommit);
}
