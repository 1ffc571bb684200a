// A card for dashboards: what whoever looks at it may do, and nothing else.

import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, define } from "../ha";
import type { Access } from "../pages/my-access";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { loadTexts, text } from "../texts";
import "./device-access";

const TAG = "iot-secure-gateway-card";

interface CardConfig {
  /** Serial numbers of the devices to show; without it all are shown. */
  devices?: string[];
}

class AccessCard extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @state() private config: CardConfig = {};
  @state() private hasTexts = false;
  private readonly access = new Subscription<Access>(this, "my_access");

  static override styles = [
    shared,
    css`
      ha-card {
        padding-bottom: 8px;
      }
    `,
  ];

  setConfig(config: CardConfig): void {
    if (config.devices !== undefined && !Array.isArray(config.devices)) {
      throw new Error("devices: a list of serial numbers");
    }
    this.config = config;
  }

  getCardSize(): number {
    return 4;
  }

  static getStubConfig(): CardConfig {
    return {};
  }

  override willUpdate(): void {
    if (this.hass && !this.hasTexts) {
      void loadTexts(this.hass).finally(() => (this.hasTexts = true));
    }
  }

  override render(): TemplateResult | typeof nothing {
    const access = this.access.value;
    if (!this.hasTexts || !this.hass) return nothing;
    if (!access) {
      return this.access.error
        ? html`<ha-alert alert-type="error">${this.access.error}</ha-alert>`
        : nothing;
    }
    const wanted = this.config.devices;
    const devices = access.devices.filter(
      (device) => device.entities.length && (!wanted || wanted.includes(device.serial)),
    );
    return html`<ha-card>
      ${devices.length
        ? devices.map(
            (device) => html`<isg-device-access .hass=${this.hass} .device=${device}></isg-device-access>`,
          )
        : html`<p>${text(this.hass, "access.nothing")}</p>`}
    </ha-card>`;
  }
}

define(TAG, AccessCard);

interface CardWindow extends Window {
  customCards?: object[];
}
const cards = ((window as CardWindow).customCards ??= []);
if (!cards.some((card) => (card as { type?: string }).type === TAG)) {
  cards.push({
    type: TAG,
    name: "IoT Secure Gateway",
    description: "The devices and commands that are permitted to whoever looks at it.",
  });
}
