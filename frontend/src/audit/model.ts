// The record as the gateway tells it, and what can be wanted of it: also as an address that leads to it.

export type Verdict = "ok" | "refused" | "failed";
export const VERDICTS: Verdict[] = ["ok", "refused", "failed"];

export interface Line {
  number: number;
  at: string;
  kind: string;
  serial: string;
  principal: string;
  name: string;
  starter: string;
  row: number | null;
  command: string;
  entity: string;
  arguments: string;
  source: string;
  session: string;
  verdict: Verdict;
  result: string;
  detail: string;
  duration_us: number | null;
}

/** Some lines, the newest first, and where those behind them begin. */
export interface Lines {
  lines: Line[];
  next: string | null;
}

export interface Snapshot extends Lines {
  devices: { serial: string; name: string }[];
  people: { user_id: string; name: string }[];
  may_verify: boolean;
}

export interface Verification {
  lines: number;
  faults: { kind: string; first: number; last: number }[];
}

/** What is wanted; the names are those of the address. */
export interface Filter {
  device?: string;
  who?: string;
  verdict?: string;
  since?: string;
  until?: string;
}

export const USER = "user:";
const NAMES = ["device", "who", "verdict", "since", "until"] as const;
// Of what an address says; the gateway takes no more either.
const MAX_LENGTH = 128;
const MAX_SERIAL = 32;

/** Return what the address wants, as far as it can be meant. */
export function filterOf(search: string): Filter {
  const given = new URLSearchParams(search);
  const filter: Filter = {};
  for (const name of NAMES) {
    const value = given.get(name);
    if (!value || value.length > (name === "device" ? MAX_SERIAL : MAX_LENGTH)) continue;
    if (name === "verdict" && !VERDICTS.includes(value as Verdict)) continue;
    if ((name === "since" || name === "until") && Number.isNaN(Date.parse(value))) continue;
    filter[name] = value;
  }
  return filter;
}

/** Return the part of an address that wants this. */
export function searchOf(filter: Filter): string {
  const wanted = new URLSearchParams();
  for (const name of NAMES) {
    const value = filter[name];
    if (value) wanted.set(name, value);
  }
  return wanted.size ? `?${wanted}` : "";
}

/** Return a filter as the commands of the gateway take it. */
export function fieldsOf(filter: Filter): object {
  const { device, who, verdict, since, until } = filter;
  return {
    ...(device && { serial: device }),
    ...(who && { principal: who }),
    ...(verdict && { verdict }),
    ...(since && { since: new Date(since).toISOString() }),
    ...(until && { until: new Date(until).toISOString() }),
  };
}
