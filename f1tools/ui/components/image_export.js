// Two buttons below a figure that save it as PNG or SVG. Plotly's own mode bar knows one format and leaves out the
// title, which is a heading of the page. Plotly comes with the first figure, as window.Plotly. What a rerun brings is
// kept on the root: existing buttons stay, and with them the focus.

const STYLE = `
div { display: flex; align-items: center; gap: 2px; min-height: 26px; color: var(--st-gray-text-color);
  font: 400 0.8125rem/1.4 var(--st-font); }
button { min-width: 26px; min-height: 26px; padding: 2px 7px; border: 0; border-radius: 6px; background: none;
  color: inherit; font: inherit; text-decoration: underline; text-underline-offset: 3px;
  cursor: pointer; }
button:hover { background: var(--st-secondary-background-color); }
button:focus-visible { outline: 2px solid currentColor; outline-offset: 0; }
@media print { div { display: none; } }`;

function element(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// The image is as wide as the figure, but not as narrow as on a phone, and has the colors of the page.
async function save(root, format) {
  const { key, title, name, about, titleHeight } = root.figure;
  const { data, layout } = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  const { width, margin, title: detail } = layout;
  const height = layout.height + titleHeight;
  const subtitle = [detail.text, about].filter((text) => text?.replace(/<[^>]*>/g, "").trim()).join(" · ");
  const titled = {
    ...layout, height, width: Math.max(width, 600), margin: { ...margin, t: margin.t + titleHeight },
    paper_bgcolor: getComputedStyle(root.firstChild).getPropertyValue("--st-background-color"),
    title: { ...detail, text: `<b>${title}</b>`, font: { ...detail.font, size: 16, color: layout.font.color },
      pad: { t: 8, l: 4 }, subtitle: { text: subtitle, font: detail.font } },
    // An image can't load the page's font: what is measured must be what is drawn.
    font: { ...layout.font, family: "Arial, Helvetica, sans-serif" },
  };
  const size = { width: titled.width, height, scale: format === "png" ? 3 : 1 };
  await window.Plotly.downloadImage({ data, layout: titled }, { format, filename: name, ...size });
}

export default function ({ data, parentElement: root }) {
  root.figure = data;
  if (root.querySelector("button")) return;
  const status = element("span", { role: "status" });
  const button = (format) => {
    const label = format.toUpperCase();
    const node = element("button", { type: "button", ariaLabel: `Save ${data.label} as ${label}` }, label);
    node.onclick = () => save(root, format).then(
      () => { status.textContent = ""; },
      () => { status.textContent = "This did not work. Try again in a moment."; });
    return node;
  };
  root.replaceChildren(element("div", {}, "Save as", button("png"), button("svg"), status), element("style", {}, STYLE));
}
