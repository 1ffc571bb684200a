// The links to devices: how many are in which state, and the numbers of those that one may see.

import { type TemplateResult, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { PANEL_PATH, define, navigate } from "../ha";
import { moment, text } from "../texts";
import { Part } from "./part";
import type { Link, Links } from "./snapshot";

class GatewayLinks extends Part {
  @property({ attribute: false }) links!: Links;

  override render(): TemplateResult {
    const { links } = this;
    const states = Object.entries(links.states)
      .map(([state, count]) => `${this.state(state)} ${this.number(count)}`)
      .join(" · ");
    return html`<ha-card>
      <h2 id="title">${this.t("links")}</h2>
      <p>
        ${links.devices
          ? html`${this.n("links_summary", links.devices)} ${states}`
          : this.t("links_none")}
        ${links.hidden ? html`<br />${this.n("hidden", links.hidden)}` : nothing}
        ${links.left_out ? html`<br />${this.n("left_out", links.left_out)}` : nothing}
      </p>
      ${links.shown.length ? (this.narrow ? this.renderList() : this.renderTable()) : nothing}
    </ha-card>`;
  }

  private renderTable(): TemplateResult {
    return html`<div class="table">
      <table aria-labelledby="title">
        <thead>
          <tr>
            <th scope="col">${this.t("device")}</th>
            <th scope="col">${this.t("link")}</th>
            <th scope="col">${this.t("since")}</th>
            <th scope="col" class="number">${this.t("latency")}</th>
            <th scope="col">${this.t("numbers")}</th>
            <th scope="col">${this.t("firmware")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.links.shown.map(
            (one) => html`<tr>
              <th scope="row">${this.name(one)}</th>
              <td>${this.state(one.state)}</td>
              <td>
                ${this.since(one)}
                <div class="more">${this.n("boots", one.boots)}</div>
              </td>
              <td class="number">${this.latency(one)}</td>
              <td>
                ${this.numbers(one)}
                <div class="more">${this.t(one.has_gsid ? "mode_both" : "mode_dsid")}</div>
              </td>
              <td>${one.firmware || "–"}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderList(): TemplateResult {
    return html`<ul>
      ${this.links.shown.map(
        (one) => html`<li>
          <div class="what">
            ${this.name(one)}
            <div>${this.state(one.state)}</div>
            <div class="more">
              ${this.t("since")}: ${this.since(one)} · ${this.t("latency")}: ${this.latency(one)}
            </div>
            <div class="more">
              ${this.numbers(one)} · ${this.t(one.has_gsid ? "mode_both" : "mode_dsid")} ·
              ${this.n("boots", one.boots)}
            </div>
            <div class="more">${this.t("firmware")}: ${one.firmware || "–"}</div>
          </div>
        </li>`,
      )}
    </ul>`;
  }

  private name(one: Link): TemplateResult {
    const path = `${PANEL_PATH}/overview/${encodeURIComponent(one.serial)}`;
    return html`<a
      class="name"
      href=${path}
      @click=${(event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into a tab of its own
        event.preventDefault();
        navigate(path);
      }}
      >${one.name}</a
    >`;
  }

  private state(state: string): string {
    return text(this.hass, state === "connected" ? "overview.connected" : `problems.${state}`);
  }

  private since(one: Link): string {
    return one.linked_at ? moment(this.hass, one.linked_at) : "–";
  }

  private latency(one: Link): string {
    const ms = one.last_command_ms;
    return ms === null ? "–" : this.t("ms", { ms: this.number(ms, ms < 10 ? 1 : 0) });
  }

  private numbers(one: Link): string {
    return this.t("numbers_text", {
      commands: this.number(one.commands),
      packages: this.number(one.packages),
    });
  }
}

define("isg-gateway-links", GatewayLinks);
