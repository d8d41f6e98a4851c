// Precision, recall and a third metric against the threshold, drawn as step functions.

const LINES = ["precision", "recall", "drawn"];
const MARGIN = { top: 32, right: 14, bottom: 26, left: 34 };
const ABOVE = 14; // where the labels above the plot stand, clear of the rings of three spots at its top
const SPOT = 5; // radius
const OVERLAP = -100; // overlapping labels are worse than any lack of space
const UPRIGHT = -30; // a label on the line of a threshold is hard to read: it stands elsewhere, or nowhere
const CROSSED = 7; // with less space between its middle and a line, a label is crossed by the line

class Chart {
  constructor() {
    this.element = svg("svg", { class: "chart", role: "img" });
    this.rule = svg("path", { class: "rule" });
    this.spots = LINES.map((line) => svg("circle", { class: `spot ${line}` }));
    this.marker = svg("g", { class: "marker" }, ...this.spots);
  }

  // Draw everything that does not move with the threshold; once per curve and width.
  draw(view, width) {
    const { stops, scale, payload } = view;
    this.width = width;
    this.height = view.chartHeight?.(width) ?? (width < 480 ? 190 : Math.min(Math.max(innerHeight - 600, 170), width < 720 ? 260 : 310));
    this.view = view;
    const values = stops.flatMap((stop) => LINES.map((line) => stop[line])).filter((value) => value < 0);
    this.floor = values.length ? Math.floor(Math.min(...values) * 5) / 5 : 0;
    this.element.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.element.setAttribute("aria-label", this.summary(payload));
    this.labels = []; // the labels placed so far, and the spots: [x, y, width]
    this.movable = []; // the labels that make way for the threshold
    this.uprights = [payload.best, payload.current].map((index) => this.x(index));
    if (this.hasHalf(payload)) this.uprights.push(this.x(payload.half));
    this.flaggedArea = svg("rect", { class: "flagged", y: MARGIN.top, height: this.plotHeight() });
    const lines = LINES.map((line) => svg("path", { class: `line ${line}`, d: this.steps(line) }));
    const [bestLine, ...best] = this.best(payload); // later labels avoid those placed before
    const half = this.half(payload);
    const [baseline, ...note] = this.baseline(stops[0].drawn, payload.lowest);
    const background = [this.flaggedArea, ...this.shading(payload), ...this.grid(scale), ...half, baseline ?? ""];
    const current = stops[payload.current];
    LINES.filter((line) => !Number.isNaN(current[line])).forEach((line) => (
      this.labels.push([this.x(payload.current), this.y(current[line]) + 4, 4 * SPOT])));
    const labels = [...best, ...note, ...this.lineNames(payload)];
    setAttr(this.rule, "d", `M0 ${MARGIN.top}V${this.height - MARGIN.bottom + 6}`);
    this.element.replaceChildren(...background, bestLine ?? "", this.rule, ...this.clip(lines), ...labels, this.marker);
  }

  summary(payload) {
    const summary = `Precision, recall and ${payload.drawn.label} at every threshold.`;
    const best = this.view.stops[payload.best];
    return `${summary} ${bestName(payload, best)}: ${payload.drawn.label} ${metricValue(best.drawn)}.`;
  }

  plotHeight() { return this.height - MARGIN.top - MARGIN.bottom; }

  x(index) { return this.xAt(this.view.scale.positions[index]); }

  xEnd(index) { return this.xAt(this.view.scale.ends[index]); }

  isOutside(index) {
    const position = this.view.scale.positions[index];
    return position < 0 || position > 1;
  }

  xAt(position) { return MARGIN.left + position * (this.width - MARGIN.left - MARGIN.right); }

  positionOf(x) { return (x - MARGIN.left) / (this.width - MARGIN.left - MARGIN.right); }

  y(value) { return MARGIN.top + (1 - (value - this.floor) / (1 - this.floor)) * this.plotHeight(); }

