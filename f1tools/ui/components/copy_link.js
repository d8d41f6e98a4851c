// A button that copies the address of what is on the screen, or of the same on another page.

const SETTLE = 500; // ms: what was chosen a moment ago is in the address by then
const PAUSE = 4000; // ms until the button says again what it does

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const spoken = parentElement.querySelector("output");
  const field = parentElement.querySelector("input");
  let timer;

  // The pages of the dashboard are neighbours: the last part of the path says which one is meant.
  const address = () => {
    const url = new URL(window.location.href);
    if (data.page !== null) url.pathname = url.pathname.replace(/[^/]*$/, data.page);
    url.hash = "";
    return url.href;
  };

  const say = (text) => {
    button.textContent = text;
    spoken.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = data.label; spoken.textContent = ""; }, PAUSE);
  };

  // Where the browser gives no access to the clipboard (a page without TLS), the address is there to be copied by hand.
  const offer = () => {
    field.value = address();
    field.hidden = false;
    field.focus();
    field.select();
    say("Copy it from here");
  };

  button.textContent = data.label;
  const copy = () => {
    if (navigator.clipboard === undefined) offer();
    else navigator.clipboard.writeText(address()).then(() => say("Copied"), offer);
  };
  button.onclick = () => setTimeout(copy, SETTLE);
  return () => clearTimeout(timer);
}
