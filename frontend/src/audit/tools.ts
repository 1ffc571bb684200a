// Looking whether the record is what was written, with how far that is; and the record as a file.

import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { call, define, reason } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { type Filter, type Verification, fieldsOf } from "./model";

const ASK_MS = 500;
const MAX_PARTS = 200; // of an export, 500 lines each: what a spreadsheet takes
const TYPES = { csv: "text/csv", jsonl: "application/jsonl" } as const;

class AuditTools extends Page {
  @property({ attribute: false }) filter: Filter = {};
  @property({ type: Boolean }) mayVerify = false;
  @state() private doing: "" | "verify" | "export" = "";
  @state() private done: { share: number | undefined; text: string } = { share: undefined, text: "" };
  @state() private found: Verification | undefined;
  @state() private told = "";
  @state() private error = "";
  private isCancelled = false;

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
      progress {
        width: 100%;
        accent-color: var(--primary-color);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.isCancelled = true;
  }

  override render(): TemplateResult {
    const isBusy = this.doing !== "";
    return html`<ha-card>
      <h2>${this.a("tools")}</h2>
      <p>${this.a(this.mayVerify ? "tools_text" : "export_text")}</p>
      <div class="inside">
        <div class="acts">
          ${this.mayVerify
            ? html`<ha-button .disabled=${isBusy} @click=${this.verify}
                >${this.a("verify")}</ha-button
              >`
            : nothing}
          ${(["csv", "jsonl"] as const).map(
            (format) => html`<ha-button
              appearance="filled"
              .disabled=${isBusy}
              @click=${() => this.out(format)}
              >${this.a(`export_${format}`)}</ha-button
            >`,
          )}
        </div>
        ${isBusy ? this.renderProgress() : nothing}
        <div role="status">
          ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
          ${this.told ? html`<ha-alert>${this.told}</ha-alert>` : nothing}
          ${this.found ? this.renderFound(this.found) : nothing}
        </div>
      </div>
    </ha-card>`;
  }

  private renderProgress(): TemplateResult {
    const { share, text } = this.done;
    return html`<div>
      <progress aria-label=${text} max="1" value=${share ?? nothing}></progress>
      <div class="acts">
        <span class="what">${text}</span>
        ${this.doing === "export"
          ? html`<ha-button
              size="small"
              appearance="plain"
              @click=${() => (this.isCancelled = true)}
              >${this.hass.localize("ui.common.cancel")}</ha-button
            >`
          : nothing}
      </div>
    </div>`;
  }

  private renderFound({ lines, faults }: Verification): TemplateResult {
    if (!faults.length) {
      return html`<ha-alert alert-type="success"
        >${this.n("audit.verified", lines, { lines: this.number(lines) })}</ha-alert
      >`;
    }
    return html`<ha-alert alert-type="error">
      ${this.n("audit.faults", faults.length)}
      <ul>
        ${faults.map(
          ({ kind, first, last }) => html`<li>
            ${this.a(`fault.${kind}`, { first: this.number(first), last: this.number(last) })}
          </li>`,
        )}
      </ul>
    </ha-alert>`;
  }

  private async verify(): Promise<void> {
    await this.busy("verify", async () => {
      this.done = { share: undefined, text: this.a("verifying") };
      const timer = setInterval(() => void this.ask(), ASK_MS);
      try {
        this.found = await call<Verification>(this.hass, "audit_verify");
      } finally {
        clearInterval(timer);
      }
    });
  }

  private async ask(): Promise<void> {
    const { verifying } = await call<{ verifying: { done: number; total: number } | null }>(
      this.hass,
      "audit_progress",
    ).catch(() => ({ verifying: null }));
    if (!verifying?.total || this.doing !== "verify") return;
    const { done, total } = verifying;
    const text = this.a("verifying_of", { done: this.number(done), total: this.number(total) });
    this.done = { share: done / total, text };
  }

  /** What is filtered as a file, part by part; a cancelled one is not saved. */
  private async out(format: keyof typeof TYPES): Promise<void> {
    await this.busy("export", async () => {
      const parts: string[] = [];
      const wanted = { ...fieldsOf(this.filter), format };
      let after: string | null = "";
      while (after !== null && parts.length < MAX_PARTS && !this.isCancelled) {
        this.done = {
          share: undefined,
          text: this.a("exporting", { parts: this.number(parts.length * 500) }),
        };
        const part: { text: string; next: string | null } = await call(this.hass, "audit_export", {
          ...wanted,
          after,
        });
        parts.push(part.text);
        after = part.next;
      }
      if (this.isCancelled) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(parts, { type: TYPES[format] }));
      link.download = `record.${format}`;
      link.click();
      URL.revokeObjectURL(link.href);
      if (after !== null) this.told = this.a("export_cut", { lines: this.number(MAX_PARTS * 500) });
    });
  }

  private async busy(what: "verify" | "export", act: () => Promise<void>): Promise<void> {
    this.doing = what;
    this.error = this.told = "";
    this.found = undefined;
    this.isCancelled = false;
    try {
      await act();
    } catch (error) {
      this.error = reason(this.hass, error);
    } finally {
      this.doing = "";
    }
  }

  private number(value: number): string {
    return value.toLocaleString(this.hass.language);
  }

  private a(key: string, values?: Record<string, string | number>): string {
    return this.t(`audit.${key}`, values);
  }
}

define("isg-audit-tools", AuditTools);
