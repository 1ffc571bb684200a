// What somebody asked to be allowed, what became of it, and a way to ask for more (B20).

import { mdiHandWave } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import "../dialogs/ask-dialog";
import type { Askable } from "../dialogs/ask-dialog";
import { call, define, openDialog } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import { moment } from "../texts";
import { commandName } from "./device-access";

export interface Question {
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

const SHOWN = 10; // the newest

class OwnQuestions extends Page {
  private readonly questions = new Subscription<{ own: Question[] }>(this, "access");

  static override styles = [
    shared,
    css`
      ha-button ha-svg-icon {
        color: inherit;
      }
    `,
  ];

  override render(): TemplateResult {
    const own = [...(this.questions.value?.own ?? [])].reverse().slice(0, SHOWN);
    return html`<ha-card>
      <h2>${this.t("access.ask")}</h2>
      <p>${this.t("access.ask_intro")}</p>
      ${own.length
        ? html`<ul aria-label=${this.t("permissions.own_requests")}>
            ${own.map((one) => this.renderOne(one))}
          </ul>`
        : nothing}
      <p>
        <ha-button @click=${this.ask}>
          <ha-svg-icon slot="start" .path=${mdiHandWave}></ha-svg-icon>${this.t("access.ask")}
        </ha-button>
      </p>
    </ha-card>`;
  }

  private renderOne(one: Question): TemplateResult {
    const at = moment(this.hass, new Date(one.until * 1000).toISOString());
    const asked = moment(this.hass, new Date(one.asked_at * 1000).toISOString());
    return html`<li>
      <div class="what">
        <div class="name">${commandName(this.hass, one.command)} · <bdi>${one.device}</bdi></div>
        <div class="more">
          ${one.answer
            ? this.t("access.asked_at", { at: asked })
            : this.t("access.waits_until", { at })}${one.why
            ? html` · <q>${one.why}</q>`
            : nothing}
        </div>
      </div>
      <span>${this.t(`permissions.states.${one.answer || "open"}`)}</span>
      ${one.answer
        ? nothing
        : html`<ha-button
            size="small"
            appearance="plain"
            @click=${() =>
              this.attempt(() => call(this.hass, "withdraw_access", { question: one.question }))}
            >${this.t("permissions.withdraw")}</ha-button
          >`}
    </li>`;
  }

  private async ask(): Promise<void> {
    await this.attempt(async () => {
      const { devices } = await call<{ devices: Askable[] }>(this.hass, "access_choices");
      openDialog(this, "isg-ask-dialog", { devices });
    });
  }
}

define("isg-own-questions", OwnQuestions);
