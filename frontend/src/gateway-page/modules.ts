// The parts of the gateway on its bus (FIG 2): which are on, which can be left out, and what that costs.

import {
  mdiBell,
  mdiCached,
  mdiCog,
  mdiDatabase,
  mdiLanConnect,
  mdiPuzzle,
  mdiShieldAlert,
} from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import "../dialogs/confirm-dialog";
import { DOMAIN, call, define, openDialog, reason, toast } from "../ha";
import { shared } from "../styles";
import { Part } from "./part";
import type { Module } from "./snapshot";

// What cannot be left out.
const ALWAYS: [string, string][] = [
  ["box_devices", mdiLanConnect],
  ["box_caches", mdiCached],
  ["box_persistence", mdiDatabase],
  ["box_configuration", mdiCog],
  ["box_rules", mdiShieldAlert],
];
const TELLS_MORE = ["audit", "console"]; // what it costs to be without them is said once more

class GatewayModules extends Part {
  @property({ attribute: false }) modules: Module[] = [];
  @property() entry: string | null = null;

  static override styles = [
    shared,
    css`
      .boxes {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        padding: 0 10px;
        margin: 8px 0 16px;
      }
      .boxes li {
        padding: 12px 6px;
        border: none;
        border-bottom: 4px solid var(--primary-color);
        align-items: stretch;
        color: var(--primary-text-color);
      }
      @media (max-width: 600px) {
        .boxes {
          grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
        }
        .boxes li {
          padding: 8px 3px;
        }
      }
      .boxes .box {
        box-sizing: border-box;
        width: 100%;
        padding: 8px;
        border: 1px solid var(--primary-color);
        border-radius: var(--ha-card-border-radius, 12px);
        overflow-wrap: anywhere;
      }
      .boxes .off .box {
        border-style: dashed;
        border-color: var(--divider-color);
      }
      .said {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      li {
        flex-wrap: nowrap;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<ha-card>
      <h2>${this.t("modules")}</h2>
      <p>${this.t("modules_text")}</p>
      <ul class="boxes">
        ${ALWAYS.map(([key, icon]) => this.box(this.t(key), icon, this.t("always"), true))}
        ${this.modules.map((one) =>
          this.box(this.name(one), iconOf(one), this.t(one.is_on ? "on" : "off"), one.is_on),
        )}
      </ul>
      <ul>
        ${this.modules.map((one) => this.renderSwitch(one))}
      </ul>
      ${this.entry
        ? html`<p>
            <ha-button
              appearance="plain"
              href="/config/integrations/integration/${DOMAIN}#config_entry=${this.entry}"
              >${this.t("options")}</ha-button
            >
          </p>`
        : nothing}
    </ha-card>`;
  }

  private box(name: string, icon: string, state: string, isOn: boolean): TemplateResult {
    return html`<li class=${isOn ? "on" : "off"}>
      <div class="box">
        <ha-svg-icon .path=${icon}></ha-svg-icon>
        <div>${name}</div>
        <div class="more">${state}</div>
      </div>
    </li>`;
  }

  private renderSwitch(module: Module): TemplateResult {
    const name = this.name(module);
    return html`<li>
      <div class="what">
        <div class="name">${name}</div>
        <div class="more">${this.option(module, "data_description")}</div>
      </div>
      <ha-switch
        .checked=${module.is_on}
        @change=${(event: Event) => this.change(module, event.currentTarget as HTMLInputElement)}
        ><span class="said">${this.t("switch", { module: name })}</span></ha-switch
      >
    </li>`;
  }

  private name(module: Module): string {
    return this.option(module, "data") || module.name;
  }

  /** Return a text of the form in which the same can be switched. */
  private option(module: Module, kind: string): string {
    const key = `component.${DOMAIN}.options.step.modules.${kind}.${module.name}`;
    return this.hass.localize(key);
  }

  private change(module: Module, shown: HTMLInputElement): void {
    const isOn = shown.checked;
    if (isOn) {
      void this.set(module, true).then((error) => {
        if (error) {
          shown.checked = false;
          toast(this, error);
        }
      });
      return;
    }
    shown.checked = true; // until it is confirmed, and done
    const more = TELLS_MORE.includes(module.name) ? this.t(`switch_off_${module.name}`) : "";
    openDialog(this, "isg-confirm-dialog", {
      title: this.t("switch_off", { module: this.name(module) }),
      text: more || this.option(module, "data_description"),
      yes: this.t("do_switch_off"),
      act: async () => {
        const error = await this.set(module, false);
        if (error) toast(this, error);
      },
    });
  }

  /** Switch it; returns why that was refused, or nothing. */
  private async set(module: Module, isOn: boolean): Promise<string> {
    try {
      await call(this.hass, "switch_module", { module: module.name, is_on: isOn });
      return "";
    } catch (error) {
      return reason(this.hass, error);
    }
  }
}

function iconOf(module: Module): string {
  if (module.name === "messaging") return mdiBell;
  return module.name === "audit" || module.name === "readings" ? mdiDatabase : mdiPuzzle;
}

define("isg-gateway-modules", GatewayModules);
