// Say what is made of one finding within a scope (a row of FIG 15).

import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { Scope, Watched } from "../elements/policy-table";
import { type Refusal, call, define, reason } from "../ha";
import { word } from "../texts";
import { Dialog } from "./dialog";

interface Params {
  scope: Scope;
  watched: Watched;
  revision: number;
  saved: () => Promise<void>;
}

type Fields = Pick<Watched, "level" | "responses" | (typeof NUMBERS)[number]>;

const LEVELS = ["very_low", "low", "medium", "high"];
const RESPONSES = ["report", "block", "trace", "suspend", "alarm"];
const NUMBERS = ["threshold", "window_s", "cooldown_s", "raise_at"] as const;
const AGAINST_OWNER = /^suspend_/;

class RuleDialog extends Dialog<Params> {
  @state() private data: Fields | undefined;
  @state() private warning = "";

  override willUpdate(): void {
    if (this.params && !this.data) {
      const { level, responses, threshold, window_s, cooldown_s, raise_at } = this.params.watched;
      this.data = { level, responses, threshold, window_s, cooldown_s, raise_at };
    }
  }

  protected heading(): string {
    return word(this.hass, "detection", this.params?.watched.detection ?? "");
  }

  protected body(): TemplateResult {
    return html`${this.warning
        ? html`<ha-alert alert-type="warning">${this.warning}</ha-alert>`
        : nothing}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.t(`monitoring.${field.name}`)}
        @value-changed=${this.changed}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button slot="primaryAction" .loading=${this.isBusy} @click=${this.save}
        >${this.warning
          ? this.t("monitoring.all_the_same")
          : this.hass.localize("ui.common.save")}</ha-button
      >`;
  }

  private changed(event: CustomEvent<{ value: Fields }>): void {
    this.data = event.detail.value;
    this.warning = "";
  }

  private schema(): object[] {
    const options = (kind: string, names: string[]) =>
      names.map((value) => ({ value, label: word(this.hass, kind, value) }));
    return [
      {
        name: "level",
        required: true,
        selector: { select: { mode: "dropdown", options: options("level", LEVELS) } },
      },
      {
        name: "responses",
        selector: {
          select: { multiple: true, mode: "list", options: options("response", RESPONSES) },
        },
      },
      ...NUMBERS.map((name) => ({
        name,
        selector: { number: { mode: "box", min: name === "threshold" || name === "window_s" ? 1 : 0 } },
      })),
    ];
  }

  /** What can be turned against the owner is asked about once more, in the words of the refusal. */
  private async save(): Promise<void> {
    const { params, data } = this;
    if (!params || !data) return;
    await this.submit(async () => {
      try {
        await call(this.hass, "set_monitoring_rule", {
          scope: params.scope,
          detection: params.watched.detection,
          revision: params.revision,
          ...data,
          responses: [...new Set(["log", ...data.responses])],
          confirm: this.warning !== "",
        });
      } catch (error) {
        if (!AGAINST_OWNER.test((error as Refusal).code)) throw error;
        this.warning = reason(this.hass, error);
        throw new Error(this.t("monitoring.not_saved"));
      }
      await params.saved();
    });
  }
}

define("isg-rule-dialog", RuleDialog);
