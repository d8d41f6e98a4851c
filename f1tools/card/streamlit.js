// Streamlit's side, in two components, because Streamlit sends a component's script again whenever its data change:
// this one has the whole script and no data, so it is sent once; the other, loader.js, has the data.

const cards = new WeakMap();

// Called on every rerun: the card is built once and then updated.
function render({ data, parentElement, setTriggerValue }) {
  const commit = data.models
    ? (places) => setTriggerValue("models", places)
    : (threshold) => setTriggerValue("threshold", String(threshold)); // JSON has no infinity
  const card = cards.get(parentElement);
  if (card) {
    card.onCommit = commit;
    card.update(data);
  } else {
    const sheet = el("style", {}, STYLE);
    parentElement.append(sheet);
    const build = data.models ? mountComparison : data.shaded ? mountExplorer : mount;
    cards.set(parentElement, build(parentElement, data, commit));
  }
  return () => {
    cards.get(parentElement)?.destroy();
    cards.delete(parentElement);
    parentElement.replaceChildren();
  };
}

window.f1toolsCard = render;
window.dispatchEvent(new Event("f1tools-card"));

export default function () {}
