// Who is blocked and what is cut off: since when, until when, why; with its end.

import { type TemplateResult, html } from "lit";
import { call, define, openDialog, toast } from "../ha";
import { shared } from "../styles";
import { word } from "../texts";
import type { Block, Suspension } from "./model";
import { PATH, Part, follow, partStyles } from "./part";

class RestraintsPart extends Part {
  static override styles = [shared, partStyles];

  override render(): TemplateResult {
    const { suspended, users, sources } = this.shown.restraints;
    return html`
      ${this.renderCard("suspended", suspended.map((one) => this.renderSuspended(one)))}
      ${this.renderCard("blocked_people", users.map((one) => this.renderBlock(one, one.name)))}
      ${this.renderCard("blocked_sources", sources.map((one) => this.renderBlock(one, one.source)))}
    `;
  }

  private renderCard(title: string, items: TemplateResult[]): TemplateResult {
    return html`<ha-card>
      <h2>${this.m(title)}</h2>
      ${items.length ? html`<ul>${items}</ul>` : html`<p>${this.m(`${title}_none`)}</p>`}
    </ha-card>`;
  }

  private renderBlock(one: Block, name: string): TemplateResult {
    const { user_id, serial, source } = one;
    const whom = user_id ? { user_id, serial } : { source, serial };
    const times = this.m("since_until", { since: this.at(one.since), until: this.at(one.until) });
    return html`<li>
      <div class="what">
        <div class="name"><bdi>${name}</bdi></div>
        <div class="more">
          ${one.device ? html`<bdi>${one.device}</bdi> · ` : ""}${times} · ${this.why(one, name)}
        </div>
      </div>
      <div class="acts">
        <ha-button
          size="s"
          appearance="filled"
          aria-label=${this.m("release_of", { name })}
          @click=${() => this.done("release_block", whom, "released")}
          >${this.m("release")}</ha-button
        >
        <ha-button
          size="s"
          appearance="plain"
          aria-label=${this.m("keep_of", { name })}
          @click=${() => this.done("keep_block", whom, "kept")}
          >${this.m("keep")}</ha-button
        >
      </div>
    </li>`;
  }

  private renderSuspended(one: Suspension): TemplateResult {
    const since = this.at(one.since);
    const name = one.device;
    const times = one.until
      ? this.m("since_until", { since, until: this.at(one.until) })
      : this.m(one.lifts_on_power_up ? "since_start" : "since_open", { since });
    return html`<li>
      <div class="what">
        <div class="name"><bdi>${name}</bdi></div>
        <div class="more">
          ${word(this.hass, "detection", one.detection)} · ${times} · ${this.why(one, name)}
        </div>
      </div>
      <ha-button
        size="s"
        appearance="filled"
        aria-label=${this.m("lift_of", { name })}
        @click=${() => this.ask(one)}
        >${this.m("lift")}</ha-button
      >
    </li>`;
  }

  private why(one: { threat: string }, name: string): TemplateResult {
    return html`<a
      href="${PATH}/threat/${one.threat}"
      aria-label=${this.m("why_of", { name })}
      @click=${follow}
      >${this.m("why")}</a
    >`;
  }

  private ask({ serial, device }: Suspension): void {
    openDialog(this, "isg-confirm-dialog", {
      title: this.m("lift_of", { name: device }),
      text: this.m("lift_text"),
      yes: this.m("lift"),
      act: async () => {
        await call(this.hass, "lift_suspension", { serial });
        toast(this, this.m("lifted"));
      },
    });
  }

  private async done(command: string, fields: object, said: string): Promise<void> {
    if (await this.attempt(() => call(this.hass, command, fields))) toast(this, this.m(said));
  }
}

define("isg-restraints", RestraintsPart);
