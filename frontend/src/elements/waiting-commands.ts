// Commands that wait for devices that are away: given by who looks, or for devices of theirs.

import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { type Hass, call, define, reason, toast } from "../ha";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { moment, text } from "../texts";

interface Waiting {
  queued: string;
  device: string;
  command: string;
  by: string;
  until: string;
  is_being_delivered: boolean;
}

interface Ended {
  queued: string;
  device: string;
  command: string;
  end: string;
  at: string;
}

class WaitingCommands extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  /** Of one device; empty: of all. */
  @property() serial = "";
  private readonly shown = new Subscription<{ commands: Waiting[]; ended: Ended[] }>(
    this,
    "waiting_commands",
    () => ({ serial: this.serial }),
  );

  static override styles = [
    shared,
    css`
      :host {
        display: contents; /* nothing waits: no room is taken */
      }
      h3 {
        margin: 0;
        padding: 8px 16px 0;
        font-size: var(--ha-font-size-m, 14px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get("serial")) this.shown.restart(); // another device than before
  }

  override render(): TemplateResult | typeof nothing {
    const { commands = [], ended = [] } = this.shown.value ?? {};
    if (!commands.length && !ended.length) return nothing;
    return html`<ha-card>
      <h2>${this.t("waiting.title")}</h2>
      <p>${this.t("waiting.text")}</p>
      ${commands.length
        ? html`<ul>
            ${commands.map((one) => this.renderWaiting(one))}
          </ul>`
        : nothing}
      ${ended.length
        ? html`<h3>${this.t("waiting.ended")}</h3>
            <ul>
              ${ended.map((one) => this.renderEnded(one))}
            </ul>`
        : nothing}
    </ha-card>`;
  }

  private renderWaiting(one: Waiting): TemplateResult {
    const { device, by } = one;
    const command = this.command(one.command);
    return html`<li>
      <div class="what">
        <div class="name">${command}</div>
        <div class="more">
          ${this.t("waiting.for", { device, by, until: moment(this.hass, one.until) })}
        </div>
      </div>
      ${one.is_being_delivered
        ? html`<div class="more">${this.t("waiting.now")}</div>`
        : html`<ha-button
            size="small"
            appearance="plain"
            aria-label=${this.t("waiting.cancel_named", { command, device })}
            @click=${() => this.cancel(one)}
            >${this.t("waiting.cancel")}</ha-button
          >`}
    </li>`;
  }

  private renderEnded(one: Ended): TemplateResult {
    const values = { device: one.device, command: this.command(one.command) };
    return html`<li>
      <div class="what">
        <div class="name">${this.t(`waiting.end_${one.end}`, values)}</div>
        <div class="more">${moment(this.hass, one.at)}</div>
      </div>
    </li>`;
  }

  private async cancel(one: Waiting): Promise<void> {
    try {
      await call(this.hass, "cancel_queued_command", { queued: one.queued });
      toast(this, this.t("waiting.cancelled"));
    } catch (error) {
      toast(this, reason(this.hass, error));
    }
  }

  /** Return what people call a command; one without a text by its name. */
  private command(name: string): string {
    const key = `commands.${name}`;
    const known = this.t(key);
    return known === key ? name.replaceAll("_", " ") : known;
  }

  private t(key: string, values?: Record<string, string>): string {
    return text(this.hass, key, values);
  }
}

define("isg-waiting-commands", WaitingCommands);
