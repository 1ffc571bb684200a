// What every dialog is. Home Assistant's manager makes the element, hands it `params`, and waits for
// `dialog-closed`; what is typed stays while the dialog is open, also when the connection is lost.

import { LitElement, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, reason, send } from "../ha";
import { type Values, text } from "../texts";

export abstract class Dialog<Params> extends LitElement {
  @property({ attribute: false }) params: (Params & { hass: Hass }) | undefined;
  /** Home Assistant's manager looks for it. */
  dialogNext = true;
  @state() protected isOpen = true;
  @state() protected isBusy = false;
  @state() protected error = "";

  /** Home Assistant as it was when the dialog was opened: its connection outlives restarts. */
  get hass(): Hass {
    if (!this.params) throw new Error("not open");
    return this.params.hass;
  }

  protected abstract heading(): string;
  protected abstract body(): TemplateResult;
  protected abstract buttons(): TemplateResult;

  closeDialog(): boolean {
    this.isOpen = false;
    return true;
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.params) return nothing;
    const error = this.error
      ? html`<ha-alert alert-type="error">${this.error}</ha-alert>`
      : nothing;
    return this.frame(html`${error} ${this.body()}`, this.buttons());
  }

  protected frame(body: TemplateResult, buttons: TemplateResult): TemplateResult {
    return html`<ha-dialog
      .open=${this.isOpen}
      .headerTitle=${this.heading()}
      header-title=${this.heading()}
      @closed=${this.closed}
      @after-show=${this.focusFirst}
    >
      ${body}
      <ha-dialog-footer slot="footer">${buttons}</ha-dialog-footer>
    </ha-dialog>`;
  }

  protected t(key: string, values?: Values): string {
    return text(this.hass, key, values);
  }

  /** Do what the dialog is for and close it; what is refused is told in it, and nothing is lost. */
  protected async submit(act: () => Promise<unknown>): Promise<void> {
    if (this.isBusy) return; // pressed twice
    this.isBusy = true;
    this.error = "";
    try {
      await act();
      this.isOpen = false;
    } catch (error) {
      this.error = reason(this.hass, error);
    } finally {
      this.isBusy = false;
    }
  }

  protected cancelButton(): TemplateResult {
    return html`<ha-button
      slot="secondaryAction"
      appearance="plain"
      @click=${() => (this.isOpen = false)}
      >${this.hass.localize("ui.common.cancel")}</ha-button
    >`;
  }

  private closed(event: Event): void {
    if (event.target !== event.currentTarget) return; // a menu inside
    send(this, "dialog-closed", { dialog: this.localName });
    this.remove();
  }

  /** Put the cursor into the first field; Home Assistant's forms do not do it by themselves. */
  private async focusFirst(): Promise<void> {
    const form = this.renderRoot.querySelector("ha-form");
    for (let attempt = 0; form && attempt < 20; attempt++) {
      if (form.matches(":focus-within")) return; // somebody was quicker, and may be typing already
      const first = form.shadowRoot?.querySelector<HTMLElement>("ha-selector");
      first?.focus();
      if (first?.matches(":focus-within")) return;
      await new Promise((done) => setTimeout(done, 50)); // its module is being loaded
    }
  }
}
