// Runs before Streamlit's own script. Each page is one entry of the history: Streamlit would add an entry for every
// change of the address, such as each step of a slider, and a second one for every page that is opened. The way from an
// unknown page to the first one adds none either: it would catch every step back. The entry of a page keeps the address
// with which it was last complete: where an upload leads to another page, Streamlit changes the query before the path.
const pages = ["", ...document.documentElement.dataset.pages.split(" ")];
const push = history.pushState.bind(history);
const replace = history.replaceState.bind(history);
let completed = location.href;
history.pushState = (state, unused, url) => {
  const here = location.pathname;
  const isNewPage = new URL(url ?? "", location.href).pathname !== here && pages.includes(here.split("/").at(-1));
  if (isNewPage && new URL(completed).pathname === here) replace(history.state, unused, completed);
  (isNewPage ? push : replace)(state, unused, url);
};

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// Streamlit names its buttons after a sidebar, and marks no entry of the navigation for a page that shares one.
function complete() {
  for (const [id, name] of [["stExpandSidebarButton", "Menu"], ["stSidebarCollapseButton", "Close the menu"]]) {
    const button = document.querySelector(`button[data-testid=${id}], [data-testid=${id}] button`);
    if (button) setAttribute(button, "aria-label", name);
  }
  for (const logo of document.querySelectorAll("img[data-testid$=Logo]")) setAttribute(logo, "alt", "f1tools");
  const running = document.querySelector(".stApp")?.dataset.testScriptState !== "notRunning";
  if (!running) document.querySelector(".new-data")?.classList.remove("new-data");
  const shown = document.querySelector("[data-of]")?.dataset.of;
  if (!running && shown === (new URLSearchParams(location.search).get("data") ?? "None")) completed = location.href;
  const section = [...document.querySelectorAll(".st-key-section a")];
  const entry = section.length ? section[0].href : null;
  for (const link of section) {
    setAttribute(link, "aria-current", new URL(link.href).pathname === location.pathname ? "page" : "false");
  }
  for (const link of document.querySelectorAll("[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]")) {
    if (link.getAttribute("aria-current") === "page") continue; // Streamlit marks this one
    if (link.href === entry) setAttribute(link, "aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// What scrolls must have the focus for the keyboard to scroll it.
function completeTables() {
  for (const table of document.querySelectorAll("[data-testid=stMarkdownContainer] table")) {
    if (table.scrollWidth > table.clientWidth) setAttribute(table, "tabindex", "0");
    else table.removeAttribute("tabindex");
  }
}

// Streamlit leaves the menu of a phone open over the page that was chosen there, and on Escape.
function closeMenu() {
  const button = document.querySelector("[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button");
  button?.click();
  return Boolean(button);
}
document.addEventListener("click", ({ target }) => target.closest("[data-testid=stSidebarNavLink]") && closeMenu());
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !closeMenu()) return;
  setTimeout(() => document.querySelector("button[data-testid=stExpandSidebarButton]")?.focus(), 100); // it appears then
});

// Plotly takes long to load: pages with figures fetch it while the server computes, not once the first figure is there.
// It is not run in advance, which would delay what comes first.
const { figures, plotly } = document.documentElement.dataset;
let isFetched = !plotly;
function fetchPlotly() {
  if (isFetched || !document.querySelector(".stApp") || !figures.split(" ").includes(location.pathname.split("/").at(-1))) return;
  isFetched = true;
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: plotly, crossOrigin: "" }));
}

let isScheduled = false;
new MutationObserver(() => {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => { isScheduled = false; fetchPlotly(); complete(); completeTables(); });
}).observe(document, { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });
addEventListener("resize", completeTables);
