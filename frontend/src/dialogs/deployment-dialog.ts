// Add a deployment or change one: which settings it holds, and their values (FIG 7 column 715).

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { call, define } from "../ha";
import type { Deployment, Setting, Value } from "../pages/device";
import { DeviceDialog, type OfDevice } from "./device-dialog";

interface Params extends OfDevice {
  settings: Setting[];
  revision: number;
  deployment?: Deployment;
  saved: () => Promise<void>;
}

type Fields = Record<string, Value | undefined>;

const NAME = "\u0000name"; // no setting is called so
const ON = "on";
const OFF = "off";
const LEFT_OUT = "";

class DeploymentDialog extends DeviceDialog<Params> {
  @state() private data: Fields | undefined;

  override willUpdate(): void {
    super.willUpdate();
    if (this.params && !this.data) {
      const { deployment, settings } = this.params;
      this.data = { [NAME]: deployment?.name ?? "" };
      for (const setting of settings) {
        const value = deployment?.values[setting.key];
        this.data[setting.key] = shown(setting, value);
      }
    }
  }

  protected heading(): string {
    const name = this.params?.deployment?.name;
    return name ? this.t("device.edit", { name }) : this.t("device.add");
  }

  protected body(): TemplateResult {
    return html`<p>${this.t("device.dialog_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.label(field.name)}
        .computeHelper=${(field: { name: string }) => this.helper(field.name)}
        @value-changed=${(event: CustomEvent<{ value: Fields }>) => (this.data = event.detail.value)}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data?.[NAME]}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`;
  }

  private setting(key: string): Setting | undefined {
    return this.params?.settings.find((one) => one.key === key);
  }

  private label(key: string): string {
    if (key === NAME) return this.t("device.name");
    const setting = this.setting(key);
    return setting?.unit ? `${setting.name} (${setting.unit})` : (setting?.name ?? key);
  }

  private helper(key: string): string {
    const setting = this.setting(key);
    if (!setting) return "";
    const [low, high] = setting.range ?? [];
    const isLength = setting.type === "text" && low !== undefined;
    return [
      low === undefined
        ? ""
        : this.t(isLength ? "device.length" : "device.range", { low, high: high ?? "" }),
      setting.risky ? this.t("device.risky") : "",
    ]
      .filter(Boolean)
      .join(" ");
  }

  private schema(): object[] {
    const fields = (this.params?.settings ?? []).map((setting) => ({
      name: setting.key,
      selector: this.selector(setting),
    }));
    const isNew = !this.params?.deployment;
    return [{ name: NAME, required: true, disabled: !isNew, selector: { text: {} } }, ...fields];
  }

  private selector(setting: Setting): object {
    const [low, high, step] = (setting.range ?? []).map(Number);
    switch (setting.type) {
      case "flag":
        return this.choice([
          { value: ON, label: this.t("device.on") },
          { value: OFF, label: this.t("device.off") },
        ]);
      case "choice":
        return this.choice((setting.options ?? []).map((value) => ({ value, label: value })));
      case "whole":
      case "decimal":
        return {
          number: {
            mode: "box",
            ...(low === undefined ? {} : { min: low, max: high, step: step || "any" }),
          },
        };
      default:
        return { text: {} };
    }
  }

  private choice(options: object[]): object {
    const leave = { value: LEFT_OUT, label: this.t("device.left_out") };
    return { select: { mode: "dropdown", options: [leave, ...options] } };
  }

  private async save(): Promise<void> {
    const { params, data } = this;
    if (!params || !data) return;
    const values: Record<string, Value> = {};
    for (const setting of params.settings) {
      const value = data[setting.key];
      if (value === undefined || value === LEFT_OUT || value === null) continue;
      values[setting.key] = setting.type === "flag" ? value === ON : value;
    }
    await this.submit(async () => {
      await call(this.hass, "put_deployment", {
        serial: params.serial,
        name: String(data[NAME]).trim(),
        values,
        revision: params.revision,
      });
      await params.saved();
    });
  }
}

/** Return a value as the form holds it. */
function shown(setting: Setting, value: Value | undefined): Value | undefined {
  if (setting.type === "flag") return value === undefined ? LEFT_OUT : value ? ON : OFF;
  if (setting.type === "choice") return value ?? LEFT_OUT;
  if (setting.type === "decimal" && value !== undefined) return Number(value);
  return value;
}

define("isg-deployment-dialog", DeploymentDialog);
