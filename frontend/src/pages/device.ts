// One device: what nobody can change, what it is set to, and its deployments side by side (FIG 7).

import { mdiArrowLeft, mdiDelete, mdiPencil } from "@mdi/js";
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import "../dialogs/confirm-dialog";
import "../dialogs/deployment-dialog";
import "../elements/device-monitoring";
import "../elements/device-ownership";
import "../elements/waiting-commands";
import "../elements/session-trace";
import { PANEL_PATH, type Refusal, call, define, navigate, openDialog, reason, toast } from "../ha";
import { Page } from "../page";
import { shared, tableStyles } from "../styles";
import type { ShownDevice } from "./overview";

export type Value = boolean | number | string;

export interface Setting {
  key: string;
  name: string;
  type: string;
  default: Value;
  value: Value;
  unit?: string;
  range?: [string, string, string];
  options?: string[];
  risky?: boolean;
}

export interface Deployment {
  name: string;
  values: Record<string, Value>;
}

export interface Deployments {
  trial_s: number;
  settings: Setting[];
  factory: Record<string, Value>;
  deployments: Deployment[];
  active: string | null;
  in_force: string | null;
  pending: { name: string; by: string | null; asked_at: string } | null;
  revision: number;
  may_change: boolean;
}

const NEEDS_YES = "confirmation_needed";

class DevicePage extends Page {
  @property({ attribute: false }) device!: ShownDevice;
  @state() private shown: Deployments | undefined;
  @state() private error = "";

