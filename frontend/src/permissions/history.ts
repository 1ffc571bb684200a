// Who changed when what of the table, and taking it back (B11).

import { type TemplateResult, html } from "lit";
import { property, state } from "lit/decorators.js";
import { call, define, openDialog, reason, toast } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { moment } from "../texts";
import { type Difference, differenceStyles, renderDifference } from "./differences";
import type { Shown } from "./model";
import { Names } from "./naming";

interface Change {
  number: number;
  at: string;
  by: string | null;
  by_name: string;
  differences: Difference[];
}

class PermissionHistory extends Page {
  @property({ attribute: false }) shown!: Shown;
  @state() private changes: Change[] | undefined;
  @state() private error = "";

  static override styles = [shared, differenceStyles];

  override willUpdate(changed: Map<string, unknown>): void {
    // Each new snapshot of the table may be a new change.
    if (changed.has("shown")) void this.load();
  }

  override render(): TemplateResult {
    const { changes } = this;
    if (this.error) return html`<ha-alert alert-type="error">${this.error}</ha-alert>`;
    if (!changes) return html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`;
    return html`<ha-card>
      <h2>${this.p("sections.history")}</h2>
      <p>${this.p(changes.length ? "history_text" : "history_none")}</p>
      <ul>
        ${changes.map((change) => this.renderChange(change))}
      </ul>
    </ha-card>`;
  }

  private renderChange(change: Change): TemplateResult {
    const names = new Names(this.hass, this.shown);
    const at = moment(this.hass, change.at);
    return html`<li>
      <div class="what">
        <div class="name">${at} · <bdi>${change.by ? change.by_name : this.p("the_gateway")}</bdi></div>
        ${change.differences.map((one) => renderDifference(one, names, (key) => this.p(key)))}
      </div>
      <ha-button size="s" appearance="plain" @click=${() => this.ask(change, at)}
        >${this.p("undo")}</ha-button
      >
    </li>`;
  }

  private async load(): Promise<void> {
    try {
      const found = await call<{ changes: Change[] }>(this.hass, "permission_history");
      this.changes = found.changes;
      this.error = "";
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }

  private ask({ number }: Change, at: string): void {
    openDialog(this, "isg-confirm-dialog", {
      title: this.p("undo"),
      text: this.p("undo_of", { at }),
      yes: this.p("undo"),
      act: async () => {
        await call(this.hass, "undo_permissions", { number });
        toast(this, this.p("undone"));
        await this.load();
      },
    });
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }
}

define("isg-permission-history", PermissionHistory);
