// A row that allows what an automation or script was refused: the form of it, filled in (US7).

import { DOMAIN, type Hass, openDialog } from "../ha";
import type { Shown, Wanted } from "./model";
import "./row-dialog";

export interface RefusedAutomation {
  serial: string;
  automation: string;
  command: string;
}

export function automationName(hass: Hass, entityId: string): string {
  return String(hass.states[entityId]?.attributes["friendly_name"] ?? entityId);
}

/** Open the form of a row with what was refused; throws a Refusal. */
export async function openRowFor(
  from: HTMLElement & { hass: Hass },
  refused: RefusedAutomation,
): Promise<void> {
  const { serial, automation, command } = refused;
  const kind = automation.startsWith("script.") ? "scripts" : "automations";
  const wanted: Wanted = {
    effect: "allow",
    is_on: true,
    users: { [kind]: [automation] },
    devices: { serials: [serial] },
    commands: { names: [command] },
    times: { always: true },
  };
  openDialog(from, "isg-row-dialog", { shown: await tableNow(from.hass), wanted });
}

/** Return what the page of permissions shows at this moment. */
function tableNow(hass: Hass): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const running = hass.connection.subscribeMessage<Shown>(
      (shown) => {
        resolve(shown);
        running.then((end) => end()).catch(() => {}); // the connection may be gone with it
      },
      { type: `${DOMAIN}/permissions`, limit: 1 },
    );
    running.catch(reject);
  });
}
