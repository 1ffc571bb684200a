// Ask before something about one device that is not easily taken back.

import { type TemplateResult, html } from "lit";
import { define } from "../ha";
import { DeviceDialog, type OfDevice } from "./device-dialog";

interface Params extends OfDevice {
  title: string;
  /** One paragraph each. */
  texts: string[];
  yes: string;
  act: () => Promise<unknown>;
}

class DeviceConfirmDialog extends DeviceDialog<Params> {
  protected heading(): string {
    return this.params?.title ?? "";
  }

  protected body(): TemplateResult {
    return html`${this.params?.texts.map((one) => html`<p>${one}</p>`)}`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${() => this.submit(async () => this.params?.act())}
        >${this.params?.yes}</ha-button
      >`;
  }
}

define("isg-device-confirm-dialog", DeviceConfirmDialog);
