// One line of the record with all it says, the row that decided, and what belongs to it.

import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { DOMAIN, type Hass, call, define, reason } from "../ha";
import type { Shown, ShownRow } from "../permissions/model";
import { Names as RowNames } from "../permissions/naming";
import { shared } from "../styles";
import type { Line, Lines } from "./model";
import type { Names } from "./naming";

interface Params {
  line: Line;
  names: Names;
}

const HOUR_MS = 3_600_000;
const NEAR_MS = 60_000;
const MAX_OTHERS = 20;

class LineDialog extends Dialog<Params> {
  @state() private line: Line | undefined;
  @state() private others: Line[] | undefined;
  @state() private othersError = "";
  @state() private row: { shown: Shown; row: ShownRow | undefined } | undefined;

  static override styles = [
    shared,
    css`
      table {
        border-collapse: collapse;
        width: 100%;
        table-layout: fixed;
      }
      th,
      td {
        text-align: start;
        vertical-align: top;
        padding: 6px 0;
        overflow-wrap: anywhere;
      }
      .all th {
        width: 36%;
        padding-inline-end: 8px;
        font-weight: inherit;
        color: var(--secondary-text-color);
      }
      code {
        font-family: var(--ha-font-family-code, monospace);
        font-size: var(--ha-font-size-s, 12px);
      }
      h3 {
        margin: 16px 0 4px;
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      p,
      ul {
        padding: 0;
      }
      li {
        padding: 4px 0;
        min-height: 0;
      }
      li ha-button {
        flex: none;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("params") && this.params) this.show(this.params.line);
  }

  protected heading(): string {
    return this.line && this.params ? this.params.names.what(this.line) : "";
  }

  protected body(): TemplateResult {
    const { line, params } = this;
    if (!line || !params) return html``;
    return html`
      <table class="all">
        <tbody>
          ${this.facts(line, params.names).map(
            ([name, value]) => html`<tr>
              <th scope="row">${this.a(`facts.${name}`)}</th>
              <td>${value}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${line.row === null ? nothing : this.renderRow(line.row)}
      <h3>${this.a(line.session ? "same_session" : "around")}</h3>
      <div role="status">${this.renderOthers(params.names)}</div>
    `;
  }

  protected buttons(): TemplateResult {
    return html`<ha-button slot="primaryAction" @click=${() => (this.isOpen = false)}
      >${this.hass.localize("ui.common.close")}</ha-button
    >`;
  }

  /** Everything that the line says; what it says nothing of is left out. */
  private facts(line: Line, names: Names): [string, unknown][] {
    const code = (value: string) => html`<code>${value}</code>`;
    const named = (name: string, id: string) =>
      name === id ? html`<bdi>${name}</bdi>` : html`<bdi>${name}</bdi> ${code(id)}`;
    const result = names.result(line);
    const facts: [string, unknown][] = [
      ["at", names.when(line, true)],
      ["verdict", result ? `${names.verdict(line)} · ${result}` : names.verdict(line)],
      ["who", line.principal && named(names.who(line), line.principal)],
      ["starter", line.starter && named(names.starter(line), line.starter)],
      ["source", line.source],
      ["device", line.serial && named(names.device(line.serial), line.serial)],
      ["command", line.command && code(line.command)],
      ["entity", line.entity && code(line.entity)],
      ["arguments", line.arguments && code(line.arguments)],
      ["session", line.session && code(line.session)],
      ["result", line.result && code(line.result)],
      ["detail", line.detail && html`<bdi>${code(line.detail)}</bdi>`],
      ["duration", line.duration_us === null ? "" : `${(line.duration_us / 1000).toFixed(1)} ms`],
      ["kind", code(line.kind)],
      ["number", line.number],
    ];
    return facts.filter(([, value]) => value !== "");
  }

  private renderRow(number: number): TemplateResult {
    const { row } = this;
    const known = row?.row && new RowNames(this.hass, row.shown).line(row.row.row);
    return html`<h3>${this.a("row", { number })}</h3>
      ${row ? html`<p>${known || this.a("row_gone")}</p>` : nothing}`;
  }

  private renderOthers(names: Names): TemplateResult {
    const { others } = this;
    if (this.othersError) return html`<p>${this.othersError}</p>`;
    if (!others) return html`<p>${this.t("loading")}</p>`;
    if (!others.length) return html`<p>${this.a("no_others")}</p>`;
    return html`<ul>
      ${others.map(
        (line) => html`<li>
          <div class="what">
            <bdi class="name">${names.what(line)}</bdi>
            <div class="more">
              ${names.when(line, false)} · ${names.verdict(line)} · <bdi>${names.who(line)}</bdi>
            </div>
          </div>
          <ha-button
            size="small"
            appearance="plain"
            aria-label=${this.a("open", { at: names.when(line, true) })}
            @click=${() => this.show(line)}
            >${this.a("show")}</ha-button
          >
        </li>`,
      )}
    </ul>`;
  }

  private show(line: Line): void {
    this.line = line;
    this.others = this.row = undefined;
    this.othersError = "";
    void this.loadOthers(line);
    if (line.row !== null) void this.loadRow(line, line.row);
  }

  /** Of the same session; or, where there was none, what the same one did there within a minute. */
  private async loadOthers(line: Line): Promise<void> {
    const at = Date.parse(line.at);
    const span = line.session ? HOUR_MS : NEAR_MS;
    try {
      const found = await call<Lines>(this.hass, "audit", {
        ...(line.serial && { serial: line.serial }),
        ...(line.session && line.serial ? { session: line.session } : { principal: line.principal }),
        since: new Date(at - span).toISOString(),
        until: new Date(at + span).toISOString(),
        limit: MAX_OTHERS + 1,
      });
      if (this.line !== line) return;
      this.others = found.lines.filter((one) => one.number !== line.number).slice(0, MAX_OTHERS);
    } catch (error) {
      if (this.line === line) this.othersError = reason(this.hass, error);
    }
  }

  private async loadRow(line: Line, number: number): Promise<void> {
    try {
      const shown = await first<Shown>(this.hass, "permissions", { after: number - 1, limit: 1 });
      if (this.line !== line) return;
      this.row = { shown, row: shown.rows.find((one) => one.row.number === number) };
    } catch {
      this.row = undefined; // its number is told all the same
    }
  }

  private a(key: string, values?: Record<string, string | number>): string {
    return this.t(`audit.${key}`, values);
  }
}

/** Return the first snapshot of a page, and listen no longer. */
async function first<T>(hass: Hass, page: string, fields: object): Promise<T> {
  let end: Promise<() => Promise<void>> | undefined;
  try {
    return await new Promise<T>((told, failed) => {
      end = hass.connection.subscribeMessage<T>(told, { type: `${DOMAIN}/${page}`, ...fields });
      end.catch(failed);
    });
  } finally {
    void end?.then((stop) => stop()).catch(() => {});
  }
}

define("isg-audit-line-dialog", LineDialog);
