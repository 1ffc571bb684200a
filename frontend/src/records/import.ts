// A maker's list from a file: dropped or chosen, given to Home Assistant's own upload, read by the gateway.
//
// The file is full of passwords: it is not kept here, and what is wrong with a line is told by its number.

import { mdiFileUpload } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { DOMAIN, call, define, reason, send } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";

export interface Importing {
  done: number;
  total: number;
}

interface Report {
  added: number;
  changed: number;
  unchanged: number;
  fault_count: number;
  faults: { line: number; fault: string }[];
}

const MAX_BYTES = 16 * 2 ** 20; // the gateway takes no more
const TYPES = ".csv,.txt,text/csv,text/plain";

export class RecordsImport extends Page {
  @property({ attribute: false }) importing: Importing | null = null;
  @state() isBusy = false;
  @state() private isOver = false;
  @state() private report: Report | undefined;
  @state() private error = "";

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .inside {
        display: grid;
        gap: 16px;
        padding: 0 16px 16px;
      }
      label {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 8px 16px;
        padding: 32px 16px;
        border: 2px dashed var(--divider-color);
        border-radius: var(--ha-border-radius-lg, 12px);
        color: var(--primary-text-color);
        cursor: pointer;
        text-align: center;
      }
      label.over,
      label:focus-within {
        border-color: var(--primary-color);
        background: color-mix(in srgb, var(--primary-color) 8%, transparent);
      }
      label span {
        color: color-mix(in srgb, var(--primary-color) 70%, var(--primary-text-color));
        text-decoration: underline;
      }
      input {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      progress {
        width: 100%;
        accent-color: var(--primary-color);
      }
      li {
        padding: 4px 0;
        min-height: 0;
      }
      li + li {
        border: 0;
      }
    `,
  ];

  override render(): TemplateResult {
    const isImporting = this.isBusy || this.importing !== null;
    return html`<ha-card>
      <h2>${this.r("import")}</h2>
      <p>${this.r("import_text")}</p>
      <div class="inside">
        ${isImporting
          ? this.renderProgress()
          : html`<label
              class=${this.isOver ? "over" : ""}
              @dragover=${(event: DragEvent) => this.over(event, true)}
              @dragleave=${(event: DragEvent) => this.over(event, false)}
              @drop=${this.dropped}
            >
              <ha-svg-icon .path=${mdiFileUpload}></ha-svg-icon>
              ${this.r("drop")} <span>${this.r("choose")}</span>
              <input type="file" accept=${TYPES} @change=${this.chosen} />
            </label>`}
        <div role="status">
          ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
          ${this.report ? this.renderReport(this.report) : nothing}
        </div>
      </div>
    </ha-card>`;
  }

  private renderProgress(): TemplateResult {
    const { done, total } = this.importing ?? { done: 0, total: 0 };
    const number = (value: number) => value.toLocaleString(this.hass.language);
    const text = total
      ? this.r("importing_of", { done: number(done), total: number(total) })
      : this.r("importing");
    return html`<div>
      <progress aria-label=${text} max="1" value=${total ? done / total : nothing}></progress>
      <div class="acts">
        <span class="what">${text}</span>
        <ha-button size="small" appearance="plain" @click=${this.cancel}
          >${this.hass.localize("ui.common.cancel")}</ha-button
        >
      </div>
    </div>`;
  }

  private renderReport({ added, changed, unchanged, fault_count, faults }: Report): TemplateResult {
    const further = fault_count - faults.length;
    return html`<ha-alert alert-type=${fault_count ? "warning" : "success"}>
      ${this.r("report", { added, changed, unchanged })}
      ${fault_count ? html`<div>${this.n("records.faults", fault_count)}</div>` : nothing}
      <ul>
        ${faults.map(({ line, fault }) => html`<li>${this.fault(fault, line)}</li>`)}
      </ul>
      ${further > 0 ? this.n("records.further", further) : nothing}
    </ha-alert>`;
  }

  private fault(fault: string, line: number): string {
    const key = `component.${DOMAIN}.exceptions.record_line_${fault}.message`;
    return this.hass.localize(key, { line }) || `${line}: ${fault}`;
  }

  private over(event: DragEvent, isOver: boolean): void {
    event.preventDefault();
    this.isOver = isOver;
  }

  private dropped(event: DragEvent): void {
    this.over(event, false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 1) void this.take(files[0]);
    else this.fail(this.r("one_file"));
  }

  private chosen(event: Event): void {
    void this.take((event.target as HTMLInputElement).files?.[0]);
  }

  private async take(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > MAX_BYTES) return this.fail(this.r("too_large"));
    this.isBusy = true;
    this.error = "";
    this.report = undefined;
    try {
      const file_id = await this.upload(file);
      this.report = await call<Report>(this.hass, "import_records", { file_id });
    } catch (error) {
      this.error = reason(this.hass, error);
    } finally {
      this.isBusy = false;
      this.importing = null;
    }
    send(this, "imported", {});
  }

  /** Give a file to Home Assistant; it is removed there as soon as the gateway has read it. */
  private async upload(file: File): Promise<string> {
    const body = new FormData();
    body.append("file", file, "list.csv");
    const answer = await this.hass.fetchWithAuth("/api/file_upload", { method: "POST", body });
    if (!answer.ok) throw new Error(this.r("not_uploaded"));
    return ((await answer.json()) as { file_id: string }).file_id;
  }

  private async cancel(): Promise<void> {
    await this.attempt(() => call(this.hass, "cancel_import"));
  }

  private fail(error: string): void {
    this.report = undefined;
    this.error = error;
  }

  private r(key: string, values?: Record<string, string | number>): string {
    return this.t(`records.${key}`, values);
  }
}

define("isg-records-import", RecordsImport);
