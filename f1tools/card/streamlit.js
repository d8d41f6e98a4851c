// Streamlit's side: it calls this function again with every rerun; the card is built once and then updated.

const mounted = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const commit = (threshold) => setTriggerValue("threshold", threshold);
  const card = mounted.get(parentElement);
  if (card) {
    card.onCommit = commit;
    card.update(data);
  } else {
    mounted.set(parentElement, mount(parentElement, data, commit));
  }
  return () => {
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}
