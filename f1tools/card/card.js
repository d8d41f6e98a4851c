// The card: a slider over the stops of a curve, and what each threshold means. It knows nothing about its host.
//
//   const card = mount(root, payload, onCommit)   build it inside `root`; onCommit(threshold) after the user chose
//   card.update(payload)                          new data, or a threshold from the host
//   card.onMove = (isCurrent) => ...              called at every move: whether the host knows this threshold
//   card.destroy()

const COMMIT_DELAY = 150; // ms without a key press until the choice is committed
const ANNOUNCE_DELAY = 600; // ms without a change until screen readers announce the sentence

function mount(root, payload, onCommit) {
  return new Card(root, payload, onCommit);
}

class Card {
  constructor(root, payload, onCommit) {
    this.onCommit = onCommit;
    this.pending = []; // committed thresholds that the host has not sent back yet
    this.dragging = false;
    this.build(root);
    this.controls = new Controls(this);
    this.resizeObserver = new ResizeObserver(() => this.fit());
    this.darkScheme = matchMedia("(prefers-color-scheme: dark)");
    this.onSchemeChange = () => this.applyTheme();
    this.darkScheme.addEventListener("change", this.onSchemeChange);
    this.setData(payload);
    this.index = payload.current;
    this.refresh();
    this.resizeObserver.observe(this.chart.element);
  }

  build(root) {
    this.sentence = el("p", { class: "sentence" });
    this.figures = new Figures();
    this.chart = new Chart();
    this.cases = new Cases();
    this.slider = el("input", { type: "range", min: 0, max: 1, step: "any", "aria-label": "Threshold" });
    this.reading = el("output");
    this.bestButton = el("button", { type: "button" });
    this.halfButton = el("button", { type: "button" }, "0.5");
    this.roundButton = el("button", { type: "button" });
    this.decisionButton = el("button", { type: "button" }, "The decision");
    this.liveRegion = el("p", { class: "live", "aria-live": "polite" });
    const controls = el("div", { class: "controls" }, el("p", { class: "reading" }, "Threshold ", this.reading),
      el("div", { class: "buttons" }, this.bestButton, this.halfButton, this.roundButton, this.decisionButton));
    this.scaleNote = el("p", { class: "aside" });
    const stage = el("section", { class: "stage" }, el("h2", {}, "Metrics by threshold"), this.scaleNote,
      this.chart.element, el("div", { class: "track" }, this.slider), controls);
    const panels = el("div", { class: "panels" }, stage, this.cases.element);
    const body = el("div", { class: "body" }, this.sentence, this.figures.element, panels);
    this.element = el("div", { class: "f1card" }, body, this.liveRegion);
    root.append(this.element);
  }

  setData(payload) {
    this.payload = payload;
    this.stops = buildStops(payload);
    this.scale = buildScale(this.stops, payload.is_probability, this.axisOptions());
    this.hostThreshold = thresholdAt(payload, payload.current);
    setText(this.bestButton, payload.best_label);
    this.halfButton.hidden = payload.half === null;
    setText(this.halfButton, ["0.5", this.beyondHalf(payload)].filter(Boolean).join(": "));
    this.roundButton.hidden = payload.round === null;
    if (payload.round !== null) setText(this.roundButton, this.roundText(payload));
    this.decisionButton.hidden = !payload.at_rest || [payload.best, payload.half, payload.round].includes(payload.current);
    this.scaleNote.hidden = !this.scale.skewed && !this.scale.isLog;
    setText(this.scaleNote, this.scale.isLog ? "Logarithmic score axis." : "Not to scale: a few outliers would squeeze all other scores.");
    this.figures.setData(payload, this.stops);
    this.cases.setData(payload);
  }

  // A threshold from the host counts only if it is new: not one that the host repeats, not one that the user committed
  // earlier, and never while the user is choosing.
  update(payload) {
    const own = this.stops[this.index].threshold;
    const host = thresholdAt(payload, payload.current);
    const echo = this.pending.indexOf(host);
    const isNew = echo < 0 && host !== this.hostThreshold && !this.dragging && !this.controls.isPending();
    this.pending = echo < 0 && isNew ? [] : this.pending.slice(echo + 1);
    this.setData(payload);
    this.index = isNew ? payload.current : equivalentStop(this.stops, own);
    this.refresh();
  }

  refresh() {
    this.applyTheme();
    this.width = undefined;
    this.fit();
  }

  applyTheme() { applyTheme(this.element, this.darkScheme); }

