// What became of the pings that arrived, and how many are looked at at all.

import { type TemplateResult, html } from "lit";
import { property } from "lit/decorators.js";
import { define } from "../ha";
import { Part } from "./part";
import type { Pings } from "./snapshot";

class GatewayPings extends Part {
  @property({ attribute: false }) pings!: Pings;

  override render(): TemplateResult {
    const { pings } = this;
    return html`<ha-card>
      <h2 id="title">${this.t("pings")}</h2>
      <p>
        ${pings.port === null ? this.t("pings_off") : this.t("pings_on", { port: String(pings.port) })}
        ${this.t("pings_rates", {
          source: this.number(pings.source_rate),
          total: this.number(pings.total_rate),
          discovered: this.number(pings.max_discovered),
        })}
      </p>
      <div class="table">
        <table aria-labelledby="title">
          <thead>
            <tr>
              <th scope="col">${this.t("fate")}</th>
              <th scope="col" class="number">${this.t("count")}</th>
            </tr>
          </thead>
          <tbody>
            ${this.row(this.t("received"), pings.received)}
            ${Object.entries(pings.fates).map(([fate, count]) =>
              this.row(this.t(`fate_${fate}`), count),
            )}
            ${this.row(this.t("discovered"), pings.discovered)}
          </tbody>
        </table>
      </div>
    </ha-card>`;
  }

  private row(name: string, count: number): TemplateResult {
    return html`<tr>
      <th scope="row">${name}</th>
      <td class="number">${this.number(count)}</td>
    </tr>`;
  }
}

define("isg-gateway-pings", GatewayPings);
