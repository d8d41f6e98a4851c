// Several models side by side: a table that can be sorted, whose rows choose the lines that two charts draw in color.

const MOST_COLORED = 4; // besides the reference, as MAX_HIGHLIGHTED in comparison.py
const REACH = 14; // px between the pointer and a line that it still means
const RARE = 0.05; // with a lower share of positives, the share flagged has a logarithmic axis
const CROWDED_LEFT = 0.12; // with all marks in this part of a linear axis of thresholds, it is logarithmic

function mountComparison(root, payload, onCommit) {
  return new Comparison(root, payload, onCommit);
}

class Comparison {
  constructor(root, payload, onCommit) {
    this.onCommit = onCommit;
    this.pending = []; // committed choices that the host has not sent back yet
    this.table = new ModelTable(this);
    this.panels = [new ObjectiveLines(this, "by-threshold", ""), new PrecisionRecallLines(this, "precision-recall", "Precision and recall")];
    this.element = el("div", { class: "f1card comparison" }, this.table.element,
      el("div", { class: "charts" }, ...this.panels.map((panel) => panel.element)));
    root.append(this.element);
    this.darkScheme = matchMedia("(prefers-color-scheme: dark)");
    this.onSchemeChange = () => applyTheme(this.element, this.darkScheme);
    this.darkScheme.addEventListener("change", this.onSchemeChange);
    this.host = String(payload.highlighted);
    this.chosen = payload.highlighted;
    this.setData(payload);
    this.resizeObserver = new ResizeObserver(() => this.fit());
    this.resizeObserver.observe(this.element);
  }

  setData(payload) {
    this.payload = payload;
    this.models = payload.models.map((model, place) => new ModelLine(model, place, payload));
    this.table.setData(payload);
    applyTheme(this.element, this.darkScheme);
    this.width = undefined;
    this.fit();
  }

  // A choice from the host counts only if it is new: neither repeated nor the echo of what was chosen here.
  update(payload) {
    const host = String(payload.highlighted);
    const echo = this.pending.indexOf(host);
    if (echo >= 0) this.pending = this.pending.slice(echo + 1);
    else if (host !== this.host || payload.models.length !== this.payload.models.length) {
      this.pending = [];
      this.chosen = payload.highlighted;
    }
    this.host = host;
    this.setData(payload);
  }

  fit() {
    const width = Math.round(this.element.getBoundingClientRect().width);
    if (width === this.width) return;
    this.width = width;
    this.redraw();
  }

  redraw() {
    this.colors = colorSlots(this.chosen);
    this.table.mark();
    if (this.width) this.panels.forEach((panel) => panel.draw());
  }

  // The reference is always drawn in black; of too many others the one that was chosen first goes.
  toggle(place) {
    if (place === this.payload.reference) return;
    this.chosen = this.chosen.includes(place)
      ? this.chosen.filter((other) => other !== place)
      : [...this.chosen, place].slice(-MOST_COLORED);
    this.pending.push(String(this.chosen));
    this.redraw();
    this.onCommit(this.chosen);
  }

  // The class of a model's color; empty where it is gray.
  colorOf(place) {
    if (place === this.payload.reference) return "model-reference";
    return this.colors.has(place) ? `model-${this.colors.get(place)}` : "";
  }

  destroy() {
    this.resizeObserver.disconnect();
    this.darkScheme.removeEventListener("change", this.onSchemeChange);
    this.element.remove();
  }
}

// Return a color for each place: the same one as long as it is chosen with the same others.
function colorSlots(places) {
  const slots = new Map();
  for (const place of places) {
    let slot = place % MOST_COLORED;
    while ([...slots.values()].includes(slot)) slot = (slot + 1) % MOST_COLORED;
    slots.set(place, slot);
  }
  return slots;
}

