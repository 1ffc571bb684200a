// The first page: what needs attention, what waits to be claimed, and the devices one may see.

import { mdiShieldAlert, mdiShieldCheck } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import "../dialogs/claim-dialog";
import { commandName } from "../elements/device-access";
import { PANEL_PATH, call, define, navigate, openDialog } from "../ha";
import { Page } from "../page";
import { type RefusedAutomation, automationName, openRowFor } from "../permissions/automation-row";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { moment, word } from "../texts";
import "./device";

export interface ShownDevice {
  serial: string;
  name: string;
  device_id: string | null;
  is_connected: boolean;
  problem: string | null;
  model: string;
  firmware: string;
  owner: string;
  is_yours: boolean;
  acts: string[];
  area: string | null;
  sessions: number;
  last_command_ms: number | null;
  /** How grave it is there, and when it was commanded; for those with authority over it. */
  level: string | null;
  last_session_at: string | null;
}

export interface Discovered {
  serial: string;
  host: string;
  port: number;
  model: string;
  firmware: string;
  is_bound: boolean;
}

interface Handover {
  serial: string;
  name: string;
  from: string;
  to: string;
  is_to_you: boolean;
  at: string;
}

interface Overview {
  devices: ShownDevice[];
  discovered: Discovered[];
  asks_starter: boolean;
  handovers: {
    offers: Handover[];
    takeovers: Handover[];
    orphans: { serial: string; name: string }[];
  };
  attention: { kind: string; serial: string; name: string }[];
  refused_automations?: RefusedAutomation[]; // left out by a gateway that is older than this page
}

class OverviewPage extends Page {
  private readonly overview = new Subscription<Overview>(this, "overview");

  static override styles = [
    shared,
    css`
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        padding: 2px 10px 2px 6px;
        border: 1px solid var(--divider-color);
        border-radius: 16px;
        color: var(--primary-text-color);
        font-size: var(--ha-font-size-s, 12px);
        --mdc-icon-size: 18px;
      }
      .very_low ha-svg-icon {
        color: var(--success-color, #43a047);
      }
      .medium {
        border-color: var(--warning-color, #ffa600);
      }
      .medium ha-svg-icon {
        color: var(--warning-color, #ffa600);
      }
      .high {
        border-color: var(--error-color, #db4437);
      }
      .high ha-svg-icon {
        color: var(--error-color, #db4437);
      }
    `,
  ];

  override render(): TemplateResult {
    const overview = this.overview.value;
    if (!overview) return this.waiting(this.overview);
    if (this.detail) {
      const device = overview.devices.find((one) => one.serial === this.detail);
      return device
        ? html`<isg-device .hass=${this.hass} .narrow=${this.narrow} .device=${device}></isg-device>`
        : html`<div class="content">
            <ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>
          </div>`;
    }
    return html`
      <div class="content">
        ${this.renderAttention(overview)} ${this.renderDiscovered(overview)}
        ${this.renderDevices(overview.devices)}
      </div>
    `;
  }

  private renderAttention(overview: Overview): TemplateResult | typeof nothing {
    const { attention, handovers, refused_automations: refused = [] } = overview;
    const { offers, takeovers } = handovers;
    const asked = new Set(takeovers.map((one) => one.serial));
    const orphans = handovers.orphans.filter((one) => !asked.has(one.serial));
    const waiting = [attention, offers, takeovers, orphans, refused];
    if (!waiting.some((some) => some.length)) return nothing;
    return html`<ha-card>
      <h2>${this.t("overview.attention")}</h2>
      <ul>
        ${attention.map(
          (one) => html`<li>
            <div class="what">
              <div class="name">${one.name}</div>
              <div class="more">${this.t(`problems.${one.kind}`)}</div>
            </div>
          </li>`,
        )}
        ${refused.map((one) => this.renderRefused(one, overview.devices))}
        ${offers.map((offer) => this.renderOffer(offer))}
        ${takeovers.map((takeover) => this.renderTakeover(takeover))}
        ${orphans.map(
          (orphan) => html`<li>
            <div class="what">
              <div class="name">${orphan.name}</div>
              <div class="more">${this.t("overview.orphan")}</div>
            </div>
            ${this.act("overview.take_over", "ask_takeover", orphan.serial)}
          </li>`,
        )}
      </ul>
    </ha-card>`;
  }

  /** An automation or script that nobody allowed what it tried: whoever may allows it with a row. */
  private renderRefused(refused: RefusedAutomation, devices: ShownDevice[]): TemplateResult {
    const device = devices.find((one) => one.serial === refused.serial);
    const said = this.t("overview.automation_refused", {
      automation: automationName(this.hass, refused.automation),
      command: commandName(this.hass, refused.command),
    });
    return html`<li>
      <div class="what">
        <div class="name">${device?.name ?? refused.serial}</div>
        <div class="more">${said}</div>
      </div>
      <ha-button
        size="small"
        @click=${() => this.attempt(() => openRowFor(this, refused))}
        >${this.t("overview.allow_automation")}</ha-button
      >
    </li>`;
  }

