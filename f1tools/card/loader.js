// The component with the data: it waits for the script, in whichever order the two arrive.

const scriptLoaded = new Promise((resolve) => {
  if (window.f1toolsCard) resolve();
  else window.addEventListener("f1tools-card", resolve, { once: true });
});

export default async function (component) {
  await scriptLoaded;
  return window.f1toolsCard(component);
}
