// The other panels of the explorer: two planes, the scores of both classes, the confusion matrix and a table. All of them
// follow the slider, and a point in a plane or in the histogram chooses its threshold.

class Panel {
  constructor(card, name, title) {
    this.card = card;
    this.name = name;
    this.title = title;
    this.subtitle = el("p", { class: "aside" });
    this.svg = svg("svg", { class: "chart", role: "img" });
    this.element = el("section", { class: `panel ${name}` }, el("h2", {}, title), this.subtitle, this.svg,
      saveButtons(this));
    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.stopAt) return;
      card.dragging = true; // its end commits, see Controls
      this.held = true;
      this.svg.setPointerCapture(event.pointerId);
      this.follow(event);
    });
    this.svg.addEventListener("pointermove", (event) => { if (this.held && card.dragging) this.follow(event); });
    this.svg.addEventListener("lostpointercapture", () => { this.held = false; });
  }

  follow(event) {
    const box = this.svg.getBoundingClientRect();
    this.card.moveTo(this.stopAt(event.clientX - box.left, event.clientY - box.top));
  }

  // Start an empty drawing as wide as its place on the page.
  begin(height, margin) {
    this.width = this.svg.getBoundingClientRect().width;
    this.height = height;
    this.margin = margin;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    this.svg.style.height = `${height}px`;
  }

  x(share) { return this.margin.left + share * (this.width - this.margin.left - this.margin.right); }

  y(share) { return this.height - this.margin.bottom - share * (this.height - this.margin.top - this.margin.bottom); }

  text(content, x, y, anchor = "middle", kind = "tick") {
    return svg("text", { class: kind, x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, content);
  }

  path(points, kind) {
    const steps = points.map(([x, y]) => `${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`);
    return svg("path", { class: kind, d: `M${steps.join("L")}` });
  }
}

function planeHeight(width) { return Math.max(220, Math.min(0.8 * width, 340)); }

// A curve in a plane of two rates.
class Plane extends Panel {
  draw() {
    const { payload, stops } = this.card;
    const width = this.svg.getBoundingClientRect().width;
    this.begin(planeHeight(width), { top: 10, right: 44, bottom: 42, left: 44 });
    this.points = stops.map((stop) => this.point(stop));
    const highest = Math.max(...this.points.map(([, y]) => (Number.isNaN(y) ? 0 : y)));
    this.top = highest > 0.5 ? 1 : niceAbove(highest); // rare positives: a plane up to 1 would leave the curve at its bottom
    const scaled = (points) => points.map(([x, y]) => [x, y / this.top]).filter(([, y]) => y <= 1);
    const parts = [];
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      parts.push(this.path([[0, share], [1, share]], "grid"), this.path([[share, 0], [share, 1]], "grid"));
    }
    for (const share of [0, 0.5, 1]) {
      parts.push(this.text(tickText(Number((share * this.top).toPrecision(3))), this.x(0) - 8, this.y(share) + 4, "end"));
      parts.push(this.text(tickText(share), this.x(share), this.y(0) + 16));
    }
    parts.push(this.text(this.xLabel, this.x(0.5), this.height - 6, "middle", "axis-name"));
    const upright = this.text(this.yLabel, 0, 0, "middle", "axis-name");
    upright.setAttribute("transform", `translate(11 ${this.y(0.5).toFixed(1)}) rotate(-90)`);
    parts.push(upright, ...this.background(payload, scaled));
    parts.push(this.curve(scaled));
    const best = this.points[payload.best];
    if (!best.some(Number.isNaN)) parts.push(this.diamond(this.x(best[0]), this.y(best[1] / this.top)));
    this.spot = svg("circle", { class: "spot now", r: 5 });
    this.svg.replaceChildren(...parts, this.spot);
    setText(this.subtitle, this.caption(payload));
    setAttr(this.svg, "aria-label", `${this.yLabel} by ${this.xLabel.toLowerCase()}. ${this.caption(payload)}.`);
  }

  diamond(x, y) { return svg("path", { class: "best drawn hollow", d: `M${x} ${y - 12}L${x + 12} ${y}L${x} ${y + 12}L${x - 12} ${y}Z` }); }

  moveTo(stop) {
    const [x, y] = this.points[stop.index];
    setAttr(this.spot, "visibility", Number.isNaN(y) ? "hidden" : "visible");
    if (Number.isNaN(y)) return;
    setAttr(this.spot, "cx", this.x(x).toFixed(1));
    setAttr(this.spot, "cy", this.y(y / this.top).toFixed(1));
  }

  stopAt(x, y) {
    const away = this.points.map(([a, b]) => (Number.isNaN(b) ? Infinity : Math.hypot(this.x(a) - x, this.y(b / this.top) - y)));
    return away.indexOf(Math.min(...away));
  }
}

