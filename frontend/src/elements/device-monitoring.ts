// What is watched for at one device, how grave it is and what is done about it: the table of FIG 15.

import { mdiPencil, mdiRestore } from "@mdi/js";
import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import "../dialogs/rule-dialog";
import { DOMAIN, type Hass, call, define, openDialog, reason, toast } from "../ha";
import { shared } from "../styles";
import { text } from "../texts";

export interface Watched {
  detection: string;
  rule: number | null;
  level: string;
  responses: string[];
  threshold: number;
  window_s: number;
  cooldown_s: number;
  raise_at: number;
}

interface Effective {
  revision: number;
  detections: Watched[];
  may_configure: boolean;
}

interface Threat {
  id: string;
  at: number;
  detection: string;
  level: string;
  count: number;
  evidence: string;
}

const SHOWN = 10;

class DeviceMonitoring extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property() serial = "";
  @state() private shown: Effective | undefined;
  @state() private threats: Threat[] = [];
  @state() private error = "";

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .scroll {
        overflow-x: auto;
        padding: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        min-width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 4px 16px 4px 0;
        border-bottom: 1px solid var(--divider-color);
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      td.buttons {
        white-space: nowrap;
        text-align: end;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("serial")) void this.load();
  }

  override render(): TemplateResult | typeof nothing {
    if (this.error) {
      return html`<ha-alert alert-type="error">${this.error}</ha-alert>`;
    }
    if (!this.shown) return nothing;
    const { detections, may_configure } = this.shown;
    return html`
      ${this.threats.length
        ? html`<ha-card>
            <h2>${this.t("threats")}</h2>
            <ul>
              ${this.threats.map(
                (threat) => html`<li>
                  <div class="what">
                    <div class="name">${word(this.hass, "detection", threat.detection)}</div>
                    <div class="more">
                      ${new Date(threat.at * 1000).toLocaleString(this.hass.language)}
                      ${threat.count > 1 ? html` · ×${threat.count}` : nothing} · ${threat.evidence}
                    </div>
                  </div>
                  <div>${word(this.hass, "level", threat.level)}</div>
                </li>`,
              )}
            </ul>
          </ha-card>`
        : nothing}
      <ha-card>
        <h2>${this.t("title")}</h2>
        <p>${this.t("text")}</p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("detection")}</th>
                <th scope="col">${this.t("level")}</th>
                <th scope="col">${this.t("responses")}</th>
                ${may_configure ? html`<th scope="col"><span hidden>${this.t("change")}</span></th>` : nothing}
              </tr>
            </thead>
            <tbody>
              ${detections.map((one) => this.renderRow(one, may_configure))}
            </tbody>
          </table>
        </div>
      </ha-card>
    `;
  }

  private renderRow(one: Watched, mayConfigure: boolean): TemplateResult {
    const name = word(this.hass, "detection", one.detection);
    return html`<tr>
      <th scope="row">
        ${name}${one.rule ? html`<div class="more">${this.t("own")}</div>` : nothing}
      </th>
      <td>${word(this.hass, "level", one.level)}</td>
      <td>${one.responses.map((each) => word(this.hass, "response", each)).join(", ")}</td>
      ${mayConfigure
        ? html`<td class="buttons">
            ${one.rule
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
      serial: this.serial,
      watched: one,
      revision: this.shown?.revision,
      saved: () => this.load(),
    });
  }

  private async restore(one: Watched): Promise<void> {
    try {
      await call(this.hass, "remove_monitoring_rule", {
        rule: one.rule,
        revision: this.shown?.revision,
      });
    } catch (error) {
      toast(this, reason(this.hass, error));
    }
    await this.load();
  }

  private async load(): Promise<void> {
    const serial = this.serial;
    try {
      const [shown, { threats }] = await Promise.all([
        call<Effective>(this.hass, "effective_monitoring", { serial }),
        call<{ threats: Threat[] }>(this.hass, "threats", { serial, limit: SHOWN }),
      ]);
      if (serial !== this.serial) return;
      this.shown = shown;
      this.threats = threats;
      this.error = "";
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }

  private t(key: string, values?: Record<string, string>): string {
    return text(this.hass, `monitoring.${key}`, values);
  }
}

/** Return what people call a finding, a level or a response. */
export function word(hass: Hass, kind: string, name: string): string {
  return hass.localize(`component.${DOMAIN}.exceptions.${kind}_${name}.message`) || name;
}

define("isg-device-monitoring", DeviceMonitoring);
