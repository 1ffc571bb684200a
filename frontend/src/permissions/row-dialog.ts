// Add a row of the table or change one: its four columns, and what narrows it (FIG 8).

import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { type Refusal, call, define, reason } from "../ha";
import {
  DAYS,
  HOURS,
  MOMENTS,
  USES,
  commandGroups,
  commandNames,
  devices,
  entities,
  people,
  references,
  several,
  weekdays,
} from "./fields";
import "./list-editor";
import type { Shown, ShownRow, Wanted } from "./model";
import { Names } from "./naming";
import { NEW, type RowForm, formOf, rowOf } from "./row-form";
import "./try";

interface Params {
  shown: Shown;
  row?: ShownRow;
  /** What to start from, e.g. what somebody asked for. */
  wanted?: Wanted;
  /** Instead of adding the row: what to do with it. */
  save?: (row: Wanted, by: string | null) => Promise<unknown>;
}

const OWNER = "owner";
const CHANGED = "changed_meanwhile";

class RowDialog extends Dialog<Params> {
  @state() private form: RowForm | undefined;
  @state() private row: ShownRow | undefined;
  @state() private isConflict = false;
  @state() private isTrying = false;

  static override styles = css`
    h3 {
      margin: 24px 0 8px;
      font-size: var(--ha-font-size-l, 16px);
      font-weight: var(--ha-font-weight-medium, 500);
    }
    p {
      color: var(--secondary-text-color);
      margin: 0 0 8px;
    }
    .anew {
      margin: 8px 0 16px;
    }
    ha-form + isg-list-editor,
    isg-list-editor + isg-list-editor {
      display: block;
      margin-top: 16px;
    }
  `;

  override willUpdate(): void {
    if (this.params && !this.form) {
      const { row, wanted } = this.params;
      this.row = row;
      if (row) this.form = formOf(row.row, this.zone);
      else if (wanted) this.form = formOf({ ...wanted, number: 0, made_by: "" }, this.zone);
      else this.form = NEW;
    }
  }

  /** The form is longer than the screen: what was refused must be seen. */
  override updated(changed: Map<string, unknown>): void {
    if ((changed.has("error") && this.error) || (changed.has("isConflict") && this.isConflict)) {
      this.renderRoot.querySelector("ha-alert")?.scrollIntoView({ block: "center" });
    }
  }

  protected heading(): string {
    const number = this.params?.row?.row.number;
    return number ? this.p("edit_row", { number }) : this.p("add_row");
  }

