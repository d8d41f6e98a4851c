// Streamlit's side, in two components, because Streamlit sends a component's script again whenever its data change:
// this one has the whole script and no data, so it is sent once; the other, loader.js, has the data.

const cards = new WeakMap();

// While the card shows another threshold than the page, the page dims its own sentences about the threshold.
function markOutdated(isOutdated) {
  document.documentElement.toggleAttribute("data-threshold-outdated", isOutdated);
}

// Called on every rerun: the card is built once and then updated.
function render({ data, parentElement, setTriggerValue }) {
  const commit = data.heading
    ? (action, place) => setTriggerValue(action, place)
    : data.models
    ? (places) => setTriggerValue("models", places)
    : (threshold) => setTriggerValue("threshold", String(threshold)); // JSON has no infinity
  const card = cards.get(parentElement);
  if (card) {
    card.onCommit = commit;
    card.update(data);
  } else {
    const sheet = el("style", {}, STYLE);
    parentElement.append(sheet);
    const build = data.heading ? mountClasses : data.models ? mountComparison : data.shaded ? mountExplorer : mount;
    const built = build(parentElement, data, commit);
    built.onMove = (isCurrent) => markOutdated(!isCurrent);
    cards.set(parentElement, built);
  }
  // Streamlit also calls what an earlier rerun returned that was overtaken while it waited for the script.
  const cleanUp = () => {
    const last = cards.get(parentElement);
    if (last?.cleanUp !== cleanUp) return; // the card belongs to a later rerun
    last.destroy();
    cards.delete(parentElement);
    markOutdated(false);
    parentElement.replaceChildren();
  };
  cards.get(parentElement).cleanUp = cleanUp;
  return cleanUp;
}

window.f1toolsCard = render;
window.dispatchEvent(new Event("f1tools-card"));

export default function () {}