// The counts of one model at each of its thresholds, lowest first.
class ModelLine {
  constructor(model, place, { drawn }) {
    const { positives, negatives } = model; // its own: models may have different rows
    const at = (threshold, tp, fp) => {
      const counts = { tp, fp, fn: positives - tp, tn: negatives - fp };
      return {
        threshold: threshold ?? Infinity,
        share: ratio(flagged(counts), total(counts)),
        recall: METRICS.recall(counts),
        precision: METRICS.precision(counts),
        value: METRICS[drawn.name](counts, drawn.beta),
      };
    };
    this.label = model.label;
    this.place = place;
    this.stops = model.thresholds.map((threshold, n) => at(threshold, model.tp[n], model.fp[n]));
    this.mark = model.mark && at(model.mark.threshold, model.mark.tp, model.mark.fp);
  }
}

// A chart with one line per model.
class ModelLines extends Panel {
  constructor(...of) {
    super(...of);
    this.note = svg("text", { class: "name hover", "text-anchor": "middle" });
    this.svg.addEventListener("click", (event) => {
      const line = this.lineAt(event);
      if (line) this.card.toggle(line.place);
    });
    this.svg.addEventListener("pointermove", (event) => this.hover(event));
    this.svg.addEventListener("pointerleave", () => setText(this.note, ""));
  }

  draw() {
    const { models, payload } = this.card;
    this.begin(planeHeight(this.svg.getBoundingClientRect().width), { top: 12, right: 12, bottom: 42, left: 44 });
    this.prepare(models, payload);
    const colored = models.filter(({ place }) => this.card.colorOf(place));
    const order = [...models.filter((line) => !colored.includes(line)), ...colored.filter(({ place }) => place !== payload.reference),
      ...colored.filter(({ place }) => place === payload.reference)]; // what is drawn last lies on top
    this.lines = order.map((line) => ({ ...line, points: this.points(line), at: this.spot(line.mark) }));
    const named = this.lines.filter(({ place }) => this.card.colorOf(place)).reverse();
    const spots = named.flatMap(({ at }) => (at ? [{ left: at[0] - 8, right: at[0] + 8, top: at[1] - 8, bottom: at[1] + 8 }] : []));
    const area = { left: this.x(0) + 2, right: this.x(1) - 2, top: this.margin.top, bottom: this.y(0) - 1 };
    const names = named.map(({ label, place }) => this.text(label, 0, 0, "middle", `name ${this.card.colorOf(place)}`));
    this.svg.replaceChildren(...names); // to measure them
    const places = placeLabels(named.map(({ points }, n) => ({ width: names[n].getComputedTextLength(), points })), area, spots);
    names.forEach((name, n) => ["x", "y"].forEach((axis) => setAttr(name, axis, places[n]?.[axis].toFixed(1) ?? 0)));
    this.svg.replaceChildren(...this.axes(payload), ...this.lines.map((line) => this.drawLine(line)),
      ...named.flatMap(({ at, place }) => (at ? [svg("circle", { class: `dot ${this.card.colorOf(place)}`, cx: at[0].toFixed(1), cy: at[1].toFixed(1), r: 5 })] : [])),
      ...names.filter((_, n) => places[n]), this.note);
    setText(this.element.querySelector("h2"), this.title);
    setText(this.subtitle, this.caption(payload));
    setAttr(this.svg, "aria-label", `${this.title}: ${named.map(({ label }) => label).join(", ")}. ${this.caption(payload)}.`);
  }

  drawLine({ points, place }) {
    const steps = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
    return svg("path", { class: `line ${this.card.colorOf(place) || "other"}`, d: steps.length ? `M${steps.join("L")}` : "" });
  }

