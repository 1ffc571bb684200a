// The maker's list (FIG 6): importing a file, looking for a serial, what of it is whose. For administrators.

import { mdiDelete } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import "../dialogs/confirm-dialog";
import { call, define, openDialog, reason } from "../ha";
import { Page } from "../page";
import { listStyles, shared } from "../styles";
import { moment } from "../texts";
import "./import";
import type { Importing, RecordsImport } from "./import";

interface Listed {
  serial: string;
  passwords: number;
  is_claimed: boolean;
  owner: string | null;
  since: string | null;
}

interface Records {
  count: number;
  found: number;
  refuses_unlisted: boolean;
  importing: Importing | null;
  next: string | null;
  records: Listed[];
}

const ASK_MS = 1000;
const SEARCH = [{ name: "search", selector: { text: { type: "search" } } }];
const MAX_SHOWN = 1000; // rows in the page; a search leads to all others

class RecordsPage extends Page {
  @state() private shown: Records | undefined;
  @state() private error = "";
  private search = "";
  private timer: ReturnType<typeof setInterval> | undefined;

  static override styles = [
    shared,
    listStyles,
    css`
      .inside {
        display: block;
        padding: 0 16px 16px;
      }
      .switch {
        display: flex;
        align-items: center;
        gap: 16px;
        padding: 16px;
      }
      th,
      td {
        padding: 8px 16px;
      }
      .count {
        width: 88px;
        padding-inline-start: 0;
      }
      .buttons {
        width: 48px;
        padding-inline: 0 8px;
      }
      .narrow .count {
        display: none;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => void this.follow(), ASK_MS);
    if (this.hass) void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override firstUpdated(): void {
    if (!this.shown) void this.load();
  }

  override render(): TemplateResult {
    const { shown } = this;
    if (this.error) {
      return html`<div class="content">
        <ha-alert alert-type="error">${this.error}</ha-alert>
      </div>`;
    }
    if (!shown) return html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`;
    return html`<div class="content ${this.narrow ? "narrow" : ""}">
      <isg-records-import
        .hass=${this.hass}
        .importing=${shown.importing}
        @imported=${() => this.load()}
      ></isg-records-import>
      <ha-card>
        <div class="switch">
          <div class="what">
            <div class="name">${this.r("refuse")}</div>
            <div class="more">${this.r("refuse_text")}</div>
          </div>
          <ha-switch .checked=${shown.refuses_unlisted} @change=${this.refuse}
            ><span class="hidden">${this.r("refuse")}</span></ha-switch
          >
        </div>
      </ha-card>
      <ha-card>
        <div class="head">
          <h2>${this.r("list")}</h2>
          ${shown.count
            ? html`<ha-button appearance="plain" variant="danger" @click=${this.askClear}
                >${this.r("clear")}</ha-button
              >`
            : nothing}
        </div>
        <p>${this.n("records.count", shown.count, { count: this.number(shown.count) })}</p>
        ${shown.count ? this.renderList(shown) : nothing}
      </ha-card>
    </div>`;
  }

  private renderList(shown: Records): TemplateResult {
    return html`
      <ha-form
        class="inside"
        .hass=${this.hass}
        .data=${{ search: this.search }}
        .schema=${SEARCH}
        .computeLabel=${() => this.r("search")}
        @value-changed=${this.look}
      ></ha-form>
      <div role="status">
        ${this.search
          ? html`<p>${this.n("records.found", shown.found, { count: this.number(shown.found) })}</p>`
          : nothing}
      </div>
      ${shown.records.length ? this.renderTable(shown.records) : nothing}
      ${shown.next !== null
        ? html`<p>
            ${shown.records.length < MAX_SHOWN
              ? html`<ha-button appearance="plain" @click=${this.more}>${this.r("more")}</ha-button>`
              : this.r("search_for_more")}
          </p>`
        : nothing}
    `;
  }

  private renderTable(records: Listed[]): TemplateResult {
    return html`<table aria-label=${this.r("list")}>
      <thead>
        <tr>
          <th scope="col">${this.r("serial")}</th>
          <th scope="col" class="count">${this.r("passwords")}</th>
          <th scope="col">${this.r("claimed")}</th>
          <th scope="col" class="buttons"><span class="hidden">${this.r("remove")}</span></th>
        </tr>
      </thead>
      <tbody>
        ${records.map(
          (one) => html`<tr>
            <td>${one.serial}</td>
            <td class="count">${one.passwords}</td>
            <td>
              ${one.is_claimed
                ? html`<bdi>${one.owner}</bdi>
                    ${one.since
                      ? html`<div class="more">
                          ${this.r("since", { at: moment(this.hass, one.since) })}
                        </div>`
                      : nothing}`
                : html`<span class="more">${this.r("not_claimed")}</span>`}
            </td>
            <td class="buttons">
              <ha-icon-button
                .path=${mdiDelete}
                .label=${this.r("remove_one", { serial: one.serial })}
                @click=${() => this.askRemove(one.serial)}
              ></ha-icon-button>
            </td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private async load(after = ""): Promise<void> {
    const { search } = this;
    try {
      const found = await call<Records>(this.hass, "records", { search: search.trim(), after });
      if (search !== this.search) return; // typed on meanwhile
      const before = after ? (this.shown?.records ?? []) : [];
      this.shown = { ...found, records: [...before, ...found.records] };
      this.error = "";
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }

  /** An import shows how far it is, also one that somebody else began. */
  private async follow(): Promise<void> {
    if (!this.shown?.importing && !this.importsHere) return;
    await this.load();
  }

  private get importsHere(): boolean {
    return this.renderRoot.querySelector<RecordsImport>("isg-records-import")?.isBusy ?? false;
  }

  private more(): void {
    void this.load(this.shown?.next ?? "");
  }

  private look(event: CustomEvent<{ value: { search?: string } }>): void {
    this.search = (event.detail.value.search ?? "").slice(0, 32);
    void this.load();
  }

  private async refuse(event: Event): Promise<void> {
    const toggle = event.target as HTMLInputElement;
    const refuses_unlisted = toggle.checked;
    const isDone = await this.attempt(() => call(this.hass, "set_records", { refuses_unlisted }));
    if (!isDone) toggle.checked = !refuses_unlisted; // as it is
    await this.load();
  }

  private askRemove(serial: string): void {
    this.ask(this.r("remove_one", { serial }), this.r("remove_text"), "remove_record", { serial });
  }

  private askClear(): void {
    const count = this.shown?.count ?? 0;
    const text = this.n("records.clear_text", count, { count: this.number(count) });
    this.ask(this.r("clear"), text, "clear_records", {});
  }

  private ask(title: string, text: string, command: string, fields: object): void {
    openDialog(this, "isg-confirm-dialog", {
      title,
      text,
      yes: this.hass.localize("ui.common.remove"),
      act: async () => {
        await call(this.hass, command, fields);
        await this.load();
      },
    });
  }

  private number(value: number): string {
    return value.toLocaleString(this.hass.language);
  }

  private r(key: string, values?: Record<string, string | number>): string {
    return this.t(`records.${key}`, values);
  }
}

define("isg-records", RecordsPage);
