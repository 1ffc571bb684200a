// Offer a device to somebody, who has to accept it.

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { DeviceDialog, type OfDevice } from "../dialogs/device-dialog";
import { call, define } from "../ha";

interface Params extends OfDevice {
  name: string;
  people: { user_id: string; name: string }[];
}

class TransferDialog extends DeviceDialog<Params> {
  @state() private fields: { user_id?: string } = {};

  protected heading(): string {
    return this.t("ownership.transfer_title", { name: this.params?.name ?? "" });
  }

  protected body(): TemplateResult {
    const options = (this.params?.people ?? []).map((one) => ({
      value: one.user_id,
      label: one.name,
    }));
    return html`<p>${this.t("ownership.transfer_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${[
          { name: "user_id", required: true, selector: { select: { options, mode: "dropdown" } } },
        ]}
        .disabled=${this.isBusy}
        .computeLabel=${() => this.t("ownership.fields.user_id")}
        @value-changed=${(event: CustomEvent<{ value: { user_id?: string } }>) => {
          event.stopPropagation();
          this.fields = event.detail.value;
        }}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields.user_id}
        .loading=${this.isBusy}
        @click=${() =>
          this.submit(() =>
            call(this.hass, "offer_transfer", { serial: this.params?.serial, ...this.fields }),
          )}
        >${this.t("ownership.offer")}</ha-button
      >`;
  }
}

define("isg-transfer-dialog", TransferDialog);