// Between its points the line takes the steps that average precision sums.
class PrecisionRecall extends Plane {
  xLabel = "Recall";
  yLabel = "Precision";

  point(stop) { return [stop.recall, stop.precision]; }

  background(payload, scaled) {
    const everything = this.points[0][1];
    const floor = [...scaled(payload.lowest_precision), [1, 0]];
    const lines = payload.iso.map(({ label, points }) => {
      const inside = scaled(points);
      const [x, y] = inside[inside.length - 1] ?? [0, 2];
      return inside.length < 2 ? [] : [this.path(inside, "iso"), this.text(label, this.x(x) + 6, this.y(y) + 4, "start")];
    });
    return [this.path(floor, "unachievable"), ...lines.flat(), this.path(scaled([[0, everything], [1, everything]]), "baseline")];
  }

  curve(scaled) {
    const points = scaled(this.points.filter(([, y]) => !Number.isNaN(y))).reverse();
    const steps = points.map(([x, y], n) => (n ? `V${this.y(y).toFixed(1)}H${this.x(x).toFixed(1)}`
      : `M${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`));
    return svg("path", { class: "line precision", d: steps.join("") });
  }

  caption(payload) {
    const note = payload.has_unscored ? " (positives without a score add 0)" : "";
    return `Average precision ${payload.average_precision}${note} \u00b7 ${payload.lowest}: ${metricValue(this.points[0][1])} \u00b7 gray: not achievable \u00b7 ${bestKey(payload)}`;
  }
}

// Points are joined by straight lines, because the area counts ties half.
class Roc extends Plane {
  xLabel = "False positive rate";
  yLabel = "Recall";

  point(stop) { return [ratio(stop.counts.fp, negatives(stop.counts)), stop.recall]; }

  background() { return [this.path([[0, 0], [1, 1]], "baseline")]; }

  curve(scaled) {
    const line = this.path(scaled(this.points), "line recall");
    // Cases without a score are tied below all scores: no threshold lies on this part, which belongs to the area.
    const [x, y] = this.points[0];
    return x < 1 || y < 1 ? svg("g", {}, line, this.path([[x, y], [1, 1]], "half")) : line;
  }

  caption(payload) { return `Area under the curve ${payload.roc_auc} \u00b7 guessing: 0.500 \u00b7 ${bestKey(payload)}`; }
}

const CLASSES = ["positives", "negatives"];
const ROW = 20; // height of the texts above and below the bars
const NARROW = 360; // px, too little for both texts below the bars on one line
const CROWDED = 0.5; // with more of a class in one bar, the shares are drawn on a logarithmic axis

// The scores of the positives upward and those of the negatives downward, in the same bins.
class Distribution extends Panel {
  constructor(...of) {
    super(...of);
    this.logScores = el("button", { type: "button" }, "Log scores");
    this.logShares = el("button", { type: "button" }, "Log shares");
    this.logScores.addEventListener("click", () => this.card.setLogScores(!this.card.scale.isLog));
    this.logShares.addEventListener("click", () => { this.log = !this.isLog; this.card.refresh(); });
    this.element.append(el("div", { class: "switches" }, this.logScores, this.logShares));
  }

