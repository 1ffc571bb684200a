// A week as a picture, and in words beside it: from when until when something is allowed.

import { LitElement, type TemplateResult, css, html, nothing, svg } from "lit";
import { property } from "lit/decorators.js";
import { type Hass, define } from "../ha";
import { text } from "../texts";

export interface Interval {
  start: string;
  end: string;
  allowed: boolean;
  reason: string;
  row: number | null;
}

interface Day {
  date: string;
  allowed: [number, number][]; // minutes of the clock
}

const DAY_MIN = 1440;

export class Week extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) intervals: Interval[] = [];

  static override styles = css`
    :host {
      display: block;
    }
    table {
      width: 100%;
      border-collapse: collapse;
    }
    caption {
      text-align: start;
      padding-bottom: 8px;
      color: var(--secondary-text-color);
    }
    th {
      text-align: start;
      font-weight: normal;
      white-space: nowrap;
      padding-inline-end: 12px;
      width: 1%;
    }
    td {
      padding: 4px 0;
    }
    td.said {
      color: var(--secondary-text-color);
      font-size: var(--ha-font-size-s, 12px);
      padding-inline-start: 12px;
      width: 34%;
    }
    svg {
      display: block;
      width: 100%;
      height: 20px;
    }
    .none {
      fill: var(--divider-color);
    }
    .allowed {
      fill: var(--success-color, #43a047);
    }
    .hour {
      stroke: var(--card-background-color, #fff);
      stroke-width: 2;
    }
  `;

  override render(): TemplateResult {
    const word = (key: string) => text(this.hass, `permissions.${key}`);
    return html`<table>
      <caption>
        ${word("week_text")}
      </caption>
      <tbody>
        ${days(this.intervals).map(
          (day) => html`<tr>
            <th scope="row">${this.name(day.date)}</th>
            <td aria-hidden="true">${picture(day)}</td>
            <td class="said">${said(day, word)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private name(date: string): string {
    return new Date(`${date}T00:00:00Z`).toLocaleDateString(this.hass.language, {
      weekday: "short",
      day: "numeric",
      timeZone: "UTC",
    });
  }
}

/** Cut the intervals at midnights; moments are told with the home's clock, so the clock is read off them. */
function days(intervals: Interval[]): Day[] {
  const found: Day[] = [];
  for (const one of intervals) {
    const last = one.end.slice(0, 10);
    for (let date = one.start.slice(0, 10); date <= last; date = after(date)) {
      const from = date === one.start.slice(0, 10) ? minutes(one.start) : 0;
      const until = date === last ? minutes(one.end) : DAY_MIN;
      if (until <= from) continue;
      let day = found.find((other) => other.date === date);
      if (!day) found.push((day = { date, allowed: [] }));
      const before = day.allowed.at(-1);
      if (one.allowed && before?.[1] === from) before[1] = until;
      else if (one.allowed) day.allowed.push([from, until]);
    }
  }
  return found;
}

function picture(day: Day): TemplateResult {
  return html`<svg viewBox="0 0 ${DAY_MIN} 20" preserveAspectRatio="none">
    <rect class="none" width=${DAY_MIN} height="20"></rect>
    ${day.allowed.map(
      ([from, until]) =>
        svg`<rect class="allowed" x=${from} width=${until - from} height="20"></rect>`,
    )}
    ${[360, 720, 1080].map((at) => svg`<path class="hour" d="M${at} 0v20"></path>`)}
  </svg>`;
}

function said(day: Day, word: (key: string) => string): string | typeof nothing {
  const [only] = day.allowed;
  if (!only) return word("week_never");
  if (only[0] === 0 && only[1] === DAY_MIN) return word("week_always");
  return day.allowed.map(([from, until]) => `${clock(from)}–${clock(until)}`).join(", ");
}

function minutes(iso: string): number {
  return Number(iso.slice(11, 13)) * 60 + Number(iso.slice(14, 16));
}

function clock(at: number): string {
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

function after(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

define("isg-week", Week);
