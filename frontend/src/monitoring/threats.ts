// What is open now, threats over time, and the list of them.

import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { call, define, send, toast } from "../ha";
import { shared } from "../styles";
import { word } from "../texts";
import "./chart";
import { type Filter, LEVELS } from "./model";
import { Part, partStyles } from "./part";

const ALL = "*";
const NO_DEVICE = "-";

class Threats extends Part {
  @property({ attribute: false }) filter: Filter = {};

  static override styles = [
    shared,
    partStyles,
    css`
      .now {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
        align-items: center;
        padding: 16px;
        color: var(--primary-text-color);
      }
      h2 + .inside {
        padding-top: 8px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { threats, left_out, open, levels, days } = this.shown;
    const openHere = threats.filter((one) => one.is_open);
    return html`
      <ha-card>
        <div class="now">
          <span class="level"
            ><span class="dot ${levels.all}"></span>${this.m("now", {
              level: word(this.hass, "level", levels.all),
            })}</span
          >
          <span>${open ? this.n("monitoring.open", open) : this.m("open_none")}</span>
        </div>
      </ha-card>
      <isg-threat-chart .hass=${this.hass} .days=${days}></isg-threat-chart>
      <ha-card>
        <h2>${this.m("list")}</h2>
        <div class="inside">${this.renderFilter()}</div>
        ${threats.length
          ? html`<ul>
              ${threats.map((one) => this.renderThreat(one))}
            </ul>`
          : html`<p>${this.m("list_none")}</p>`}
        ${left_out ? html`<p>${this.n("monitoring.left_out", left_out)}</p>` : nothing}
        ${openHere.length
          ? html`<p>
              <ha-button
                appearance="plain"
                @click=${() => this.acknowledge(openHere.map((one) => one.id))}
                >${this.m("acknowledge_shown")}</ha-button
              >
            </p>`
          : nothing}
      </ha-card>
    `;
  }

  private renderFilter(): TemplateResult {
    const { serial, level, is_open } = this.filter;
    const devices = [
      { value: ALL, label: this.m("every_device") },
      ...this.shown.devices.map((one) => ({ value: one.serial, label: one.name })),
      ...(this.hass.user.is_admin ? [{ value: NO_DEVICE, label: this.m("no_device") }] : []),
    ];
    const levels = LEVELS.map((value) => ({ value, label: word(this.hass, "level", value) }));
    const choose = (name: string, options: object[]) => ({
      name,
      required: true,
      selector: { select: { mode: "dropdown", options } },
    });
    const schema = [
      {
        name: "",
        type: "grid",
        column_min_width: "200px",
        schema: [
          choose("serial", devices),
          choose("level", levels),
          { name: "is_open", selector: { boolean: {} } },
        ],
      },
    ];
    return html`<ha-form
      .hass=${this.hass}
      .schema=${schema}
      .data=${{
        serial: serial === undefined ? ALL : serial || NO_DEVICE,
        level: level ?? LEVELS[0],
        is_open: is_open ?? false,
      }}
      .computeLabel=${(field: { name: string }) => this.m(`filter.${field.name}`)}
      @value-changed=${this.narrowed}
    ></ha-form>`;
  }

  private narrowed(event: CustomEvent<{ value: Required<Filter> }>): void {
    event.stopPropagation();
    const { serial, level, is_open } = event.detail.value;
    const filter: Filter = { level, is_open };
    if (serial !== ALL) filter.serial = serial === NO_DEVICE ? "" : serial;
    send(this, "filter-changed", { filter });
  }

  private async acknowledge(threats: string[]): Promise<void> {
    await this.attempt(async () => {
      const done = await call<{ acknowledged: number }>(this.hass, "acknowledge_threats", { threats });
      toast(this, this.n("monitoring.acknowledged", done.acknowledged));
    });
  }
}

define("isg-threats", Threats);
