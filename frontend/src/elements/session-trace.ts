// The newest sessions of one device as they happen: the sequence of FIG 12 with both caches as FIG 13 writes
// them, and how long sessions take. The picture is an ordered list, so it reads without being seen.

import { mdiAlertCircle, mdiCheckCircle, mdiCloseCircle, mdiHelpCircle, mdiProgressClock } from "@mdi/js";
import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing, svg } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, define } from "../ha";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { type Values, text } from "../texts";
import { commandName } from "./device-access";

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

interface Session {
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

interface Spread {
  half_ms: number;
  most_ms: number;
}

interface Trace {
  sessions: Session[];
  times: { handshake: Spread; total: Spread; totals_ms: number[]; is_slow: boolean } | null;
  step_limit_ms: number;
  pending_limit_ms: number;
  slow_ms: number;
}

const ENDS: Record<string, string> = {
  done: mdiCheckCircle,
  failed: mdiAlertCircle,
  refused: mdiCloseCircle,
  not_executed: mdiCloseCircle,
  unknown: mdiHelpCircle,
  running: mdiProgressClock,
};
const BAR_WIDTH = 10;
const BARS_HEIGHT = 40;

class SessionTrace extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property() serial = "";
  /** The session that is looked at; undefined: always the newest. */
  @state() private chosen: number | undefined;
  private readonly trace = new Subscription<Trace>(this, "session_trace", () => ({
    serial: this.serial,
  }));

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      h3 {
        margin: 0;
        padding: 8px 16px 0;
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--primary-text-color);
        overflow-wrap: anywhere;
      }
      .scroll {
        overflow: auto;
        max-height: 400px;
        margin: 0 16px 16px;
      }
      .hidden {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
      }
      /* --- the picture --- */
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
      /* --- the list of sessions --- */
      table {
        border-collapse: collapse;
        min-width: 100%;
      }
      caption {
        text-align: start;
        padding: 8px 0;
        color: var(--secondary-text-color);
      }
      th,
      td {
        text-align: start;
        padding: 4px 8px 4px 0;
        border-top: 1px solid var(--divider-color);
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .figure {
        text-align: end;
        white-space: nowrap;
      }
      th:last-child,
      td:last-child {
        padding-inline-end: 0;
      }
      button {
        font: inherit;
        color: var(--primary-text-color);
        background: none;
        border: none;
        padding: 8px 0;
        cursor: pointer;
        text-decoration: underline;
        text-align: start;
      }
      button[aria-pressed="true"] {
        font-weight: var(--ha-font-weight-bold, 700);
        text-decoration: none;
      }
      .when {
        white-space: nowrap;
      }
      td ha-svg-icon {
        vertical-align: middle;
        margin-inline-end: 4px;
        --mdc-icon-size: 18px;
      }
      /* --- times --- */
      .bars {
        display: block;
        width: calc(100% - 32px);
        max-width: 720px;
        height: ${BARS_HEIGHT}px;
        margin: 0 16px;
        border-bottom: 1px solid var(--divider-color);
      }
      .bars rect {
        fill: var(--primary-color);
      }
      ha-alert {
        display: block;
        margin: 0 16px 8px;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("serial") && changed.get("serial")) {
      this.chosen = undefined;
      this.trace.restart();
    }
  }

  override render(): TemplateResult | typeof nothing {
    const trace = this.trace.value;
    if (!trace) {
      return this.trace.error
        ? html`<ha-alert alert-type="error">${this.trace.error}</ha-alert>`
        : nothing;
    }
    const { sessions } = trace;
    const shown = sessions.find((one) => one.key === this.chosen) ?? sessions[0];
    return html`<ha-card>
      <h2>${this.t("title")}</h2>
      <p>${this.t("text")}</p>
      ${shown ? this.renderSession(shown) : html`<p>${this.t("none")}</p>`}
      ${shown ? this.renderList(sessions, shown) : nothing} ${this.renderTimes(trace)}
    </ha-card>`;
  }

  private renderSession(session: Session): TemplateResult {
    const command = this.command(session);
    const end = session.end ?? "running";
    return html`
      <h3>
        ${session.number === null
          ? this.t("session", { command, at: this.clock(session) })
          : this.t("session_of", { command, at: this.clock(session), number: session.number })}
      </h3>
      <ol role="list" aria-label=${this.t("steps")}>
        <li>
          ${this.renderCache("gateway", session.gateway, true)}
          <div class="between"><div class="more">${this.t("before")}</div></div>
          ${this.renderCache("device", session.device, true)}
        </li>
        ${session.steps.map((step, index) => this.renderStep(step, session.steps[index - 1]))}
      </ol>
      <div class="end" role="status">
        <ha-svg-icon class=${end} .path=${ENDS[end] ?? mdiHelpCircle}></ha-svg-icon>
        <span>
          ${this.t(`ends.${end}`)}${session.reason ? ` (${this.why(session.reason)})` : nothing}
        </span>
        ${session.total_ms === null
          ? nothing
          : html`<span class="more">${this.t("after", { time: this.ms(session.total_ms) })}</span>`}
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
          ${before ? `+ ${this.ms(step.at_ms - before.at_ms)}` : this.ms(step.at_ms)}
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

  private renderList(sessions: Session[], shown: Session): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${this.t("list")}>
      <table>
        <caption>
          ${this.t("list")}
        </caption>
        <thead>
          <tr>
            <th scope="col">${this.t("when")}</th>
            <th scope="col">${this.t("command")}</th>
            <th scope="col" class="figure">${this.t("handshake")}</th>
            <th scope="col" class="figure">${this.t("total")}</th>
          </tr>
        </thead>
        <tbody>
          ${sessions.map((session, index) => {
            const end = session.end ?? "running";
            return html`<tr>
              <td class="when">
                <ha-svg-icon class=${end} .path=${ENDS[end] ?? mdiHelpCircle}></ha-svg-icon>
                <span class="hidden">${this.t(`ends.${end}`)}</span>
                <button
                  aria-pressed=${session === shown ? "true" : "false"}
                  @click=${() => (this.chosen = index ? session.key : undefined)}
                >
                  ${this.clock(session)}
                </button>
              </td>
              <td>${this.command(session)}</td>
              <td class="figure">${this.ms(session.handshake_ms)}</td>
              <td class="figure">${this.ms(session.total_ms)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  private renderTimes(trace: Trace): TemplateResult {
    const { times } = trace;
    const limits = {
      step: this.ms(trace.step_limit_ms),
      pending: this.ms(trace.pending_limit_ms),
    };
    return html`
      <h3>${this.t("times")}</h3>
      ${times
        ? html`<p>
              ${this.t("spread", {
                count: times.totals_ms.length,
                half: this.ms(times.handshake.half_ms),
                most: this.ms(times.handshake.most_ms),
                total_half: this.ms(times.total.half_ms),
                total_most: this.ms(times.total.most_ms),
              })}
            </p>
            ${times.is_slow
              ? html`<ha-alert alert-type="warning"
                  >${this.t("slow", { limit: this.ms(trace.slow_ms) })}</ha-alert
                >`
              : nothing}
            ${bars(times.totals_ms)}`
        : nothing}
      <p>${this.t("limits", limits)}</p>
    `;
  }

  /** Return what people call a command, also one that only the gateway itself gives. */
  private command(session: Session): string {
    const key = `trace.commands.${session.command}`;
    const own = text(this.hass, key);
    return own === key ? commandName(this.hass, session.command) : own;
  }

  private why(reason: string): string {
    const key = `trace.reasons.${reason}`;
    const said = text(this.hass, key);
    return said === key ? this.t("reasons.other") : said;
  }

  private clock(session: Session): string {
    return new Date(session.at).toLocaleTimeString(this.hass.language, {
      timeZone: this.hass.config.time_zone,
    });
  }

  /** Return a time as text, in seconds when they are long; nothing for what did not happen. */
  private ms(value: number | null): string {
    if (value === null) return "–";
    const inSeconds = value >= 1000;
    const figure = inSeconds ? value / 1000 : value;
    const digits = figure < 10 ? 1 : 0;
    return `${figure.toLocaleString(this.hass.language, { maximumFractionDigits: digits })}\u00a0${inSeconds ? "s" : "ms"}`;
  }

  private t(key: string, values?: Values): string {
    return text(this.hass, `trace.${key}`, values);
  }
}

/** Draw how long each of the last sessions took; what it says stands in words above it. */
function bars(totals: number[]): TemplateResult {
  const longest = Math.max(...totals);
  return html`<svg
    class="bars"
    aria-hidden="true"
    viewBox="0 0 ${totals.length * BAR_WIDTH} ${BARS_HEIGHT}"
    preserveAspectRatio="none"
  >
    ${totals.map((total, index) => {
      const height = Math.max(1, (total / longest) * BARS_HEIGHT);
      return svg`<rect
        x=${index * BAR_WIDTH}
        y=${BARS_HEIGHT - height}
        width=${BAR_WIDTH - 2}
        height=${height}
      ></rect>`;
    })}
  </svg>`;
}

define("isg-session-trace", SessionTrace);
