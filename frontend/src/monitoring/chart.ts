// Threats over time: a bar for each day, stacked by level; the same as a table for whoever reads that better.

import { type TemplateResult, css, html, nothing, svg } from "lit";
import { property } from "lit/decorators.js";
import { define } from "../ha";
import { Page } from "../page";
import { shared, tableStyles } from "../styles";
import { word } from "../texts";
import { type Day, LEVELS } from "./model";
import { partStyles } from "./part";

const HEIGHT = 100; // of the drawing; it is stretched to its place
const BAR = 10;
const GAP = 2;

class ThreatChart extends Page {
  @property({ attribute: false }) days: Day[] = [];

  static override styles = [
    shared,
    tableStyles,
    partStyles,
    css`
      .drawing {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 8px;
        padding: 0 16px;
        font-size: var(--ha-font-size-s, 12px);
        color: var(--secondary-text-color);
      }
      .scale {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        text-align: end;
      }
      svg {
        width: 100%;
        height: 140px;
        display: block;
        border-bottom: 1px solid var(--divider-color);
      }
      rect {
        background: none;
      }
      .days {
        grid-column: 2;
        display: flex;
        justify-content: space-between;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding: 12px 16px;
      }
      .level {
        min-width: 0;
        font-size: var(--ha-font-size-s, 12px);
      }
      details {
        padding: 0 0 16px;
      }
      summary {
        padding: 0 16px 8px;
        cursor: pointer;
        color: var(--primary-text-color);
      }
      td {
        text-align: end;
      }
    `,
  ];

  override render(): TemplateResult {
    const total = this.days.reduce((sum, day) => sum + of(day), 0);
    return html`<ha-card>
      <h2>${this.m("over_time")}</h2>
      <p>${total ? this.m("over_time_text", { count: total }) : this.m("over_time_none")}</p>
      ${total ? this.renderDrawing(total) : nothing}
    </ha-card>`;
  }

  private renderDrawing(total: number): TemplateResult {
    const most = Math.max(...this.days.map(of));
    const width = this.days.length * (BAR + GAP);
    return html`
      <div class="drawing">
        <div class="scale" aria-hidden="true"><span>${most}</span><span>0</span></div>
        <svg
          viewBox="0 0 ${width} ${HEIGHT}"
          preserveAspectRatio="none"
          role="img"
          aria-label="${this.m("over_time")}: ${this.m("over_time_text", { count: total })}"
        >
          ${this.days.map((day, at) => bar(day, at * (BAR + GAP), most))}
        </svg>
        <div class="days" aria-hidden="true">
          <span>${this.day(this.days[0])}</span><span>${this.day(this.days.at(-1))}</span>
        </div>
      </div>
      <div class="legend">
        ${LEVELS.toReversed().map(
          (level) => html`<span class="level"
            ><span class="dot ${level}"></span>${word(this.hass, "level", level)}</span
          >`,
        )}
      </div>
      <details>
        <summary>${this.m("as_table")}</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.m("day")}</th>
                ${LEVELS.map((level) => html`<th scope="col">${word(this.hass, "level", level)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${this.days
                .filter((day) => of(day))
                .toReversed()
                .map(
                  (day) => html`<tr>
                    <th scope="row">${this.day(day)}</th>
                    ${day.counts.map((count) => html`<td>${count}</td>`)}
                  </tr>`,
                )}
            </tbody>
          </table>
        </div>
      </details>
    `;
  }

  private day(day: Day | undefined): string {
    return new Date(`${day?.day}T00:00:00Z`).toLocaleDateString(this.hass.language, {
      day: "numeric",
      month: "short",
      timeZone: "UTC",
    });
  }

  private m(key: string, values?: Record<string, number>): string {
    return this.t(`monitoring.${key}`, values);
  }
}

function of(day: Day): number {
  return day.counts.reduce((sum, count) => sum + count, 0);
}

/** The least grave at the bottom. */
function bar(day: Day, x: number, most: number): TemplateResult[] {
  let top = HEIGHT;
  return day.counts.map((count, at) => {
    const height = (count / most) * HEIGHT;
    top -= height;
    return svg`<rect class=${LEVELS[at]} x=${x} y=${top} width=${BAR} height=${height}></rect>` as TemplateResult;
  });
}

define("isg-threat-chart", ThreatChart);
