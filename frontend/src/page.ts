// What every page is: an element with Home Assistant's object, one subscription, and its texts.

import { LitElement, type TemplateResult, html } from "lit";
import { property } from "lit/decorators.js";
import { type Hass, reason, toast } from "./ha";
import type { Subscription } from "./subscription";
import { type Values, counted, text } from "./texts";

export abstract class Page extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ type: Boolean }) narrow = false;
  /** What follows the page's name in the address, e.g. the serial of a device. */
  @property() detail = "";

  protected t(key: string, values?: Values): string {
    return text(this.hass, key, values);
  }

  protected n(key: string, count: number, values?: Values): string {
    return counted(this.hass, key, count, values);
  }

  /** Return what is shown instead of a snapshot that is not there yet, or not to be had. */
  protected waiting(subscription: Subscription<unknown>): TemplateResult {
    return subscription.error
      ? html`<div class="content"><ha-alert alert-type="error">${subscription.error}</ha-alert></div>`
      : html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`;
  }

  /** Do something; what is refused is told. Returns whether it was done. */
  protected async attempt(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      toast(this, reason(this.hass, error));
      return false;
    }
  }
}
