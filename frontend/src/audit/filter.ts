// What of the record is wanted: by device, by who did it, by how it ended, by time.

import { type TemplateResult, css, html } from "lit";
import { property } from "lit/decorators.js";
import { define, send } from "../ha";
import { Page } from "../page";
import { momentField } from "../permissions/fields";
import { momentFields, typedMoment } from "../permissions/row-form";
import { type Filter, type Snapshot, USER, VERDICTS, searchOf } from "./model";
import type { Names } from "./naming";

const SOFTWARE = /^(automation|script)\./;

class AuditFilter extends Page {
  @property({ attribute: false }) shown!: Pick<Snapshot, "devices" | "people">;
  @property({ attribute: false }) names!: Names;
  @property({ attribute: false }) filter: Filter = {};
  /** What was typed: a time without its day wants nothing yet. */
  private typed: Record<string, unknown> = {};
  /** Made anew only when it is another one: a list that somebody has open stays open. */
  private form: object[] = [];
  private formOf = "";

  static override styles = css`
    :host {
      display: block;
    }
    ha-form {
      display: block;
      padding: 0 16px 16px;
    }
  `;

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("filter") && searchOf(this.filter) !== searchOf(this.wanted())) {
      const { device, who, verdict, since, until } = this.filter;
      const zone = this.hass.config.time_zone;
      this.typed = {
        ...(device && { device }),
        ...(who && { who }),
        ...(verdict && { verdict }),
        ...(since && momentFields("since", since, zone)),
        ...(until && momentFields("until", until, zone)),
      };
    }
    const { devices, people } = this.shown;
    const { device, who } = this.filter;
    const formOf = JSON.stringify([this.hass.language, devices, people, device, who]);
    if (formOf !== this.formOf) this.form = this.schema();
    this.formOf = formOf;
  }

  override render(): TemplateResult {
    return html`<ha-form
      .hass=${this.hass}
      .data=${this.typed}
      .schema=${this.form}
      .computeLabel=${(field: { name: string }) => this.t(`audit.fields.${field.name}`)}
      @value-changed=${this.changed}
    ></ha-form>`;
  }

  private schema(): object[] {
    // Not with values of one's own: Home Assistant would show ids instead of names then.
    const select = (options: object[]) => ({ select: { options, mode: "dropdown" } });
    const known = this.shown.devices.map((one) => ({ value: one.serial, label: one.name }));
    const { device } = this.filter;
    if (device && !known.some((one) => one.value === device)) {
      known.push({ value: device, label: device });
    }
    const verdicts = VERDICTS.map((one) => ({ value: one, label: this.t(`audit.verdicts.${one}`) }));
    return [
      {
        name: "",
        type: "grid",
        column_min_width: "200px",
        schema: [
          { name: "device", selector: select(known) },
          { name: "who", selector: select(this.everybody()) },
          { name: "verdict", selector: select(verdicts) },
        ],
      },
      {
        name: "",
        type: "grid",
        column_min_width: "280px",
        schema: [momentField("since"), momentField("until")],
      },
    ];
  }

  /** People first, then what acts by itself, then whoever else the address wants. */
  private everybody(): object[] {
    const { names } = this;
    const ids = [
      ...this.shown.people.map((one) => USER + one.user_id),
      ...Object.keys(this.hass.states)
        .filter((id) => SOFTWARE.test(id))
        .sort(),
      "system",
      "unknown",
    ];
    const { who } = this.filter;
    if (who && !ids.includes(who)) ids.push(who);
    return ids.map((value) => ({ value, label: names.principal(value) }));
  }

  private changed(event: CustomEvent<{ value: Record<string, unknown> }>): void {
    event.stopPropagation();
    this.typed = event.detail.value;
    const wanted = this.wanted();
    if (searchOf(wanted) === searchOf(this.filter)) this.requestUpdate();
    else send(this, "filter-wanted", { filter: wanted });
  }

  private wanted(): Filter {
    const { typed } = this;
    const zone = this.hass.config.time_zone;
    const filter: Filter = {};
    for (const name of ["device", "who", "verdict"] as const) {
      const value = typed[name];
      if (typeof value === "string" && value) filter[name] = value;
    }
    for (const name of ["since", "until"] as const) {
      const at = typedMoment(typed, name, zone);
      if (at) filter[name] = at;
    }
    return filter;
  }
}

define("isg-audit-filter", AuditFilter);
