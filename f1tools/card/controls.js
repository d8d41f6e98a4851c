// Slider, keys, buttons and the chart: each moves the card, and commits a choice when it is made.

class Controls {
  constructor(card) {
    this.card = card;
    const { slider, chart, bestButton, halfButton, roundButton, decisionButton } = card;
    slider.addEventListener("pointerdown", () => { card.dragging = true; });
    slider.addEventListener("input", () => this.onInput());
    slider.addEventListener("change", () => this.commit());
    slider.addEventListener("keydown", (event) => this.onKey(event));
    bestButton.addEventListener("click", () => this.jumpTo(card.payload.best));
    halfButton.addEventListener("click", () => this.jumpTo(card.payload.half));
    roundButton.addEventListener("click", () => this.jumpTo(card.payload.round));
    decisionButton.addEventListener("click", () => this.jumpTo(card.payload.current));
    chart.element.addEventListener("pointerdown", (event) => this.onChartDown(event));
    chart.element.addEventListener("pointermove", (event) => this.onChartMove(event));
    chart.element.addEventListener("pointerup", (event) => this.onChartMove(event));
    // There is no "change" event after a drag during which the thumb was moved to a stop, so its end commits.
    this.onRelease = () => { if (card.dragging) this.commit(); };
    window.addEventListener("pointerup", this.onRelease);
    window.addEventListener("pointercancel", this.onRelease);
  }

  isPending() { return this.timer !== undefined; }

  commit() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.draggingChart = false;
    this.card.dragging = false;
    this.card.commit();
  }

  jumpTo(index) {
    this.card.moveTo(index);
    this.commit();
  }

  // Screen readers move a slider by small steps of their own: any step in a direction means the next stop.
  onInput() {
    const { card } = this;
    const { positions } = card.scale;
    const target = Number(card.slider.value);
    const current = positions[card.index];
    let index = nearest(positions, target);
    if (index === card.index && !card.dragging && target !== current) index += target > current ? 1 : -1;
    index = this.clamp(index);
    card.slider.value = positions[index];
    card.moveTo(index);
  }

  clamp(index) {
    const [first, last] = this.card.scale.bounds;
    return Math.min(Math.max(index, first), last);
  }

  onKey(event) {
    const index = this.indexAfter(event);
    if (index === undefined) return;
    event.preventDefault();
    this.card.moveTo(this.clamp(index));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), COMMIT_DELAY);
  }

  indexAfter(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
    const { index } = this.card;
    const [first, last] = this.card.scale.bounds;
    switch (event.key) {
      case "ArrowRight": case "ArrowUp": return index + 1;
      case "ArrowLeft": case "ArrowDown": return index - 1;
      case "PageUp": return this.indexAt(0.1);
      case "PageDown": return this.indexAt(-0.1);
      case "Home": return first;
      case "End": return last;
      default: return undefined;
    }
  }

  // Return the stop at a distance from the current one, or at least the next stop.
  indexAt(distance) {
    const { index, scale } = this.card;
    const target = nearest(scale.positions, scale.positions[index] + distance);
    return target === index ? index + Math.sign(distance) : target;
  }

  onChartDown(event) {
    if (event.button !== 0) return;
    this.card.dragging = true;
    this.card.chart.element.setPointerCapture(event.pointerId);
    this.draggingChart = true;
    if (event.pointerType !== "touch") this.onChartMove(event); // a finger may be about to scroll the page
  }

  onChartMove(event) {
    if (!this.draggingChart) return;
    const { card } = this;
    const x = event.clientX - card.chart.element.getBoundingClientRect().left;
    card.moveTo(this.clamp(nearest(card.scale.positions, card.chart.positionOf(x))));
  }

  destroy() {
    clearTimeout(this.timer);
    window.removeEventListener("pointerup", this.onRelease);
    window.removeEventListener("pointercancel", this.onRelease);
  }
}