  // The chart is drawn in real pixels, so that its labels keep their size. A hidden card has no width: it waits. A host
  // that knows a width before there is a layout, such as that of paper, says it.
  fit(known) {
    const width = known ?? Math.round(this.chart.element.getBoundingClientRect().width);
    if (width === this.width) return;
    this.width = width;
    if (width) this.draw(width);
    this.redraw();
  }

  // Draw what depends on the width and not on the threshold.
  draw(width) {
    this.chart.draw(this, width);
    this.reserveHeight();
  }

  axisOptions() { return {}; }

  // Reserve the height of the longest sentences, so that nothing below moves while the sentence changes.
  reserveHeight() {
    const all = this.stops.map((stop) => this.phrasesAt(stop));
    const length = (pieces) => pieces.map(([text]) => text).join("").length;
    all.sort((a, b) => length(b) - length(a));
    this.sentence.style.minHeight = "";
    const heights = all.slice(0, 8).map((pieces) => {
      this.setSentence(pieces);
      return this.sentence.getBoundingClientRect().height;
    });
    this.sentence.style.minHeight = `${Math.max(...heights)}px`;
  }

  // Move to a stop; however many moves arrive before the next frame, it is drawn once.
  moveTo(index) {
    if (index === this.index) return;
    this.index = index;
    this.frame ??= requestAnimationFrame(() => { this.frame = undefined; this.redraw(); });
    clearTimeout(this.announceTimer);
    this.announceTimer = setTimeout(() => setText(this.liveRegion, this.announcement()), ANNOUNCE_DELAY);
  }

  announcement() { return this.sentence.textContent; }

  commit() {
    const { threshold } = this.stops[this.index];
    if (threshold === (this.pending.at(-1) ?? this.hostThreshold)) return;
    this.pending.push(threshold);
    this.onCommit(threshold);
  }

  redraw() {
    const stop = this.stops[this.index];
    const position = String(this.scale.positions[this.index]);
    if (this.slider.value !== position) this.slider.value = position;
    this.slider.style.setProperty("--at", position);
    setAttr(this.slider, "aria-valuetext", this.valueText(stop));
    setText(this.reading, displayThreshold(stop.text));
    setAttr(this.bestButton, "aria-pressed", stop.index === this.payload.best);
    setAttr(this.halfButton, "aria-pressed", stop.index === this.payload.half);
    setAttr(this.roundButton, "aria-pressed", stop.index === this.payload.round);
    this.redrawSentence(stop);
    this.figures.update(stop);
    this.cases.update(stop.counts);
    if (this.width) this.chart.moveTo(this.index);
    this.onMove?.(stop.index === this.payload.current);
  }

  // Where all scores are on one side of 0.5, it is beyond the axis: what it does there.
  beyondHalf({ half, lowest }) {
    if (half === null) return "";
    const { counts, threshold } = this.stops[half];
    if (flagged(counts) === 0) return "nothing flagged";
    return half === 0 && threshold > 0.5 ? lowest : "";
  }

  roundText({ stops, round, round_price: price }) {
    return `Round: ${displayThreshold(stops[round])}${price ? ` (${price})` : ""}`;
  }

  // A host that has explained the current threshold already provides a sentence to display there instead.
  redrawSentence(stop) {
    const resting = Boolean(this.payload.at_rest) && stop.index === this.payload.current;
    setAttr(this.element, "data-resting", resting);
    setAttr(this.decisionButton, "aria-pressed", resting);
    this.setSentence(resting ? [[this.payload.at_rest, ""]] : this.phrasesAt(stop));
  }

  phrasesAt(stop) {
    const { words, precision_base: base } = this.payload;
    return phrases(stop.counts, displayThreshold(stop.text), words, base);
  }

  valueText(stop) {
    return `${displayThreshold(stop.text)}: precision ${metricValue(stop.precision)}, recall ${metricValue(stop.recall)}, `
      + `${this.payload.drawn.label} ${metricValue(stop.drawn)}`;
  }

  setSentence(pieces) {
    const spans = this.sentence.children;
    if (spans.length !== pieces.length) this.sentence.replaceChildren(...pieces.map(() => el("span")));
    pieces.forEach(([text, role], n) => {
      setText(spans[n], text);
      setAttr(spans[n], "class", role);
    });
  }

  destroy() {
    this.resizeObserver.disconnect();
    this.darkScheme.removeEventListener("change", this.onSchemeChange);
    this.controls.destroy();
    clearTimeout(this.announceTimer);
    cancelAnimationFrame(this.frame);
    this.element.remove();
  }
}
