// What the gateway tells the page of monitoring (`console/monitoring_page.py`).

import type { Scope } from "../elements/policy-table";

export const LEVELS = ["very_low", "low", "medium", "high"];

export interface Brief {
  id: string;
  at: number;
  detection: string;
  level: string;
  serial: string;
  device: string;
  name: string;
  source: string;
  count: number;
  is_open: boolean;
}

export interface Threat extends Brief {
  user_id: string;
  principal: string;
  evidence: string;
  responses: string[];
  withheld: string[];
  rule: number;
  trace: {
    mac: string;
    host_name: string;
    login_address: string;
    login_client: string;
    first_seen: number;
    last_seen: number;
    tried: string;
  };
}

export interface Step {
  at: number;
  kind: string;
  by: string;
  until: number;
}

export interface Story {
  threat: Threat;
  device: string;
  proof: string;
  steps: Step[];
  is_open: boolean;
  related: Threat[];
  is_blocked: boolean;
  is_suspended: boolean;
}

export interface Block {
  serial: string;
  device: string;
  user_id: string;
  name: string;
  source: string;
  since: number;
  until: number;
  threat: string;
}

export interface Suspension {
  serial: string;
  device: string;
  since: number;
  until: number | null;
  lifts_on_power_up: boolean;
  threat: string;
  detection: string;
}

export interface Day {
  day: string;
  /** Of each level, the least grave first. */
  counts: number[];
}

export interface NamedScope extends Scope {
  name: string;
}

export interface Shown {
  levels: { all: string; devices: Record<string, string> };
  devices: { serial: string; name: string }[];
  days: Day[];
  threats: Brief[];
  left_out: number;
  open: number;
  story: Story | null;
  restraints: { users: Block[]; sources: Block[]; suspended: Suspension[] };
  scopes: NamedScope[];
  revision: number;
}

/** Which threats are listed. */
export interface Filter {
  serial?: string;
  level?: string;
  is_open?: boolean;
}
