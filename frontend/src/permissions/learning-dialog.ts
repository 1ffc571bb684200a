// Say about whom and on which devices something is learned, and for how long.

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { call, define } from "../ha";
import { devices, people } from "./fields";
import type { Shown } from "./model";

interface Fields {
  user_id?: string;
  entity_id?: string;
  serials?: string[];
  days: number;
}

const MAX_DAYS = 14;
const DAY_HOURS = 24;

class LearningDialog extends Dialog<{ shown: Shown }> {
  @state() private fields: Fields = { days: 7 };

  protected heading(): string {
    return this.p("learning_start");
  }

  protected body(): TemplateResult {
    return html`<p>${this.p("learning_dialog")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.p(`learning_fields.${field.name}`)}
        @value-changed=${(event: CustomEvent<{ value: Fields }>) => {
          event.stopPropagation();
          this.fields = event.detail.value;
        }}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    const { user_id, entity_id, serials = [], days } = this.fields;
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!user_id === !entity_id || !serials.length || !(days > 0)}
        .loading=${this.isBusy}
        @click=${() => this.submit(() => this.start())}
        >${this.p("learning_begin")}</ha-button
      >`;
  }

  private schema(): object[] {
    const { shown } = this.params!;
    const others = people(shown).filter((one) => one.value !== this.hass.user.id);
    return [
      { name: "user_id", selector: { select: { mode: "dropdown", options: others } } },
      {
        name: "entity_id",
        selector: { entity: { filter: { domain: ["automation", "script"] } } },
      },
      {
        name: "serials",
        required: true,
        selector: { select: { multiple: true, mode: "list", options: devices(shown) } },
      },
      {
        name: "days",
        required: true,
        selector: { number: { mode: "box", min: 1, max: MAX_DAYS } },
      },
    ];
  }

  private start(): Promise<unknown> {
    const { user_id, entity_id, serials, days } = this.fields;
    return call(this.hass, "start_learning", {
      serials,
      hours: Math.round(days * DAY_HOURS),
      ...(user_id ? { user_id } : { entity_id }),
    });
  }

  private p(key: string): string {
    return this.t(`permissions.${key}`);
  }
}

define("isg-learning-dialog", LearningDialog);
