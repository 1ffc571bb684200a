// Where the gateway keeps what it knows, and how those places do.

import { type TemplateResult, html } from "lit";
import { property } from "lit/decorators.js";
import { define } from "../ha";
import { moment } from "../texts";
import { Part } from "./part";
import type { Database } from "./snapshot";

class GatewayDatabases extends Part {
  @property({ attribute: false }) databases: Database[] = [];

  override render(): TemplateResult {
    return html`<ha-card>
      <h2 id="title">${this.t("databases")}</h2>
      ${this.narrow ? this.renderList() : this.renderTable()}
    </ha-card>`;
  }

  private renderTable(): TemplateResult {
    return html`<div class="table">
      <table aria-labelledby="title">
        <thead>
          <tr>
            <th scope="col">${this.t("database")}</th>
            <th scope="col">${this.t("where")}</th>
            <th scope="col" class="number">${this.t("lines")}</th>
            <th scope="col" class="number">${this.t("size")}</th>
            <th scope="col">${this.t("written")}</th>
            <th scope="col">${this.t("state")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.databases.map(
            (one) => html`<tr>
              <th scope="row">${this.t(`database_${one.kind}`)}</th>
              <td>
                ${one.name}
                <div class="more">${this.kind(one)}</div>
              </td>
              <td class="number">${this.lines(one)}</td>
              <td class="number">${this.size(one)}</td>
              <td>${this.written(one)}</td>
              <td>${this.state(one)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderList(): TemplateResult {
    return html`<ul>
      ${this.databases.map(
        (one) => html`<li>
          <div class="what">
            <div class="name">${this.t(`database_${one.kind}`)}</div>
            <div class="more">${one.name} ${this.kind(one)}</div>
            <div class="more">
              ${this.t("lines")}: ${this.lines(one)} · ${this.t("size")}: ${this.size(one)}
            </div>
            <div class="more">${this.t("written")}: ${this.written(one)}</div>
            <div>${this.state(one)}</div>
          </div>
        </li>`,
      )}
    </ul>`;
  }

  private kind(one: Database): string {
    if (one.kind === "stores") return "";
    return this.t(one.is_file ? "sqlite" : "postgresql");
  }

  private lines(one: Database): string {
    if (one.lines === null) return this.t("unknown");
    return one.kind === "stores"
      ? this.t("files", { count: one.lines })
      : this.number(one.lines);
  }

  private size(one: Database): string {
    return one.size === null ? this.t("unknown") : this.bytes(one.size);
  }

  private written(one: Database): string {
    return one.written_at ? moment(this.hass, one.written_at) : this.t("not_yet");
  }

  private state(one: Database): string {
    if (!one.is_on) return this.t("switched_off");
    return this.t(one.is_reached ? "reached" : "not_reached");
  }
}

define("isg-gateway-databases", GatewayDatabases);
