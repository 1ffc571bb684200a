// The story of one threat: what was seen, what it means, what was done about it, and who is behind it.

import { mdiArrowLeft } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { searchOf } from "../audit/model";
import { PANEL_PATH, call, define, navigate, toast } from "../ha";
import { shared, tableStyles } from "../styles";
import { word } from "../texts";
import type { Story, Threat } from "./model";
import { PATH, Part, follow, partStyles } from "./part";

const SNOOZE_MINUTES = 60;
const AT_ONCE = ["log", "report", "alarm"]; // the others have steps of their own
const TRACED = ["mac", "host_name", "login_address", "login_client", "tried"] as const;

class ThreatStory extends Part {
  static override styles = [
    shared,
    tableStyles,
    partStyles,
    css`
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      h1 {
        margin: 0;
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
        color: var(--primary-text-color);
        overflow-wrap: anywhere;
      }
      .facts {
        padding: 8px 16px 16px;
      }
      .facts th {
        width: 30%;
        min-width: 110px;
        vertical-align: top;
      }
      .facts td {
        overflow-wrap: anywhere;
      }
      .acts {
        padding: 0 16px 16px;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 8px 16px 16px;
      }
      ol li {
        padding: 6px 0;
        min-height: 0;
      }
      ol li + li {
        border: none;
      }
      .time {
        color: var(--secondary-text-color);
        min-width: 104px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { story } = this.shown;
    return html`
      <div class="head">
        <ha-icon-button
          .path=${mdiArrowLeft}
          .label=${this.m("back")}
          @click=${() => navigate(PATH)}
        ></ha-icon-button>
        <h1>${story ? word(this.hass, "detection", story.threat.detection) : this.m("list")}</h1>
      </div>
      ${story
        ? this.renderStory(story)
        : html`<ha-alert alert-type="warning">${this.m("gone")}</ha-alert>`}
    `;
  }

  private renderStory(story: Story): TemplateResult {
    const { threat } = story;
    return html`
      <ha-card>
        <div class="facts">
          <table aria-label=${word(this.hass, "detection", threat.detection)}>
            <tbody>
              ${this.facts(story).map(
                ([name, value]) => html`<tr>
                  <th scope="row">${this.m(`facts.${name}`)}</th>
                  <td>${name === "level" ? this.level(threat.level) : html`<bdi>${value}</bdi>`}</td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>
        ${this.renderActs(story)}
      </ha-card>
      <ha-card>
        <h2>${this.m("what_it_means")}</h2>
        <p>${this.m(`advice.${threat.detection}`)}</p>
      </ha-card>
      <ha-card>
        <h2>${this.m("done")}</h2>
        <ol>
          ${this.steps(story).map(
            ([at, said]) => html`<li>
              <span class="time">${this.at(at)}</span><span class="what name">${said}</span>
            </li>`,
          )}
        </ol>
        ${threat.withheld.length
          ? html`<p>
              ${this.m("left_undone", {
                responses: threat.withheld
                  .map((each) => word(this.hass, "response", each))
                  .join(", "),
              })}
            </p>`
          : nothing}
        <p><a href=${this.record(threat)} @click=${follow}>${this.m("in_record")}</a></p>
      </ha-card>
      ${this.renderTrace(threat)}
      ${story.related.length
        ? html`<ha-card>
            <h2>${this.m("related")}</h2>
            <ul>
              ${story.related.map((one) => this.renderThreat(one))}
            </ul>
          </ha-card>`
        : nothing}
    `;
  }

  private facts({ threat, device, proof }: Story): [string, string][] {
    const facts: [string, string][] = [
      ["level", threat.level],
      ["device", device || this.m("no_device")],
      ["at", this.at(threat.at)],
      ["who", threat.name || threat.principal],
      ["source", threat.source],
      ["evidence", threat.evidence],
      ["count", threat.count > 1 ? String(threat.count) : ""],
      ["proof", this.m(`proofs.${proof}`)],
      ["rule", threat.rule ? this.m("by_rule", { rule: threat.rule }) : this.m("built_in")],
    ];
    return facts.filter(([, value]) => value);
  }

  /** What was done, in order of time. */
  private steps({ threat, steps }: Story): [number, string][] {
    const atOnce = AT_ONCE.filter((each) => threat.responses.includes(each));
    return [
      [threat.at, this.m("steps.noticed")],
      ...atOnce.map((each): [number, string] => [threat.at, this.m(`steps.${each}`)]),
      ...steps.map((step): [number, string] => {
        const kind = step.kind === "suspended" && step.until ? "suspended_until" : step.kind;
        return [step.at, this.m(`steps.${kind}`, { by: step.by, until: this.at(step.until) })];
      }),
    ];
  }

  private renderActs({ threat, is_open, is_blocked, is_suspended }: Story): TemplateResult {
    const { serial, user_id, source } = threat;
    const whom = user_id ? { user_id, serial } : { source, serial };
    const scope = serial && this.maySet(serial) ? { kind: "device", id: serial } : { kind: "gateway" };
    const maySnooze = scope.kind === "device" || (!serial && this.hass.user.is_admin);
    return html`<div class="acts">
      ${is_open
        ? html`<ha-button
            size="s"
            @click=${() => this.done("acknowledge_threats", { threats: [threat.id] }, "")}
            >${this.m("acknowledge")}</ha-button
          >`
        : nothing}
      ${is_blocked
        ? html`<ha-button
              size="s"
              appearance="filled"
              @click=${() => this.done("release_block", whom, "released")}
              >${this.m("release")}</ha-button
            ><ha-button
              size="s"
              appearance="plain"
              @click=${() => this.done("keep_block", whom, "kept")}
              >${this.m("keep")}</ha-button
            >`
        : nothing}
      ${is_suspended
        ? html`<ha-button
            size="s"
            appearance="filled"
            @click=${() => this.done("lift_suspension", { serial }, "lifted")}
            >${this.m("lift")}</ha-button
          >`
        : nothing}
      ${maySnooze
        ? html`<ha-button size="s" appearance="plain" @click=${() => this.snooze(scope)}
            >${this.m("snooze")}</ha-button
          >`
        : nothing}
    </div>`;
  }

  /** The lines of the record about the same device and person. */
  private record({ serial, principal }: Threat): string {
    return `${PANEL_PATH}/audit${searchOf({ device: serial, who: principal })}`;
  }

  private maySet(serial: string): boolean {
    return this.shown.scopes.some((one) => one.kind === "device" && one.id === serial);
  }

  private async snooze(scope: object): Promise<void> {
    await this.attempt(async () => {
      const fields = { scope, minutes: SNOOZE_MINUTES };
      const { until } = await call<{ until: number }>(this.hass, "snooze_monitoring", fields);
      toast(this, this.m("snoozed", { until: this.at(until) }));
    });
  }

  private async done(command: string, fields: object, said: string): Promise<void> {
    const isDone = await this.attempt(() => call(this.hass, command, fields));
    if (isDone && said) toast(this, this.m(said));
  }

  private renderTrace({ trace }: Threat): TemplateResult | typeof nothing {
    const found: [string, string][] = TRACED.map((name) => [name, trace[name]]);
    for (const name of ["first_seen", "last_seen"] as const) {
      if (trace[name]) found.push([name, this.at(trace[name])]);
    }
    const told = found
      .filter(([, value]) => value)
      .map(([name, value]) => [name, name === "tried" ? this.tried(value) : value] as const);
    if (!told.length) return nothing;
    return html`<ha-card>
      <h2>${this.m("trace")}</h2>
      <div class="facts">
        <table aria-label=${this.m("trace")}>
          <tbody>
            ${told.map(
              ([name, value]) => html`<tr>
                <th scope="row">${this.m(`traces.${name}`)}</th>
                <td><bdi>${value}</bdi></td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </ha-card>`;
  }

  /** The gateway tells names of findings with how often: "flood 3, malformed 1". */
  private tried(told: string): string {
    return told
      .split(", ")
      .map((one) => {
        const [name = "", count = "1"] = one.split(" ");
        const said = word(this.hass, "detection", name);
        return count === "1" ? said : `${said} (×${count})`;
      })
      .join(", ");
  }
}

define("isg-threat-story", ThreatStory);
