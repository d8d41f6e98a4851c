// Create and update elements. Data only ever becomes text: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Only changes are written, which keeps a redraw cheap.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttr(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

// Mark an element as dark or light, by its background; where that is transparent, as the system is.
function applyTheme(element, darkScheme) {
  if (!element.isConnected) return; // its page was left, so it has no colors
  const [red, green, blue, alpha = 1] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number);
  const dark = alpha > 0 ? red * 0.3 + green * 0.59 + blue * 0.11 < 128 : darkScheme.matches;
  setAttr(element, "data-theme", dark ? "dark" : "light");
}
