// The newest sessions of one device as they happen (FIG 12, FIG 13), and how long they take.

import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing, svg } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, define } from "../ha";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { type Values, text } from "../texts";
import { commandName } from "./device-access";
import { type Session, endIcon, ends, milliseconds } from "./session-picture";

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

// What the gateway asks by itself, also whenever this page is opened: it is not what somebody looks for.
const QUESTIONS = new Set(["describe", "read", "settings"]);
const BAR_WIDTH = 10;
const BARS_HEIGHT = 40;

class SessionTrace extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property() serial = "";
  /** The session that is looked at; undefined: always the newest that is no mere question. */
  @state() private chosen: number | undefined;
  private readonly trace = new Subscription<Trace>(this, "session_trace", () => ({
    serial: this.serial,
  }));

  static override styles = [
    shared,
    ends,
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
        position: relative; /* words that are only heard stay inside */
        max-height: 400px;
        margin: 0 16px 16px;
      }
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
    const newest = sessions.find((one) => !QUESTIONS.has(one.command)) ?? sessions[0];
    const shown = sessions.find((one) => one.key === this.chosen) ?? newest;
    return html`<ha-card>
      <h2>${this.t("title")}</h2>
      <p>${this.t("text")}</p>
      ${shown
        ? html`<h3>${this.heading(shown)}</h3>
            <isg-session-picture .hass=${this.hass} .session=${shown}></isg-session-picture>`
        : html`<p>${this.t("none")}</p>`}
      ${shown ? this.renderList(sessions, shown, newest) : nothing} ${this.renderTimes(trace)}
    </ha-card>`;
  }

  private renderList(sessions: Session[], shown: Session, newest?: Session): TemplateResult {
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
          ${sessions.map((session) => {
            const end = session.end ?? "running";
            return html`<tr>
              <td class="when">
                <ha-svg-icon class=${end} .path=${endIcon(end)}></ha-svg-icon>
                <span class="hidden">${this.t(`ends.${end}`)}</span>
                <button
                  aria-pressed=${session === shown ? "true" : "false"}
                  @click=${() => (this.chosen = session === newest ? undefined : session.key)}
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

  private heading(session: Session): string {
    const said = { command: this.command(session), at: this.clock(session) };
    const { number } = session;
    return number === null ? this.t("session", said) : this.t("session_of", { ...said, number });
  }

  /** Return what people call a command, also one that only the gateway itself gives. */
  private command(session: Session): string {
    const key = `trace.commands.${session.command}`;
    const own = text(this.hass, key);
    return own === key ? commandName(this.hass, session.command) : own;
  }

  private clock(session: Session): string {
    return new Date(session.at).toLocaleTimeString(this.hass.language, {
      timeZone: this.hass.config.time_zone,
    });
  }

  private ms(value: number | null): string {
    return milliseconds(this.hass, value);
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
