// What becomes of a device's values: shown, kept, or confidential (S6).

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { DeviceDialog, type OfDevice } from "../dialogs/device-dialog";
import { call, define } from "../ha";

export interface Disclosure {
  device: string;
  entities: { key: string; name: string; kind: string; choice: string | null }[];
}

interface Params extends OfDevice {
  disclosure: Disclosure;
}

const CHOICES = ["shown", "kept", "confidential"];
const AS_DEVICE = "as_device";
const DEVICE = ""; // no entity is called so

class DisclosureDialog extends DeviceDialog<Params> {
  @state() private chosen: Record<string, string> = {};

  protected heading(): string {
    return this.t("ownership.disclosure");
  }

  protected body(): TemplateResult {
    const { disclosure } = this.params!;
    const options = (names: string[]) =>
      names.map((value) => ({ value, label: this.t(`ownership.disclosures.${value}`) }));
    const fields = [DEVICE, ...disclosure.entities.map((one) => one.key)];
    const schema = fields.map((key) => ({
      name: `of_${key}`,
      required: true,
      selector: {
        select: { mode: "dropdown", options: options(key ? [AS_DEVICE, ...CHOICES] : CHOICES) },
      },
    }));
    const data = Object.fromEntries(fields.map((key) => [`of_${key}`, this.now(key)]));
    return html`<p>${this.t("ownership.disclosure_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${data}
        .schema=${schema}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.label(field.name.slice(3))}
        @value-changed=${(event: CustomEvent<{ value: Record<string, string> }>) => {
          event.stopPropagation();
          this.chosen = Object.fromEntries(
            Object.entries(event.detail.value).map(([name, value]) => [name.slice(3), value]),
          );
        }}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${() => this.submit(() => this.save())}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`;
  }

  private label(key: string): string {
    const entity = this.params?.disclosure.entities.find((one) => one.key === key);
    return entity ? `${entity.name} (${entity.key})` : this.t("ownership.whole_device");
  }

  private now(key: string): string {
    return this.chosen[key] ?? this.kept(key);
  }

  private kept(key: string): string {
    const { device, entities } = this.params!.disclosure;
    if (!key) return device;
    return entities.find((one) => one.key === key)?.choice ?? AS_DEVICE;
  }

  private async save(): Promise<void> {
    for (const [key, choice] of Object.entries(this.chosen)) {
      if (choice === this.kept(key)) continue;
      await call(this.hass, "set_disclosure", {
        serial: this.params?.serial,
        ...(key ? { entity: key } : {}),
        choice: choice === AS_DEVICE ? null : choice,
      });
    }
  }
}

define("isg-disclosure-dialog", DisclosureDialog);