  private renderOffer(offer: Handover): TemplateResult {
    const until = moment(this.hass, offer.at);
    const said = offer.is_to_you
      ? this.t("overview.offered_to_you", { person: offer.from, until })
      : this.t("overview.offered_by_you", { person: offer.to, until });
    return html`<li>
      <div class="what">
        <div class="name">${offer.name}</div>
        <div class="more">${said}</div>
      </div>
      <div class="acts">
        ${offer.is_to_you
          ? html`${this.act("overview.accept", "accept_transfer", offer.serial)}
            ${this.act("overview.decline", "end_transfer", offer.serial)}`
          : this.act("overview.withdraw", "end_transfer", offer.serial)}
      </div>
    </li>`;
  }

  private renderTakeover(takeover: Handover): TemplateResult {
    const at = moment(this.hass, takeover.at);
    const isDue = new Date(takeover.at) <= new Date();
    const said = takeover.is_to_you
      ? this.t("overview.asked_by_you", { person: takeover.from, at })
      : this.t("overview.asked_of_you", { person: takeover.to, at });
    return html`<li>
      <div class="what">
        <div class="name">${takeover.name}</div>
        <div class="more">${said}</div>
      </div>
      <div class="acts">
        ${takeover.is_to_you && isDue
          ? this.act("overview.take_over", "take_over", takeover.serial)
          : nothing}
        ${this.act(
          takeover.is_to_you ? "overview.ask_no_longer" : "overview.object",
          "object_takeover",
          takeover.serial,
        )}
      </div>
    </li>`;
  }

  private renderDiscovered(overview: Overview): TemplateResult {
    const { discovered, asks_starter } = overview;
    return html`<ha-card>
      <h2>${this.t("overview.discovered")}</h2>
      ${discovered.length
        ? html`<ul>
            ${discovered.map(
              (device) => html`<li>
                <div class="what">
                  <div class="name">${device.model || this.t("overview.unnamed")} (${device.serial})</div>
                  <div class="more">${device.host}</div>
                </div>
                <div class="acts">
                  ${device.is_bound
                    ? this.act("overview.restore", "restore", device.serial)
                    : html`<ha-button
                        size="small"
                        @click=${() => this.claim({ device, asksStarter: asks_starter })}
                        >${this.t("overview.claim")}</ha-button
                      >`}
                </div>
              </li>`,
            )}
          </ul>`
        : html`<p>${this.t("overview.none_discovered")}</p>`}
      <p>
        <ha-button appearance="plain" @click=${() => this.claim({ asksStarter: asks_starter })}>
          ${this.t("overview.claim_other")}
        </ha-button>
      </p>
    </ha-card>`;
  }

  private renderDevices(devices: ShownDevice[]): TemplateResult {
    return html`<ha-card>
      <h2>${this.t("overview.devices")}</h2>
      ${devices.length
        ? html`<ul>
            ${devices.map((device) => this.renderDevice(device))}
          </ul>`
        : html`<p>${this.t("overview.none")}</p>`}
    </ha-card>`;
  }

  private renderDevice(device: ShownDevice): TemplateResult {
    const owner = device.is_yours
      ? this.t("access.yours")
      : this.t("access.owned_by", { owner: device.owner });
    const facts = [device.area, device.model, owner].filter(Boolean).join(" · ");
    const latency = device.last_command_ms;
    return html`<li>
      <div class="what">
        <a
          class="name"
          href="${PANEL_PATH}/overview/${encodeURIComponent(device.serial)}"
          @click=${(event: MouseEvent) => this.open(event, device.serial)}
          >${device.name}</a
        >
        <div class="more">${facts}</div>
      </div>
      <div class="more">
        ${device.last_session_at
          ? html`${this.t("overview.last_session", { at: moment(this.hass, device.last_session_at) })}<br />`
          : nothing}
        ${latency === null
          ? nothing
          : this.t("overview.latency", {
              ms: latency.toLocaleString(this.hass.language, {
                maximumFractionDigits: latency < 10 ? 1 : 0,
              }),
            })}
      </div>
      ${device.level ? this.renderLevel(device.level) : nothing}
      <div class="name">
        ${device.is_connected && !device.problem
          ? this.t("overview.connected")
          : this.t(`problems.${device.problem ?? "connecting"}`)}
      </div>
    </li>`;
  }

  private renderLevel(level: string): TemplateResult {
    const icon = level === "very_low" ? mdiShieldCheck : mdiShieldAlert;
    return html`<div class="chip ${level}">
      <ha-svg-icon .path=${icon}></ha-svg-icon>
      ${this.t("overview.level", { level: word(this.hass, "level", level) })}
    </div>`;
  }

  private open(event: MouseEvent, serial: string): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into a tab of its own
    event.preventDefault();
    navigate(`${PANEL_PATH}/overview/${encodeURIComponent(serial)}`);
  }

  /** A button that gives one command about one device. */
  private act(label: string, command: string, serial: string): TemplateResult {
    return html`<ha-button
      size="small"
      @click=${() => this.attempt(() => call(this.hass, command, { serial }))}
      >${this.t(label)}</ha-button
    >`;
  }

  private claim(params: object): void {
    openDialog(this, "isg-claim-dialog", params);
  }
}

define("isg-overview", OverviewPage);
