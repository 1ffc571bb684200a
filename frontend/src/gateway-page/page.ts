// The page of the gateway itself, for administrators of Home Assistant.

import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { DOMAIN, define } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { moment } from "../texts";
import "./databases";
import "./links";
import "./modules";
import { tables } from "./part";
import "./pings";
import type { Links, Snapshot } from "./snapshot";

class GatewayPage extends Page {
  @state() private hasOptions = false;
  private readonly gateway = new Subscription<Snapshot>(this, "gateway_page");

  static override styles = [shared, tables];

  override connectedCallback(): void {
    super.connectedCallback();
    // What each part is for is said in the form of the integration's options.
    void this.hass
      .loadBackendTranslation("options", DOMAIN)
      .finally(() => (this.hasOptions = true));
  }

  override render(): TemplateResult {
    const shown = this.gateway.value;
    if (!shown || !this.hasOptions) return this.waiting(this.gateway);
    const { hass, narrow } = this;
    return html`<div class="content">
      <isg-gateway-modules
        .hass=${hass}
        .modules=${shown.modules}
        .entry=${shown.entry}
      ></isg-gateway-modules>
      <isg-gateway-databases
        .hass=${hass}
        .narrow=${narrow}
        .databases=${shown.databases}
      ></isg-gateway-databases>
      <isg-gateway-links .hass=${hass} .narrow=${narrow} .links=${shown.links}></isg-gateway-links>
      <isg-gateway-pings .hass=${hass} .pings=${shown.pings}></isg-gateway-pings>
      ${this.renderVersions(shown)} ${this.renderBackups(shown)} ${this.renderOthers(shown.links)}
    </div>`;
  }

  private renderVersions({ versions }: Snapshot): TemplateResult {
    return html`<ha-card>
      <h2 id="versions">${this.t("gateway.versions")}</h2>
      <div class="table">
        <table aria-labelledby="versions">
          <tbody>
            ${this.row("integration", versions.integration)}
            ${this.row("protocol", String(versions.protocol))}
            ${this.row("home_assistant", versions.home_assistant)}
          </tbody>
        </table>
      </div>
      ${versions.too_old
        ? html`<ha-alert alert-type="warning"
            >${this.n("gateway.too_old", versions.too_old)}</ha-alert
          >`
        : html`<p>${this.t("gateway.no_old")}</p>`}
    </ha-card>`;
  }

  private renderBackups({ restore }: Snapshot): TemplateResult {
    const { at, waiting, locked_out } = restore;
    return html`<ha-card>
      <h2 id="backups">${this.t("gateway.backups")}</h2>
      <p>${this.t("gateway.backups_text")}</p>
      <div class="table">
        <table aria-labelledby="backups">
          <tbody>
            ${this.row("restored", at ? moment(this.hass, at) : this.t("gateway.never"))}
          </tbody>
        </table>
      </div>
      ${waiting
        ? html`<ha-alert alert-type="warning"
            >${this.n("gateway.restore_waiting", waiting)}</ha-alert
          >`
        : nothing}
      ${locked_out
        ? html`<ha-alert alert-type="warning"
            >${this.n("gateway.restore_locked", locked_out)}</ha-alert
          >`
        : nothing}
      ${waiting || locked_out ? nothing : html`<p>${this.t("gateway.restore_settled")}</p>`}
    </ha-card>`;
  }

  private renderOthers(links: Links): TemplateResult {
    const standingBy = links.states["standby"] ?? 0;
    const said = [
      links.invited ? this.n("gateway.invited", links.invited) : "",
      links.guest_here ? this.n("gateway.guest_here", links.guest_here) : "",
      standingBy ? this.n("gateway.standing_by", standingBy) : "",
    ].filter(Boolean);
    return html`<ha-card>
      <h2>${this.t("gateway.others")}</h2>
      <p>
        ${this.t("gateway.others_text")}<br />
        ${said.length ? said.map((one) => html`${one}<br />`) : this.t("gateway.no_others")}
      </p>
    </ha-card>`;
  }

  private row(key: string, value: string): TemplateResult {
    return html`<tr>
      <th scope="row">${this.t(`gateway.${key}`)}</th>
      <td>${value}</td>
    </tr>`;
  }
}

define("isg-gateway", GatewayPage);
