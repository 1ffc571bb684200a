// By what the person who is logged in is told of threats, and trying it.

import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { call, define, reason, toast } from "../ha";
import { shared } from "../styles";
import { Part, partStyles } from "./part";

interface Settings {
  phones: string[];
  entities: string[];
}

class MessageSettings extends Part {
  @state() private settings: Settings | undefined;
  @state() private error = "";

  static override styles = [shared, partStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const { settings } = this;
    return html`<ha-card>
      <h2>${this.m("sections.messages")}</h2>
      <p>${this.m("messages_text")}</p>
      ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
      ${settings
        ? html`<p>
              ${settings.phones.length
                ? html`${this.m("phones")}: <bdi>${settings.phones.join(", ")}</bdi>`
                : html`${this.m("phones")}: ${this.m("phones_none")}`}
            </p>
            <div class="inside">
              <ha-form
                .hass=${this.hass}
                .data=${{ entities: settings.entities }}
                .schema=${[
                  {
                    name: "entities",
                    selector: { entity: { multiple: true, filter: { domain: "notify" } } },
                  },
                ]}
                .computeLabel=${() => this.m("entities")}
                @value-changed=${(event: CustomEvent<{ value: { entities?: string[] } }>) => {
                  this.settings = { ...settings, entities: event.detail.value.entities ?? [] };
                }}
              ></ha-form>
            </div>
            <p class="acts">
              <ha-button @click=${() => this.save(settings)}
                >${this.hass.localize("ui.common.save")}</ha-button
              >
              <ha-button appearance="plain" @click=${this.try}>${this.m("try")}</ha-button>
            </p>`
        : nothing}
    </ha-card>`;
  }

  private async save({ entities }: Settings): Promise<void> {
    const isDone = await this.attempt(() => call(this.hass, "set_message_settings", { entities }));
    if (isDone) toast(this, this.m("saved"));
  }

  private async try(): Promise<void> {
    if (await this.attempt(() => call(this.hass, "try_messages"))) toast(this, this.m("tried"));
  }

  private async load(): Promise<void> {
    try {
      this.settings = await call<Settings>(this.hass, "message_settings");
      this.error = "";
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }
}

define("isg-message-settings", MessageSettings);