  static override styles = [
    shared,
    tableStyles,
    css`
      th,
      td {
        padding: 8px 16px 8px 0;
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      td.left-out {
        color: var(--secondary-text-color);
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .head h1 {
        margin: 0;
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
        overflow-wrap: anywhere;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("device") as ShownDevice | undefined;
    // When the link comes back the device may be set to something else than before.
    if (
      changed.has("device") &&
      (before?.serial !== this.device.serial || before.is_connected !== this.device.is_connected)
    ) {
      void this.load();
    }
  }

  override render(): TemplateResult {
    const { device } = this;
    return html`
      <div class="content">
        <div class="head">
          <ha-icon-button
            .path=${mdiArrowLeft}
            .label=${this.hass.localize("ui.common.back")}
            @click=${() => navigate(`${PANEL_PATH}/overview`)}
          ></ha-icon-button>
          <h1>${device.name}</h1>
        </div>
        ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
        <isg-device-ownership .hass=${this.hass} .narrow=${this.narrow} .serial=${device.serial} .name=${device.name}></isg-device-ownership>
        ${this.shown?.may_change
          ? html`<isg-session-trace .hass=${this.hass} .serial=${device.serial}></isg-session-trace>`
          : nothing}
        <isg-waiting-commands .hass=${this.hass} .serial=${device.serial}></isg-waiting-commands>
        ${this.shown ? this.renderSettings(this.shown) : nothing}
        ${this.shown
          ? html`<isg-device-monitoring
              .hass=${this.hass}
              .serial=${device.serial}
            ></isg-device-monitoring>`
          : nothing}
        ${!this.shown && !this.error
          ? html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`
          : nothing}
      </div>
    `;
  }

  private renderSettings(shown: Deployments): TemplateResult {
    return html`
      <ha-card>
        <h2>${this.t("device.deployments")}</h2>
        <p>${this.t("device.deployments_text")}</p>
        ${shown.pending ? this.renderPending(shown.pending.name) : nothing}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("device.setting")}</th>
                <th scope="col">${this.t("device.now")}</th>
                ${shown.deployments.map((one) => this.renderHead(shown, one))}
              </tr>
            </thead>
            <tbody>
              ${shown.settings.map(
                (setting) => html`<tr>
                  <th scope="row">
                    ${setting.name}
                    ${setting.risky
                      ? html`<div class="more">${this.t("device.risky")}</div>`
                      : nothing}
                  </th>
                  <td>${this.text(setting, setting.value)}</td>
                  ${shown.deployments.map((one) => {
                    const value = one.values[setting.key];
                    return value === undefined
                      ? html`<td class="left-out">${this.t("device.left_out")}</td>`
                      : html`<td>${this.text(setting, value)}</td>`;
                  })}
                </tr>`,
              )}
            </tbody>
          </table>
        </div>
        ${shown.may_change
          ? html`<p>
              <ha-button @click=${() => this.edit(shown)}>${this.t("device.add")}</ha-button>
            </p>`
          : nothing}
      </ha-card>
      <ha-card>
        <h2>${this.t("device.factory")}</h2>
        <p>${this.t("device.factory_text")}</p>
        <div class="scroll">
          <table>
            <tbody>
              ${Object.entries(shown.factory).map(
                ([name, value]) => html`<tr>
                  <th scope="row">${name}</th>
                  <td>${String(value)}</td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </ha-card>
    `;
  }

  private renderHead(shown: Deployments, one: Deployment): TemplateResult {
    const isInForce = shown.in_force === one.name;
    return html`<th scope="col">
      <div>${one.name}</div>
      ${isInForce ? html`<div class="more">${this.t("device.in_force")}</div>` : nothing}
      ${shown.may_change
        ? html`<div class="acts">
            ${isInForce
              ? nothing
              : html`<ha-button
                  size="small"
                  appearance="filled"
                  @click=${() => this.activate(one.name)}
                  >${this.t("device.activate")}</ha-button
                >`}
            <ha-icon-button
              .path=${mdiPencil}
              .label=${this.t("device.edit", { name: one.name })}
              @click=${() => this.edit(shown, one)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${mdiDelete}
              .label=${this.t("device.delete", { name: one.name })}
              @click=${() => this.ask(shown, one.name)}
            ></ha-icon-button>
          </div>`
        : nothing}
    </th>`;
  }

  private renderPending(name: string): TemplateResult {
    return html`<ha-alert alert-type="info">
      ${this.t("device.pending", { name })}
      <ha-button
        slot="action"
        size="small"
        @click=${() => this.act(() => call(this.hass, "cancel_deployment", this.one()))}
        >${this.t("device.cancel")}</ha-button
      >
    </ha-alert>`;
  }

  private text(setting: Setting, value: Value): string {
    if (typeof value === "boolean") return this.t(value ? "device.on" : "device.off");
    return setting.unit ? `${value} ${setting.unit}` : String(value) || "–";
  }

  private one(): { serial: string } {
    return { serial: this.device.serial };
  }

  private async load(): Promise<void> {
    try {
      this.shown = await call<Deployments>(this.hass, "deployments", this.one());
      this.error = "";
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }

  private async act(act: () => Promise<unknown>): Promise<void> {
    await this.attempt(act);
    await this.load();
  }

  private edit(shown: Deployments, deployment?: Deployment): void {
    openDialog(this, "isg-deployment-dialog", {
      serial: this.device.serial,
      settings: shown.settings,
      revision: shown.revision,
      deployment,
      saved: () => this.load(),
    });
  }

  private ask(shown: Deployments, name: string): void {
    openDialog(this, "isg-confirm-dialog", {
      title: this.t("device.delete", { name }),
      text: this.t("device.delete_text"),
      yes: this.hass.localize("ui.common.delete"),
      act: async () => {
        await call(this.hass, "delete_deployment", {
          ...this.one(),
          name,
          revision: shown.revision,
        });
        await this.load();
      },
    });
  }

  /** Switch; what could keep the owner out is asked about first, in the words of the refusal. */
  private async activate(name: string, isConfirmed = false): Promise<void> {
    try {
      const { applied } = await call<{ applied: boolean }>(this.hass, "activate_deployment", {
        ...this.one(),
        name,
        confirm: isConfirmed,
      });
      toast(this, this.t(applied ? "device.applied" : "device.waits", { name }));
    } catch (error) {
      if ((error as Refusal).code !== NEEDS_YES || isConfirmed) {
        toast(this, reason(this.hass, error));
      } else {
        openDialog(this, "isg-confirm-dialog", {
          title: this.t("device.risky_title", { name }),
          text: reason(this.hass, error),
          yes: this.t("device.try"),
          act: () => this.activate(name, true),
        });
      }
    }
    await this.load();
  }
}

define("isg-device", DevicePage);