  axes() {
    const parts = [0, 0.25, 0.5, 0.75, 1].map((share) => this.path([[0, share], [1, share]], "grid"));
    for (const share of [0, 0.5, 1]) {
      const value = this.floor + share * (this.top - this.floor);
      parts.push(this.text(tickText(Number(value.toPrecision(3))), this.x(0) - 8, this.y(share) + 4, "end"));
    }
    let end = -Infinity;
    for (const { position, text } of this.axis.ticks()) {
      const half = text.length * 3.6;
      const x = Math.min(Math.max(this.x(position), half), this.width - half);
      if (x - half < end + 6) continue;
      end = x + half;
      parts.push(this.text(text, x, this.y(0) + 16));
    }
    parts.push(this.text(this.xLabel, this.x(0.5), this.height - 6, "middle", "axis-name"));
    const upright = this.text(this.yLabel, 0, 0, "middle", "axis-name");
    upright.setAttribute("transform", `translate(11 ${this.y(0.5).toFixed(1)}) rotate(-90)`);
    return [...parts, upright];
  }

  pixel(x, value) { return [this.x(Math.min(Math.max(this.axis.at(x), 0), 1)), this.y((value - this.floor) / (this.top - this.floor))]; }

  spot(mark) {
    if (!mark) return null;
    const [x, value] = this.coordinates(mark);
    return Number.isFinite(x) && Number.isFinite(value) ? this.pixel(x, value) : null;
  }

  lineAt(event) {
    const box = this.svg.getBoundingClientRect();
    const pointer = [event.clientX - box.left, event.clientY - box.top];
    const away = this.lines.map(({ points }) => Math.min(...densified(points, 4).map(([x, y]) => Math.hypot(x - pointer[0], y - pointer[1]))));
    const nearest = away.indexOf(Math.min(...away));
    return away[nearest] <= REACH ? this.lines[nearest] : null;
  }

  hover(event) {
    const line = this.lineAt(event);
    this.svg.style.cursor = line ? "pointer" : "default";
    const gray = line && !this.card.colorOf(line.place);
    setText(this.note, gray ? line.label : "");
    if (!gray) return;
    const box = this.svg.getBoundingClientRect();
    const half = line.label.length * 3.7;
    setAttr(this.note, "x", Math.min(Math.max(event.clientX - box.left, half), this.width - half).toFixed(1));
    setAttr(this.note, "y", Math.max(event.clientY - box.top - 10, 14).toFixed(1));
  }
}

// The metric against the threshold, or against the share of rows that it flags.
class ObjectiveLines extends ModelLines {
  prepare(models, { drawn, axis, models: rows, is_probability: isProbability }) {
    this.byShare = axis === "flagged";
    this.xLabel = this.byShare ? "Share flagged" : "Threshold";
    this.yLabel = drawn.label;
    this.title = `${drawn.label} by ${this.xLabel.toLowerCase()}`;
    const values = models.flatMap(({ stops }) => stops.map(({ value }) => value)).filter(Number.isFinite);
    const [lowest, highest] = [Math.min(...values), Math.max(...values)];
    this.floor = lowest < 0 ? Math.floor(lowest * 5) / 5 : 0;
    this.top = highest > 0.5 ? 1 : niceAbove(highest);
    const xs = models.flatMap(({ stops }) => stops.map((stop) => this.coordinates(stop)[0])).filter(Number.isFinite);
    const [left, right] = this.byShare ? [0, 1] : wholeAxis(Math.min(...xs), Math.max(...xs), isProbability);
    const least = Math.min(...xs.filter((x) => x > 0));
    this.axis = linearAxis(left, right);
    this.isLog = Math.min(...xs) >= 0 && least < right / 10 && (this.byShare
      ? rows.some(({ positives, negatives }) => positives / (positives + negatives) < RARE)
      : models.every(({ mark }) => !mark || !(this.axis.at(mark.threshold) > CROWDED_LEFT)));
    if (this.isLog) this.axis = logAxis(least, right);
  }

  coordinates(stop) { return [this.byShare ? stop.share : stop.threshold, stop.value]; }

