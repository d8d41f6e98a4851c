// A table whose headings sort its rows. Rows are kept as long as what they are about is, so that the focus stays.

class SortableTable {
  // What a subclass gives: the value of a place in a column, null where there is none.
  constructor(kind, name) {
    this.head = el("tr");
    this.body = el("tbody");
    this.rows = [];
    this.element = el("div", { class: `${kind} edge`, tabindex: 0, role: "region", "aria-label": name },
      el("table", {}, el("thead", {}, this.head), this.body));
  }

  sortedBy(column) {
    const button = el("button", { type: "button" });
    button.addEventListener("click", () => {
      this.sorted = { column, descending: this.sorted.column !== column || !this.sorted.descending };
      this.sort();
    });
    return el("th", { scope: "col" }, button);
  }

  fillHead(first, columns) {
    if (this.head.children.length !== columns.length + 1) {
      this.head.replaceChildren(el("th", { scope: "col" }, first), ...columns.map((_, n) => this.sortedBy(n)));
    }
    columns.forEach((column, n) => setText(this.head.children[n + 1].firstChild, column));
  }

  sort() {
    const { column, descending } = this.sorted;
    const rows = [...this.rows].sort((one, other) => {
      const [a, b] = [this.value(one.place, column), this.value(other.place, column)];
      if (a === null || b === null) return (a === null) - (b === null) || one.place - other.place;
      return (descending ? b - a : a - b) || one.place - other.place;
    });
    const elements = rows.map(({ element }) => element);
    const focused = this.element.getRootNode().activeElement;
    if (elements.some((element, n) => element !== this.body.children[n]) || elements.length !== this.body.children.length) {
      this.body.replaceChildren(...elements);
      if (focused && this.element.contains(focused)) focused.focus();
    }
    [...this.head.children].slice(1).forEach((cell, n) => (
      n === column ? setAttr(cell, "aria-sort", descending ? "descending" : "ascending") : cell.removeAttribute("aria-sort")));
  }
}
