// "100 typical cases": a hundred symbols, and a table with rounded and exact counts.

// In this order positive cases are adjacent, and so are flagged cases.
const KINDS = [
  { key: "fn", name: "Missed", what: "positive, not flagged", shape: "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z" },
  { key: "tp", name: "Caught", what: "positive and flagged", shape: "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0Z" },
  { key: "fp", name: "False alarms", what: "flagged, not positive", shape: "M0 -4L4 0L0 4L-4 0Z" },
  { key: "tn", name: "Correctly not flagged", what: "not positive, not flagged", shape: "M-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0 -2.4 0Z" },
];

class Cases {
  constructor() {
    this.title = el("h2");
    this.dots = svg("svg", { class: "dots", viewBox: "-1 -1 102 102", "aria-hidden": "true" });
    this.cells = Array.from({ length: 100 }, (_, n) => this.cell(n));
    this.note = el("p", { class: "dots-note" });
    this.baseHead = el("th", { scope: "col" });
    this.rows = KINDS.map((kind) => this.row(kind));
    this.sum = [el("td"), el("td")];
    this.element = el("section", { class: "cases" }, this.title, el("div", { class: "cases-body" },
      el("div", { class: "dots-frame" }, this.dots, this.note), this.table()));
  }

  cell(n) {
    const ground = svg("rect", { class: "ground", x: -5, y: -5, width: 10.1, height: 10.1 });
    const shape = svg("path");
    const transform = `translate(${(n % 10) * 10 + 5} ${Math.floor(n / 10) * 10 + 5})`;
    this.dots.append(svg("g", { transform }, ground, shape));
    return { ground, shape, kind: null };
  }

  row(kind) {
    const symbol = svg("svg", { class: "symbol", viewBox: "-5 -5 10 10", "aria-hidden": "true" },
      svg("path", { class: kind.key, d: kind.shape }));
    const label = el("span", {}, el("b", {}, kind.name), el("small", {}, kind.what));
    const name = el("th", { scope: "row" }, el("div", { class: "kind" }, symbol, label));
    const cells = [el("td"), el("td")];
    return { cells, element: el("tr", { class: kind.key }, name, ...cells) };
  }

  table() {
    const head = el("tr", {}, el("th", { scope: "col" }, "Cases"), this.baseHead, el("th", { scope: "col" }, "Exact"));
    const foot = el("tr", {}, el("th", { scope: "row" }, "All"), ...this.sum);
    return el("table", {}, el("thead", {}, head),
      el("tbody", {}, ...this.rows.map((row) => row.element)), el("tfoot", {}, foot));
  }

  // The base depends on the curve alone, so that it is stable while the threshold moves. Where less than 2 in 100 cases
  // are positive, nearly all of 100 cases would be correctly not flagged: then the symbols stand for the others.
  setData(payload) {
    const all = payload.positives + payload.negatives;
    const share = Math.min(payload.positives, payload.negatives) / all;
    this.rare = payload.positives / all < 0.02;
    this.base = share < 0.02 ? frequencyBase(share, 100, 10) : 100;
    const base = count(this.base);
    setText(this.title, this.rare ? "100 positive or flagged" : "100 typical cases");
    setText(this.baseHead, `Of ${base}`);
    setText(this.note, this.rare ? "Positives are rare. Correctly not flagged cases are not shown." : "Each symbol is one case.");
    setText(this.sum[0], base);
    setText(this.sum[1], count(all));
  }

  update(counts) {
    const exact = KINDS.map((kind) => counts[kind.key]);
    const typical = apportion(exact, this.base);
    this.rows.forEach((row, n) => {
      setText(row.cells[0], count(typical[n]));
      setText(row.cells[1], count(exact[n]));
    });
    const pictured = this.rare ? exact.map((value, n) => (KINDS[n].key === "tn" ? 0 : value)) : exact;
    let n = 0;
    apportion(pictured, 100).forEach((number, kind) => {
      for (let end = n + number; n < end; n += 1) this.draw(this.cells[n], KINDS[kind]);
    });
  }

  draw(cell, kind) {
    if (cell.kind === kind) return;
    cell.kind = kind;
    cell.shape.setAttribute("class", kind.key);
    cell.shape.setAttribute("d", kind.shape);
    cell.ground.setAttribute("class", kind.key === "tp" || kind.key === "fp" ? "ground flagged" : "ground");
  }
}
