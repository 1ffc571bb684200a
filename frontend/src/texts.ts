// Texts come from the integration's translations (config_panel); nothing is bundled.

import { DOMAIN, type Hass } from "./ha";

export type Values = Record<string, string | number>;

/** Fetch the texts; done once per page, and again when the language changes. */
export async function loadTexts(hass: Hass): Promise<void> {
  await Promise.all(
    ["config_panel", "exceptions"].map((part) => hass.loadBackendTranslation(part, DOMAIN)),
  );
}

/** Return a text of the page; a key that is missing shows itself. */
export function text(hass: Hass, key: string, values: Values = {}): string {
  return hass.localize(`component.${DOMAIN}.config_panel.${key}`, values) || key;
}

/** Return `key_one` or `key_other` as the language wants it (the backend knows no plurals). */
export function counted(hass: Hass, key: string, count: number, values: Values = {}): string {
  const form = new Intl.PluralRules(hass.language).select(count) === "one" ? "one" : "other";
  return text(hass, `${key}_${form}`, { ...values, count });
}

/** Return a moment as people of this home read it; of today only the time of day. */
export function moment(hass: Hass, iso: string): string {
  const at = new Date(iso);
  const zone = { timeZone: hass.config.time_zone };
  const day = (date: Date) => date.toLocaleDateString("en-CA", zone);
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  return day(at) === day(new Date())
    ? at.toLocaleTimeString(hass.language, { ...zone, ...time })
    : at.toLocaleString(hass.language, {
        ...zone,
        ...time,
        weekday: "short",
        day: "numeric",
        month: "short",
      });
}

/** Return what people call a finding, a level or a response. */
export function word(hass: Hass, kind: string, name: string): string {
  return hass.localize(`component.${DOMAIN}.exceptions.${kind}_${name}.message`) || name;
}

/** The same for a moment that is told in seconds since 1970. */
export function momentOf(hass: Hass, seconds: number): string {
  return moment(hass, new Date(seconds * 1000).toISOString());
}
