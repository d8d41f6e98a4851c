// Save a drawing as PNG or SVG, with its title, as it looks now.

const SAVED_STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "opacity", "visibility", "display", "paint-order", "font-size", "font-weight"];
const SAVED_TOP = 58; // height of the title and of the lines below it
const SMALLEST_WIDTH = 600; // of an image, also of one that is saved on a phone

function saveButtons(panel) {
  const status = el("span", { role: "status" });
  const button = (format) => {
    const label = format.toUpperCase();
    const node = el("button", { type: "button", "aria-label": `Save ${panel.title} as ${label}` }, label);
    node.addEventListener("click", () => save(panel, format).then(
      () => setText(status, ""),
      () => setText(status, "This did not work. Try again in a moment.")));
    return node;
  };
  return el("div", { class: "save" }, "Save as", button("png"), button("svg"), status);
}

// The style sheet of the page does not come with an image, so every element gets its own style.
function drawing(panel) {
  const { svg: shown, title, subtitle, card } = panel;
  const { width, height } = shown.viewBox.baseVal;
  const copy = shown.cloneNode(true);
  const originals = shown.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((node, n) => {
    const style = getComputedStyle(originals[n]);
    for (const name of SAVED_STYLES) node.setAttribute(name, style.getPropertyValue(name));
    node.removeAttribute("class");
  });
  copy.querySelectorAll("title").forEach((node) => node.remove());
  const page = getComputedStyle(card.element);
  const [ink, muted] = ["--ink", "--muted"].map((name) => page.getPropertyValue(name));
  const wide = Math.max(width, SMALLEST_WIDTH);
  const text = (content, y, size, fill, weight) => svg("text", { x: 4, y, "font-size": size, fill, "font-weight": weight }, content);
  const image = svg("svg", { xmlns: SVG, width: wide, height: height + SAVED_TOP, "font-family": "Arial, Helvetica, sans-serif" },
    svg("rect", { width: "100%", height: "100%", fill: page.getPropertyValue("--background") }),
    text(title, 20, 16, ink, 700), text(subtitle.textContent.trim(), 37, 12, muted, 400), text(card.payload.about, 52, 12, muted, 400),
    svg("g", { transform: `translate(${(wide - width) / 2} ${SAVED_TOP})` }, ...copy.childNodes));
  return { image, wide, high: height + SAVED_TOP };
}

async function save(panel, format) {
  const { image, wide, high } = drawing(panel);
  const source = new Blob([new XMLSerializer().serializeToString(image)], { type: "image/svg+xml" });
  const content = format === "svg" ? source : await rasterized(source, wide, high);
  const url = URL.createObjectURL(content);
  el("a", { href: url, download: `${panel.name}-${panel.card.payload.file_name}.${format}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

async function rasterized(source, width, height) {
  const picture = new Image();
  picture.src = URL.createObjectURL(source);
  await picture.decode();
  URL.revokeObjectURL(picture.src);
  const canvas = el("canvas", { width: 3 * width, height: 3 * height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => { canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no image")))); });
}
