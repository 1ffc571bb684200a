// One session as FIG 12 draws it, with both caches as FIG 13 writes them. The picture is an ordered list, so
// that it reads without being seen.

import { mdiAlertCircle, mdiCheckCircle, mdiCloseCircle, mdiHelpCircle, mdiProgressClock } from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { type Hass, define } from "../ha";
import { shared } from "../styles";
import { text } from "../texts";

interface Cache {
  gsid: string;
  dsid: string;
  new_gsid: string;
  new_dsid: string;
}

interface Step {
  name: string;
  is_from_device: boolean;
  at_ms: number;
  gateway: Cache;
  device: Cache | null;
}

export interface Session {
  key: number;
  at: string;
  command: string;
  number: number | null;
  end: string | null;
  reason: string;
  handshake_ms: number | null;
  total_ms: number | null;
  gateway: Cache;
  device: Cache | null;
  steps: Step[];
}

const ENDS: Record<string, string> = {
  done: mdiCheckCircle,
  failed: mdiAlertCircle,
  refused: mdiCloseCircle,
  not_executed: mdiCloseCircle,
  unknown: mdiHelpCircle,
  running: mdiProgressClock,
};

/** Colours of what became of a session. */
export const ends = css`
  .done {
    color: var(--success-color, #43a047);
  }
  .failed,
  .refused,
  .not_executed {
    color: var(--error-color, #db4437);
  }
  .unknown,
  .running {
    color: var(--warning-color, #ffa600);
  }
`;

class SessionPicture extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) session!: Session;

  static override styles = [
    shared,
    ends,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 8px 16px;
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(88px, 1.2fr) minmax(0, 1fr);
        max-width: 720px;
      }
      ol li {
        display: grid;
        grid-column: 1 / -1;
        grid-template-columns: subgrid;
        gap: 0;
        padding: 0;
        min-height: 0;
        border: none;
        position: relative;
        align-items: stretch;
      }
      @media (max-width: 500px) {
        ol {
          grid-template-columns: minmax(0, 1fr) 72px minmax(0, 1fr);
        }
      }
      .end-name {
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--primary-text-color);
      }
      .cache {
        padding: 8px 8px 8px 0;
        font-family: var(--ha-font-family-code, monospace);
        font-size: var(--ha-font-size-s, 12px);
        color: var(--primary-text-color);
      }
      .cache.device {
        padding: 8px 0 8px 8px;
      }
      .pair {
        display: flex;
        flex-wrap: wrap;
        gap: 0 5px;
      }
      .pair .label {
        color: var(--secondary-text-color);
        flex: none;
      }
      .new {
        color: var(--warning-text-color, var(--primary-text-color));
        border-bottom: 2px dashed var(--warning-color, #ffa600);
      }
      .between {
        border: solid var(--divider-color);
        border-width: 0 2px;
        padding: 8px 0;
        text-align: center;
        color: var(--primary-text-color);
      }
      .arrow {
        position: relative;
        height: 12px;
        margin: 0 2px;
        direction: ltr;
      }
      .arrow::before {
        content: "";
        position: absolute;
        inset: 5px 0 auto;
        border-top: 2px solid var(--primary-color);
      }
      .arrow::after {
        content: "";
        position: absolute;
        top: 0;
        right: 0;
        border: 6px solid transparent;
        border-inline-start-color: var(--primary-color);
        border-inline-end-width: 0;
      }
      .arrow.back::after {
        right: auto;
        left: 0;
        border-width: 6px 6px 6px 0;
        border-inline-start-color: transparent;
        border-inline-end-color: var(--primary-color);
      }
      .end {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 4px 8px;
        padding: 0 16px 16px;
        color: var(--primary-text-color);
      }
    `,
  ];

  override render(): TemplateResult {
    const { session } = this;
    const end = session.end ?? "running";
    return html`
      <ol role="list" aria-label=${this.t("steps")}>
        <li>
          ${this.renderCache("gateway", session.gateway, true)}
          <div class="between"><div class="more">${this.t("before")}</div></div>
          ${this.renderCache("device", session.device, true)}
        </li>
        ${session.steps.map((step, index) => this.renderStep(step, session.steps[index - 1]))}
      </ol>
      <div class="end" role="status">
        <ha-svg-icon class=${end} .path=${endIcon(end)}></ha-svg-icon>
        <span>
          ${this.t(`ends.${end}`)}${session.reason ? ` (${this.why(session.reason)})` : nothing}
        </span>
        ${session.total_ms === null
          ? nothing
          : html`<span class="more">${this.t("after", { time: milliseconds(this.hass, session.total_ms) })}</span>`}
      </div>
    `;
  }

  private renderStep(step: Step, before: Step | undefined): TemplateResult {
    const way = step.is_from_device ? "from_device" : "from_gateway";
    return html`<li>
      ${this.renderCache("gateway", step.gateway)}
      <div class="between">
        <div>${step.name.toUpperCase()}<span class="hidden">, ${this.t(way)}</span></div>
        <div class="arrow ${step.is_from_device ? "back" : ""}"></div>
        <div class="more">
          ${before ? `+ ${milliseconds(this.hass, step.at_ms - before.at_ms)}` : milliseconds(this.hass, step.at_ms)}
        </div>
      </div>
      ${this.renderCache("device", step.device)}
    </li>`;
  }

  private renderCache(who: "gateway" | "device", cache: Cache | null, isNamed = false): TemplateResult {
    return html`<div class="cache ${who}">
      <div class=${isNamed ? "end-name" : "hidden"}>${this.t(who)}</div>
      ${cache
        ? html`${cache.gsid ? this.renderPair("GSID", cache.gsid, cache.new_gsid) : nothing}
          ${this.renderPair("DSID", cache.dsid, cache.new_dsid)}`
        : html`<div class="more">${this.t("not_proven")}</div>`}
    </div>`;
  }

  private renderPair(label: string, confirmed: string, provisional: string): TemplateResult {
    return html`<div class="pair">
      <span class="label">${label}</span>
      ${provisional
        ? html`<span class="new"
            ><span class="hidden">${this.t("provisional")} </span>(${provisional})</span
          >`
        : nothing}
      <span>${confirmed}</span>
    </div>`;
  }

  private why(reason: string): string {
    const key = `trace.reasons.${reason}`;
    const said = text(this.hass, key);
    return said === key ? this.t("reasons.other") : said;
  }

  private t(key: string, values?: Record<string, string>): string {
    return text(this.hass, `trace.${key}`, values);
  }
}

export function endIcon(end: string): string {
  return ENDS[end] ?? mdiHelpCircle;
}

/** Return a time as text, in seconds when it is long; a dash for what did not happen. */
export function milliseconds(hass: Hass, value: number | null): string {
  if (value === null) return "–";
  const inSeconds = value >= 1000;
  const figure = inSeconds ? value / 1000 : value;
  const said = figure.toLocaleString(hass.language, {
    maximumFractionDigits: figure < 10 ? 1 : 0,
  });
  return `${said}\u00a0${inSeconds ? "s" : "ms"}`;
}

define("isg-session-picture", SessionPicture);
