// Home Assistant's own elements, borrowed at run time. They are there before a page of ours is made;
// if a version to come loads them later, its settings pages are asked to bring them.

const WANTED = [
  "hass-tabs-subpage",
  "ha-card",
  "ha-button",
  "ha-icon-button",
  "ha-icon",
  "ha-svg-icon",
  "ha-alert",
  "ha-form",
  "ha-dialog",
  "ha-dialog-footer",
  "ha-spinner",
] as const;
const PATIENCE_MS = 1500;

function missing(): string[] {
  return WANTED.filter((tag) => !customElements.get(tag));
}

async function wait(): Promise<void> {
  const all = Promise.all(missing().map((tag) => customElements.whenDefined(tag)));
  await Promise.race([all, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}

/** Wait for the elements; returns the names of those that could not be had. */
export async function loadElements(): Promise<string[]> {
  if (missing().length) await wait();
  if (missing().length) {
    try {
      await loadSettings();
    } catch {
      // Private names of Home Assistant: they may be gone.
    }
    await wait();
  }
  return missing();
}

async function loadSettings(): Promise<void> {
  const resolver = document.createElement("partial-panel-resolver") as any;
  const routes = resolver._getRoutes({ x: { component_name: "config", url_path: "x" } });
  await routes.routes.x.load();
  const settings = document.createElement("ha-panel-config") as any;
  await settings.routerOptions.routes.users.load();
}
