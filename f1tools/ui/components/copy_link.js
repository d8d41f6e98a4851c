// A button that copies the URL of the current page, or of the same view on another page.

const SETTLE = 500; // ms: a choice made a moment ago is in the URL by then
const PAUSE = 4000; // ms until the button shows its label again

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("output");
  const field = parentElement.querySelector("input");
  let timer;

  // All pages have the same parent path: its last part says which page is meant.
  const link = () => {
    const url = new URL(window.location.href);
    if (data.page !== null) url.pathname = url.pathname.replace(/[^/]*$/, data.page);
    url.hash = "";
    return url.href;
  };

  const announce = (text) => {
    button.textContent = text;
    status.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = data.label; status.textContent = ""; }, PAUSE);
  };

  // Where the browser denies access to the clipboard (a page without TLS), the link is shown to be copied by hand.
  const showLink = () => {
    field.value = link();
    field.hidden = false;
    field.focus();
    field.select();
    announce("Copy it from here");
  };

  button.textContent = data.label;
  const copy = () => {
    if (navigator.clipboard === undefined) showLink();
    else navigator.clipboard.writeText(link()).then(() => announce("Copied"), showLink);
  };
  button.onclick = () => setTimeout(copy, SETTLE);
  return () => clearTimeout(timer);
}
