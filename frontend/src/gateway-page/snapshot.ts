// What the gateway tells of itself (console/gateway_page.py).

export interface Module {
  name: string;
  is_on: boolean;
}

export interface Database {
  kind: "audit" | "readings" | "stores";
  name: string;
  is_file: boolean;
  is_on: boolean;
  is_reached: boolean;
  lines: number | null;
  size: number | null;
  written_at: string | null;
}

export interface Link {
  serial: string;
  name: string;
  state: string;
  firmware: string;
  linked_at: string | null;
  links: number;
  last_command_ms: number | null;
  has_gsid: boolean;
  commands: number;
  packages: number;
  boots: number;
}

export interface Links {
  devices: number;
  states: Record<string, number>;
  invited: number;
  guest_here: number;
  shown: Link[];
  left_out: number;
  hidden: number;
}

export interface Pings {
  port: number | null;
  received: number;
  fates: Record<string, number>;
  discovered: number;
  max_discovered: number;
  source_rate: number;
  total_rate: number;
}

export interface Snapshot {
  entry: string | null;
  modules: Module[];
  databases: Database[];
  links: Links;
  pings: Pings;
  versions: { integration: string; protocol: number; home_assistant: string; too_old: number };
  restore: { at: string | null; waiting: number; locked_out: number };
}
