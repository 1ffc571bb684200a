// Why a device is cut off, since when, and the ways out of it for whoever may take them.

import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { call, define, openDialog } from "../ha";
import type { Ownership, Suspension } from "../ownership/model";
import { Page } from "../page";
import { moment, word } from "../texts";

class DeviceTrouble extends Page {
  @property() serial = "";
  @property({ attribute: false }) told!: Ownership;

  static override styles = css`
    :host(:empty) {
      display: contents;
    }
    ha-alert {
      display: block;
    }
  `;

  override render(): TemplateResult | typeof nothing {
    const { problem, acts, address, suspension } = this.told;
    if (problem === "suspended_by_policy") {
      return this.show(
        suspension ? this.why(suspension) : this.o("suspended_by_policy"),
        acts.includes("resume")
          ? this.button("resume", () => this.act("lift_suspension"))
          : nothing,
      );
    }
    if (problem === "suspended") return this.show(this.o("copy_suspected"), nothing);
    if (problem === "behind") {
      return this.show(
        this.o("behind"),
        acts.includes("accept_backup")
          ? this.button("go_on", () =>
              this.ask("go_on", [this.o("go_on_text")], () => this.command("accept_backup")),
            )
          : nothing,
      );
    }
    if (problem === "address_not_allowed") {
      return this.show(
        address ? this.o("address_seen", { address }) : this.o("address_not_allowed"),
        address && acts.includes("allow_address")
          ? this.button("allow_address", () =>
              this.ask("allow_address", [this.o("allow_address_text", { address })], () =>
                this.command("allow_address"),
              ),
            )
          : nothing,
      );
    }
    return nothing;
  }

  private show(text: string, button: TemplateResult | typeof nothing): TemplateResult {
    return html`<ha-alert alert-type="warning">${text}${button}</ha-alert>`;
  }

  private button(key: string, act: () => unknown): TemplateResult {
    return html`<ha-button slot="action" size="small" @click=${act}>${this.o(key)}</ha-button>`;
  }

  private why({ since, until, lifts_on_power_up, detection }: Suspension): string {
    return [
      this.o("suspended_since", {
        at: moment(this.hass, since),
        why: word(this.hass, "detection", detection),
      }),
      ...(until ? [this.o("suspended_until", { at: moment(this.hass, until) })] : []),
      ...(lifts_on_power_up ? [this.o("suspended_power")] : []),
    ].join(" ");
  }

  private ask(title: string, texts: string[], act: () => Promise<unknown>): void {
    openDialog(this, "isg-device-confirm-dialog", {
      serial: this.serial,
      title: this.o(title),
      texts,
      yes: this.o(title),
      act,
    });
  }

  private act(command: string): Promise<boolean> {
    return this.attempt(() => this.command(command));
  }

  private command(command: string): Promise<unknown> {
    return call(this.hass, command, { serial: this.serial });
  }

  private o(key: string, values?: Record<string, string>): string {
    return this.t(`ownership.${key}`, values);
  }
}

define("isg-device-trouble", DeviceTrouble);
