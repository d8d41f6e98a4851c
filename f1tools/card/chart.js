// Precision, recall and the metric against the threshold, as the steps they are.

const LINES = ["precision", "recall", "drawn"];
const EDGE = { top: 24, right: 14, bottom: 26, left: 34 };

class Chart {
  constructor() {
    this.element = svg("svg", { class: "chart", role: "img" });
    this.marker = svg("g", { class: "marker" });
  }

  // Everything that does not move with the threshold; once per curve and width.
  draw(view, width) {
    const { stops, scale, payload } = view;
    this.width = width;
    this.height = width < 480 ? 190 : 280;
    this.view = view;
    const values = stops.flatMap((stop) => LINES.map((line) => stop[line])).filter((value) => value < 0);
    this.floor = values.length ? Math.floor(Math.min(...values) * 5) / 5 : 0;
    this.element.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.element.setAttribute("aria-label", this.summary(payload));
    this.element.replaceChildren(
      this.shade = svg("rect", { class: "flagged", y: EDGE.top, height: this.plotHeight() }),
      ...this.grid(scale),
      ...this.baseline(stops[0].drawn),
      ...LINES.map((line) => svg("path", { class: `line ${line}`, d: this.steps(line) })),
      ...this.half(payload),
      ...this.best(payload),
      ...this.names(payload),
      this.marker,
    );
    this.drawMarker();
  }

  summary(payload) {
    const best = this.view.stops[payload.best];
    return `Precision, recall and ${payload.drawn.label} at every threshold. `
      + `${payload.best_label} at ${best.text}: ${payload.drawn.label} ${figure(best.drawn)}.`;
  }

  plotHeight() { return this.height - EDGE.top - EDGE.bottom; }

  x(place) { return this.xAt(this.view.scale.at[place]); }

  xAt(position) { return EDGE.left + position * (this.width - EDGE.left - EDGE.right); }

  positionOf(x) { return (x - EDGE.left) / (this.width - EDGE.left - EDGE.right); }

  y(value) { return EDGE.top + (1 - (value - this.floor) / (1 - this.floor)) * this.plotHeight(); }

  // A threshold between two stops makes the decisions of the upper one: up to a stop's x the value is its own.
  steps(line) {
    let path = "";
    let from = this.xAt(0);
    let open = false;
    this.view.stops.forEach((stop, place) => {
      const to = this.x(place);
      const value = stop[line];
      if (!Number.isNaN(value)) {
        const y = this.y(value).toFixed(1);
        path += open ? `V${y}H${to.toFixed(1)}` : `M${from.toFixed(1)} ${y}H${to.toFixed(1)}`;
      }
      open = !Number.isNaN(value);
      from = to;
    });
    return path;
  }

  grid(scale) {
    const left = this.xAt(0);
    const right = this.xAt(1);
    const levels = this.floor < 0 ? [this.floor, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
    const lines = levels.map((level) => svg("path", { class: "grid", d: `M${left} ${this.y(level)}H${right}` }));
    const texts = levels.filter((level) => level !== 0.25 && level !== 0.75).map((level) => (
      this.text(tickText(level), left - 8, this.y(level) + 4, "tick", "end")));
    const ticks = scale.ticks.map((tick) => (
      this.text(tick.text, this.xAt(tick.at), this.height - 8, "tick", "middle")));
    return [...lines, ...texts, ...ticks];
  }

  text(content, x, y, kind, anchor) {
    return svg("text", { class: kind, x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, content);
  }

  // What flagging everything would score: a metric near it is no achievement.
  baseline(value) {
    if (Number.isNaN(value)) return [];
    const y = this.y(value);
    return [
      svg("path", { class: "baseline", d: `M${this.xAt(0)} ${y}H${this.xAt(1)}` }),
      this.text(`flag everything ${figure(value)}`, this.xAt(1) - 2, y - 5, "note", "end"),
    ];
  }

  half(payload) {
    if (payload.half === null) return [];
    const x = this.x(payload.half);
    return [svg("path", { class: "half", d: `M${x} ${EDGE.top}V${this.y(this.floor)}` })];
  }

  best(payload) {
    const best = this.view.stops[payload.best];
    const x = this.x(payload.best);
    const y = this.y(best.drawn);
    const anchor = x < this.width * 0.2 ? "start" : x > this.width * 0.8 ? "end" : "middle";
    return [
      svg("path", { class: "best-line", d: `M${x} ${EDGE.top - 4}V${y}` }),
      svg("path", { class: "best", d: `M${x} ${y - 7}L${x + 7} ${y}L${x} ${y + 7}L${x - 7} ${y}Z` }),
      this.text(`${payload.best_label} ${best.text}`, x, EDGE.top - 9, "best-name", anchor),
    ];
  }

  // Names stand on their lines, each where it is farthest from the other two.
  names(payload) {
    const names = { precision: "Precision", recall: "Recall", drawn: payload.drawn.label };
    const taken = [];
    return LINES.map((line) => {
      const spot = this.spotFor(line, names[line].length * 7.5, taken);
      taken.push(spot);
      return this.text(names[line], spot.x, spot.y, `name ${line}`, "middle");
    });
  }

  spotFor(line, wide, taken) {
    let found = { x: this.width / 2, y: EDGE.top + 12, room: -1 };
    for (let share = 0.08; share < 0.9; share += 0.02) {
      const x = this.xAt(share);
      for (const side of [-10, 20]) {
        const spot = this.spot(line, x, wide, side, taken);
        if (spot.room > found.room) found = spot;
      }
    }
    return found;
  }

  spot(line, x, wide, side, taken) {
    const here = this.heights(line, x, wide);
    const y = (side < 0 ? Math.min(...here) : Math.max(...here)) + side;
    const others = LINES.filter((other) => other !== line).flatMap((other) => this.heights(other, x, wide));
    const away = [...others, EDGE.top - 12, this.y(this.floor) + 8].map((other) => Math.abs(other - (y - 4)));
    const apart = taken.map((one) => Math.max(Math.abs(one.y - y), (Math.abs(one.x - x) - wide) * 0.7));
    const flat = Math.max(...here) - Math.min(...here);
    return { x, y, room: Math.min(40, ...away, ...apart) - flat * 0.7 };
  }

  heights(line, x, wide) {
    const { stops, scale } = this.view;
    return [-0.5, -0.25, 0, 0.25, 0.5].map((part) => {
      const stop = stops[nearest(scale.at, this.positionOf(x + part * wide))];
      return this.y(Number.isNaN(stop[line]) ? 1 : stop[line]);
    });
  }

  drawMarker() {
    this.rule = svg("path", { class: "rule", d: `M0 ${EDGE.top}V${this.height - EDGE.bottom + 6}` });
    this.spots = LINES.map((line) => svg("circle", { class: `spot ${line}`, r: 5 }));
    this.marker.replaceChildren(this.rule, ...this.spots);
  }

  move(place) {
    const x = this.x(place);
    const stop = this.view.stops[place];
    mark(this.marker, "transform", `translate(${x.toFixed(1)} 0)`);
    mark(this.shade, "x", x.toFixed(1));
    mark(this.shade, "width", (this.xAt(1) - x).toFixed(1));
    LINES.forEach((line, n) => {
      const defined = !Number.isNaN(stop[line]);
      mark(this.spots[n], "visibility", defined ? "visible" : "hidden");
      if (defined) mark(this.spots[n], "cy", this.y(stop[line]).toFixed(1));
    });
  }
}
