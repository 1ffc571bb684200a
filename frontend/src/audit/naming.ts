// What is said of a line of the record, in the language of whoever reads it.

import { commandName } from "../elements/device-access";
import type { Hass } from "../ha";
import { type Values, text } from "../texts";
import { type Line, type Snapshot, USER } from "./model";

const INTEGRATION = "integration:";
const GUEST = "guest:";
const COMMANDS = ["command", "refused"];
const BY_THEMSELVES = ["system", "unknown"];

export class Names {
  private readonly devices: Map<string, string>;
  private readonly people: Map<string, string>;
  // Made once: making one takes longer than all else that a row takes.
  private readonly time: Intl.DateTimeFormat;
  private readonly dayAndTime: Intl.DateTimeFormat;
  private readonly date: Intl.DateTimeFormat;

  constructor(
    private readonly hass: Hass,
    shown: Pick<Snapshot, "devices" | "people">,
  ) {
    this.devices = new Map(shown.devices.map((one) => [one.serial, one.name]));
    this.people = new Map(shown.people.map((one) => [one.user_id, one.name]));
    const made = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(hass.language, { timeZone: hass.config.time_zone, ...options });
    const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
    const day = { day: "numeric", month: "short", year: "numeric" } as const;
    this.time = made(time);
    this.dayAndTime = made({ ...day, ...time });
    this.date = made(day);
  }

  device(serial: string): string {
    return this.devices.get(serial) ?? serial;
  }

  /** Who did it, by what they are called; whoever is gone, by what they were called then. */
  who(line: Line): string {
    const { principal, name, starter } = line;
    return this.principal(principal, starter ? "" : name);
  }

  /** Who set the automation off that did it; "" when nobody did. */
  starter({ starter, name }: Line): string {
    return starter && this.principal(starter, name);
  }

  principal(id: string, name = ""): string {
    if (BY_THEMSELVES.includes(id)) return this.t(`principals.${id}`);
    if (id.startsWith(USER)) {
      return this.people.get(id.slice(USER.length)) || name || this.t("principals.person");
    }
    if (id.startsWith(GUEST)) return this.t("principals.guest", { name });
    if (id.startsWith(INTEGRATION)) {
      return this.t("principals.integration", { name: id.slice(INTEGRATION.length) });
    }
    const friendly = this.hass.states[id]?.attributes["friendly_name"];
    return typeof friendly === "string" && friendly ? friendly : id;
  }

  what({ kind, command, entity }: Line): string {
    if (COMMANDS.includes(kind)) {
      return [command && commandName(this.hass, command), entity].filter(Boolean).join(" · ");
    }
    const said = this.kind(kind);
    return command ? `${said}: ${command.replaceAll("_", " ")}` : said;
  }

  kind(kind: string): string {
    return this.known(`kinds.${kind}`) ?? kind.replaceAll("_", " ");
  }

  verdict({ verdict }: Line): string {
    return this.t(`verdicts.${verdict}`);
  }

  /** Why it ended so, in words where there are some; else the code. */
  result(line: Line): string {
    const reason = line.kind === "command" ? line.detail : line.result;
    const row = line.row ?? "";
    const said = this.known(`permissions.reasons.${reason}`, { row }, "");
    if (line.kind === "command" && line.verdict !== "ok") return this.code(line.result);
    return said ?? (line.result === "ok" ? "" : this.code(line.result));
  }

  /** When, to the second by the home's clock. */
  when({ at }: Line, withDay: boolean): string {
    return said(withDay ? this.dayAndTime : this.time, at);
  }

  day({ at }: Line): string {
    return said(this.date, at);
  }

  private code(code: string): string {
    return this.known(`results.${code}`) ?? code.replaceAll("_", " ");
  }

  private known(key: string, values?: Values, below = "audit."): string | undefined {
    const said = text(this.hass, below + key, values);
    return said === below + key ? undefined : said;
  }

  private t(key: string, values?: Values): string {
    return text(this.hass, `audit.${key}`, values);
  }
}

function said(format: Intl.DateTimeFormat, iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : format.format(at); // of a clock gone mad what it said
}
