// Learn what somebody needs: what they use or try is counted, and becomes rows that wait to be accepted (B3).

import { mdiSchool } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { call, define, openDialog, toast } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { moment } from "../texts";
import "./learning-dialog";
import type { Row, Shown, Wanted } from "./model";
import { Names } from "./naming";
import "./row-dialog";

interface Proposal {
  proposal: string;
  serial: string;
  device: string;
  group: string;
  was_refused: boolean;
  counts: Record<string, number>;
  row: Wanted;
  is_taken: boolean;
  is_declined: boolean;
}

interface Learning {
  learning: string;
  by: string;
  user_id: string | null;
  person: string | null;
  entity_id: string | null;
  serials: string[];
  started_at: string;
  until: string;
  is_running: boolean;
  may_change: boolean;
  may_make_rows: boolean;
  proposals: Proposal[];
  lost: number;
}

class PermissionLearning extends Page {
  @property({ attribute: false }) shown!: Shown;
  private readonly told = new Subscription<{ learnings: Learning[] }>(this, "learning");

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        padding-inline-end: 16px;
      }
      .head h2 {
        padding-bottom: 0;
      }
      .head .acts {
        padding: 16px 0 0 16px;
      }
      progress {
        display: block;
        width: calc(100% - 32px);
        height: 4px;
        margin: 0 16px 16px;
        appearance: none;
        border: none;
        background: var(--divider-color);
      }
      progress::-webkit-progress-bar {
        background: var(--divider-color);
      }
      progress::-webkit-progress-value {
        background: var(--primary-color);
      }
      progress::-moz-progress-bar {
        background: var(--primary-color);
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `,
  ];

  override render(): TemplateResult {
    const told = this.told.value;
    if (!told) return this.waiting(this.told);
    return html`
      <ha-card>
        <h2>${this.p("sections.learning")}</h2>
        <p>${this.p("learning_text")}</p>
        ${this.shown.grants.length
          ? html`<p>
              <ha-button
                @click=${() => openDialog(this, "isg-learning-dialog", { shown: this.shown })}
              >
                <ha-svg-icon slot="start" .path=${mdiSchool}></ha-svg-icon>${this.p("learning_start")}
              </ha-button>
            </p>`
          : nothing}
      </ha-card>
      ${[...told.learnings].reverse().map((one) => this.renderOne(one))}
    `;
  }

  private renderOne(one: Learning): TemplateResult {
    const who = this.who(one);
    const names = new Names(this.hass, this.shown);
    const started = Date.parse(one.started_at);
    const lasts = Date.parse(one.until) - started;
    const devices = one.serials.map((serial) => names.device(serial)).join(", ");
    return html`<ha-card>
      <div class="head">
        <h2><bdi>${who}</bdi></h2>
        ${one.may_change
          ? html`<div class="acts">
              ${one.is_running
                ? html`<ha-button
                    size="small"
                    appearance="filled"
                    @click=${() => this.command("stop_learning", one)}
                    >${this.p("learning_stop")}</ha-button
                  >`
                : nothing}
              <ha-button
                size="small"
                appearance="plain"
                @click=${() => this.askForget(one, who)}
                >${this.p("learning_forget")}</ha-button
              >
            </div>`
          : nothing}
      </div>
      <p>
        ${devices} ·
        ${this.p(one.is_running ? "learning_runs" : "learning_ended", {
          by: one.by,
          at: moment(this.hass, one.until),
        })}
      </p>
      ${one.is_running
        ? html`<progress
            aria-label=${this.p("learning_progress")}
            max=${lasts}
            value=${Math.max(0, Math.min(lasts, Date.now() - started))}
          ></progress>`
        : nothing}
      ${one.may_make_rows
        ? one.proposals.length
          ? html`<ul aria-label=${this.p("proposals")}>
              ${one.proposals.map((each) => this.renderProposal(one, each, names))}
            </ul>`
          : html`<p>${this.p("learning_nothing")}</p>`
        : html`<p>${this.p("learning_of_you")}</p>`}
      ${one.lost ? html`<p>${this.n("permissions.learning_lost", one.lost)}</p>` : nothing}
    </ha-card>`;
  }

  private renderProposal(one: Learning, each: Proposal, names: Names): TemplateResult {
    const line = names.line(each.row as Row);
    const counted = Object.entries(each.counts)
      .map(([name, count]) => `${names.command(name)} ×${count}`)
      .join(", ");
    return html`<li>
      <div class="what">
        <div class="name">${line}</div>
        <div class="more">
          ${this.p(each.was_refused ? "learned_refused" : "learned_used", { counted })}
        </div>
      </div>
      ${each.is_taken
        ? html`<span>${this.p("proposal_taken")}</span>`
        : html`<div class="acts">
            <ha-button
              size="small"
              appearance="filled"
              aria-label="${this.p("proposal_take")}: ${line}"
              @click=${() => this.take(one, each)}
              >${this.p("proposal_take")}</ha-button
            >
            <ha-button
              size="small"
              appearance="plain"
              aria-label="${this.p("proposal_change")}: ${line}"
              @click=${() => this.change(one, each)}
              >${this.p("proposal_change")}</ha-button
            >
            ${each.is_declined
              ? html`<span>${this.p("proposal_declined")}</span>`
              : html`<ha-button
                  size="small"
                  appearance="plain"
                  aria-label="${this.p("proposal_decline")}: ${line}"
                  @click=${() => this.decline(one, each)}
                  >${this.p("proposal_decline")}</ha-button
                >`}
          </div>`}
    </li>`;
  }

  private who({ person, entity_id }: Learning): string {
    if (person !== null) return person;
    return new Names(this.hass, this.shown).entity(entity_id ?? "");
  }

  private async take(one: Learning, each: Proposal): Promise<void> {
    const isDone = await this.attempt(() =>
      call(this.hass, "take_proposal", { learning: one.learning, proposal: each.proposal }),
    );
    if (isDone) {
      this.told.restart();
      toast(this, this.p("proposal_done"));
    }
  }

  private async decline({ learning }: Learning, { proposal }: Proposal): Promise<void> {
    await this.attempt(() => call(this.hass, "decline_proposal", { learning, proposal }));
    this.told.restart();
  }

  /** Make another row of it, which the form starts with what was proposed. */
  private change(one: Learning, each: Proposal): void {
    openDialog(this, "isg-row-dialog", {
      shown: this.shown,
      wanted: { ...each.row, is_on: true },
      save: async (row: Wanted, by: string | null) => {
        const { learning } = one;
        const { proposal } = each;
        await call(this.hass, "take_proposal", { learning, proposal, row, by });
        this.told.restart();
      },
    });
  }

  private askForget(one: Learning, who: string): void {
    openDialog(this, "isg-confirm-dialog", {
      title: this.p("learning_forget_title", { who }),
      text: this.p("learning_forget_text"),
      yes: this.p("learning_forget"),
      act: () => this.command("forget_learning", one),
    });
  }

  private async command(command: string, { learning }: Learning): Promise<void> {
    await this.attempt(() => call(this.hass, command, { learning }));
    this.told.restart();
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }
}

define("isg-permission-learning", PermissionLearning);
