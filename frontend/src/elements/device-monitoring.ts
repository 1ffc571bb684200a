// What was noticed about one device, and what is watched for there (FIG 15).

import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, call, define, reason } from "../ha";
import { PATH, follow } from "../monitoring/part";
import { shared } from "../styles";
import { momentOf, text, word } from "../texts";
import { type Watched } from "./policy-table";
import "./policy-table";

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
    const { detections, may_configure, revision } = this.shown;
    return html`
      ${this.threats.length
        ? html`<ha-card>
            <h2>${this.t("threats")}</h2>
            <ul>
              ${this.threats.map(
                (threat) => html`<li>
                  <div class="what">
                    <a class="name" href="${PATH}/threat/${threat.id}" @click=${follow}
                      >${word(this.hass, "detection", threat.detection)}</a
                    >
                    <div class="more">
                      ${momentOf(this.hass, threat.at)}
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
        <isg-policy-table
          .hass=${this.hass}
          .detections=${detections}
          .scope=${{ kind: "device", id: this.serial }}
          .revision=${revision}
          .mayConfigure=${may_configure}
          @policy-changed=${this.load}
        ></isg-policy-table>
      </ha-card>
    `;
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

  private t(key: string): string {
    return text(this.hass, `monitoring.${key}`);
  }
}

define("isg-device-monitoring", DeviceMonitoring);
