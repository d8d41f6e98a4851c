// Lets files be dropped anywhere on the page: they go to the page's uploader, wherever it is. A veil says so meanwhile.

const DRAGGING = 700; // ms: while something is dragged over a page, browsers say so at least this often
const READING = 5000; // ms to read why nothing was done

export default function ({ parentElement }) {
  const veil = parentElement.querySelector("[popover]");
  const text = veil.querySelector("p");
  let timer;

  const show = (message, duration) => {
    text.textContent = message;
    veil.showPopover();
    clearTimeout(timer);
    timer = setTimeout(() => veil.hidePopover(), duration);
  };

  const drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return; // text, for example
    event.preventDefault(); // lets it be dropped
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    show("Drop your files", DRAGGING);
  };

  const drop = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // the browser would open the file
    event.stopPropagation();
    veil.hidePopover();
    const input = document.querySelector('[data-testid="stFileUploaderDropzoneInput"]');
    const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
    if ([...event.dataTransfer.items].some(isFolder)) {
      show("That is a folder. Drop the file itself, or all files that belong together.", READING);
    } else if (input === null) {
      show("The page is still loading. Drop the file again.", READING);
    } else {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  parentElement.listening?.abort(); // this function runs again when the page does
  const listening = new AbortController();
  parentElement.listening = listening;
  const options = { capture: true, signal: listening.signal };
  window.addEventListener("dragenter", drag, options);
  window.addEventListener("dragover", drag, options);
  window.addEventListener("drop", drop, options);
  return () => {
    listening.abort();
    clearTimeout(timer);
  };
}
