// Precision, recall and the metric against the threshold, as the steps they are.

const LINES = ["precision", "recall", "drawn"];
const EDGE = { top: 24, right: 14, bottom: 26, left: 34 };
const CLASH = -100; // worse than any lack of room: two texts on top of each other

class Chart {
  constructor() {
    this.element = svg("svg", { class: "chart", role: "img" });
    this.marker = svg("g", { class: "marker" });
  }

  // Everything that does not move with the threshold; once per curve and width.
  draw(view, width) {
    const { stops, scale, payload } = view;
    this.width = width;
    this.height = width < 480 ? 190 : width < 720 ? 260 : 310;
    this.view = view;
    const values = stops.flatMap((stop) => LINES.map((line) => stop[line])).filter((value) => value < 0);
    this.floor = values.length ? Math.floor(Math.min(...values) * 5) / 5 : 0;
    this.element.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.element.setAttribute("aria-label", this.summary(payload));
    this.taken = []; // where texts stand already: [x, y, width]
    this.shade = svg("rect", { class: "flagged", y: EDGE.top, height: this.plotHeight() });
    const lines = LINES.map((line) => svg("path", { class: `line ${line}`, d: this.steps(line) }));
    const best = this.best(payload); // what is placed first is not covered by what comes later
    const behind = [...this.grid(scale), ...this.half(payload), ...this.baseline(stops[0].drawn)];
    this.element.replaceChildren(this.shade, ...behind, ...lines, ...best, ...this.names(payload), this.marker);
    this.drawMarker();
  }

  summary(payload) {
    const all = `Precision, recall and ${payload.drawn.label} at every threshold.`;
    if (payload.best === null) return all;
    const best = this.view.stops[payload.best];
    return `${all} ${payload.best_label} at ${printed(best.text)}: ${payload.drawn.label} ${figure(best.drawn)}.`;
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
    return [...lines, ...texts, ...this.ticks(scale)];
  }

  // No text sticks out at the sides, and none runs into the one before it.
  ticks(scale) {
    let end = -Infinity;
    return scale.ticks.flatMap((tick) => {
      const wide = tick.text.length * 7.2;
      const x = Math.min(Math.max(this.xAt(tick.at), wide / 2), this.width - wide / 2);
      if (x - wide / 2 < end + 6) return [];
      end = x + wide / 2;
      return [this.text(tick.text, x, this.height - 8, "tick", "middle")];
    });
  }

  text(content, x, y, kind, anchor) {
    return svg("text", { class: kind, x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, content);
  }

  // On the line of what it is best by; where no line shows that, it is a mark over the whole height.
  best(payload) {
    if (payload.best === null) return [];
    const best = this.view.stops[payload.best];
    const line = LINES.find((one) => one === payload.best_figure) ?? "unseen";
    const name = `${payload.best_label} at ${printed(best.text)}`;
    const x = this.x(payload.best);
    const y = this.y(Number.isFinite(best[line]) ? best[line] : this.floor);
    const wide = name.length * 7.2;
    const middle = this.besideHalf(payload, x, wide);
    this.taken.push([middle, EDGE.top - 9, wide], [x, y, 14]);
    const diamond = { class: `best ${line}`, d: `M${x} ${y - 7}L${x + 7} ${y}L${x} ${y + 7}L${x - 7} ${y}Z` };
    return [
      svg("path", { class: `best-line ${line}`, d: `M${x} ${EDGE.top - 4}V${y}` }),
      ...(line === "unseen" ? [] : [svg("path", diamond)]),
      this.text(name, middle, EDGE.top - 9, `best-name ${line}`, "middle"),
    ];
  }

  // The name of the best stands over it, but gives way to the 0.5 beside it.
  besideHalf(payload, x, wide) {
    const within = (middle) => Math.min(Math.max(middle, wide / 2), this.width - wide / 2);
    if (payload.half === null || payload.half === payload.best) return within(x);
    const half = this.x(payload.half);
    const away = wide / 2 + 16;
    if (Math.abs(within(x) - half) >= away) return within(x);
    return within(x < half ? half - away : half + away);
  }

  // A line without its name would be a riddle: where there is no room for both there is neither.
  half(payload) {
    if (payload.half === null || payload.half === payload.best) return [];
    const x = this.x(payload.half);
    const line = svg("path", { class: "half", d: `M${x} ${EDGE.top}V${this.y(this.floor)}` });
    const [name] = this.taken;
    const free = name === undefined || Math.abs(name[0] - x) > name[2] / 2 + 14;
    return free ? [line, this.text("0.5", x, EDGE.top - 9, "tick", "middle")] : [];
  }

  // What flagging everything would score: a metric near it is no achievement.
  baseline(value) {
    if (Number.isNaN(value)) return [];
    const y = this.y(value);
    const line = svg("path", { class: "baseline", d: `M${this.xAt(0)} ${y}H${this.xAt(1)}` });
    const spot = this.spot(`flag everything ${figure(value)}`, LINES, () => [y - 6, y + 14]);
    return spot.room < CLASH / 2 ? [] : [line, this.put(spot, "note")];
  }

  // Names stand on their lines, each where it is farthest from the other two.
  names(payload) {
    const names = { precision: "Precision", recall: "Recall", drawn: payload.drawn.label };
    return LINES.map((line) => {
      const beside = (x, wide) => {
        const here = this.heights(line, x, wide);
        return [Math.min(...here) - 10, Math.max(...here) + 20];
      };
      return this.put(this.spot(names[line], LINES.filter((other) => other !== line), beside), `name ${line}`);
    });
  }

  put(spot, kind) {
    this.taken.push([spot.x, spot.y, spot.wide]);
    return this.text(spot.content, spot.x, spot.y, kind, "middle");
  }

  // The place with the most room around it, among those that `levels` offers at each x.
  spot(content, lines, levels) {
    const wide = content.length * 7;
    let found = { room: -Infinity };
    for (let share = 1; share >= 0; share -= 0.02) {
      const x = this.xAt(0) + wide / 2 + 4 + share * (this.xAt(1) - this.xAt(0) - wide - 8);
      for (const y of levels(x, wide)) {
        const room = this.room(x, y, wide, lines);
        if (room > found.room) found = { content, x, y, wide, room };
      }
    }
    return found;
  }

  room(x, y, wide, lines) {
    const around = [...lines.flatMap((line) => this.heights(line, x, wide)), EDGE.top - 10, this.y(this.floor) + 6];
    const levels = around.map((level) => Math.abs(level - (y - 4)));
    const texts = this.taken.map(([atX, atY, atWide]) => (
      Math.max(Math.abs(atY - y), Math.abs(atX - x) - (atWide + wide) / 2)));
    const inside = y > EDGE.top + 8 && y < this.y(this.floor) - 2 ? 0 : -30;
    const clash = texts.some((gap) => gap < 12) ? CLASH : 0;
    return Math.min(32, ...levels, ...texts) + inside + clash;
  }

  heights(line, x, wide) {
    const { stops, scale } = this.view;
    return [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((part) => {
      const stop = stops[nearest(scale.at, this.positionOf(x + (part / 8) * wide))];
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
