// The card: a slider over the stops of a curve, and what each of them means. Knows nothing of its host.
//
//   const card = mount(root, payload, onCommit)   build it inside `root`; onCommit(threshold) after the user chose
//   card.update(payload)                          new data, or a threshold that came from elsewhere
//   card.destroy()

const PAUSE = 150; // ms without a key: the choice is made
const HUSH = 600; // ms at rest: the sentence is read out

function mount(root, payload, onCommit) {
  return new Card(root, payload, onCommit);
}

class Card {
  constructor(root, payload, onCommit) {
    this.onCommit = onCommit;
    this.sent = []; // thresholds handed to the host that it has not given back yet
    this.holding = false;
    this.build(root);
    this.controls = new Controls(this);
    this.watcher = new ResizeObserver(() => this.fit());
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.onTheme = () => this.dress();
    this.dark.addEventListener("change", this.onTheme);
    this.adopt(payload);
    this.place = payload.current;
    this.show();
    this.watcher.observe(this.chart.element);
  }

  build(root) {
    this.who = el("p", { class: "who" });
    this.sentence = el("p", { class: "sentence" });
    this.figures = new Figures();
    this.chart = new Chart();
    this.cases = new Cases();
    this.slider = el("input", { type: "range", min: 0, max: 1, step: "any", "aria-label": "Threshold" });
    this.reading = el("output");
    this.bestButton = el("button", { type: "button" });
    this.halfButton = el("button", { type: "button" }, "0.5");
    this.backButton = el("button", { type: "button" }, "The decision");
    this.live = el("p", { class: "live", "aria-live": "polite" });
    const controls = el("div", { class: "controls" }, el("p", { class: "reading" }, "Threshold ", this.reading),
      el("div", { class: "buttons" }, this.bestButton, this.halfButton, this.backButton));
    this.uneven = el("p", { class: "aside" }, "Not to scale: a few far-off scores would squeeze all others.");
    const stage = el("section", { class: "stage" }, el("h2", {}, "At every threshold"), this.uneven,
      this.chart.element, el("div", { class: "track" }, this.slider), controls);
    const panels = el("div", { class: "panels" }, stage, this.cases.element);
    const body = el("div", { class: "body" }, this.who, this.sentence, this.figures.element, panels);
    this.element = el("div", { class: "f1card" }, body, this.live);
    root.append(this.element);
  }

  adopt(payload) {
    this.payload = payload;
    this.stops = stopsOf(payload);
    this.scale = scaleOf(this.stops, payload.half !== null);
    this.given = Number(this.stops[payload.current].text);
    say(this.who, "");
    this.who.append("Counted as real: ", el("b", {}, `\u201c${payload.pos_label}\u201d`), " \u00b7 Model ", el("b", {}, payload.model));
    if (payload.weighted) this.who.append(" \u00b7 cases are counted by their weights");
    say(this.bestButton, payload.best_label);
    this.bestButton.hidden = payload.best === null;
    this.halfButton.hidden = payload.half === null;
    this.backButton.hidden = !payload.at_rest || [payload.best, payload.half].includes(payload.current);
    this.uneven.hidden = !this.scale.crowded;
    this.figures.begin(payload, this.stops);
    this.cases.begin(payload);
  }

  // The host speaks. Its threshold counts when it is news: not when it repeats itself, nor when it gives back what
  // was handed to it, and never while the user holds the thumb.
  update(payload) {
    const host = Number(payload.stops[payload.current]);
    const mine = Number(this.stops[this.place].text);
    const echo = this.sent.indexOf(host);
    const news = echo < 0 && host !== this.given && !this.holding && !this.controls.undecided();
    this.sent = echo < 0 && news ? [] : this.sent.slice(echo + 1);
    this.adopt(payload);
    this.place = news ? payload.current : stopFor(this.stops, mine);
    this.show();
  }

  show() {
    this.dress();
    this.width = undefined;
    this.fit();
  }

  dress() {
    const [red, green, blue, alpha = 1] = getComputedStyle(this.element).backgroundColor.match(/[\d.]+/g).map(Number);
    const dark = alpha > 0 ? red * 0.3 + green * 0.59 + blue * 0.11 < 128 : this.dark.matches;
    mark(this.element, "data-theme", dark ? "dark" : "light");
  }

  // The chart is drawn in real pixels, so that its texts keep their size. A hidden card has none: it waits.
  fit() {
    const width = Math.round(this.chart.element.getBoundingClientRect().width);
    if (width === this.width) return;
    this.width = width;
    if (width) {
      this.chart.draw(this, width);
      this.keepRoom();
    }
    this.redraw();
  }

  // As high as the sentences with the most to say, so that nothing below jumps from one sentence to the next.
  keepRoom() {
    const all = this.stops.map((stop) => phrases(stop.counts, printed(stop.text)));
    const long = (pieces) => pieces.map(([text]) => text).join("").length;
    all.sort((a, b) => long(b) - long(a));
    this.sentence.style.minHeight = "";
    const heights = all.slice(0, 8).map((pieces) => {
      this.tell(pieces);
      return this.sentence.getBoundingClientRect().height;
    });
    this.sentence.style.minHeight = `${Math.max(...heights)}px`;
  }

  // The user moves: draw with the next frame, however many moves arrive before it.
  go(place) {
    if (place === this.place) return;
    this.place = place;
    this.frame ??= requestAnimationFrame(() => { this.frame = undefined; this.redraw(); });
    clearTimeout(this.hush);
    this.hush = setTimeout(() => say(this.live, this.sentence.textContent), HUSH);
  }

  commit() {
    const threshold = Number(this.stops[this.place].text);
    if (threshold === (this.sent.at(-1) ?? this.given)) return;
    this.sent.push(threshold);
    this.onCommit(threshold);
  }

  redraw() {
    const stop = this.stops[this.place];
    const position = String(this.scale.at[this.place]);
    if (this.slider.value !== position) this.slider.value = position;
    this.slider.style.setProperty("--at", position);
    mark(this.slider, "aria-valuetext", this.spoken(stop));
    say(this.reading, stop.place === this.stops.length - 1 ? "above all scores" : printed(stop.text));
    mark(this.bestButton, "aria-pressed", stop.place === this.payload.best);
    mark(this.halfButton, "aria-pressed", stop.place === this.payload.half);
    this.rest(stop);
    this.figures.move(stop);
    this.cases.move(stop.counts);
    if (this.width) this.chart.move(this.place);
  }

  // Where a host has said already what the current threshold means, it says what to show there instead.
  rest(stop) {
    const resting = Boolean(this.payload.at_rest) && stop.place === this.payload.current;
    mark(this.element, "data-resting", resting);
    mark(this.backButton, "aria-pressed", resting);
    this.tell(resting ? [[this.payload.at_rest, ""]] : phrases(stop.counts, printed(stop.text)));
  }

  spoken(stop) {
    return `${printed(stop.text)}: precision ${figure(stop.precision)}, recall ${figure(stop.recall)}, `
      + `${this.payload.drawn.label} ${figure(stop.drawn)}`;
  }

  tell(pieces) {
    const spans = this.sentence.children;
    if (spans.length !== pieces.length) this.sentence.replaceChildren(...pieces.map(() => el("span")));
    pieces.forEach(([text, role], n) => {
      say(spans[n], text);
      mark(spans[n], "class", role);
    });
  }

  destroy() {
    this.watcher.disconnect();
    this.dark.removeEventListener("change", this.onTheme);
    this.controls.destroy();
    clearTimeout(this.hush);
    cancelAnimationFrame(this.frame);
    this.element.remove();
  }
}
