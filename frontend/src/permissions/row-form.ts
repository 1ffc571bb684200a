// A row as its form holds it, and back.

import type { Days, Hours, Limit, Row, Wanted } from "./model";

/** A limit with its words in one line, as people type them. */
export interface TypedLimit {
  command?: string;
  argument?: string;
  minimum?: number;
  maximum?: number;
  choices?: string;
}

export interface RowForm {
  fields: Record<string, unknown>;
  limits: TypedLimit[];
  dates: Days[];
  hours: Partial<Hours>[];
}

// Of each column: the kinds that are lists of names, under the name of their field.
const LISTS = {
  users: ["users", "groups", "persons", "automations", "scripts", "integrations", "guests"],
  devices: ["serials", "groups", "areas", "labels"],
  commands: ["groups", "own_groups", "names"],
  times: ["weekdays", "shifts", "schedules", "calendars", "except_calendars"],
} as const;
const FLAGS = { users: "everyone", devices: "all_of_maker" } as const;
const SOFTWARE = ["automations", "scripts"];
const ALL = "all";

export const NEW: RowForm = {
  fields: { effect: "allow", is_on: true },
  limits: [],
  dates: [],
  hours: [],
};

export function formOf(row: Row, zone: string): RowForm {
  const { effect, is_on, note, uses_left } = row;
  const fields: Record<string, unknown> = { effect, is_on, note, uses_left, by: row.by };
  for (const [column, kinds] of Object.entries(LISTS)) {
    const given = row[column as keyof typeof LISTS] as Record<string, unknown>;
    for (const kind of kinds) {
      const entries = (given[kind] as string[] | undefined) ?? [];
      fields[`${column}_${kind}`] = entries.filter((one) => !SOFTWARE.includes(kind) || one !== ALL);
      if (entries.includes(ALL) && SOFTWARE.includes(kind)) fields[`${column}_all_${kind}`] = true;
    }
  }
  for (const [column, flag] of Object.entries(FLAGS)) {
    const given = row[column as keyof typeof FLAGS] as Record<string, unknown>;
    fields[`${column}_${flag}`] = given[flag] === true;
  }
  for (const name of ["starts_at", "expires_at"] as const) {
    const value = row[name];
    if (value) Object.assign(fields, momentFields(name, value, zone));
  }
  return {
    fields,
    limits: (row.commands.limits ?? []).map(({ choices, ...one }) => ({
      ...one,
      ...(choices ? { choices: choices.join(", ") } : {}),
    })),
    dates: row.times.dates ?? [],
    hours: row.times.hours ?? [],
  };
}

export function rowOf(form: RowForm, zone: string): Wanted {
  const { fields } = form;
  const columns: Record<string, Record<string, unknown>> = {};
  for (const [column, kinds] of Object.entries(LISTS)) {
    const found: Record<string, unknown> = (columns[column] = {});
    for (const kind of kinds) {
      const entries = [...((fields[`${column}_${kind}`] as string[] | undefined) ?? [])];
      if (fields[`${column}_all_${kind}`]) entries.push(ALL);
      if (entries.length) found[kind] = entries;
    }
  }
  for (const [column, flag] of Object.entries(FLAGS)) {
    if (fields[`${column}_${flag}`]) columns[column]![flag] = true;
  }
  const { commands, times } = columns as { commands: object; times: object };
  const limits = form.limits.filter((one) => one.command || one.argument).map(limitOf);
  const dates = form.dates.filter((one) => one.first || one.last).map(filled);
  const hours = form.hours.filter((one) => one.start || one.end);
  const when = {
    ...times,
    ...(dates.length ? { dates } : {}),
    ...(hours.length ? { hours } : {}),
  };
  const number = fields["uses_left"];
  return {
    effect: fields["effect"] === "forbid" ? "forbid" : "allow",
    is_on: fields["is_on"] !== false,
    users: columns["users"]!,
    devices: columns["devices"]!,
    commands: { ...commands, ...(limits.length ? { limits } : {}) },
    times: Object.keys(when).length ? when : { always: true },
    ...(fields["note"] ? { note: String(fields["note"]) } : {}),
    ...(typeof number === "number" ? { uses_left: number } : {}),
    ...moments(fields, zone),
  } as Wanted;
}

/** Return the moments that were typed, as the gateway reads them. */
export function moments(fields: Record<string, unknown>, zone: string): object {
  return Object.fromEntries(
    ["starts_at", "expires_at"]
      .map((name) => [name, typedMoment(fields, name, zone)])
      .filter(([, moment]) => moment),
  );
}

/** Return a moment of which the day was typed, and perhaps the time; undefined when it was not. */
export function typedMoment(
  fields: Record<string, unknown>,
  name: string,
  zone: string,
): string | undefined {
  const day = fields[`${name}_date`];
  return day ? momentOf(`${day} ${fields[`${name}_time`] || "00:00:00"}`, zone) : undefined;
}

/** Return a moment as its two fields hold it, by the home's clock. */
export function momentFields(name: string, iso: string, zone: string): Record<string, string> {
  const [day = "", time = ""] = clock(Date.parse(iso), zone).split(" ");
  return { [`${name}_date`]: day, [`${name}_time`]: time };
}

/** Return a clock time of the home as a moment. */
function momentOf(local: string, zone: string): string {
  const wanted = Date.parse(`${local.replace(" ", "T")}Z`);
  let at = wanted;
  // Twice: the first guess may be on the other side of a change of the clocks.
  for (let guess = 0; guess < 2; guess++) at = wanted - offset(at, zone);
  return new Date(at).toISOString().replace(".000Z", "Z");
}

function offset(at: number, zone: string): number {
  return Date.parse(`${clock(at, zone).replace(" ", "T")}Z`) - Math.floor(at / 1000) * 1000;
}

function clock(at: number, zone: string): string {
  // Swedes write dates and times the way forms hold them.
  return new Date(at).toLocaleString("sv-SE", { timeZone: zone });
}

function limitOf(one: TypedLimit): Limit {
  const words = (one.choices ?? "").split(",").map((word) => word.trim());
  const { choices, ...rest } = one;
  const found = words.filter(Boolean);
  return { ...filled(rest), ...(found.length ? { choices: found } : {}) } as Limit;
}

function filled<T extends object>(one: T): T {
  const given = Object.entries(one).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return Object.fromEntries(given) as T;
}
