// What is watched for, how grave it is and what is done about it: the table of FIG 15, row by row to be changed.

import { mdiPencil, mdiRestore } from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import "../dialogs/rule-dialog";
import { type Hass, call, define, openDialog, reason, send, toast } from "../ha";
import { shared, tableStyles } from "../styles";
import { text, word } from "../texts";

/** For what a rule counts: a device, a group of devices, all of mine, or what concerns no device. */
export interface Scope {
  kind: string;
  id?: string;
}

export interface Watched {
  detection: string;
  rule: number | null;
  /** Of the rule; none: as built in. */
  scope: Scope | null;
  may_remove: boolean;
  level: string;
  responses: string[];
  threshold: number;
  window_s: number;
  cooldown_s: number;
  raise_at: number;
}

/** In the order in which FIG 15 names them. */
const RESPONSES = ["log", "block", "trace", "report", "suspend", "alarm"];

export function isSame(one: Scope | null, other: Scope | null): boolean {
  return one?.kind === other?.kind && (one?.id ?? "") === (other?.id ?? "");
}

class PolicyTable extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) detections: Watched[] = [];
  /** For what the rows count that are changed here. */
  @property({ attribute: false }) scope!: Scope;
  @property({ type: Number }) revision = 0;
  @property({ type: Boolean }) mayConfigure = false;

  static override styles = [
    shared,
    tableStyles,
    css`
      .unseen {
        position: absolute;
        clip-path: inset(50%);
      }
      @media (max-width: 600px) {
        thead {
          position: absolute;
          clip-path: inset(50%);
        }
        tr {
          display: grid;
          grid-template-columns: 1fr auto;
          padding: 8px 0;
          border-bottom: 1px solid var(--divider-color);
        }
        th,
        td {
          border: none;
          padding: 2px 0;
        }
        td:nth-child(2),
        td:nth-child(3) {
          grid-column: 1;
        }
        td.buttons {
          grid-area: 1 / 2 / span 3;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<div class="scroll">
      <table aria-label=${this.t("table_caption")}>
        <thead>
          <tr>
            <th scope="col">${this.t("detection")}</th>
            <th scope="col">${this.t("level")}</th>
            <th scope="col">${this.t("responses")}</th>
            ${this.mayConfigure
              ? html`<th scope="col">${this.t("change")}</th>`
              : nothing}
          </tr>
        </thead>
        <tbody>
          ${this.detections.map((one) => this.renderRow(one))}
        </tbody>
      </table>
    </div>`;
  }

  private renderRow(one: Watched): TemplateResult {
    const name = word(this.hass, "detection", one.detection);
    const isHere = isSame(one.scope, this.scope);
    return html`<tr>
      <th scope="row">
        ${name}${one.rule
          ? html`<div class="more">
              ${isHere || !one.scope
                ? this.t("own")
                : this.t("own_wider", { scope: this.t(`wider.${one.scope.kind}`) })}
            </div>`
          : nothing}
      </th>
      <td>${word(this.hass, "level", one.level)}</td>
      <td>
        ${RESPONSES.filter((each) => one.responses.includes(each))
          .map((each) => word(this.hass, "response", each))
          .join(", ")}
        ${one.threshold > 1
          ? html`<div class="more">
              ${this.t("from_on", { count: String(one.threshold), minutes: minutes(one.window_s) })}
            </div>`
          : nothing}
      </td>
      ${this.mayConfigure
        ? html`<td class="buttons">
            ${one.rule && isHere && one.may_remove
              ? html`<ha-icon-button
                  .path=${mdiRestore}
                  .label=${this.t("restore", { name })}
                  @click=${() => this.restore(one)}
                ></ha-icon-button>`
              : nothing}
            <ha-icon-button
              .path=${mdiPencil}
              .label=${this.t("edit", { name })}
              @click=${() => this.edit(one)}
            ></ha-icon-button>
          </td>`
        : nothing}
    </tr>`;
  }

  private edit(one: Watched): void {
    openDialog(this, "isg-rule-dialog", {
      scope: this.scope,
      watched: one,
      revision: this.revision,
      saved: async () => this.changed(),
    });
  }

  private async restore(one: Watched): Promise<void> {
    try {
      await call(this.hass, "remove_monitoring_rule", { rule: one.rule, revision: this.revision });
    } catch (error) {
      toast(this, reason(this.hass, error));
    }
    this.changed();
  }

  /** Whoever shows the table looks at it anew. */
  private changed(): void {
    send(this, "policy-changed", {});
  }

  private t(key: string, values?: Record<string, string>): string {
    return text(this.hass, `monitoring.${key}`, values);
  }
}

function minutes(seconds: number): string {
  return String(Math.round(seconds / 6) / 10);
}

define("isg-policy-table", PolicyTable);
