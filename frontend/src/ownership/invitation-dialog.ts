// The code with which another gateway claims a device: shown this once.

import { type TemplateResult, css, html } from "lit";
import { Dialog } from "../dialogs/dialog";
import { define } from "../ha";

export interface Invitation {
  slot: number;
  password: string;
  expires_in: number;
}

class InvitationDialog extends Dialog<{ invitation: Invitation; serial: string }> {
  static override styles = css`
    .code {
      font-family: var(--ha-font-family-code, monospace);
      font-size: var(--ha-font-size-l, 16px);
      overflow-wrap: anywhere;
      user-select: all;
    }
  `;

  protected heading(): string {
    return this.t("ownership.invitation");
  }

  protected body(): TemplateResult {
    const { invitation, serial } = this.params!;
    const minutes = Math.round(invitation.expires_in / 60);
    return html`<ha-alert alert-type="info">${this.t("ownership.invitation_once")}</ha-alert>
      <p>${this.t("ownership.invitation_text", { serial, minutes })}</p>
      <p class="code">${invitation.password}</p>`;
  }

  protected buttons(): TemplateResult {
    return html`<ha-button slot="primaryAction" @click=${() => (this.isOpen = false)}
      >${this.t("permissions.close")}</ha-button
    >`;
  }
}

define("isg-invitation-dialog", InvitationDialog);
