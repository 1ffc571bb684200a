// A list without an end: of its rows only those are in the page that can be seen, and some around them.

import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { define, reason, send } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import type { Ledger } from "./ledger";
import type { Line } from "./model";
import type { Names } from "./naming";

const AROUND = 15; // rows above and below those that are seen
const AT_ONCE = 5; // rows that come and go together
const AHEAD = 40; // rows before the end at which more are fetched
const ROW_PX = 56;
const NARROW_ROW_PX = 104;
const HEAD_PX = 40;
// A browser makes no element higher than some 16 million pixels: the list moves along under so many rows.
const MAX_ROWS = 100_000;
const STEP = MAX_ROWS / 2;
const KEYS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

export class AuditList extends Page {
  @property({ attribute: false }) ledger!: Ledger;
  @property({ attribute: false }) names!: Names;
  private top = 0;
  @state() private seen = 900; // pixels
  /** The first row that can be scrolled to. */
  private base = 0;
  /** The row that has or had the keyboard. */
  private current = 0;
  @query(".viewport") private viewport!: HTMLElement;
  private readonly sizes = new ResizeObserver(() => (this.seen = this.viewport.clientHeight));

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .viewport {
        height: var(--isg-list-height, 480px);
        overflow-y: auto;
        overflow-anchor: none;
        position: relative;
      }
      .space {
        position: relative;
      }
      table {
        position: absolute;
        inset-inline: 0;
        width: 100%;
        border-collapse: collapse;
        table-layout: fixed;
      }
      thead th {
        position: sticky;
        top: 0;
        z-index: 1;
        background: var(--card-background-color, var(--primary-background-color));
        height: ${HEAD_PX}px;
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      th,
      td {
        text-align: start;
        padding: 0 8px;
        box-sizing: border-box;
        overflow: hidden;
      }
      tbody tr {
        height: ${ROW_PX}px;
        box-shadow: inset 0 1px var(--divider-color);
        cursor: pointer;
      }
      tbody tr:hover,
      tbody tr:focus-within {
        background: color-mix(in srgb, var(--primary-text-color) 6%, transparent);
      }
      .when {
        width: 112px;
        padding-inline-start: 16px;
      }
      .who {
        width: 20%;
      }
      .device {
        width: 20%;
      }
      .verdict {
        width: 104px;
        padding-inline-end: 16px;
      }
      .line {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      button {
        all: unset;
        cursor: pointer;
        max-width: 100%;
      }
      button:focus-visible {
        outline: 2px solid var(--primary-color);
        outline-offset: 2px;
        border-radius: 4px;
      }
      .ok {
        color: color-mix(in srgb, var(--success-color, #43a047) 60%, var(--primary-text-color));
      }
      .refused,
      .failed {
        font-weight: var(--ha-font-weight-medium, 500);
        color: color-mix(in srgb, var(--error-color, #db4437) 75%, var(--primary-text-color));
      }
      .failed {
        color: color-mix(in srgb, var(--warning-color, #ffa600) 50%, var(--primary-text-color));
      }
      .end {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 16px;
        min-height: 64px;
        padding: 0 16px;
        color: var(--secondary-text-color);
      }
      .end ha-spinner {
        margin: 0;
      }
      .narrow thead {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      table.narrow,
      .narrow tbody,
      .narrow td {
        display: block;
        width: auto;
        padding: 0;
      }
      .narrow tbody tr {
        display: grid;
        box-sizing: border-box;
        height: ${NARROW_ROW_PX}px;
        padding: 8px 16px;
        align-content: center;
        grid-template: "what verdict" auto "who device" auto "when when" auto / 1fr auto;
        column-gap: 8px;
      }
      .narrow .what {
        grid-area: what;
        min-width: 0;
      }
      .narrow .who {
        grid-area: who;
      }
      .narrow .device {
        grid-area: device;
        max-width: 48vw;
        justify-self: end;
      }
      .narrow .verdict {
        grid-area: verdict;
        justify-self: end;
      }
      .narrow .when {
        grid-area: when;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
    `,
  ];

  /** Whether the newest line can be seen. */
  get isAtTop(): boolean {
    return this.base === 0 && this.top < this.rowPx;
  }

  /** Go to the newest line. */
  toTop(): void {
    this.base = this.current = 0;
    this.viewport.scrollTop = this.top = 0;
  }

  override firstUpdated(): void {
    this.sizes.observe(this.viewport);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.sizes.observe(this.viewport);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("ledger")) this.base = Math.min(this.base, Math.max(0, this.ledger.length - 1));
  }

  override updated(): void {
    const { first, last } = this.window();
    this.ledger.need(first, last);
    const isNear = last >= this.ledger.length - AHEAD;
    if (isNear && this.ledger.hasMore && !this.ledger.isLoading && !this.ledger.error) this.more();
  }

  override render(): TemplateResult {
    const { first, last } = this.window();
    const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
    const { ledger } = this;
    const height = this.headPx + (ledger.length - this.base) * this.rowPx;
    const holder = this.current >= first && this.current <= last ? this.current : first;
    return html`<div class="viewport" @scroll=${this.scrolled} @keydown=${this.key}>
      <div class="space" style="height: ${height}px">
        <table
          role="table"
          aria-label=${this.t("audit.title")}
          aria-rowcount=${ledger.hasMore ? -1 : ledger.length + 1}
          class=${this.narrow ? "narrow" : ""}
          style="top: ${(first - this.base) * this.rowPx}px"
        >
          <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
              ${["when", "who", "what", "device", "verdict"].map(
                (name) =>
                  html`<th role="columnheader" scope="col" class=${name}>
                    ${this.t(`audit.columns.${name}`)}
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${repeat(
              rows,
              (at) => ledger.at(at)?.number ?? -at,
              (at) => this.renderRow(at, at === holder),
            )}
          </tbody>
        </table>
      </div>
      <div class="end" role="status">${this.renderEnd()}</div>
    </div>`;
  }

  private renderRow(at: number, hasKeyboard: boolean): TemplateResult {
    const line = this.ledger.at(at);
    if (!line) {
      return html`<tr role="row" aria-rowindex=${at + 2}>
        <td role="cell" colspan="5" class="when">${this.t("loading")}</td>
      </tr>`;
    }
    const { names } = this;
    const above = at > 0 ? this.ledger.at(at - 1) : undefined;
    const isNewDay = !above || names.day(above) !== names.day(line);
    const starter = names.starter(line);
    const result = names.result(line);
    return html`<tr role="row" aria-rowindex=${at + 2} data-at=${at} @click=${() => this.open(line)}>
      <td role="cell" class="when">
        <button tabindex=${hasKeyboard ? 0 : -1} aria-haspopup="dialog">
          ${names.when(line, this.narrow)}
          ${isNewDay && !this.narrow
            ? html`<span class="line more">${names.day(line)}</span>`
            : nothing}
        </button>
      </td>
      <td role="cell" class="who">
        <bdi class="line">${names.who(line)}</bdi>
        ${starter
          ? html`<span class="line more"
              >${this.t("audit.started_by")} <bdi>${starter}</bdi></span
            >`
          : nothing}
      </td>
      <td role="cell" class="what">
        <bdi class="line">${names.what(line)}</bdi>
        ${result ? html`<span class="line more">${result}</span>` : nothing}
      </td>
      <td role="cell" class="device">
        <bdi class="line">${line.serial ? names.device(line.serial) : ""}</bdi>
      </td>
      <td role="cell" class="verdict"><span class=${line.verdict}>${names.verdict(line)}</span></td>
    </tr>`;
  }

  private renderEnd(): TemplateResult {
    const { ledger } = this;
    if (ledger.error) {
      return html`${reason(this.hass, ledger.error)}
        <ha-button size="small" appearance="plain" @click=${this.more}
          >${this.t("audit.older")}</ha-button
        >`;
    }
    if (ledger.isLoading) return html`<ha-spinner size="small"></ha-spinner>${this.t("loading")}`;
    if (ledger.hasMore) {
      return html`<ha-button size="small" appearance="plain" @click=${this.more}
        >${this.t("audit.older")}</ha-button
      >`;
    }
    return html`${this.t(ledger.length ? "audit.begin" : "audit.nothing")}`;
  }

  private get rowPx(): number {
    return this.narrow ? NARROW_ROW_PX : ROW_PX;
  }

  private get headPx(): number {
    return this.narrow ? 0 : HEAD_PX;
  }

  /** Return the first and the last row that are in the page. */
  private window(): { first: number; last: number } {
    const at = AT_ONCE * Math.floor(this.top / this.rowPx / AT_ONCE);
    const first = this.base + at - AROUND;
    const last = this.base + at + Math.ceil(this.seen / this.rowPx) + AT_ONCE + AROUND;
    return { first: Math.max(this.base, first), last: Math.min(this.ledger.length - 1, last) };
  }

  private readonly more = (): void => {
    void this.ledger.more();
    this.requestUpdate();
  };

  private scrolled(): void {
    const before = this.window().first;
    this.top = this.viewport.scrollTop;
    if (this.window().first !== before) this.requestUpdate();
    const at = Math.floor(this.top / this.rowPx);
    if (at > MAX_ROWS) this.move(STEP);
    else if (this.base > 0 && at < STEP / 10) this.move(-Math.min(STEP, this.base));
  }

  /** Have other rows in reach of the scroll bar, and the same ones on the screen. */
  private move(rows: number): void {
    this.base += rows;
    this.top -= rows * this.rowPx;
    this.requestUpdate();
    void this.updateComplete.then(() => (this.viewport.scrollTop = this.top));
  }

  private key(event: KeyboardEvent): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>("tr[data-at]");
    if (!row) return;
    const at = Number(row.dataset["at"]);
    const last = this.ledger.length - 1;
    const step = KEYS[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : step && at + step;
    if (to === undefined) return;
    event.preventDefault();
    void this.focusRow(Math.max(0, Math.min(last, to)));
  }

  private async focusRow(at: number): Promise<void> {
    this.current = at;
    if (at < this.base) {
      this.base = 0;
      this.requestUpdate();
      await this.updateComplete; // the list is as high as it has to be
    }
    const above = (at - this.base) * this.rowPx;
    const room = this.seen - this.headPx - this.rowPx;
    if (above < this.top) this.viewport.scrollTop = above;
    else if (above > this.top + room) this.viewport.scrollTop = above - room;
    this.top = this.viewport.scrollTop;
    this.requestUpdate();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`tr[data-at="${at}"] button`)?.focus();
  }

  private open(line: Line): void {
    send(this, "line-wanted", { line });
  }
}

define("isg-audit-list", AuditList);
