// All classes in a table: each with a small curve of its F-beta; a name opens the class, a button resets a threshold.

const SPARK = { width: 92, height: 26, edge: 4 };
const MANY_CLASSES = 12; // from so many on they can be searched

function mountClasses(root, payload, onCommit) {
  return new ClassTable(root, payload, onCommit);
}

class ClassTable extends SortableTable {
  constructor(root, payload, onCommit) {
    super("models classes", payload.label);
    this.onCommit = onCommit;
    this.sorted = { column: -1, descending: false };
    this.search = el("input", { type: "search", placeholder: "Search", "aria-label": "Search by name", autocomplete: "off", spellcheck: "false" });
    this.search.addEventListener("input", () => this.filter());
    this.found = el("output");
    this.bar = el("div", { class: "search" }, this.search, this.found);
    this.card = el("div", { class: "f1card" }, this.bar, this.element);
    root.append(this.card);
    this.darkScheme = matchMedia("(prefers-color-scheme: dark)");
    this.onSchemeChange = () => applyTheme(this.card, this.darkScheme);
    this.darkScheme.addEventListener("change", this.onSchemeChange);
    this.update(payload);
  }

  update(payload) {
    this.data = payload;
    const names = JSON.stringify(payload.rows.map(({ name }) => name));
    if (names !== this.names) this.rows = payload.rows.map((_, place) => this.row(place));
    this.names = names;
    payload.rows.forEach((each, place) => this.fill(this.rows[place], each));
    if (!payload.columns[this.sorted.column]) this.sorted = { column: -1, descending: false };
    this.fillHead(payload.heading, payload.columns);
    payload.columns.forEach((_, n) => setAttr(this.head.children[n + 1], "class", `${n ? "" : "curve"} ${this.kept(n)}`));
    this.bar.hidden = payload.rows.length < MANY_CLASSES;
    this.sort();
    this.filter();
    applyTheme(this.card, this.darkScheme);
  }

  // Without room a table has fewer columns.
  kept(column) { return this.data.only_wide.includes(column) ? "only-wide" : ""; }

  value(place, column) { return column < 0 ? place : this.data.rows[place].values[column]; }

  row(place) {
    const [open, badge, reset] = [el("button", { type: "button" }), el("small"), el("button", { type: "button", class: "reset" }, "Reset")];
    open.addEventListener("click", () => this.onCommit("open", place));
    reset.addEventListener("click", () => this.onCommit("reset", place));
    const line = svg("path", { class: "line" });
    const dot = svg("circle", { class: "dot", r: 3 });
    const spark = svg("svg", { width: SPARK.width, height: SPARK.height, viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, "aria-hidden": "true" }, line, dot);
    const element = el("tr", {}, el("th", { scope: "row" }, open, badge, reset));
    return { place, open, badge, reset, line, dot, spark, cells: [], element };
  }

  fill(row, each) {
    while (row.cells.length < each.texts.length) row.element.append(row.cells[row.cells.push(el("td")) - 1]);
    while (row.cells.length > each.texts.length) row.cells.pop().remove();
    setText(row.open, each.label);
    setAttr(row.open, "title", each.name === each.label ? (each.mark ? "Open on Decide" : "") : each.name);
    row.open.disabled = !each.mark; // no row is of it
    setText(row.badge, each.note);
    row.reset.hidden = !each.by_hand;
    setAttr(row.reset, "aria-label", `Reset the threshold of ${each.label}`);
    row.cells.forEach((cell, n) => setAttr(cell, "class", this.kept(n)));
    each.texts.slice(1).forEach((text, n) => setText(row.cells[n + 1], text));
    row.cells[0].replaceChildren(...(each.mark ? [row.spark] : []));
    if (!each.mark) return;
    const [x, y] = [
      (share) => (SPARK.edge + share * (SPARK.width - 2 * SPARK.edge)).toFixed(1),
      (value) => (SPARK.height - SPARK.edge - value * (SPARK.height - 2 * SPARK.edge)).toFixed(1),
    ];
    setAttr(row.line, "d", `M${each.curve.map(([share, value]) => `${x(share)} ${y(value)}`).join("L")}`);
    setAttr(row.dot, "cx", x(each.mark[0]));
    setAttr(row.dot, "cy", y(each.mark[1]));
  }

  filter() {
    const wanted = this.search.value.trim().toLowerCase();
    let n = 0;
    for (const row of this.rows) {
      const shown = !wanted || this.data.rows[row.place].name.toLowerCase().includes(wanted);
      row.element.hidden = !shown;
      n += shown;
    }
    setText(this.found, `${n.toLocaleString("en")} of ${this.rows.length.toLocaleString("en")}`); // most rows need scrolling
  }

  destroy() {
    this.darkScheme.removeEventListener("change", this.onSchemeChange);
    this.card.remove();
  }
}
