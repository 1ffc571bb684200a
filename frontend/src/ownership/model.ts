// What the gateway tells of a device's owner and of who may do what: console/ownership.py.

import type { Hass } from "../ha";
import { GROUPS } from "../permissions/model";
import { text } from "../texts";

export interface Holder {
  user_id: string;
  name: string;
  /** Null: the first owner. */
  appointment: string | null;
  parent: string | null;
  role: string;
  commands: string[];
  may_appoint: boolean;
  may_end: boolean;
}

export interface Verdict {
  allowed: string[];
  refused: number;
  next_at: string | null;
  reason: string | null;
}

export interface Person {
  user_id: string;
  name: string;
  groups: Record<string, Verdict | undefined>;
}

/** By what the caller can appoint others: as first owner, or by an appointment. */
export interface OwnGrant {
  by: string | null;
  giver: string;
  role: string;
  commands: string[];
}

export interface Change {
  from: string;
  to: string;
  is_to_you: boolean;
  at: string;
}

export interface Suspension {
  since: string;
  until: string | null;
  lifts_on_power_up: boolean;
  detection: string;
}

export interface Ownership {
  is_gone: false;
  owner: string;
  is_yours: boolean;
  has_owner: boolean;
  acts: string[];
  may_ask_takeover: boolean;
  problem: string | null;
  address: string | null;
  suspension: Suspension | null;
  guests: number[];
  offer: Change | null;
  takeover: Change | null;
  authority: Holder[];
  grants: OwnGrant[];
  groups: string[];
  people: Person[];
  left_out: number;
}

export type Told = Ownership | { is_gone: true };

/** Return what people call some groups of commands. */
export function groupNames(hass: Hass, groups: string[]): string {
  const ordered = GROUPS.filter((name) => groups.includes(name));
  return ordered.map((name) => text(hass, `permissions.groups.${name}`)).join(", ");
}
