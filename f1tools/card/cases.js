// "100 typical cases": a hundred marks, and a table with the same story in whole and in exact numbers.

// In this order the real cases are neighbours, and so are the flagged ones.
const KINDS = [
  { key: "fn", name: "Missed", what: "real, not flagged", shape: "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z" },
  { key: "tp", name: "Caught", what: "real and flagged", shape: "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0Z" },
  { key: "fp", name: "False alarms", what: "flagged, not real", shape: "M0 -4L4 0L0 4L-4 0Z" },
  { key: "tn", name: "Left alone", what: "not real, not flagged", shape: "M-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0 -2.4 0Z" },
];

class Cases {
  constructor() {
    this.title = el("h2");
    this.dots = svg("svg", { class: "dots", viewBox: "-1 -1 102 102", "aria-hidden": "true" });
    this.cells = Array.from({ length: 100 }, (_, n) => this.cell(n));
    this.note = el("p", { class: "dots-note" });
    this.among = el("th", { scope: "col" });
    this.rows = KINDS.map((kind) => this.row(kind));
    this.sum = [el("td"), el("td")];
    this.element = el("section", { class: "cases" }, this.title, el("div", { class: "cases-body" },
      el("div", { class: "dots-frame" }, this.dots, this.note), this.table()));
  }

  cell(n) {
    const ground = svg("rect", { class: "ground", x: -5, y: -5, width: 10.1, height: 10.1 });
    const shape = svg("path");
    const place = `translate(${(n % 10) * 10 + 5} ${Math.floor(n / 10) * 10 + 5})`;
    this.dots.append(svg("g", { transform: place }, ground, shape));
    return { ground, shape, kind: null };
  }

  row(kind) {
    const symbol = svg("svg", { class: "symbol", viewBox: "-5 -5 10 10", "aria-hidden": "true" },
      svg("path", { class: kind.key, d: kind.shape }));
    const words = el("span", {}, el("b", {}, kind.name), el("small", {}, kind.what));
    const name = el("th", { scope: "row" }, el("div", { class: "kind" }, symbol, words));
    const cells = [el("td"), el("td")];
    return { cells, element: el("tr", { class: kind.key }, name, ...cells) };
  }

  table() {
    const head = el("tr", {}, el("th", { scope: "col" }, "Cases"), this.among, el("th", { scope: "col" }, "Exactly"));
    const foot = el("tr", {}, el("th", { scope: "row" }, "All"), ...this.sum);
    return el("table", {}, el("thead", {}, head),
      el("tbody", {}, ...this.rows.map((row) => row.element)), el("tfoot", {}, foot));
  }

  // What to picture follows from the curve alone, so that it stays put while the threshold moves. Where less than
  // 2 in 100 are real, 100 cases would show nothing but those left alone: then the marks stand for the others.
  begin(payload) {
    const all = payload.positives + payload.negatives;
    const share = Math.min(payload.positives, payload.negatives) / all;
    this.rare = payload.positives / all < 0.02;
    this.pictured = share < 0.02 ? casesToPicture(share, 100, 10) : 100;
    const many = count(this.pictured);
    say(this.title, this.rare ? "100 real or flagged" : "100 typical cases");
    say(this.among, `Of ${many}`);
    say(this.note, this.rare ? "Real cases are rare. Those rightly left alone are not pictured." : "Each mark is one case.");
    say(this.sum[0], many);
    say(this.sum[1], count(all));
  }

  move(counts) {
    const exact = KINDS.map((kind) => counts[kind.key]);
    const some = typicalCases(exact, this.pictured);
    this.rows.forEach((row, n) => {
      say(row.cells[0], count(some[n]));
      say(row.cells[1], count(exact[n]));
    });
    const marked = this.rare ? exact.map((one, n) => (KINDS[n].key === "tn" ? 0 : one)) : exact;
    let n = 0;
    typicalCases(marked, 100).forEach((many, kind) => {
      for (let end = n + many; n < end; n += 1) this.paint(this.cells[n], KINDS[kind]);
    });
  }

  paint(cell, kind) {
    if (cell.kind === kind) return;
    cell.kind = kind;
    cell.shape.setAttribute("class", kind.key);
    cell.shape.setAttribute("d", kind.shape);
    cell.ground.setAttribute("class", kind.key === "tp" || kind.key === "fp" ? "ground flagged" : "ground");
  }
}