  draw() {
    const { payload, stops, scale } = this.card;
    const useLog = scale.isLog && payload.log_histogram;
    const histogram = useLog ? payload.log_histogram : payload.histogram;
    const edges = histogram.edges;
    this.axis = (useLog ? logAxis : linearAxis)(edges[0], edges[edges.length - 1]);
    const shares = CLASSES.map((name) => histogram[name].map((value) => value / payload[name]));
    const highest = Math.max(...shares.flat());
    this.isLog = this.log ?? highest > CROWDED;
    const least = Math.min(...shares.flat().filter((share) => share > 0));
    const powers = Math.ceil(-Math.log10(least) + 0.15); // the bar of a single case is visible as well
    this.height01 = this.isLog ? (share) => (share > 0 ? 1 + Math.log10(share) / powers : 0) : (share) => share / highest;
    const wide = this.svg.getBoundingClientRect().width;
    const second = wide < NARROW ? ROW - 4 : 0; // height of a second row of texts below the bars
    this.begin(planeHeight(wide), { top: ROW, right: 14, bottom: 46 + ROW + second, left: 56 });
    const middle = this.y(0.5);
    const half = middle - this.y(1);
    this.flagged = svg("rect", { class: "flagged", y: this.y(1) - ROW, height: 2 * half + 2 * ROW + second });
    const parts = [this.flagged];
    for (const share of this.levels(highest, powers)) {
      const up = this.height01(share) / 2;
      for (const sign of [1, -1]) {
        parts.push(this.path([[0, 0.5 + sign * up], [1, 0.5 + sign * up]], "grid"));
        parts.push(this.text(`${tickText(Number((100 * share).toPrecision(3)))}%`, this.x(0) - 8, this.y(0.5 + sign * up) + 4, "end"));
      }
    }
    CLASSES.forEach((name, row) => shares[row].forEach((share, n) => {
      if (!share) return;
      const [from, to] = [edges[n], edges[n + 1]].map((edge) => this.x(this.axis.at(edge)));
      const tall = Math.max(this.height01(share) * half, 1);
      parts.push(svg("rect", { class: `bar ${name}`, x: (from + 0.5).toFixed(1), width: Math.max(to - from - 1, 0.5).toFixed(1),
        y: (row ? middle : middle - tall).toFixed(1), height: tall.toFixed(1) },
      svg("title", {}, `${count(histogram[name][n])} of ${count(payload[name])} ${name} (${percent(share)}), scores from ${edges[n].toPrecision(3)} to ${edges[n + 1].toPrecision(3)}`)));
    }));
    parts.push(this.path([[0, 0.5], [1, 0.5]], "zero"), ...this.axisTexts(edges));
    this.rule = svg("path", { class: "rule", d: `M0 ${this.y(1)}V${this.y(0)}` }); // crosses no text
    this.corners = [["start", 1], ["end", 1], ["start", 0], ["end", 0]].map(([anchor, up]) => this.text("",
      this.x(anchor === "start" ? 0 : 1) + (anchor === "start" ? 4 : -4), up ? this.y(1) - 6 : this.y(0) + ROW - 6 + (anchor === "end" ? second : 0), anchor,
      `corner ${up ? "positives" : "negatives"}`));
    this.svg.replaceChildren(...parts, this.rule, ...this.corners);
    this.thresholds = stops.map((stop) => stop.threshold);
    setText(this.subtitle, `Shares of each class: \u201c${payload.pos_label}\u201d above, \u201c${payload.neg_label}\u201d below`);
    setAttr(this.svg, "aria-label", `Scores of positives above those of negatives, in the same bins, as shares of each class.`);
    this.logScores.hidden = !scale.canBeLog || !payload.log_histogram;
    setAttr(this.logScores, "aria-pressed", Boolean(useLog));
    setAttr(this.logShares, "aria-pressed", this.isLog);
  }

