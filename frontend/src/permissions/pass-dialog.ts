// Make a guest pass: a row, and the link with its code, which are shown this once (B6).

import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { call, define, reason } from "../ha";
import { MOMENTS, USES, commandGroups, commandNames, devices, several } from "./fields";
import type { Shown } from "./model";
import { Names } from "./naming";
import { momentFields, moments } from "./row-form";

interface Params {
  shown: Shown;
}

interface Made {
  number: number;
  link: string;
  is_encrypted: boolean;
  qr: string;
}

const DAY_MS = 86_400_000;

class PassDialog extends Dialog<Params> {
  @state() private fields: Record<string, unknown> | undefined;
  @state() private made: Made | undefined;
  @state() private isCopied = false;

  static override styles = css`
    p {
      color: var(--secondary-text-color);
      margin: 0 0 16px;
    }
    img {
      display: block;
      width: min(240px, 100%);
      margin: 0 auto 16px;
    }
    .link {
      overflow-wrap: anywhere;
      user-select: all;
    }
  `;

  override willUpdate(): void {
    if (!this.params || this.fields) return;
    const tomorrow = new Date(Date.now() + DAY_MS).toISOString();
    const end = momentFields("expires_at", tomorrow, this.hass.config.time_zone);
    this.fields = { commands_groups: ["control"], ...end };
  }

  protected heading(): string {
    return this.p("add_pass");
  }

  protected body(): TemplateResult {
    const { made } = this;
    if (made) {
      const picture = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(made.qr)}`;
      return html`
        <ha-alert alert-type="info">${this.p("pass_done")}</ha-alert>
        ${made.is_encrypted
          ? nothing
          : html`<ha-alert alert-type="warning">${this.p("pass_open")}</ha-alert>`}
        <br />
        <img src=${picture} alt=${this.p("pass_qr")} />
        <p class="link">${made.link}</p>
      `;
    }
    return html`<p>${this.p("pass_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.p(`fields.${field.name}`)}
        @value-changed=${(event: CustomEvent<{ value: Record<string, unknown> }>) =>
          (this.fields = event.detail.value)}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    if (this.made) {
      // Only pages that came encrypted may use the clipboard; otherwise the text can be marked.
      return html`${navigator.clipboard
          ? html`<ha-button slot="secondaryAction" appearance="plain" @click=${this.copy}
              >${this.p(this.isCopied ? "copied" : "copy")}</ha-button
            >`
          : nothing}
        <ha-button slot="primaryAction" @click=${() => (this.isOpen = false)}
          >${this.p("close")}</ha-button
        >`;
    }
    const { name, expires_at_date } = this.fields ?? {};
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!name || !expires_at_date}
        .loading=${this.isBusy}
        @click=${this.make}
        >${this.p("pass_make")}</ha-button
      >`;
  }

  private schema(): object[] {
    const { shown } = this.params!;
    const names = new Names(this.hass, shown);
    const { fields = {} } = this;
    return [
      { name: "name", required: true, selector: { text: {} } },
      several("devices_serials", devices(shown), fields["devices_serials"], (id) =>
        names.device(id),
      ),
      several("commands_groups", commandGroups((key) => this.p(key)), [], String, { mode: "list" }),
      several(
        "commands_names",
        commandNames(shown, names),
        fields["commands_names"],
        (one) => names.command(one),
        { custom_value: true },
      ),
      ...MOMENTS,
      USES,
    ];
  }

  private async make(): Promise<void> {
    const { fields = {} } = this;
    const listed = (name: string) => (fields[name] as string[] | undefined) ?? [];
    const some = (entries: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(entries).filter(([, value]) => value.length));
    const uses_left = fields["uses_left"];
    this.isBusy = true;
    this.error = "";
    try {
      // It stays open: what was made is yet to be handed over.
      this.made = await call<Made>(this.hass, "add_pass", {
        name: fields["name"],
        devices: some({ serials: listed("devices_serials") }),
        commands: some({ groups: listed("commands_groups"), names: listed("commands_names") }),
        ...moments(fields, this.hass.config.time_zone),
        ...(typeof uses_left === "number" ? { uses_left } : {}),
        by: this.params?.shown.grants[0]?.by ?? null,
      });
    } catch (error) {
      this.error = reason(this.hass, error);
    } finally {
      this.isBusy = false;
    }
  }

  private async copy(): Promise<void> {
    if (!this.made) return;
    await navigator.clipboard.writeText(this.made.link);
    this.isCopied = true;
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }
}

define("isg-pass-dialog", PassDialog);
