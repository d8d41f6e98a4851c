// Slider, keys, buttons and the chart itself: each moves the card, and says when a choice is made.

class Controls {
  constructor(card) {
    this.card = card;
    const { slider, chart, bestButton, halfButton, backButton } = card;
    slider.addEventListener("pointerdown", () => this.hold());
    slider.addEventListener("input", () => this.slid());
    slider.addEventListener("change", () => this.decide());
    slider.addEventListener("keydown", (event) => this.key(event));
    bestButton.addEventListener("click", () => this.jump(card.payload.best));
    halfButton.addEventListener("click", () => this.jump(card.payload.half));
    backButton.addEventListener("click", () => this.jump(card.payload.current));
    chart.element.addEventListener("pointerdown", (event) => this.grab(event));
    chart.element.addEventListener("pointermove", (event) => this.drag(event));
    // No "change" follows a drag during which the thumb was set on a stop, so the end of the drag is what counts.
    this.letGo = () => { if (card.holding) this.decide(); };
    window.addEventListener("pointerup", this.letGo);
    window.addEventListener("pointercancel", this.letGo);
  }

  hold() { this.card.holding = true; }

  undecided() { return this.timer !== undefined; }

  decide() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.dragging = false;
    this.card.holding = false;
    this.card.commit();
  }

  jump(place) {
    this.card.go(place);
    this.decide();
  }

  // Screen readers move a slider by small steps of their own: whatever the step, the next stop is meant.
  slid() {
    const { card } = this;
    const wanted = Number(card.slider.value);
    const here = card.scale.at[card.place];
    let place = nearest(card.scale.at, wanted);
    if (place === card.place && !card.holding && wanted !== here) place += wanted > here ? 1 : -1;
    place = Math.min(Math.max(place, 0), card.stops.length - 1);
    card.slider.value = card.scale.at[place];
    card.go(place);
  }

  key(event) {
    const place = this.placeAfter(event);
    if (place === undefined) return;
    event.preventDefault();
    this.card.go(Math.min(Math.max(place, 0), this.card.stops.length - 1));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.decide(), PAUSE);
  }

  placeAfter(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
    const { place, stops } = this.card;
    switch (event.key) {
      case "ArrowRight": case "ArrowUp": return place + 1;
      case "ArrowLeft": case "ArrowDown": return place - 1;
      case "PageUp": return this.leap(0.1);
      case "PageDown": return this.leap(-0.1);
      case "Home": return 0;
      case "End": return stops.length - 1;
      default: return undefined;
    }
  }

  leap(distance) {
    const { place, scale } = this.card;
    const target = nearest(scale.at, scale.at[place] + distance);
    return target === place ? place + Math.sign(distance) : target;
  }

  grab(event) {
    if (event.button !== 0) return;
    this.hold();
    this.card.chart.element.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.drag(event);
  }

  drag(event) {
    if (!this.dragging) return;
    const { card } = this;
    const x = event.clientX - card.chart.element.getBoundingClientRect().left;
    card.go(nearest(card.scale.at, card.chart.positionOf(x)));
  }

  destroy() {
    clearTimeout(this.timer);
    window.removeEventListener("pointerup", this.letGo);
    window.removeEventListener("pointercancel", this.letGo);
  }
}
