// Typical cases: a symbol for each, and a table with rounded and exact counts.

// In this order positive cases are adjacent, and so are flagged cases. A shape starts in the middle of its cell.
const KINDS = [
  { key: "fn", name: "Missed", what: "positive, not flagged", shape: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z" },
  { key: "tp", name: "Caught", what: "positive and flagged", shape: "m-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z" },
  { key: "fp", name: "False alarms", what: "flagged, not positive", shape: "m0 -4l4 4l-4 4l-4 -4z" },
  { key: "tn", name: "Correctly not flagged", what: "not positive, not flagged", shape: "h0" },
];
const FEW = 100; // symbols that are easy to see
const MANY = 1000; // symbols that can still be seen
const ENOUGH = 20; // symbols of positives that show proportions
const EXACT = 200; // so many positives of a rare class are drawn one by one

// Choose how many cases picture and table stand for, by the curve alone, so that it is stable while the threshold moves.
// Few cases, and the few positives of a rare class, are drawn as they are.
function pictureBase({ positives: n, negatives: m, weighted }) {
  const all = n + m;
  const share = n / all;
  const rare = share < ENOUGH / MANY;
  const base = share * FEW >= ENOUGH / 2 && share < 0.98 ? FEW : MANY;
  if (!weighted && (all <= base || (rare && n <= EXACT))) return { base: all, exact: true, rare: rare && all > MANY };
  return { base: rare ? frequencyBase(share, MANY, ENOUGH) : base, exact: false, rare };
}

class Cases {
  constructor() {
    this.title = el("h2");
    this.ground = svg("path", { class: "ground" });
    this.symbols = KINDS.map((kind) => svg("path", { class: kind.key }));
    this.dots = svg("svg", { class: "dots", "aria-hidden": "true" }, this.ground, ...this.symbols);
    this.note = el("p", { class: "dots-note" });
    this.baseHead = el("th", { scope: "col" });
    this.exactHead = el("th", { scope: "col" }, "Exact");
    this.rows = KINDS.map((kind) => this.row(kind));
    this.sum = [el("td"), el("td")];
    this.element = el("section", { class: "cases" }, this.title, el("div", { class: "cases-body" },
      el("div", { class: "dots-frame" }, this.dots, this.note), this.table()));
  }

  row(kind) {
    const symbol = svg("svg", { class: "symbol", viewBox: "-5 -5 10 10", "aria-hidden": "true" },
      svg("path", { class: kind.key, d: `M0 0${kind.shape}` }));
    const label = el("span", {}, el("b", {}, kind.name), el("small", {}, kind.what));
    const name = el("th", { scope: "row" }, el("div", { class: "kind" }, symbol, label));
    const cells = [el("td"), el("td")];
    return { cells, element: el("tr", { class: kind.key }, name, ...cells) };
  }

  table() {
    const head = el("tr", {}, el("th", { scope: "col" }, "Cases"), this.baseHead, this.exactHead);
    const foot = el("tr", {}, el("th", { scope: "row" }, "All"), ...this.sum);
    return el("table", {}, el("thead", {}, head),
      el("tbody", {}, ...this.rows.map((row) => row.element)), el("tfoot", {}, foot));
  }

  // Picture and table have one base.
  setData(payload) {
    const all = payload.positives + payload.negatives;
    Object.assign(this, pictureBase(payload));
    const base = count(this.base);
    const positive = (payload.positives / all) * this.base;
    this.capacity = this.rare && positive > FEW / 2 ? 2 * EXACT : this.rare ? FEW : Math.max(this.base, FEW);
    const columns = Math.min(Math.round(2 * Math.sqrt(this.capacity)), 50);
    this.perColumn = Math.ceil(this.capacity / columns);
    setAttr(this.dots, "viewBox", `-1 -1 ${columns * 10 + 2} ${this.perColumn * 10 + 2}`);
    setText(this.title, this.exact ? `All ${base} cases` : `${base} typical cases`);
    setText(this.baseHead, this.exact ? "Number" : `Of ${base}`);
    setText(this.sum[0], base);
    setText(this.sum[1], count(all));
    [this.exactHead, this.sum[1], ...this.rows.map((row) => row.cells[1])].forEach((cell) => { cell.hidden = this.exact; });
    this.pictured = undefined;
  }

  update(counts) {
    const exact = KINDS.map((kind) => counts[kind.key]);
    const typical = this.exact ? exact : apportion(exact, this.base);
    this.rows.forEach((row, n) => {
      setText(row.cells[0], typical[n] === 0 && exact[n] > 0 ? "<1" : count(typical[n]));
      setText(row.cells[1], count(exact[n]));
    });
    this.draw(typical);
  }

  // Of a rare class, cases that are neither positive nor flagged are left out.
  draw(typical) {
    if (String(typical) === this.pictured) return;
    this.pictured = String(typical);
    const [missed, caught, alarms, ignored] = typical;
    const shown = [missed, caught, alarms, this.rare ? 0 : ignored];
    let n = 0;
    shown.forEach((number, kind) => {
      const end = Math.min(n + number, this.capacity);
      setAttr(this.symbols[kind], "d", this.cells(n, end, KINDS[kind].shape));
      n = end;
    });
    setAttr(this.ground, "d", this.columns(missed, Math.min(missed + caught + alarms, this.capacity)));
    setText(this.note, this.noteText(missed + caught + alarms - this.capacity));
  }

  cells(start, end, shape) {
    let path = "";
    for (let n = start; n < end; n += 1) {
      path += `M${Math.floor(n / this.perColumn) * 10 + 5} ${(n % this.perColumn) * 10 + 5}${shape}`;
    }
    return path;
  }

  columns(start, end) {
    let path = "";
    for (let n = start; n < end;) {
      const column = Math.floor(n / this.perColumn);
      const stop = Math.min((column + 1) * this.perColumn, end);
      path += `M${column * 10} ${(n % this.perColumn) * 10}h10.1v${(stop - n) * 10}h-10.1z`;
      n = stop;
    }
    return path;
  }

  noteText(excess) {
    if (!this.rare) return "Each symbol is one case.";
    const others = excess > 0 ? `${count(excess)} more false alarms and all cases correctly not flagged` : "Cases correctly not flagged";
    return `Each symbol is one case. ${others} are not drawn.`;
  }
}
