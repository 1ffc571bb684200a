// What the page uses of Home Assistant's own interface, in one place: most of it is not a public one.

export const DOMAIN = "iot_secure_gateway";
export const PANEL_PATH = "/iot-secure-gateway";
const CONNECTION_LOST = 3; // as the connection says it: alone, or in an answer that it makes up itself

export interface HaState {
  state: string;
  attributes: Record<string, unknown>;
}

export interface Hass {
  connected: boolean;
  language: string;
  locale: { language: string; time_zone: string };
  config: { time_zone: string };
  user: { id: string; name: string; is_admin: boolean };
  states: Record<string, HaState | undefined>;
  areas?: Record<string, { name: string } | undefined>;
  connection: {
    subscribeMessage<T>(told: (value: T) => void, message: object): Promise<() => Promise<void>>;
    sendMessagePromise<T>(message: object): Promise<T>;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
  localize(key: string, values?: Record<string, string | number>): string;
  formatEntityState?(state: HaState): string;
  fetchWithAuth(path: string, init: RequestInit): Promise<Response>;
  loadBackendTranslation(category: string, integration: string): Promise<unknown>;
}

export interface Route {
  prefix: string;
  path: string;
}

/** An error as Home Assistant answers it. */
export interface Refusal {
  code: string;
  message: string;
  translation_key?: string;
  translation_domain?: string;
  translation_placeholders?: Record<string, string>;
}

const underWay = new Map<string, Promise<unknown>>();

/** Send a message; while the same one is under way, wait for its answer: who presses twice acts once. */
function ask<T>(hass: Hass, message: object): Promise<T> {
  const key = JSON.stringify(message);
  let answer = underWay.get(key) as Promise<T> | undefined;
  if (!answer) {
    answer = hass.connection.sendMessagePromise<T>(message).finally(() => underWay.delete(key));
    underWay.set(key, answer);
  }
  return answer;
}

/** Give one of the gateway's websocket commands; throws a Refusal. */
export function call<T = void>(hass: Hass, command: string, fields: object = {}): Promise<T> {
  return ask<T>(hass, { type: `${DOMAIN}/${command}`, ...fields });
}

/** Call one of the gateway's services and return its response; throws a Refusal. */
export async function callAction<T>(hass: Hass, service: string, data: object): Promise<T> {
  const answer = await ask<{ response: T }>(hass, {
    type: "call_service",
    domain: DOMAIN,
    service,
    service_data: data,
    return_response: true,
  });
  return answer.response;
}

/** Return why something was refused, in the language of whoever reads it. */
export function reason(hass: Hass, error: unknown): string {
  const refusal = error as Partial<Refusal> & { error?: { code: unknown } };
  if (error === CONNECTION_LOST || refusal.error?.code === CONNECTION_LOST) {
    return hass.localize(`component.${DOMAIN}.config_panel.connection_lost`);
  }
  if (refusal.translation_key && refusal.translation_domain) {
    const key = `component.${refusal.translation_domain}.exceptions.${refusal.translation_key}.message`;
    const text = hass.localize(key, refusal.translation_placeholders ?? {});
    if (text) return text;
  }
  return refusal.message ?? String(error);
}

/** Go to another page of Home Assistant. */
export function navigate(path: string, replace = false): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace } }));
}

/** Show a short message at the edge of the page. */
export function toast(from: HTMLElement, message: string): void {
  send(from, "hass-notification", { message });
}

/** Show Home Assistant's own dialog of an entity. */
export function showEntity(from: HTMLElement, entityId: string): void {
  send(from, "hass-more-info", { entityId });
}

/** Open a dialog of ours; Home Assistant's manager takes care of history and focus. */
export function openDialog(from: HTMLElement & { hass: Hass }, tag: string, params: object): void {
  send(from, "show-dialog", {
    dialogTag: tag,
    dialogImport: async () => {},
    dialogParams: { ...params, hass: from.hass },
  });
}

export function send(from: HTMLElement, type: string, detail: object): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}

/**
 * Define an element once: after an upgrade the new file runs in a page that still has the old one.
 *
 * The card's file may come before Home Assistant itself, which then puts a registry of elements of its own in
 * the place of the browser's: what was defined before would not be known there.
 */
export function define(tag: string, element: CustomElementConstructor): void {
  void customElements.whenDefined("home-assistant").then(() => {
    if (!customElements.get(tag)) customElements.define(tag, element);
  });
}