  levels(highest, powers) {
    if (!this.isLog) return [niceBelow(highest)];
    const step = Math.ceil(powers / 3);
    return Array.from({ length: Math.ceil(powers / step) }, (_, n) => 10 ** (-n * step));
  }

  axisTexts(edges) {
    let end = -Infinity;
    const y = this.height - 24;
    const ticks = this.axis.ticks().flatMap(({ position, text }) => {
      const [x, wide] = [this.x(position), text.length * 7.2];
      if (x - wide / 2 < end + 6) return [];
      end = x + wide / 2;
      return [this.text(text, x, y)];
    });
    return [...ticks, this.text("Score", this.x(0.5), this.height - 6, "middle", "axis-name")];
  }

  moveTo(stop) {
    const { counts, threshold } = stop;
    const x = this.x(Math.min(Math.max(threshold === Infinity ? 1 : this.axis.at(threshold), 0), 1));
    setAttr(this.rule, "transform", `translate(${x.toFixed(1)} 0)`);
    setAttr(this.flagged, "x", x.toFixed(1));
    setAttr(this.flagged, "width", (this.x(1) - x).toFixed(1));
    const texts = [`${count(counts.fn)} missed`, `${count(counts.tp)} caught`, `${count(counts.tn)} correctly not flagged`,
      `${count(counts.fp)} false alarm${counts.fp === 1 ? "" : "s"}`];
    texts.forEach((text, n) => setText(this.corners[n], text));
  }

  stopAt(x) {
    const { bounds } = this.card.scale;
    const places = this.thresholds.map((threshold) => (threshold === Infinity ? 1.02 : this.axis.at(threshold)));
    const place = (x - this.margin.left) / (this.width - this.margin.left - this.margin.right);
    return Math.min(Math.max(nearest(places, place), bounds[0]), bounds[1]);
  }
}

// scikit-learn's order: a row for each class, a column for each decision. The tint is the share of the class.
const CELLS = [["tn", "correctly not flagged"], ["fp", "false alarm"], ["fn", "missed"], ["tp", "caught"]];

class Matrix extends Panel {
  draw() {
    const { payload } = this.card;
    this.begin(Math.max(this.card.chart.height, 250), { top: 28, right: 0, bottom: 0, left: 0 });
    const parts = ["not flagged", "flagged"].map((name, column) => this.text(name, this.x(0.25 + 0.5 * column), 18));
    this.cells = CELLS.map(([key], place) => {
      const [row, column] = [place >> 1, place % 2];
      const [x, y] = [this.x(column / 2), this.y(1 - row / 2)];
      const box = { x: x + 2, y: y + 2, width: (this.x(1) - this.x(0)) / 2 - 4, height: (this.y(0) - this.y(1)) / 2 - 4, rx: 6 };
      const tint = svg("rect", { class: `cell ${row ? "positives" : "negatives"}`, ...box });
      const [middle, center] = [box.x + box.width / 2, box.y + box.height / 2];
      const texts = [["cell-count", -14], ["cell-name", 12], ["cell-share", 32]].map(([kind, down]) => (
        this.text("", middle, center + down, "middle", kind)));
      parts.push(svg("rect", { class: "cell-edge", ...box }), tint, ...texts);
      return { key, tint, texts };
    });
    this.svg.replaceChildren(...parts);
    setText(this.subtitle, `Positive: \u201c${payload.pos_label}\u201d, negative: \u201c${payload.neg_label}\u201d`);
  }

