// A dialog about one device. When the device is gone meanwhile, that is what it says, and nothing else.

import { type TemplateResult, html, nothing } from "lit";
import type { Told } from "../ownership/model";
import { Subscription } from "../subscription";
import { Dialog } from "./dialog";

export interface OfDevice {
  serial: string;
}

export abstract class DeviceDialog<Params extends OfDevice> extends Dialog<Params> {
  private watched: Subscription<Told> | undefined;

  override willUpdate(): void {
    // Not before the dialog is told of what it is.
    if (!this.params || this.watched) return;
    const { serial } = this.params;
    this.watched = new Subscription<Told>(this, "ownership", () => ({ serial }));
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.params || !this.watched?.value?.is_gone || this.isBusy) return super.render();
    return this.frame(
      html`<ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>`,
      html`<ha-button slot="primaryAction" @click=${() => (this.isOpen = false)}
        >${this.hass.localize("ui.common.close")}</ha-button
      >`,
    );
  }
}