  // A threshold between two scores makes the decisions of the upper one; between two shares lies no threshold.
  points({ stops }) {
    const shown = stops.map((stop) => this.coordinates(stop)).filter(([x, value]) => Number.isFinite(x) && !Number.isNaN(value));
    if (this.byShare) return shown.map(([x, value]) => this.pixel(x, value));
    return shown.flatMap(([x, value], n) => [this.pixel(n ? shown[n - 1][0] : -Infinity, value), this.pixel(x, value)]);
  }

  caption({ is_probability: isProbability }) {
    const ranges = this.byShare || isProbability ? "" : " \u00b7 equal thresholds do not mean equal scores of different models";
    return `Dots: the thresholds in the table${this.isLog ? " \u00b7 logarithmic axis" : ""}${ranges}`;
  }
}

// Between its points a line takes the steps that average precision sums.
class PrecisionRecallLines extends ModelLines {
  xLabel = "Recall";
  yLabel = "Precision";

  prepare(models) {
    const highest = Math.max(...models.flatMap(({ stops }) => stops.map(({ precision }) => precision)).filter(Number.isFinite));
    [this.floor, this.top] = [0, highest > 0.5 ? 1 : niceAbove(highest)];
    this.axis = linearAxis(0, 1);
  }

  coordinates(stop) { return [stop.recall, stop.precision]; }

  points({ stops }) {
    const shown = stops.filter(({ precision }) => !Number.isNaN(precision)).reverse();
    return shown.flatMap(({ recall, precision }, n) => [...(n ? [this.pixel(shown[n - 1].recall, precision)] : []), this.pixel(recall, precision)]);
  }

  caption({ models }) {
    const [share, ...others] = new Set(models.map(({ positives, negatives }) => positives / (positives + negatives)));
    const flagged = others.length ? "" : ` \u00b7 everything flagged: ${metricValue(share)}`;
    return `Dots: the thresholds in the table${flagged}`;
  }
}

// One row per model; its name highlights its lines, and a heading sorts.
class ModelTable extends SortableTable {
  constructor(card) {
    super("models", "Models");
    this.card = card;
  }

  setData(payload) {
    const first = payload.sort_by !== this.data?.sort_by || payload.columns[payload.sort_by] !== this.data?.columns[payload.sort_by];
    this.data = payload;
    if (first) this.sorted = { column: payload.sort_by, descending: true };
    const names = JSON.stringify(payload.models.map(({ name }) => name));
    if (names !== this.names) this.rows = payload.models.map((_, place) => this.row(place));
    this.names = names;
    payload.models.forEach((model, place) => this.fill(this.rows[place], model));
    this.fillHead("Model", payload.columns);
    this.sort();
  }

  value(place, column) { return this.data.models[place].values[column]; }

  row(place) {
    const choose = el("button", { type: "button" });
    choose.addEventListener("click", () => this.card.toggle(place));
    const [swatch, name, badge] = [el("span", { class: "swatch" }), el("span"), el("small")];
    choose.append(swatch, name);
    const cells = this.data.columns.map(() => el("td"));
    return { place, choose, name, badge, cells, element: el("tr", {}, el("th", { scope: "row" }, choose, badge), ...cells) };
  }

  fill(row, model) {
    while (row.cells.length < model.texts.length) row.element.append(row.cells[row.cells.push(el("td")) - 1]);
    while (row.cells.length > model.texts.length) row.cells.pop().remove();
    setText(row.name, model.label);
    setAttr(row.choose, "title", model.name);
    setText(row.badge, row.place === this.data.reference ? "reference" : "");
    model.texts.forEach((text, n) => setText(row.cells[n], text));
  }

  mark() {
    for (const row of this.rows) {
      const color = this.card.colorOf(row.place);
      setAttr(row.choose, "class", color);
      setAttr(row.choose, "aria-pressed", Boolean(color));
      setAttr(row.element, "class", row.place === this.data.reference ? "reference" : "");
    }
  }
}
