// Why may somebody, or what would be with a row that is not saved yet; and how a week looks (B1, B2).

import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, call, define, reason } from "../ha";
import { shared } from "../styles";
import { type Values, moment, text } from "../texts";
import { commandNames, devices, momentField } from "./fields";
import "./list-editor";
import type { Row, Shown } from "./model";
import { Names } from "./naming";
import { typedMoment } from "./row-form";
import type { Interval } from "./week";
import "./week";

interface Decision {
  allowed: boolean;
  reason: string;
  row: number | null;
  column: string | null;
  next_allowed_at: string | null;
}

interface Explanation {
  decision: Decision;
  rows: { number: number; effect: string; failing: string[] }[];
  nearest: number | null;
}

// Commands that no entity takes, and that rows can name.
const MORE_COMMANDS = ["read", "settings", "set_settings", "view", "playback", "record"];
const ARGUMENT = [
  { name: "argument", required: true, selector: { text: {} } },
  { name: "value", required: true, selector: { text: {} } },
];
const MAX_HELD = 20; // rows that are told beside the nearest

export class Try extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) shown!: Shown;
  /** A row that is not saved; left out: as things are. */
  @property({ attribute: false }) tried: object | undefined;
  @state() private fields: Record<string, unknown> = {};
  @state() private given: { argument?: string; value?: string }[] = [];
  @state() private found: Explanation | undefined;
  @state() private week: Interval[] | undefined;
  @state() private error = "";
  @state() private isBusy = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .acts,
      [role="status"],
      isg-week {
        margin-top: 16px;
      }
      ul {
        padding: 0;
      }
      li {
        padding: 8px 0;
      }
      .fits {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `,
  ];

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("tried")) {
      const before = changed.get("tried");
      if (JSON.stringify(before) !== JSON.stringify(this.tried)) this.forget();
    }
    const [only] = this.shown.devices;
    if (!this.fields["serial"] && only) {
      const [person] = this.shown.people;
      this.fields = { serial: only.serial, who: person ? `user:${person.user_id}` : undefined };
    }
  }

  override render(): TemplateResult {
    if (!this.shown.devices.length) return html`<p>${this.p("no_devices")}</p>`;
    return html`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .computeLabel=${(field: { name: string }) => this.p(`fields.${field.name}`)}
        @value-changed=${(event: CustomEvent<{ value: Record<string, unknown> }>) => {
          event.stopPropagation();
          this.fields = event.detail.value;
          this.forget();
        }}
      ></ha-form>
      <isg-list-editor
        .hass=${this.hass}
        .items=${this.given}
        .schema=${ARGUMENT}
        .label=${(name: string) => this.p(`fields.${name}`)}
        .addLabel=${this.p("add_argument")}
        .removeLabel=${this.hass.localize("ui.common.remove")}
        @items-changed=${(event: CustomEvent<{ items: object[] }>) => {
          this.given = event.detail.items;
          this.forget();
        }}
      ></isg-list-editor>
      <div class="acts">
        <ha-button
          .disabled=${!this.fields["command"] || this.isBusy}
          @click=${() => this.ask(false)}
          >${this.p(this.tried ? "simulate" : "explain")}</ha-button
        >
        <ha-button
          appearance="plain"
          .disabled=${!this.fields["command"] || this.isBusy}
          @click=${() => this.ask(true)}
          >${this.p("show_week")}</ha-button
        >
      </div>
      <div role="status">
        ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
        ${this.found ? this.renderFound(this.found) : nothing}
        ${this.week
          ? html`<isg-week .hass=${this.hass} .intervals=${this.week}></isg-week>`
          : nothing}
      </div>
    `;
  }

  private renderFound({ decision, rows, nearest }: Explanation): TemplateResult {
    const said = this.p(`reasons.${decision.reason}`, { row: decision.row ?? "" });
    const next = decision.next_allowed_at;
    const fitting = rows.filter((row) => !row.failing.length || row.number === nearest);
    const others = rows.filter((row) => !fitting.includes(row));
    const listed = [...fitting, ...others].slice(0, MAX_HELD);
    return html`
      <ha-alert
        alert-type=${decision.allowed ? "success" : "warning"}
        .title=${this.p(decision.allowed ? "is_allowed" : "is_refused")}
      >
        ${said}
        ${decision.column
          ? this.p("column_fails", { column: this.p(`columns.${decision.column}`) })
          : nothing}
        ${next ? this.p("next", { at: moment(this.hass, next) }) : nothing}
      </ha-alert>
      ${listed.length
        ? html`<ul aria-label=${this.p("held")}>
            ${listed.map(
              (row) => html`<li>
                <span class=${row.failing.length ? "more" : "fits"}>
                  ${this.p(`row_${row.effect}`, { number: row.number })}:
                  ${row.failing.length
                    ? this.p("fails_in", {
                        columns: row.failing.map((one) => this.p(`columns.${one}`)).join(", "),
                      })
                    : this.p("fits")}
                </span>
              </li>`,
            )}
          </ul>`
        : nothing}
    `;
  }

  private p(key: string, values?: Values): string {
    return text(this.hass, `permissions.${key}`, values);
  }

  private schema(): object[] {
    const { shown } = this;
    const names = new Names(this.hass, shown);
    const mine = devices(shown);
    const all = shown.devices.map((one) => ({ value: one.serial, label: one.name }));
    const known = commandNames(shown, names);
    const commands = [
      ...known,
      ...MORE_COMMANDS.map((value) => ({ value, label: this.p(`asked.${value}`) })),
    ];
    const who = { name: "who", selector: { select: { mode: "dropdown", options: this.subjects() } } };
    return [
      ...(shown.people.length > 1 ? [who] : []),
      {
        name: "serial",
        required: true,
        selector: { select: { mode: "dropdown", options: this.tried ? mine : all } },
      },
      {
        name: "command",
        required: true,
        selector: { select: { mode: "dropdown", options: commands } },
      },
      momentField("when"),
    ];
  }

  /** An answer is of its question only. */
  private forget(): void {
    this.found = undefined;
    this.week = undefined;
    this.error = "";
  }

  private subjects(): object[] {
    const software = Object.entries(this.hass.states)
      .filter(([id]) => /^(automation|script)\./.test(id))
      .map(([id, known]) => ({
        value: `${id.split(".")[0]}:${id}`,
        label: String(known?.attributes["friendly_name"] ?? id),
      }));
    const guests = this.shown.rows.flatMap(({ row }: { row: Row }) =>
      (row.users.guests ?? []).map((id) => ({
        value: `guest:${id}`,
        label: `${this.p("guest")}: ${row.note ?? id}`,
      })),
    );
    const people = this.shown.people.map((one) => ({
      value: `user:${one.user_id}`,
      label: one.name,
    }));
    return [...people, ...software, ...guests];
  }

  private async ask(isWeek: boolean): Promise<void> {
    const { serial, command, who } = this.fields;
    const when = typedMoment(this.fields, "when", this.hass.config.time_zone);
    const [kind, id] = typeof who === "string" ? splitOnce(who) : ["", ""];
    const named = this.given.filter((one) => one.argument);
    const question = {
      serial,
      command,
      arguments: Object.fromEntries(named.map((one) => [one.argument, valueOf(one.value ?? "")])),
      ...(kind ? { who: { kind, id } } : {}),
      ...(when ? { when } : {}),
    };
    const tried = this.tried ? { rows: [this.tried] } : {};
    this.isBusy = true;
    this.error = "";
    try {
      if (isWeek) {
        const asked = { ...question, ...tried };
        this.week = (await call<{ week: Interval[] }>(this.hass, "permission_week", asked)).week;
      } else {
        this.found = await call<Explanation>(this.hass, this.tried ? "simulate" : "explain", {
          ...question,
          ...tried,
        });
      }
    } catch (error) {
      this.forget();
      this.error = reason(this.hass, error);
    } finally {
      this.isBusy = false;
    }
  }
}

/** Return what was typed as a command would have it. */
function valueOf(typed: string): unknown {
  if (typed === "true" || typed === "false") return typed === "true";
  return typed.trim() && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

function splitOnce(value: string): [string, string] {
  const at = value.indexOf(":");
  return [value.slice(0, at), value.slice(at + 1)];
}

define("isg-try", Try);
