// The component with the data: it waits for the script, whichever of the two arrives first.

const arrived = new Promise((resolve) => {
  if (window.f1toolsCard) resolve();
  else window.addEventListener("f1tools-card", resolve, { once: true });
});

export default async function (component) {
  await arrived;
  return window.f1toolsCard(component);
}