  // A threshold between two stops makes the decisions of the upper one, so each step ends at the score of its stop.
  steps(line) {
    let path = "";
    let from = this.xAt(0);
    let defined = false;
    this.view.stops.forEach((stop, index) => {
      const to = this.xEnd(index);
      const value = stop[line];
      if (!Number.isNaN(value)) {
        const y = this.y(value).toFixed(1);
        path += defined ? `V${y}H${to.toFixed(1)}` : `M${from.toFixed(1)} ${y}H${to.toFixed(1)}`;
      }
      defined = !Number.isNaN(value);
      from = to;
    });
    return path;
  }

  // Shade ranges of stops, such as the thresholds that violate constraints: each as far down as its decisions hold.
  shading(payload) {
    return (payload.shaded ?? []).flatMap(({ kind, ranges }) => ranges.map(([first, last]) => {
      const from = Math.min(Math.max(first ? this.xEnd(first - 1) : this.xAt(0), this.xAt(0)), this.xAt(1));
      const to = Math.min(Math.max(this.xEnd(last), this.xAt(0)), this.xAt(1));
      return svg("rect", { class: kind, x: from, width: Math.max(to - from, 0), y: MARGIN.top, height: this.plotHeight() });
    }));
  }

  // A zoom draws only what is inside.
  clip(elements) {
    const area = svg("clipPath", { id: "f1plot" }, svg("rect", {
      x: this.xAt(0), y: 0, width: this.xAt(1) - this.xAt(0), height: this.height }));
    const hatching = svg("pattern", { id: "f1hatching", width: 8, height: 8, patternUnits: "userSpaceOnUse" },
      svg("path", { class: "hatching", d: "M0 8L8 0" }));
    return [svg("defs", {}, area, hatching), svg("g", { "clip-path": "url(#f1plot)" }, ...elements)];
  }

