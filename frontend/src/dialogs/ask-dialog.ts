// Ask whoever may allow it to be allowed a command (B20).

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { commandName } from "../elements/device-access";
import { call, define, toast } from "../ha";
import { Dialog } from "./dialog";

export interface Askable {
  serial: string;
  name: string;
  commands: string[];
}

interface Params {
  devices: Askable[];
}

interface Fields {
  serial?: string;
  command?: string;
  why?: string;
}

const MAX_WHY = 200;
// For a device of which nothing may be told: somebody stands before it and reads its label.
const USUAL = ["press", "turn_on", "turn_off", "open", "close", "unlock", "lock", "read"];

class AskDialog extends Dialog<Params> {
  @state() private fields: Fields = {};

  protected heading(): string {
    return this.t("access.ask");
  }

  protected body(): TemplateResult {
    return html`<p>${this.t("access.ask_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.t(`access.ask_${field.name}`)}
        .computeHelper=${(field: { name: string }) => this.helper(field.name)}
        @value-changed=${this.changed}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields.serial || !this.fields.command}
        .loading=${this.isBusy}
        @click=${() => this.submit(() => this.ask())}
        >${this.t("access.ask_yes")}</ha-button
      >`;
  }

  private helper(name: string): string {
    if (name === "why") return this.t("access.ask_why_helper");
    if (name !== "serial") return "";
    return this.t(this.params?.devices.length ? "access.ask_serial_helper" : "access.ask_serial_label");
  }

  private changed(event: CustomEvent<{ value: Fields }>): void {
    event.stopPropagation();
    const { command, ...fields } = event.detail.value;
    this.fields = fields;
    if (command && this.commands().includes(command)) this.fields = { ...fields, command };
  }

  private commands(): string[] {
    const known = this.params?.devices.find((one) => one.serial === this.fields.serial);
    return known?.commands ?? USUAL;
  }

  private schema(): object[] {
    const devices = (this.params?.devices ?? []).map((one) => ({
      value: one.serial,
      label: one.name,
    }));
    const commands = this.commands().map((value) => ({
      value,
      label: commandName(this.hass, value),
    }));
    return [
      {
        name: "serial",
        required: true,
        selector: devices.length
          ? { select: { mode: "dropdown", custom_value: true, options: devices } }
          : { text: {} },
      },
      {
        name: "command",
        required: true,
        selector: { select: { mode: "dropdown", options: commands } },
      },
      { name: "why", selector: { text: { multiline: true } } },
    ];
  }

  private async ask(): Promise<void> {
    const { serial = "", command, why = "" } = this.fields;
    const { is_new } = await call<{ is_new: boolean }>(this.hass, "ask_for_access", {
      serial: serial.trim(),
      command,
      why: why.slice(0, MAX_WHY),
    });
    toast(this, this.t(is_new ? "access.asked" : "access.asked_already"));
  }
}

define("isg-ask-dialog", AskDialog);
