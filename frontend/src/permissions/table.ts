// The table of permissions: Users x Devices x Commands x Times (FIG 8, FIG 9).

import { mdiChevronLeft, mdiChevronRight, mdiDelete, mdiPencil, mdiPlus } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import "../dialogs/confirm-dialog";
import { call, define, openDialog, send } from "../ha";
import { Page } from "../page";
import { listStyles, shared } from "../styles";
import { COLUMNS, type Mark, type Shown, type ShownRow } from "./model";
import { Names } from "./naming";
import "./pass-dialog";
import "./row-dialog";

class PermissionTable extends Page {
  @property({ attribute: false }) shown!: Shown;
  @property({ type: Boolean }) isLater = false;

  static override styles = [
    shared,
    listStyles,
    css`
      :host {
        display: block;
      }
      th,
      td {
        vertical-align: top;
        padding: 12px 8px;
      }
      .number {
        width: 96px;
        padding-inline-start: 16px;
      }
      .number .more {
        display: block;
      }
      .buttons {
        width: 148px;
      }
      .off td:not(.buttons) {
        opacity: 0.6;
      }
      .effect {
        display: block;
        color: var(--success-color, #43a047);
        color: color-mix(in srgb, var(--success-color, #43a047) 70%, var(--primary-text-color));
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .forbid {
        color: color-mix(in srgb, var(--error-color, #db4437) 75%, var(--primary-text-color));
      }
      .entry {
        display: block;
      }
      .mark {
        display: block;
        margin-top: 4px;
        font-size: var(--ha-font-size-s, 12px);
        color: color-mix(in srgb, var(--warning-color, #ffa600) 50%, var(--primary-text-color));
      }
      .buttons .acts {
        flex-wrap: nowrap;
        gap: 0;
        justify-content: flex-end;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
      .pages {
        display: flex;
        justify-content: flex-end;
        padding: 8px;
      }
      .column {
        display: none;
      }
      table.narrow,
      .narrow tbody,
      .narrow tr,
      .narrow td {
        display: block;
        width: auto;
      }
      .narrow thead {
        display: none;
      }
      .narrow tr {
        padding: 12px 16px;
      }
      .narrow td {
        padding: 2px 0;
      }
      .narrow .column {
        display: block;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
    `,
  ];

  override render(): TemplateResult {
    const { shown } = this;
    const names = new Names(this.hass, shown);
    return html`<ha-card>
      <div class="head">
        <h2>${this.p("sections.table")}</h2>
        ${shown.grants.length
          ? html`<div class="acts">
              ${shown.has_passes
                ? html`<ha-button
                    appearance="plain"
                    @click=${() => openDialog(this, "isg-pass-dialog", { shown })}
                    >${this.p("add_pass")}</ha-button
                  >`
                : nothing}
              <ha-button @click=${() => this.edit()}>
                <ha-svg-icon slot="start" .path=${mdiPlus}></ha-svg-icon>${this.p("add_row")}
              </ha-button>
            </div>`
          : nothing}
      </div>
      <p>${this.p(shown.grants.length ? "table_text" : "table_nothing")}</p>
      ${shown.rows.length ? this.renderTable(names) : nothing}
      ${this.isLater || shown.next !== null
        ? html`<div class="pages">
            <ha-icon-button
              .path=${mdiChevronLeft}
              .label=${this.p("previous")}
              .disabled=${!this.isLater}
              @click=${() => send(this, "page-wanted", { after: null })}
            ></ha-icon-button>
            <ha-icon-button
              .path=${mdiChevronRight}
              .label=${this.p("following")}
              .disabled=${shown.next === null}
              @click=${() => send(this, "page-wanted", { after: shown.next })}
            ></ha-icon-button>
          </div>`
        : nothing}
    </ha-card>`;
  }

  // Roles are named because a table that is laid out as blocks is no table to some readers.
  private renderTable(names: Names): TemplateResult {
    return html`<table role="table" class=${this.narrow ? "narrow" : ""}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="number">${this.p("row")}</th>
          ${COLUMNS.map(
            (column) =>
              html`<th role="columnheader" scope="col">${this.p(`columns.${column}`)}</th>`,
          )}
          <th role="columnheader" scope="col" class="buttons">
            <span class="hidden">${this.p("acts")}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.shown.rows.map((one) => this.renderRow(one, names))}
      </tbody>
    </table>`;
  }

  private renderRow(shown: ShownRow, names: Names): TemplateResult {
    const { row, marks } = shown;
    const columns = {
      users: names.users(row.users),
      devices: names.devices(row.devices),
      commands: names.commands(row.commands),
      times: [...names.when(shown.when), ...names.more(row)],
    };
    return html`<tr role="row" class=${row.is_on ? "" : "off"}>
      <td role="cell" class="number">
        ${row.number}
        <span class="effect ${row.effect}">${this.p(`effect_${row.effect}`)}</span>
        ${row.is_on ? nothing : html`<span class="more">${this.p("is_off")}</span>`}
        <span class="more"><bdi>${shown.made_by_name}</bdi></span>
        ${row.note ? html`<span class="more"><bdi>${row.note}</bdi></span>` : nothing}
        ${marks.filter((mark) => !mark.column).map((mark) => this.renderMark(mark, names))}
      </td>
      ${COLUMNS.map(
        (column) =>
          html`<td role="cell">
            <span class="column" aria-hidden="true">${this.p(`columns.${column}`)}</span>
            ${columns[column].map((entry) => html`<bdi class="entry">${entry}</bdi>`)}
            ${marks
              .filter((mark) => mark.column === column)
              .map((mark) => this.renderMark(mark, names))}
          </td>`,
      )}
      <td role="cell" class="buttons">${shown.may_change ? this.renderActs(shown) : nothing}</td>
    </tr>`;
  }

  private renderMark(mark: Mark, names: Names): TemplateResult {
    const ids = mark.ids.map((id) => names.device(id)).join(", ");
    return html`<span class="mark">${this.p(`faults.${mark.fault}`, { ids })}</span>`;
  }

  private renderActs(shown: ShownRow): TemplateResult {
    const { number, is_on } = shown.row;
    return html`<div class="acts">
      <ha-switch
        .checked=${is_on}
        @change=${(event: Event) => this.turn(shown, event.target as HTMLInputElement)}
        ><span class="hidden">${this.p("row_counts", { number })}</span></ha-switch
      >
      <ha-icon-button
        .path=${mdiPencil}
        .label=${this.p("edit_row", { number })}
        @click=${() => this.edit(shown)}
      ></ha-icon-button>
      <ha-icon-button
        .path=${mdiDelete}
        .label=${this.p("remove_row", { number })}
        @click=${() => this.ask(shown)}
      ></ha-icon-button>
    </div>`;
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }

  private edit(row?: ShownRow): void {
    openDialog(this, "isg-row-dialog", { shown: this.shown, row });
  }

  private async turn(shown: ShownRow, toggle: HTMLInputElement): Promise<void> {
    const is_on = toggle.checked;
    const isDone = await this.attempt(() =>
      call(this.hass, "switch_row", {
        number: shown.row.number,
        version: shown.version,
        is_on,
      }),
    );
    if (!isDone) toggle.checked = !is_on; // as it is
  }

  private ask({ row, version }: ShownRow): void {
    const { number } = row;
    openDialog(this, "isg-confirm-dialog", {
      title: this.p("remove_row", { number }),
      text: new Names(this.hass, this.shown).line(row),
      yes: this.hass.localize("ui.common.remove"),
      act: () => call(this.hass, "remove_row", { number, version }),
    });
  }
}

define("isg-permission-table", PermissionTable);