  grid(scale) {
    const left = this.xAt(0);
    const right = this.xAt(1);
    const levels = this.floor < 0 ? [this.floor, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
    const lines = levels.map((level) => svg("path", { class: "grid", d: `M${left} ${this.y(level)}H${right}` }));
    const texts = levels.filter((level) => level !== 0.25 && level !== 0.75).map((level) => (
      this.text(tickText(level), left - 8, this.y(level) + 4, "tick", "end")));
    return [...lines, ...texts, ...this.ticks(scale)];
  }

  // No label extends beyond the chart, and none overlaps the one before it.
  ticks(scale) {
    let end = -Infinity;
    return scale.ticks.flatMap((tick) => {
      const labelWidth = tick.text.length * 7.2;
      const x = Math.min(Math.max(this.xAt(tick.position), labelWidth / 2), this.width - labelWidth / 2);
      if (x - labelWidth / 2 < end + 6) return [];
      end = x + labelWidth / 2;
      return [this.text(tick.text, x, this.height - 8, "tick", "middle")];
    });
  }

  text(content, x, y, kind, anchor) {
    return svg("text", { class: kind, x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, content);
  }

  // Mark the best threshold on the line of the metric it maximizes, or over the full height where no line shows it.
  best(payload) {
    const best = this.view.stops[payload.best];
    const line = LINES.find((one) => one === payload.best_figure) ?? "none";
    const name = bestName(payload, best);
    if (this.isOutside(payload.best)) return [];
    const x = this.x(payload.best);
    const y = this.y(Number.isFinite(best[line]) ? best[line] : this.floor);
    const labelWidth = name.length * 7.2;
    const middle = this.bestLabelX(payload, x, labelWidth);
    this.labels.push([middle, ABOVE, labelWidth], [x, y, 14]);
    const diamond = { class: `best ${line}`, d: `M${x} ${y - 7}L${x + 7} ${y}L${x} ${y + 7}L${x - 7} ${y}Z` };
    return [
      svg("path", { class: `best-line ${line}`, d: `M${x} ${ABOVE + 5}V${y}` }),
      ...(line === "none" ? [] : [svg("path", diamond)]),
      this.text(name, middle, ABOVE, `best-name ${line}`, "middle"),
    ];
  }

  // The label of the best threshold is above it, or next to the label of 0.5.
  bestLabelX(payload, x, labelWidth) {
    const within = (middle) => Math.min(Math.max(middle, labelWidth / 2), this.width - labelWidth / 2);
    if (!this.hasHalf(payload)) return within(x);
    const half = this.x(payload.half);
    const away = labelWidth / 2 + 16;
    if (Math.abs(within(x) - half) >= away) return within(x);
    return within(x < half ? half - away : half + away);
  }

  hasHalf(payload) {
    const { half, best } = payload;
    return half !== null && half !== best && !this.isOutside(half) && !this.view.beyondHalf(payload);
  }

  // Without space for its label the line at 0.5 is left out.
  half(payload) {
    if (!this.hasHalf(payload)) return [];
    const x = this.x(payload.half);
    const line = svg("path", { class: "half", d: `M${x} ${MARGIN.top}V${this.y(this.floor)}` });
    const [bestLabel] = this.labels;
    const hasSpace = !bestLabel || Math.abs(bestLabel[0] - x) > bestLabel[2] / 2 + 14;
    return hasSpace ? [line, this.text("0.5", x, ABOVE, "tick", "middle")] : [];
  }

  // The metric at the lowest threshold, as a baseline; without space for its label it is left out, and the figure has it.
  baseline(value, label) {
    if (Number.isNaN(value)) return [];
    const y = this.y(value);
    const line = svg("path", { class: "baseline", d: `M${this.xAt(0)} ${y}H${this.xAt(1)}` });
    const beside = () => [y - 6, y + 14];
    const spot = this.bestSpot(`${label} ${metricValue(value)}`, LINES, beside);
    return spot.space < CROSSED ? [] : [line, this.place(spot, "note", LINES, beside)];
  }

  // Place each name at its line, where it is farthest from the other two; without space the figures have the colors.
  lineNames(payload) {
    const names = { precision: "Precision", recall: "Recall", drawn: payload.drawn.label };
    return LINES.flatMap((line) => {
      const beside = (x, labelWidth) => {
        const heights = this.heights(line, x, labelWidth);
        if (heights.some(Number.isNaN)) return []; // there is no line to stand at
        return [Math.min(...heights) - 10, Math.max(...heights) + 20];
      };
      const others = LINES.filter((other) => other !== line);
      const spot = this.bestSpot(names[line], others, beside);
      return spot.space < CROSSED ? [] : [this.place(spot, `name ${line}`, others, beside)];
    });
  }

  place(spot, kind, lines, heightsAt) {
    const placed = [spot.x, spot.y, spot.labelWidth];
    const element = this.text(spot.content, spot.x, spot.y, kind, "middle");
    this.labels.push(placed);
    this.movable.push({ element, placed, spot, lines, heightsAt });
    return element;
  }

  // Move each label that the line of the threshold would touch to the side of it where there is more space, and others back.
  makeWay(rule) {
    for (const { element, placed, spot, lines, heightsAt } of this.movable) {
      const away = spot.labelWidth / 2 + SPOT + 5;
      let best = { ...spot, space: -Infinity };
      for (const x of Math.abs(rule - spot.x) < away ? [rule - away, rule + away] : []) {
        if (x - spot.labelWidth / 2 < this.xAt(0) || x + spot.labelWidth / 2 > this.xAt(1)) continue;
        for (const y of heightsAt(x, spot.labelWidth)) {
          const others = this.labels.filter((label) => label !== placed);
          const space = this.space(x, y, spot.labelWidth, lines, others) - Math.abs(x - spot.x) / 4; // rather near than far
          if (space > best.space) best = { x, y, space };
        }
      }
      placed.splice(0, 2, best.x, best.y);
      setAttr(element, "x", best.x.toFixed(1));
      setAttr(element, "y", best.y.toFixed(1));
    }
  }

  // Return the spot with the most space around it, among the heights that `heightsAt` offers at each x.
  bestSpot(content, lines, heightsAt) {
    const labelWidth = content.length * 7 + 6;
    let best = { space: -Infinity };
    for (let share = 1; share >= 0; share -= 0.02) {
      const x = this.xAt(0) + labelWidth / 2 + 4 + share * (this.xAt(1) - this.xAt(0) - labelWidth - 8);
      for (const y of heightsAt(x, labelWidth)) {
        const space = this.space(x, y, labelWidth, lines);
        if (space > best.space) best = { content, x, y, labelWidth, space };
      }
    }
    return best;
  }

  space(x, y, labelWidth, lines, labels = this.labels) {
    const curves = lines.map((line) => this.heights(line, x, labelWidth).filter((height) => !Number.isNaN(height)));
    const crossed = curves.some((curve) => Math.min(...curve) < y - 4 && Math.max(...curve) > y - 4) ? -40 : 0;
    const around = [...curves.flat(), MARGIN.top - 10, this.y(this.floor) + 6];
    const gaps = around.map((height) => Math.abs(height - (y - 4)));
    const labelGaps = labels.map(([otherX, otherY, otherWidth]) => (
      Math.max(Math.abs(otherY - y), Math.abs(otherX - x) - (otherWidth + labelWidth) / 2)));
    const inside = y > MARGIN.top + 8 && y < this.y(this.floor) - 2 ? 0 : -30;
    const overlap = labelGaps.some((gap) => gap < 12) ? OVERLAP : 0;
    const upright = this.uprights.some((line) => Math.abs(line - x) < labelWidth / 2 + 4) ? UPRIGHT : 0;
    return Math.min(32, ...gaps, ...labelGaps) + inside + overlap + crossed + upright;
  }

  // Return the heights of a line within the width of a label: of all stops there, and of the one whose step ends after it;
  // not a number where the line is not defined.
  heights(line, x, labelWidth) {
    const { stops, scale } = this.view;
    const [from, to] = [-0.5, 0.5].map((side) => this.positionOf(x + side * labelWidth));
    const last = Math.min(firstFrom(scale.ends, to), stops.length - 1);
    const heights = [];
    for (let index = firstFrom(scale.ends, from); index <= last; index += 1) {
      heights.push(this.y(stops[index][line]));
    }
    return heights;
  }

  moveTo(index) {
    const x = this.x(index);
    const stop = this.view.stops[index];
    for (const moving of [this.rule, this.marker]) {
      setAttr(moving, "transform", `translate(${x.toFixed(1)} 0)`);
      setAttr(moving, "visibility", this.isOutside(index) ? "hidden" : "visible");
    }
    this.makeWay(this.isOutside(index) ? -Infinity : x);
    const from = Math.min(Math.max(x, this.xAt(0)), this.xAt(1));
    setAttr(this.flaggedArea, "x", from.toFixed(1));
    setAttr(this.flaggedArea, "width", (this.xAt(1) - from).toFixed(1));
    const heights = LINES.map((line) => this.y(stop[line]));
    LINES.forEach((line, n) => {
      const defined = !Number.isNaN(stop[line]);
      setAttr(this.spots[n], "display", defined ? "inline" : "none");
      if (!defined) return;
      // Spots that would hide each other become rings around the last one.
      const covering = heights.slice(n + 1).filter((height) => Math.abs(height - heights[n]) < SPOT + 2).length;
      setAttr(this.spots[n], "cy", heights[n].toFixed(1));
      setAttr(this.spots[n], "r", SPOT + 4 * covering);
    });
  }
}

function bestName(payload, best) {
  return `${payload.best_label}${best.threshold === Infinity ? ": flag nothing" : ` at ${displayThreshold(best.text)}`}`;
}
