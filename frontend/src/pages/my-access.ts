// What I may do: my devices and those that others permit me, with a button for each plain command.

import { type TemplateResult, html, nothing } from "lit";
import { type AccessDevice } from "../elements/device-access";
import "../elements/device-access";
import "../elements/waiting-commands";
import "../elements/own-questions";
import "../dialogs/claim-dialog";
import { define, openDialog } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";

export interface Access {
  devices: AccessDevice[];
  left_out: number;
}

class MyAccess extends Page {
  private readonly access = new Subscription<Access>(this, "my_access");

  static override styles = shared;

  override render(): TemplateResult {
    const access = this.access.value;
    if (!access) return this.waiting(this.access);
    return html`
      <div class="content">
        ${access.devices.length
          ? nothing
          : html`<ha-card><p>${this.t("access.nothing")}</p></ha-card>`}
        ${access.devices.map(
          (device) => html`<ha-card>
            <isg-device-access .hass=${this.hass} .device=${device}></isg-device-access>
          </ha-card>`,
        )}
        ${access.left_out
          ? html`<ha-alert>${this.n("access.left_out", access.left_out)}</ha-alert>`
          : nothing}
        <isg-waiting-commands .hass=${this.hass}></isg-waiting-commands>
        <isg-own-questions .hass=${this.hass}></isg-own-questions>
        <ha-card>
          <h2>${this.t("access.claim_title")}</h2>
          <p>${this.t("access.claim_text")}</p>
          <p>
            <ha-button @click=${() => openDialog(this, "isg-claim-dialog", {})}>
              ${this.t("access.claim")}
            </ha-button>
          </p>
        </ha-card>
      </div>
    `;
  }
}

define("isg-my-access", MyAccess);
