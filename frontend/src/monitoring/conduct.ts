// How responses are carried out within a scope: noticing only, quiet hours, blocks, suspensions, alarms, silence.

import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Scope } from "../elements/policy-table";
import { call, define, send, toast } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { momentOf } from "../texts";
import { partStyles } from "./part";

export interface Conduct {
  made_by: string;
  scope: Scope;
  is_detect_only: boolean;
  quiet_from: number;
  quiet_to: number;
  block_s: number;
  lift_after_s: number;
  lifts_on_power_up: boolean;
  alarms: { action: string; entity_id: string }[];
}

interface Fields {
  is_detect_only: boolean;
  quiet_from: string;
  quiet_to: string;
  block_min: number;
  lift_after_h: number;
  lifts_on_power_up: boolean;
  alarms: string[];
}

const DOMAINS = ["siren", "light", "switch", "script", "alarm_control_panel"];
const BLOCK_S = 300; // as built in
const HOUR_S = 3600;
const SNOOZE_MINUTES = 60;

class ConductPart extends Page {
  @property({ attribute: false }) scope!: Scope;
  @property({ type: Number }) revision = 0;
  @property({ attribute: false }) conduct: Conduct | undefined;
  @property({ type: Number }) snoozedUntil = 0;
  @state() private data: Fields | undefined;

  static override styles = [shared, partStyles];

  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("scope") as Scope | undefined;
    const isOther = changed.has("scope") && keyOf(before) !== keyOf(this.scope);
    // What is typed stays when something else of the policy changes.
    if (isOther || (changed.has("conduct") && !sameAs(changed.get("conduct"), this.conduct))) {
      this.data = fieldsOf(this.conduct);
    }
  }

  override render(): TemplateResult {
    const { data } = this;
    return html`<ha-card>
      <h2>${this.m("conduct")}</h2>
      <p>${this.m("conduct_text")}</p>
      ${data?.is_detect_only
        ? html`<ha-alert alert-type="warning">${this.m("detect_only_warning")}</ha-alert>`
        : nothing}
      ${data?.alarms.length
        ? html`<ha-alert alert-type="info">${this.m("alarm_warning")}</ha-alert>`
        : nothing}
      <div class="inside">
        <ha-form
          .hass=${this.hass}
          .data=${data}
          .schema=${SCHEMA}
          .computeLabel=${(field: { name: string }) => this.m(`conduct_fields.${field.name}`)}
          @value-changed=${(event: CustomEvent<{ value: Fields }>) => {
            event.stopPropagation();
            this.data = event.detail.value;
          }}
        ></ha-form>
      </div>
      ${this.snoozedUntil
        ? html`<p>${this.m("is_snoozed", { until: momentOf(this.hass, this.snoozedUntil) })}</p>`
        : nothing}
      <p class="acts">
        <ha-button @click=${this.save}>${this.hass.localize("ui.common.save")}</ha-button>
        <ha-button
          appearance="plain"
          @click=${() => this.snooze(this.snoozedUntil ? 0 : SNOOZE_MINUTES)}
          >${this.m(this.snoozedUntil ? "end_snooze" : "snooze")}</ha-button
        >
      </p>
    </ha-card>`;
  }

  private async save(): Promise<void> {
    const { data } = this;
    if (!data) return;
    const isDone = await this.attempt(() =>
      call(this.hass, "set_monitoring_conduct", {
        scope: this.scope,
        revision: this.revision,
        is_detect_only: data.is_detect_only,
        quiet_from: minutes(data.quiet_from),
        quiet_to: minutes(data.quiet_to),
        block_s: Math.round(data.block_min * 60),
        lift_after_s: Math.round(data.lift_after_h * HOUR_S),
        lifts_on_power_up: data.lifts_on_power_up,
        alarms: (data.alarms ?? []).map((entity_id) => ({ action: actionOf(entity_id), entity_id })),
      }),
    );
    if (isDone) toast(this, this.m("saved"));
    send(this, "policy-changed", {});
  }

  private async snooze(forMinutes: number): Promise<void> {
    await this.attempt(async () => {
      const fields = { scope: this.scope, minutes: forMinutes };
      const { until } = await call<{ until: number }>(this.hass, "snooze_monitoring", fields);
      if (forMinutes) toast(this, this.m("snoozed", { until: momentOf(this.hass, until) }));
    });
    send(this, "policy-changed", {});
  }

  private m(key: string, values?: Record<string, string>): string {
    return this.t(`monitoring.${key}`, values);
  }
}

const TIME = { time: { no_second: true } };
const SCHEMA = [
  { name: "is_detect_only", selector: { boolean: {} } },
  {
    name: "",
    type: "grid",
    column_min_width: "240px",
    schema: [
      { name: "quiet_from", selector: TIME },
      { name: "quiet_to", selector: TIME },
      {
        name: "block_min",
        required: true,
        selector: { number: { mode: "box", min: 1, max: 1440 } },
      },
      {
        name: "lift_after_h",
        required: true,
        selector: { number: { mode: "box", min: 0, max: 720, step: "any" } },
      },
    ],
  },
  { name: "lifts_on_power_up", selector: { boolean: {} } },
  { name: "alarms", selector: { entity: { multiple: true, filter: { domain: DOMAINS } } } },
];

function fieldsOf(conduct: Conduct | undefined): Fields {
  return {
    is_detect_only: conduct?.is_detect_only ?? false,
    quiet_from: clock(conduct?.quiet_from ?? 0),
    quiet_to: clock(conduct?.quiet_to ?? 0),
    block_min: (conduct?.block_s ?? BLOCK_S) / 60,
    lift_after_h: (conduct?.lift_after_s ?? 0) / HOUR_S,
    lifts_on_power_up: conduct?.lifts_on_power_up ?? false,
    alarms: (conduct?.alarms ?? []).map((one) => one.entity_id),
  };
}

function actionOf(entityId: string): string {
  const [domain = ""] = entityId.split(".");
  return domain === "alarm_control_panel" ? `${domain}.alarm_trigger` : `${domain}.turn_on`;
}

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}:00`;
}

function minutes(time: string | undefined): number {
  const [hour = 0, minute = 0] = (time ?? "").split(":").map(Number);
  return hour * 60 + minute;
}

function keyOf(scope: Scope | undefined): string {
  return scope ? `${scope.kind}:${scope.id ?? ""}` : "";
}

function sameAs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

define("isg-conduct", ConductPart);
