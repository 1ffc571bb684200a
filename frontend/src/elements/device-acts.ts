// What an owner does with the device itself: its key, other gateways, who is shown its values, giving it away.

import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { PANEL_PATH, call, define, navigate, openDialog, toast } from "../ha";
import type { Disclosure } from "../ownership/disclosure-dialog";
import "../ownership/disclosure-dialog";
import type { Invitation } from "../ownership/invitation-dialog";
import "../ownership/invitation-dialog";
import type { Change, Ownership } from "../ownership/model";
import "../ownership/transfer-dialog";
import { Page } from "../page";
import { shared } from "../styles";
import { moment } from "../texts";

class DeviceActs extends Page {
  @property() serial = "";
  @property() name = "";
  @property({ attribute: false }) told!: Ownership;

  static override styles = [
    shared,
    css`
      .danger {
        --ha-button-theme-color: var(--error-color);
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { acts, offer, takeover, may_ask_takeover, guests } = this.told;
    const rows = [
      acts.includes("set_disclosure")
        ? this.row("disclosure", this.o("disclosure_row"), "change", () => this.disclose())
        : nothing,
      acts.includes("rotate_key")
        ? this.row("key", this.o("key_row"), "rotate", () => this.askRotate())
        : nothing,
      acts.includes("invite_gateway")
        ? this.row("gateways", this.o("gateways_row"), "invite", () => this.askInvite())
        : nothing,
      ...(acts.includes("remove_gateway") ? guests : []).map((slot) =>
        this.row("gateway", this.o("gateway_row"), "remove", () => this.askRemove(slot), {
          slot: String(slot),
        }),
      ),
      offer ? this.renderOffer(offer) : nothing,
      acts.includes("transfer") && !offer
        ? this.row("transfer", this.o("transfer_row"), "offer", () => this.transfer())
        : nothing,
      takeover ? this.renderTakeover(takeover) : nothing,
      may_ask_takeover && !takeover
        ? this.row("takeover", this.o("takeover_row"), "ask", () => this.askTakeover())
        : nothing,
      acts.includes("release")
        ? this.row("release", this.o("release_row"), "release_yes", () => this.askRelease())
        : nothing,
    ].filter((one) => one !== nothing);
    if (!rows.length) return nothing;
    return html`<ha-card>
      <h2>${this.o("acts")}</h2>
      <ul>
        ${rows}
      </ul>
      ${acts.includes("release") ? html`<p>${this.o("reset_text")}</p>` : nothing}
    </ha-card>`;
  }

  private row(
    key: string,
    said: string,
    button: string,
    act: () => unknown,
    values: Record<string, string> = {},
  ): TemplateResult {
    return html`<li>
      <div class="what">
        <div class="name">${this.o(`rows.${key}`, values)}</div>
        <div class="more">${said}</div>
      </div>
      <ha-button
        size="small"
        appearance=${key === "release" ? "plain" : "filled"}
        variant=${key === "release" ? "danger" : "brand"}
        aria-label="${this.o(`buttons.${button}`)}: ${this.o(`rows.${key}`, values)}"
        @click=${act}
        >${this.o(`buttons.${button}`)}</ha-button
      >
    </li>`;
  }

  private renderOffer(offer: Change): TemplateResult {
    const until = moment(this.hass, offer.at);
    return html`<li>
      <div class="what">
        <div class="name">${this.o("rows.offer")}</div>
        <div class="more">
          ${offer.is_to_you
            ? this.t("overview.offered_to_you", { person: offer.from, until })
            : this.t("overview.offered_by_you", { person: offer.to, until })}
        </div>
      </div>
      <div class="acts">
        ${offer.is_to_you
          ? html`${this.give("overview.accept", "accept_transfer")}
            ${this.give("overview.decline", "end_transfer")}`
          : this.give("overview.withdraw", "end_transfer")}
      </div>
    </li>`;
  }

  private renderTakeover(takeover: Change): TemplateResult {
    const at = moment(this.hass, takeover.at);
    const isDue = new Date(takeover.at) <= new Date();
    return html`<li>
      <div class="what">
        <div class="name">${this.o("rows.takeover")}</div>
        <div class="more">
          ${takeover.is_to_you
            ? this.t("overview.asked_by_you", { person: takeover.from, at })
            : this.t("overview.asked_of_you", { person: takeover.to, at })}
        </div>
      </div>
      <div class="acts">
        ${takeover.is_to_you && isDue ? this.give("overview.take_over", "take_over") : nothing}
        ${this.give(
          takeover.is_to_you ? "overview.ask_no_longer" : "overview.object",
          "object_takeover",
        )}
      </div>
    </li>`;
  }

  private give(label: string, command: string): TemplateResult {
    return html`<ha-button size="small" @click=${() => this.attempt(() => this.command(command))}
      >${this.t(label)}</ha-button
    >`;
  }

  private async disclose(): Promise<void> {
    await this.attempt(async () => {
      const disclosure = await call<Disclosure>(this.hass, "disclosure", { serial: this.serial });
      openDialog(this, "isg-disclosure-dialog", { serial: this.serial, disclosure });
    });
  }

  private askRotate(): void {
    this.ask("rows.key", ["key_text"], "buttons.rotate", async () => {
      await this.command("rotate_key");
      toast(this, this.o("key_done"));
    });
  }

  private askInvite(): void {
    this.ask("rows.gateways", ["invite_text"], "buttons.invite", async () => {
      const { serial } = this;
      const invitation = await call<Invitation>(this.hass, "invite_gateway", { serial });
      openDialog(this, "isg-invitation-dialog", { serial, invitation });
    });
  }

  private askRemove(slot: number): void {
    this.ask("remove_title", ["remove_text"], "buttons.remove", () =>
      call(this.hass, "remove_gateway", { serial: this.serial, slot }),
    );
  }

  private async transfer(): Promise<void> {
    await this.attempt(async () => {
      const { people } = await call<{ people: { user_id: string; name: string }[] }>(
        this.hass,
        "people",
      );
      openDialog(this, "isg-transfer-dialog", {
        serial: this.serial,
        name: this.name,
        people: people.filter((one) => one.user_id !== this.hass.user.id),
      });
    });
  }

  private askTakeover(): void {
    this.ask("rows.takeover", ["takeover_text"], "buttons.ask", () => this.command("ask_takeover"));
  }

  private askRelease(): void {
    this.ask("release_title", ["release_text", "release_falls"], "buttons.release_yes", async () => {
      await this.command("release");
      navigate(`${PANEL_PATH}/overview`);
    });
  }

  private ask(title: string, texts: string[], yes: string, act: () => Promise<unknown>): void {
    openDialog(this, "isg-device-confirm-dialog", {
      serial: this.serial,
      title: this.o(title, { name: this.name }),
      texts: texts.map((one) => this.o(one, { name: this.name })),
      yes: this.o(yes),
      act,
    });
  }

  private command(command: string): Promise<unknown> {
    return call(this.hass, command, { serial: this.serial });
  }

  private o(key: string, values?: Record<string, string>): string {
    return this.t(`ownership.${key}`, values);
  }
}

define("isg-device-acts", DeviceActs);
