// The table out as a file, and in again; what that would change is shown first (B11).

import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { call, define, reason, toast } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { type Difference, differenceStyles, renderDifference } from "./differences";
import type { Shown } from "./model";
import { Names } from "./naming";

interface Preview {
  differences: Difference[];
  count: number;
  version: string;
}

type Format = "json" | "csv";

class PermissionExchange extends Page {
  @property({ attribute: false }) shown!: Shown;
  @state() private content = "";
  @state() private preview: Preview | undefined;
  @state() private error = "";
  @state() private isBusy = false;

  static override styles = [
    shared,
    differenceStyles,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .inside {
        padding: 0 16px 16px;
        display: grid;
        gap: 16px;
      }
      input {
        max-width: 100%;
        color: var(--secondary-text-color);
        font: inherit;
      }
      input::file-selector-button {
        margin-inline-end: 16px;
        padding: 8px 16px;
        border: 1px solid var(--divider-color);
        border-radius: 20px;
        background: none;
        color: var(--primary-color);
        font: inherit;
        font-weight: var(--ha-font-weight-medium, 500);
        cursor: pointer;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <ha-card>
        <h2>${this.p("export")}</h2>
        <p>${this.p("export_text")}</p>
        <div class="inside">
          <div class="acts">
            ${(["json", "csv"] as const).map(
              (format) => html`<ha-button appearance="filled" @click=${() => this.out(format)}
                >${this.p(`export_${format}`)}</ha-button
              >`,
            )}
          </div>
        </div>
      </ha-card>
      <ha-card>
        <h2>${this.p("import")}</h2>
        <p>${this.p("import_text")}</p>
        <div class="inside">
          <input
            type="file"
            accept=".json,.csv,application/json,text/csv"
            aria-label=${this.p("choose_file")}
            @change=${this.read}
          />
          <ha-form
            .hass=${this.hass}
            .data=${{ content: this.content }}
            .schema=${[{ name: "content", selector: { text: { multiline: true } } }]}
            .computeLabel=${(field: { name: string }) => this.p(`fields.${field.name}`)}
            @value-changed=${(event: CustomEvent<{ value: { content?: string } }>) =>
              this.take(event.detail.value.content ?? "")}
          ></ha-form>
          <div class="acts">
            <ha-button .disabled=${!this.content || this.isBusy} @click=${this.look}
              >${this.p("preview")}</ha-button
            >
          </div>
          <div role="status">
            ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
            ${this.preview ? this.renderPreview(this.preview) : nothing}
          </div>
        </div>
      </ha-card>
    `;
  }

  private renderPreview({ differences, count }: Preview): TemplateResult {
    if (!count) return html`${this.p("no_difference")}`;
    const names = new Names(this.hass, this.shown);
    return html`
      <div class="name">${this.n("permissions.differences", count)}</div>
      ${differences.map((one) => renderDifference(one, names, (key) => this.p(key)))}
      <ha-button .loading=${this.isBusy} @click=${this.apply}>${this.p("apply")}</ha-button>
    `;
  }

  private get format(): Format {
    return /^\s*[[{]/.test(this.content) ? "json" : "csv";
  }

  private async out(format: Format): Promise<void> {
    await this.attempt(async () => {
      const { content } = await call<{ content: string }>(this.hass, "export_permissions", {
        format,
      });
      const type = format === "json" ? "application/json" : "text/csv";
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([content], { type }));
      link.download = `permissions.${format}`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }

  private async read(event: Event): Promise<void> {
    const [file] = (event.target as HTMLInputElement).files ?? [];
    if (file) this.take(await file.text());
  }

  private take(content: string): void {
    this.content = content;
    this.preview = undefined;
    this.error = "";
  }

  private async look(): Promise<void> {
    const { format, content } = this;
    await this.judged(async () => {
      this.preview = await call<Preview>(this.hass, "preview_permissions", { format, content });
    });
  }

  private async apply(): Promise<void> {
    const { format, content, preview } = this;
    await this.judged(async () => {
      const version = preview?.version;
      await call(this.hass, "import_permissions", { format, content, version });
      this.take("");
      toast(this, this.p("imported"));
    });
  }

  private async judged(act: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.error = "";
    try {
      await act();
    } catch (error) {
      this.preview = undefined; // what it showed may be true no more
      this.error = reason(this.hass, error);
    } finally {
      this.isBusy = false;
    }
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }
}

define("isg-permission-exchange", PermissionExchange);
