// The record: who did what with which device, how it ended and why (S16, B21).
//
// The newest lines come by themselves; those behind them are fetched while somebody scrolls.

import { type TemplateResult, css, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { PANEL_PATH, call, define, navigate, openDialog } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import "./filter";
import { Ledger, PAGE } from "./ledger";
import "./line-dialog";
import type { AuditList } from "./list";
import "./list";
import { type Filter, type Line, type Lines, type Snapshot, fieldsOf, filterOf, searchOf } from "./model";
import { Names } from "./naming";
import "./tools";

const PATH = `${PANEL_PATH}/audit`;

class AuditPage extends Page {
  private readonly newest = new Subscription<Snapshot>(this, "audit_page", () =>
    fieldsOf(this.filter),
  );
  @state() private filter: Filter = filterOf(location.search);
  @state() private ledger: Ledger | undefined;
  @state() private names: Names | undefined;
  /** The newest lines that are not shown, because somebody reads further down. */
  @state() private waitingLines: Lines | undefined;
  private known: Snapshot | undefined;
  private topNumber: number | undefined;
  @query("isg-audit-list") private list: AuditList | null | undefined;

  static override styles = [
    shared,
    css`
      .content {
        max-width: 1280px;
      }
      .list {
        position: relative;
        overflow: hidden;
        --isg-list-height: max(420px, calc(100dvh - 380px));
      }
      .narrow .list {
        --isg-list-height: max(420px, calc(100dvh - 240px));
      }
      .new {
        position: absolute;
        top: 48px;
        inset-inline: 0;
        display: flex;
        justify-content: center;
        z-index: 2;
        pointer-events: none;
      }
      .new ha-button {
        pointer-events: auto;
      }
      ha-expansion-panel {
        --expansion-panel-content-padding: 0;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("location-changed", this.moved);
    window.addEventListener("popstate", this.moved);
    this.moved();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("location-changed", this.moved);
    window.removeEventListener("popstate", this.moved);
  }

  override willUpdate(): void {
    const { value } = this.newest;
    if (!value || value === this.known) return;
    this.known = value;
    this.names = new Names(this.hass, value);
    this.take(value);
  }

  override render(): TemplateResult {
    const { known, names, ledger } = this;
    if (!known || !names) return this.waiting(this.newest);
    const isFiltered = searchOf(this.filter) !== "";
    return html`<div class="content ${this.narrow ? "narrow" : ""}">
      <ha-card>
        <ha-expansion-panel
          .header=${this.t("audit.filter")}
          .secondary=${this.t(isFiltered ? "audit.filtered" : "audit.unfiltered")}
          .expanded=${!this.narrow}
        >
          <isg-audit-filter
            .hass=${this.hass}
            .shown=${known}
            .names=${names}
            .filter=${this.filter}
            @filter-wanted=${this.want}
          ></isg-audit-filter>
        </ha-expansion-panel>
      </ha-card>
      <ha-card class="list">
        ${this.waitingLines
          ? html`<div class="new">
              <ha-button size="small" @click=${this.showNewest}
                >${this.t("audit.new_lines")}</ha-button
              >
            </div>`
          : nothing}
        ${this.newest.error
          ? html`<ha-alert alert-type="error">${this.newest.error}</ha-alert>`
          : ledger
            ? html`<isg-audit-list
                .hass=${this.hass}
                .narrow=${this.narrow}
                .ledger=${ledger}
                .names=${names}
                @line-wanted=${this.open}
              ></isg-audit-list>`
            : html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}
      </ha-card>
      <isg-audit-tools
        .hass=${this.hass}
        .filter=${this.filter}
        .mayVerify=${known.may_verify}
      ></isg-audit-tools>
    </div>`;
  }

  /** Show new lines at once to whoever looks at the newest ones; else say that there are some. */
  private take(newest: Lines): void {
    if (!this.ledger) return this.begin(newest);
    if (newest.lines[0]?.number === this.topNumber) return;
    if (this.list?.isAtTop) this.begin(newest);
    else this.waitingLines = newest;
  }

  private begin(newest: Lines): void {
    const filter = fieldsOf(this.filter);
    this.waitingLines = undefined;
    this.topNumber = newest.lines[0]?.number;
    this.ledger = new Ledger(
      newest,
      (after) => call<Lines>(this.hass, "audit", { ...filter, after, limit: PAGE }),
      () => this.list?.requestUpdate(),
    );
  }

  private showNewest(): void {
    const { waitingLines } = this;
    if (!waitingLines) return;
    this.list?.toTop();
    this.begin(waitingLines);
  }

  private want(event: CustomEvent<{ filter: Filter }>): void {
    navigate(PATH + searchOf(event.detail.filter), true);
  }

  /** The address is another: it may want other lines. */
  private readonly moved = (): void => {
    if (!location.pathname.startsWith(PATH)) return;
    const wanted = filterOf(location.search);
    if (searchOf(wanted) === searchOf(this.filter)) return;
    this.filter = wanted;
    this.ledger = this.waitingLines = undefined;
    this.newest.restart();
  };

  private open(event: CustomEvent<{ line: Line }>): void {
    openDialog(this, "isg-audit-line-dialog", { line: event.detail.line, names: this.names });
  }
}

define("isg-audit", AuditPage);