  moveTo({ counts }) {
    const totals = [negatives(counts), positives(counts)];
    const labels = this.cells.map(({ key, tint, texts }, place) => {
      const [share, name] = [ratio(counts[key], totals[place >> 1]), CELLS[place][1]];
      const named = key === "fp" && counts.fp !== 1 ? `${name}s` : name;
      const lines = [count(counts[key]), named, `${percent(share)} of ${place >> 1 ? "positives" : "negatives"}`];
      lines.forEach((line, n) => setText(texts[n], line));
      setAttr(tint, "fill-opacity", (0.4 * share).toFixed(3));
      return `${lines[0]} ${named}`;
    });
    setAttr(this.svg, "aria-label", `Confusion matrix: ${labels.join(", ")}.`);
  }
}

// A row for each twentieth of the positives, besides the best and the current threshold; a row chooses its threshold.
class PointTable {
  constructor(card) {
    this.card = card;
    this.body = el("tbody");
    this.head = el("thead");
    this.element = el("section", { class: "panel points" }, el("h2", {}, "Operating points"),
      el("p", { class: "aside" }, "The highest threshold that reaches each 5% of recall, the best one and the current one. Choose a row to use its threshold."),
      el("div", { class: "scroll edge", tabindex: 0, role: "region", "aria-label": "Operating points" }, el("table", {}, this.head, this.body)));
  }

  draw() {
    const { payload, stops } = this.card;
    const names = ["Threshold", "Precision", "Recall", payload.drawn.label, "Flagged", "TP", "FP", "FN", "TN", "Note"];
    this.head.replaceChildren(el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
    const listed = [...new Set([...payload.rows, payload.best])].sort((a, b) => b - a);
    this.decimals = Math.max(...listed.map((index) => decimals(stops[index].text)));
    this.now = this.row(stops[0], true);
    this.rows = listed.map((index) => this.row(stops[index], false));
    this.body.replaceChildren(this.now.element, ...this.rows.map((row) => row.element));
  }

  row(stop, isNow) {
    const choose = el("button", { type: "button" });
    choose.addEventListener("click", () => this.card.controls.jumpTo(row.stop.index));
    const row = { choose, cells: Array.from({ length: 8 }, () => el("td")), mark: el("td", { class: "mark" }) };
    row.element = el("tr", isNow ? { class: "now" } : {}, el("th", { scope: "row" }, choose), ...row.cells, row.mark);
    this.fill(row, stop);
    return row;
  }

  fill(row, stop) {
    const { counts } = stop;
    row.stop = stop;
    setText(row.choose, displayThreshold(stop.text));
    row.choose.style.marginRight = `${Math.max(this.decimals - decimals(stop.text), 0)}ch`; // point below point
    const texts = [metricValue(stop.precision), metricValue(stop.recall), metricValue(stop.drawn), percent(stop.share),
      ...["tp", "fp", "fn", "tn"].map((key) => count(counts[key]))];
    texts.forEach((text, n) => setText(row.cells[n], text));
  }

  moveTo(stop) {
    const { payload } = this.card;
    this.fill(this.now, stop);
    const { activeElement } = this.element.getRootNode();
    const mark = (row) => [row.stop.index === stop.index && "Current", row.stop.index === payload.best && payload.best_label].filter(Boolean);
    setText(this.now.mark, mark(this.now).map((text, n) => (n ? lowerFirst(text) : text)).join(" = "));
    for (const row of this.rows) {
      const isNow = row.stop.index === stop.index;
      setAttr(row.element, "aria-current", isNow);
      row.element.hidden = isNow && row.choose !== activeElement; // the first row shows it; the focus stays where it is
      setText(row.mark, mark(row)[0] ?? "");
    }
  }
}

// What the diamond in a plane is.
function bestKey(payload) { return `\u25c6 ${lowerFirst(payload.best_label)}`; }

// The number of decimals of a number in plain notation.
function decimals(text) { return /^-?\d+\.\d+$/.test(text) ? text.length - text.indexOf(".") : 0; }

function lowerFirst(text) { return text.charAt(0).toLowerCase() + text.slice(1); }

// Round numbers near another one: 1, 2 or 5 times a power of ten.
function niceBelow(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].map((digit) => digit * power).find((one) => one <= value);
}

function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= value);
}
