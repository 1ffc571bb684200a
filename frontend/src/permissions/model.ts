// What the gateway tells the page of permissions: console/permissions_page.py.

export interface Users {
  everyone?: true;
  groups?: string[];
  users?: string[];
  persons?: string[];
  automations?: string[];
  scripts?: string[];
  integrations?: string[];
  guests?: string[];
}

export interface Devices {
  all_of_maker?: true;
  groups?: string[];
  serials?: string[];
  areas?: string[];
  labels?: string[];
}

export interface Limit {
  command: string;
  argument: string;
  minimum?: number;
  maximum?: number;
  choices?: string[];
}

export interface Commands {
  groups?: string[];
  own_groups?: string[];
  names?: string[];
  limits?: Limit[];
}

export interface Days {
  first?: string;
  last?: string;
}

export interface Hours {
  start: string;
  end: string;
}

export interface Times {
  always?: true;
  dates?: Days[];
  weekdays?: string[];
  hours?: Hours[];
  shifts?: string[];
  schedules?: string[];
  calendars?: string[];
  except_calendars?: string[];
}

/** A row as somebody wants it to be; whose it is the gateway knows. */
export interface Wanted {
  effect: "allow" | "forbid";
  is_on: boolean;
  users: Users;
  devices: Devices;
  commands: Commands;
  times: Times;
  note?: string;
  uses_left?: number;
  starts_at?: string;
  expires_at?: string;
}

export interface Row extends Wanted {
  number: number;
  made_by: string;
  by?: string;
}

export interface Mark {
  fault: string;
  column: string | null;
  ids: string[];
  why: string;
  is_dead: boolean;
}

export type Item = { kind: string } & Record<string, string>;

export interface ShownRow {
  row: Row;
  version: string;
  made_by_name: string;
  may_change: boolean;
  marks: Mark[];
  when: Item[][];
}

/** A group, or a shift. */
export interface Reference {
  id: string;
  name: string;
  made_by: string;
  users?: string[];
  persons?: string[];
  groups?: string[];
  serials?: string[];
  names?: string[];
  hours?: Hours[];
  weekdays?: string[];
}

export interface ShownReference {
  reference: Reference;
  version: string;
  made_by_name: string;
  may_change: boolean;
}

export const KINDS = ["user_groups", "device_groups", "command_groups", "shifts"] as const;
export type Kind = (typeof KINDS)[number];
export type References = Record<Kind, ShownReference[]>;

export interface Grant {
  by: string | null;
  role: string;
  serials: string[];
  commands: string[];
}

export interface AskableDevice {
  serial: string;
  name: string;
  has_authority: boolean;
  commands: string[];
}

export interface Shown {
  rows: ShownRow[];
  next: number | null;
  references: References;
  grants: Grant[];
  devices: AskableDevice[];
  people: { user_id: string; name: string }[];
  has_passes: boolean;
}

export const COLUMNS = ["users", "devices", "commands", "times"] as const;
export const GROUPS = ["read", "control", "configure", "video", "administer"];
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
