// What the entries of the table are called, in the language and the formats of whoever reads it.

import { commandName } from "../elements/device-access";
import type { Hass } from "../ha";
import { moment, text } from "../texts";
import {
  type Commands,
  type Devices,
  type Item,
  type Kind,
  type Reference,
  type Row,
  type Shown,
  type Times,
  type Users,
  WEEKDAYS,
} from "./model";

export class Names {
  constructor(
    private readonly hass: Hass,
    private readonly shown: Shown,
  ) {}

  user(id: string): string {
    const known = this.shown.people.find((one) => one.user_id === id);
    return known ? known.name : this.t("gone", { id });
  }

  entity(id: string): string {
    const name = this.hass.states[id]?.attributes["friendly_name"];
    return typeof name === "string" && name ? name : id;
  }

  device(serial: string): string {
    return this.shown.devices.find((one) => one.serial === serial)?.name ?? serial;
  }

  reference(kind: Kind, id: string): string {
    const known = this.shown.references[kind].find((one) => one.reference.id === id);
    return known ? known.reference.name : this.t("gone", { id });
  }

  command(name: string): string {
    return commandName(this.hass, name);
  }

  weekday(name: string): string {
    const monday = Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(name));
    return new Date(monday).toLocaleDateString(this.hass.language, {
      weekday: "short",
      timeZone: "UTC",
    });
  }

  day(iso: string): string {
    return new Date(`${iso}T00:00:00Z`).toLocaleDateString(this.hass.language, {
      dateStyle: "medium",
      timeZone: "UTC",
    });
  }

  users(users: Users): string[] {
    return [
      ...(users.everyone ? [this.t("everyone")] : []),
      ...(users.users ?? []).map((id) => this.user(id)),
      ...(users.groups ?? []).map((id) => this.reference("user_groups", id)),
      ...(users.persons ?? []).map((id) => this.entity(id)),
      ...(users.automations ?? []).map((id) => this.software(id, "all_automations")),
      ...(users.scripts ?? []).map((id) => this.software(id, "all_scripts")),
      ...(users.integrations ?? []).map((id) => this.software(id, "all_integrations")),
      ...(users.guests ?? []).map(() => this.t("guest")),
    ];
  }

  devices(devices: Devices): string[] {
    return [
      ...(devices.all_of_maker ? [this.t("all_devices")] : []),
      ...(devices.serials ?? []).map((serial) => this.device(serial)),
      ...(devices.groups ?? []).map((id) => this.reference("device_groups", id)),
      ...(devices.areas ?? []).map((id) => this.hass.areas?.[id]?.name ?? id),
      ...(devices.labels ?? []).map((id) => this.t("label", { id })),
    ];
  }

  commands(commands: Commands): string[] {
    return [
      ...(commands.groups ?? []).map((name) => this.t(`groups.${name}`)),
      ...(commands.own_groups ?? []).map((id) => this.reference("command_groups", id)),
      ...(commands.names ?? []).map((name) => this.command(name)),
      ...(commands.limits ?? []).map((one) => {
        const range = one.choices
          ? one.choices.join(", ")
          : `${one.minimum ?? "…"} – ${one.maximum ?? "…"}`;
        return this.t("limited", { command: this.command(one.command), argument: one.argument, range });
      }),
    ];
  }

  /** What is in a group, or when a shift is. */
  members(kind: Kind, one: Reference): string[] {
    if (kind === "shifts") {
      const { hours = [], weekdays = [] } = one;
      return this.times({ hours, weekdays });
    }
    if (kind === "command_groups") {
      return this.commands({ groups: one.groups ?? [], names: one.names ?? [] });
    }
    return [
      ...(one.users ?? []).map((id) => this.user(id)),
      ...(one.persons ?? []).map((id) => this.entity(id)),
      ...(one.serials ?? []).map((serial) => this.device(serial)),
      ...(one.groups ?? []).map((id) => this.reference(kind, id)),
    ];
  }

  /** What the gateway's summary of times says: all groups must hold, any item of a group is enough. */
  when(groups: Item[][]): string[] {
    return groups.map((group) => group.map((item) => this.item(item)).join(", "));
  }

  /** Times as they are kept, for telling what changed. */
  times(times: Times): string[] {
    if (times.always) return [this.t("when.always")];
    return [
      ...(times.dates ?? []).map((one) => `${one.first ?? "…"} – ${one.last ?? "…"}`),
      (times.weekdays ?? []).map((name) => this.weekday(name)).join(", "),
      ...(times.hours ?? []).map((one) => `${one.start.slice(0, 5)}–${one.end.slice(0, 5)}`),
      ...(times.shifts ?? []).map((id) => this.reference("shifts", id)),
      ...[...(times.schedules ?? []), ...(times.calendars ?? [])].map((id) => this.entity(id)),
      ...(times.except_calendars ?? []).map((id) =>
        this.t("when.not_calendar", { entity_id: this.entity(id) }),
      ),
    ].filter(Boolean);
  }

  /** What a row says beside its four columns. */
  more(row: Row): string[] {
    const at = (iso: string) => moment(this.hass, iso);
    return [
      ...(row.uses_left === undefined ? [] : [this.t("uses_left", { count: row.uses_left })]),
      ...(row.starts_at ? [this.t("starts", { at: at(row.starts_at) })] : []),
      ...(row.expires_at ? [this.t("expires", { at: at(row.expires_at) })] : []),
    ];
  }

  /** One line for a row, where there is no table. */
  line(row: Row): string {
    return [
      this.t(`effect_${row.effect}`),
      this.users(row.users).join(", "),
      this.devices(row.devices).join(", "),
      this.commands(row.commands).join(", "),
      this.times(row.times).join(", "),
    ].join(" · ");
  }

  private software(id: string, all: string): string {
    return id === "all" ? this.t(all) : this.entity(id);
  }

  private item(item: Item): string {
    const { kind, ...values } = item;
    for (const name of ["day", "first", "last"]) {
      const value = values[name];
      if (value) values[name] = WEEKDAYS.includes(value) ? this.weekday(value) : this.day(value);
    }
    if (values["entity_id"]) values["entity_id"] = this.entity(values["entity_id"]);
    return this.t(`when.${kind}`, values);
  }

  private t(key: string, values: Record<string, string | number> = {}): string {
    return text(this.hass, `permissions.${key}`, values);
  }
}
