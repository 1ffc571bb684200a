// Who asks to be allowed something, to be answered; and what became of one's own questions (B20).

import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { call, define, openDialog, toast } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { moment } from "../texts";
import type { Shown, Wanted } from "./model";
import { Names } from "./naming";
import "./row-dialog";

interface Question {
  question: string;
  serial: string;
  device: string;
  command: string;
  arguments: Record<string, unknown>;
  why: string;
  asked_at: number;
  until: number;
  answer: string;
}

interface Questions {
  to_answer: (Question & { user_id: string; person: string })[];
  own: Question[];
}

const ANSWERS = ["once", "hour", "today"];

class PermissionRequests extends Page {
  @property({ attribute: false }) shown!: Shown;
  private readonly questions = new Subscription<Questions>(this, "access");

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
    `,
  ];

  override render(): TemplateResult {
    const questions = this.questions.value;
    if (!questions) return this.waiting(this.questions);
    const { to_answer, own } = questions;
    return html`
      <ha-card>
        <h2>${this.p("sections.requests")}</h2>
        <p>${this.p(to_answer.length ? "requests_text" : "requests_none")}</p>
        <ul>
          ${to_answer.map((one) => this.renderQuestion(one))}
        </ul>
      </ha-card>
      ${own.length
        ? html`<ha-card>
            <h2>${this.p("own_requests")}</h2>
            <ul>
              ${own.map((one) => this.renderOwn(one))}
            </ul>
          </ha-card>`
        : nothing}
    `;
  }

  private renderQuestion(one: Questions["to_answer"][number]): TemplateResult {
    return html`<li>
      <div class="what">
        <div class="name">
          ${this.p("asks", { person: one.person, command: this.asked(one) })}
        </div>
        <div class="more">${this.where(one)}</div>
        ${one.why ? html`<div class="more"><q>${one.why}</q></div>` : nothing}
      </div>
      <div class="acts">
        ${ANSWERS.map(
          (answer) => html`<ha-button
            size="s"
            appearance="filled"
            @click=${() => this.answer(one, answer)}
            >${this.p(`answer_${answer}`)}</ha-button
          >`,
        )}
        <ha-button size="s" appearance="plain" @click=${() => this.makeRow(one)}
          >${this.p("answer_row")}</ha-button
        >
        <ha-button size="s" appearance="plain" @click=${() => this.answer(one, "refuse")}
          >${this.p("answer_refuse")}</ha-button
        >
      </div>
    </li>`;
  }

  private renderOwn(one: Question): TemplateResult {
    return html`<li>
      <div class="what">
        <div class="name">${this.asked(one)}</div>
        <div class="more">${this.where(one)}</div>
      </div>
      <span>${this.p(`states.${one.answer || "open"}`)}</span>
      ${one.answer
        ? nothing
        : html`<ha-button
            size="s"
            appearance="plain"
            @click=${() =>
              this.attempt(() => call(this.hass, "withdraw_access", { question: one.question }))}
            >${this.p("withdraw")}</ha-button
          >`}
    </li>`;
  }

  private asked(one: Question): string {
    const given = Object.entries(one.arguments).map(([name, value]) => `${name} ${value}`);
    return [new Names(this.hass, this.shown).command(one.command), ...given].join(", ");
  }

  private where(one: Question): string {
    const at = moment(this.hass, new Date(one.until * 1000).toISOString());
    return this.p("asked_until", { device: one.device, at });
  }

  private async answer(one: Question, answer: string): Promise<void> {
    const { question } = one;
    const isDone = await this.attempt(() => call(this.hass, "answer_access", { question, answer }));
    if (isDone) toast(this, this.p("answered"));
  }

  /** Answer with a row, which the form starts with what was asked for. */
  private makeRow(one: Questions["to_answer"][number]): void {
    const wanted: Wanted = {
      effect: "allow",
      is_on: true,
      users: { users: [one.user_id] },
      devices: { serials: [one.serial] },
      commands: { names: [one.command] },
      times: { always: true },
    };
    openDialog(this, "isg-row-dialog", {
      shown: this.shown,
      wanted,
      save: (row: Wanted, by: string | null) =>
        call(this.hass, "answer_access", { question: one.question, answer: "row", row, by }),
    });
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }
}

define("isg-permission-requests", PermissionRequests);
