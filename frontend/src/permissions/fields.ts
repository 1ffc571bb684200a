// The fields that forms of this page are made of.

import type { Names } from "./naming";
import { GROUPS, type Kind, type Shown, WEEKDAYS } from "./model";

interface Option {
  value: string;
  label: string;
}

type T = (key: string) => string;

/** Choose any of some; what is chosen but no longer there stays, under what it was called. */
export function several(
  name: string,
  options: Option[],
  chosen: unknown,
  named: (value: string) => string,
  more: object = {},
): object {
  const known = new Set(options.map((one) => one.value));
  const gone = ((chosen as string[] | undefined) ?? []).filter((value) => !known.has(value));
  const all = [...options, ...gone.map((value) => ({ value, label: named(value) }))];
  return { name, selector: { select: { multiple: true, options: all, ...more } } };
}

export function entities(name: string, domain: string): object {
  return { name, selector: { entity: { multiple: true, filter: { domain } } } };
}

export function people(shown: Shown): Option[] {
  return shown.people.map((one) => ({ value: one.user_id, label: one.name }));
}

/** The devices that one has authority over, or those of one appointment. */
export function devices(shown: Shown, serials?: string[]): Option[] {
  return shown.devices
    .filter((one) => one.has_authority && (!serials || serials.includes(one.serial)))
    .map((one) => ({ value: one.serial, label: one.name }));
}

export function references(shown: Shown, kind: Kind): Option[] {
  return shown.references[kind].map(({ reference }) => ({
    value: reference.id,
    label: reference.name,
  }));
}

export function commandGroups(t: T): Option[] {
  return GROUPS.map((value) => ({ value, label: t(`groups.${value}`) }));
}

export function commandNames(shown: Shown, names: Names): Option[] {
  const found = new Set(shown.devices.flatMap((one) => one.commands));
  return [...found].sort().map((value) => ({ value, label: names.command(value) }));
}

export function weekdays(names: Names): Option[] {
  return WEEKDAYS.map((value) => ({ value, label: names.weekday(value) }));
}

export const HOURS = [
  { name: "start", required: true, selector: { time: { no_second: true } } },
  { name: "end", required: true, selector: { time: { no_second: true } } },
];
export const DAYS = [
  { name: "first", selector: { date: {} } },
  { name: "last", selector: { date: {} } },
];
/** A day and a time beside each other, or below: Home Assistant's own field for both is wider than a phone. */
export function momentField(name: string): object {
  return {
    name: "",
    type: "grid",
    column_min_width: "140px",
    schema: [
      { name: `${name}_date`, selector: { date: {} } },
      { name: `${name}_time`, selector: { time: { no_second: true } } },
    ],
  };
}

export const MOMENTS = [momentField("starts_at"), momentField("expires_at")];
export const USES = { name: "uses_left", selector: { number: { mode: "box", min: 0, max: 1000000 } } };
