// Ask before something that is not easily taken back.

import { type TemplateResult, html } from "lit";
import { define } from "../ha";
import { Dialog } from "./dialog";

interface Params {
  title: string;
  text: string;
  yes: string;
  act: () => Promise<unknown>;
}

class ConfirmDialog extends Dialog<Params> {
  protected heading(): string {
    return this.params?.title ?? "";
  }

  protected body(): TemplateResult {
    return html`<p>${this.params?.text}</p>`;
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

define("isg-confirm-dialog", ConfirmDialog);
