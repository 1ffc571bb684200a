// Claim a device: serial number and password, as printed on its label (FIG 4).

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { call, define, toast } from "../ha";
import type { Discovered } from "../pages/overview";
import { Dialog } from "./dialog";

interface Params {
  device?: Discovered;
  asksStarter?: boolean;
}

interface Fields {
  serial?: string;
  password?: string;
  host?: string;
  port?: number;
  name?: string;
  area_id?: string;
  household?: string;
  automations?: boolean;
}

const HOUSEHOLD = ["nothing", "reads", "controls"];

class ClaimDialog extends Dialog<Params> {
  @state() private data: Fields = { household: "nothing", automations: false };

  protected heading(): string {
    return this.t("claim.title");
  }

  protected body(): TemplateResult {
    const device = this.params?.device;
    return html`
      ${device
        ? html`<p>${this.t("claim.of", { model: device.model || device.serial, serial: device.serial })}</p>`
        : html`<p>${this.t("claim.by_hand")}</p>`}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.t(`claim.${field.name}`)}
        .computeHelper=${(field: { name: string }) => this.helper(field.name)}
        @value-changed=${(event: CustomEvent<{ value: Fields }>) => (this.data = event.detail.value)}
      ></ha-form>
      ${this.isBusy ? html`<p role="status">${this.t("claim.busy")}</p>` : ""}
    `;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data.password}
        .loading=${this.isBusy}
        @click=${this.claim}
        >${this.t("claim.claim")}</ha-button
      >`;
  }

  private helper(name: string): string {
    return name === "password" || name === "household" ? this.t(`claim.${name}_helper`) : "";
  }

  private schema(): object[] {
    const { device, asksStarter } = this.params ?? {};
    const password = {
      name: "password",
      required: true,
      selector: { text: { type: "password", autocomplete: "off" } },
    };
    const byHand = [
      { name: "serial", selector: { text: {} } },
      password,
      { name: "host", selector: { text: {} } },
      { name: "port", selector: { number: { mode: "box", min: 1, max: 65535 } } },
    ];
    const options = HOUSEHOLD.map((value) => ({ value, label: this.t(`claim.household_${value}`) }));
    const starter = [
      { name: "household", required: true, selector: { select: { options, mode: "list" } } },
      { name: "automations", selector: { boolean: {} } },
    ];
    return [
      ...(device ? [password] : byHand),
      { name: "name", selector: { text: {} } },
      { name: "area_id", selector: { area: {} } },
      ...(asksStarter ? starter : []),
    ];
  }

  private async claim(): Promise<void> {
    const { device, asksStarter } = this.params ?? {};
    const { household, automations, ...typed } = this.data;
    const given = Object.fromEntries(
      Object.entries(typed).filter(([, value]) => value !== undefined && value !== ""),
    );
    await this.submit(async () => {
      const claimed = await call<{ serial: string }>(this.hass, "claim", {
        ...given,
        ...(device ? { serial: device.serial } : {}),
        ...(asksStarter ? { household, automations } : {}),
      });
      toast(this, this.t("claim.done", { serial: claimed.serial }));
    });
  }
}

define("isg-claim-dialog", ClaimDialog);
