"""Two buttons below a figure that save it as a picture; the browser draws it, the server has no part in that."""

import html

import streamlit as st

from f1tools.plots import TITLE_HEIGHT

# Plotly's own bar of buttons knows one format, and leaves out the title, which is a heading of the page. It comes with
# the first figure, as window.Plotly. What a rerun brings is kept on the element: buttons that are there stay, and with
# them the focus. The picture is as wide as the figure, but not as narrow as on a phone; it is no darker or lighter
# than the page, whose colours it has.
_SCRIPT = """
const STYLE = `
div { display: flex; align-items: center; gap: 2px; min-height: 26px; color: var(--st-gray-text-color);
  font: 400 0.8125rem/1.4 var(--st-font); }
button { min-width: 26px; min-height: 26px; padding: 2px 7px; border: 0; border-radius: 6px; background: none;
  color: var(--st-link-color); font: inherit; text-decoration: underline; text-underline-offset: 3px;
  cursor: pointer; }
button:hover { background: var(--st-secondary-background-color); }
button:focus-visible { outline: 2px solid currentColor; outline-offset: 0; }
@media print { div { display: none; } }`;

function make(tag, properties, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

async function save(root, format) {
  const { key, title, name, about } = root.figure;
  const { data, layout } = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  const { width, height, margin, title: detail } = layout;
  const higher = height + HIGHER;
  const below = [detail.text, about].filter((text) => text?.replace(/<[^>]*>/g, "").trim()).join(" · ");
  const titled = {
    ...layout, height: higher, width: Math.max(width, 600), margin: { ...margin, t: margin.t + HIGHER },
    paper_bgcolor: getComputedStyle(root.firstChild).getPropertyValue("--st-background-color"),
    title: { ...detail, text: `<b>${title}</b>`, font: { ...detail.font, size: 16, color: layout.font.color },
      pad: { t: 8, l: 4 }, subtitle: { text: below, font: detail.font } },
    // A picture can't load the page's font: what is measured must be what is drawn.
    font: { ...layout.font, family: "Arial, Helvetica, sans-serif" },
  };
  const size = { width: titled.width, height: higher, scale: format === "png" ? 3 : 1 };
  await window.Plotly.downloadImage({ data, layout: titled }, { format, filename: name, ...size });
}

export default function ({ data, parentElement: root }) {
  root.figure = data;
  if (root.querySelector("button")) return;
  const said = make("span", { role: "status" });
  const button = (format) => {
    const name = format.toUpperCase();
    const one = make("button", { type: "button", ariaLabel: `Save ${data.said} as ${name}` }, name);
    one.onclick = () => save(root, format).then(
      () => { said.textContent = ""; },
      () => { said.textContent = "This did not work. Try again in a moment."; });
    return one;
  };
  root.replaceChildren(make("div", {}, "Save as", button("png"), button("svg"), said), make("style", {}, STYLE));
}
"""


_saving = st.components.v2.component("f1tools_saving", js=_SCRIPT.replace("HIGHER", str(TITLE_HEIGHT)))


def save_buttons(key: str, title: str, name: str, about: str) -> None:
    """Offer a figure as PNG and as SVG.

    Parameters
    ----------
    key : str
        Of the figure.
    title : str
        As Plotly writes it: it comes back on top of the picture.
    name : str
        Of the file, without its ending.
    about : str
        What the picture is about where nothing else says so, as plain text.
    """
    said, escaped = html.unescape(title), html.escape(about)  # Plotly reads some markup
    data = {"key": key, "title": title, "said": said, "name": name, "about": escaped}
    _saving(key=f"{key} saving", data=data)