  protected body(): TemplateResult {
    const { form, params } = this;
    if (!form || !params) return html``;
    return html`
      ${this.isConflict
        ? html`<ha-alert alert-type="warning">${this.p("conflict")}</ha-alert>
            <ha-button class="anew" size="s" @click=${this.loadAnew}
              >${this.p("load_anew")}</ha-button
            >`
        : nothing}
      ${this.fieldset(this.general())}
      <h3>${this.p("columns.users")}</h3>
      ${this.fieldset(this.users())}
      <h3>${this.p("columns.devices")}</h3>
      ${this.fieldset(this.devices())}
      <h3>${this.p("columns.commands")}</h3>
      ${this.fieldset(this.commands())}
      ${this.list("limits", "add_limit", this.limits())}
      <h3>${this.p("columns.times")}</h3>
      <p>${this.p("times_text")}</p>
      ${this.fieldset(this.times())} ${this.list("hours", "add_hours", HOURS)}
      ${this.list("dates", "add_dates", DAYS)}
      <h3>${this.p("bounds")}</h3>
      ${this.fieldset([...MOMENTS, USES, { name: "note", selector: { text: {} } }])}
      ${this.isTrying
        ? html`<h3>${this.p("try")}</h3>
            <isg-try .hass=${this.hass} .shown=${params.shown} .tried=${this.tried()}></isg-try>`
        : html`<ha-button appearance="plain" @click=${() => (this.isTrying = true)}
            >${this.p("try")}</ha-button
          >`}
    `;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${this.isConflict}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`;
  }

  /** Whether the row names others than people from the beginning. */
  private get isForOthers(): boolean {
    const users = this.params?.wanted?.users ?? this.row?.row.users;
    return Boolean(users?.persons ?? users?.automations ?? users?.scripts ?? users?.integrations);
  }

  private get zone(): string {
    return this.hass.config.time_zone;
  }

  private get shown(): Shown {
    if (!this.params) throw new Error("not open");
    return this.params.shown;
  }

  private get names(): Names {
    return new Names(this.hass, this.shown);
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }

  private fieldset(schema: object[]): TemplateResult {
    return html`<ha-form
      .hass=${this.hass}
      .data=${this.form?.fields}
      .schema=${schema}
      .disabled=${this.isBusy}
      .computeLabel=${(field: { name: string }) => this.p(`fields.${field.name}`)}
      @value-changed=${(event: CustomEvent<{ value: Record<string, unknown> }>) => {
        if (this.form) this.form = { ...this.form, fields: event.detail.value };
      }}
    ></ha-form>`;
  }

  private list(
    name: "limits" | "hours" | "dates",
    add: string,
    schema: object[],
  ): TemplateResult {
    return html`<isg-list-editor
      .hass=${this.hass}
      .items=${this.form?.[name]}
      .schema=${schema}
      .label=${(field: string) => this.p(`fields.${field}`)}
      .addLabel=${this.p(add)}
      .removeLabel=${this.hass.localize("ui.common.remove")}
      .disabled=${this.isBusy}
      @items-changed=${(event: CustomEvent<{ items: object[] }>) => {
        if (this.form) this.form = { ...this.form, [name]: event.detail.items };
      }}
    ></isg-list-editor>`;
  }

  private general(): object[] {
    const effects = ["allow", "forbid"].map((value) => ({ value, label: this.p(`effect_${value}`) }));
    const effect = {
      name: "effect",
      required: true,
      selector: { select: { mode: "list", options: effects } },
    };
    const { grants } = this.shown;
    if (this.row || grants.length < 2) return [effect];
    const options = grants.map((one) => ({
      value: one.by ?? OWNER,
      label: this.p(one.by ? "by_appointment" : "by_owner", {
        devices: one.serials.map((serial) => this.names.device(serial)).join(", "),
      }),
    }));
    return [effect, { name: "by", required: true, selector: { select: { options } } }];
  }

  private chosen(name: string): unknown {
    return this.form?.fields[name];
  }

  private users(): object[] {
    const { shown, names } = this;
    const groups = references(shown, "user_groups");
    return [
      several("users_users", people(shown), this.chosen("users_users"), (id) => names.user(id)),
      ...(groups.length || (this.chosen("users_groups") as string[] | undefined)?.length
        ? [
            several("users_groups", groups, this.chosen("users_groups"), (id) =>
              names.reference("user_groups", id),
            ),
          ]
        : []),
      { name: "users_everyone", selector: { boolean: {} } },
      {
        name: "",
        type: "expandable",
        flatten: true,
        title: this.p("others"),
        expanded: this.isForOthers,
        headingLevel: 4,
        schema: [
          entities("users_persons", "person"),
          entities("users_automations", "automation"),
          { name: "users_all_automations", selector: { boolean: {} } },
          entities("users_scripts", "script"),
          { name: "users_all_scripts", selector: { boolean: {} } },
          { name: "users_integrations", selector: { text: { multiple: true } } },
        ],
      },
    ];
  }

  private devices(): object[] {
    const { shown, names } = this;
    const by = this.chosen("by");
    const grant = shown.grants.find((one) => (one.by ?? OWNER) === by);
    const groups = references(shown, "device_groups");
    return [
      several("devices_serials", devices(shown, grant?.serials), this.chosen("devices_serials"), (id) =>
        names.device(id),
      ),
      ...(groups.length || (this.chosen("devices_groups") as string[] | undefined)?.length
        ? [
            several("devices_groups", groups, this.chosen("devices_groups"), (id) =>
              names.reference("device_groups", id),
            ),
          ]
        : []),
      { name: "devices_all_of_maker", selector: { boolean: {} } },
      {
        name: "",
        type: "expandable",
        flatten: true,
        title: this.p("places"),
        headingLevel: 4,
        schema: [
          { name: "devices_areas", selector: { area: { multiple: true } } },
          { name: "devices_labels", selector: { label: { multiple: true } } },
        ],
      },
    ];
  }

  private commands(): object[] {
    const { shown, names } = this;
    const groups = references(shown, "command_groups");
    return [
      several(
        "commands_groups",
        commandGroups((key) => this.p(key)),
        [],
        String,
        { mode: "list" },
      ),
      ...(groups.length || (this.chosen("commands_own_groups") as string[] | undefined)?.length
        ? [
            several("commands_own_groups", groups, this.chosen("commands_own_groups"), (id) =>
              names.reference("command_groups", id),
            ),
          ]
        : []),
      several(
        "commands_names",
        commandNames(shown, names),
        this.chosen("commands_names"),
        (name) => names.command(name),
        { custom_value: true },
      ),
    ];
  }

  private limits(): object[] {
    return [
      { name: "command", required: true, selector: { text: {} } },
      { name: "argument", required: true, selector: { text: {} } },
      { name: "minimum", selector: { number: { mode: "box", step: "any" } } },
      { name: "maximum", selector: { number: { mode: "box", step: "any" } } },
      { name: "choices", selector: { text: {} } },
    ];
  }

  private times(): object[] {
    const { shown, names } = this;
    const shifts = references(shown, "shifts");
    return [
      several("times_weekdays", weekdays(names), [], String, { mode: "list" }),
      ...(shifts.length || (this.chosen("times_shifts") as string[] | undefined)?.length
        ? [
            several("times_shifts", shifts, this.chosen("times_shifts"), (id) =>
              names.reference("shifts", id),
            ),
          ]
        : []),
      {
        name: "",
        type: "expandable",
        flatten: true,
        title: this.p("sources"),
        headingLevel: 4,
        schema: [
          entities("times_schedules", "schedule"),
          entities("times_calendars", "calendar"),
          entities("times_except_calendars", "calendar"),
        ],
      },
    ];
  }

  private wanted(): Wanted {
    return rowOf(this.form ?? NEW, this.zone);
  }

  private by(): string | null {
    const by = this.chosen("by") ?? this.shown.grants[0]?.by ?? null;
    return typeof by === "string" && by !== OWNER ? by : null;
  }

  /** The row as it would be saved, for trying. */
  private tried(): object {
    const number = this.row?.row.number;
    const by = this.by();
    return { ...this.wanted(), ...(number ? { number } : by ? { by } : {}) };
  }

  private async save(): Promise<void> {
    const { params, row } = this;
    await this.submit(async () => {
      try {
        if (row) {
          const { version } = row;
          const { number } = row.row;
          await call(this.hass, "change_row", { number, version, row: this.wanted() });
        } else if (params?.save) {
          await params.save(this.wanted(), this.by());
        } else {
          await call(this.hass, "add_row", { row: this.wanted(), by: this.by() });
        }
      } catch (error) {
        this.isConflict = (error as Refusal).code === CHANGED;
        throw error;
      }
    });
    if (this.isConflict) this.error = ""; // told with what to do about it
  }

  /** Start again from what is kept now: the only way on after a conflict, so nothing is overwritten. */
  private async loadAnew(): Promise<void> {
    const number = this.row?.row.number ?? 0;
    try {
      const { rows } = await call<{ rows: ShownRow[] }>(this.hass, "rows", {
        after: number - 1,
        limit: 1,
      });
      const [found] = rows;
      if (found?.row.number !== number) {
        this.error = this.p("row_gone", { number });
        return;
      }
      this.row = found;
      this.form = formOf(found.row, this.zone);
      this.isConflict = false;
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }
}

define("isg-row-dialog", RowDialog);
