// What one person may do with one device: the same on the page and in the card of a dashboard.

import { mdiLock } from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import "../dialogs/confirm-dialog";
import {
  type Hass,
  PANEL_PATH,
  callAction,
  define,
  navigate,
  openDialog,
  reason,
  showEntity,
  toast,
} from "../ha";
import { shared } from "../styles";
import { moment, text } from "../texts";

export interface Button {
  command: string;
  is_allowed: boolean;
  next_at: string | null;
}

export interface AccessEntity {
  key: string;
  kind: string;
  name: string;
  entity_id: string | null;
  buttons: Button[];
  has_video?: boolean; // left out by a gateway that is older than this page
}

export interface AccessDevice {
  serial: string;
  device_id: string | null;
  name: string;
  owner: string;
  is_yours: boolean;
  is_connected: boolean;
  entities: AccessEntity[];
}

export class DeviceAccess extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) device!: AccessDevice;
  @state() private busy = "";

  static override styles = [
    shared,
    css`
      ul {
        padding-top: 0;
      }
      .state {
        color: var(--secondary-text-color);
        min-width: 64px;
      }
      .locked {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
        --mdc-icon-size: 16px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { device, hass } = this;
    const owner = device.is_yours
      ? text(hass, "access.yours")
      : text(hass, "access.owned_by", { owner: device.owner });
    const link = device.is_connected ? "" : ` · ${text(hass, "access.away")}`;
    return html`
      <h2>${device.name}</h2>
      <p>${owner}${link}</p>
      ${device.entities.length
        ? html`<ul>
            ${device.entities.map((entity) => this.renderEntity(entity))}
          </ul>`
        : nothing}
    `;
  }

  private renderEntity(entity: AccessEntity): TemplateResult {
    const { hass } = this;
    const known = entity.entity_id ? hass.states[entity.entity_id] : undefined;
    const shown = known ? (hass.formatEntityState?.(known) ?? known.state) : "";
    return html`
      <li>
        <div class="what">
          <div class="name">${entity.name}</div>
          ${shown ? html`<div class="more">${shown}</div>` : nothing}
        </div>
        <div class="acts">
          ${entity.buttons.map((button) => this.renderButton(entity, button))}
          ${entity.has_video
            ? html`<ha-button
                appearance="plain"
                size="small"
                @click=${() => navigate(`${PANEL_PATH}/video`)}
                >${text(hass, "video.to_video")}</ha-button
              >`
            : nothing}
          ${known
            ? html`<ha-button
                appearance="plain"
                size="small"
                @click=${() => showEntity(this, entity.entity_id ?? "")}
                >${text(hass, "access.more")}</ha-button
              >`
            : nothing}
        </div>
      </li>
    `;
  }

  private renderButton(entity: AccessEntity, button: Button): TemplateResult {
    const { hass } = this;
    const id = `${entity.key} ${button.command}`;
    const label = commandName(hass, button.command);
    if (!button.is_allowed) {
      const next = button.next_at ? moment(hass, button.next_at) : "";
      return html`<span class="locked">
        <ha-svg-icon .path=${mdiLock}></ha-svg-icon>
        ${text(hass, "access.locked", { command: label, next })}
      </span>`;
    }
    return html`<ha-button
      size="small"
      appearance="filled"
      .disabled=${this.busy !== ""}
      .loading=${this.busy === id}
      @click=${() =>
        this.device.is_connected ? this.press(entity, button, id) : this.ask(entity, button)}
      >${label}</ha-button
    >`;
  }

  /** The device is away: the command can wait for it, if that is wanted. */
  private ask(entity: AccessEntity, button: Button): void {
    const values = { command: commandName(this.hass, button.command), device: this.device.name };
    openDialog(this, "isg-confirm-dialog", {
      title: text(this.hass, "waiting.ask", values),
      text: text(this.hass, "waiting.ask_text", values),
      yes: text(this.hass, "waiting.ask_yes"),
      act: () =>
        callAction(this.hass, "send_command", {
          device_id: this.device.device_id,
          command: button.command,
          entity: entity.key,
          queue_for: { hours: 1 },
        }),
    });
  }

  private async press(entity: AccessEntity, button: Button, id: string): Promise<void> {
    this.busy = id;
    try {
      await callAction(this.hass, "send_command", {
        device_id: this.device.device_id,
        command: button.command,
        entity: entity.key,
      });
      const command = commandName(this.hass, button.command);
      toast(this, text(this.hass, "access.done", { name: entity.name, command }));
    } catch (error) {
      toast(this, reason(this.hass, error));
    } finally {
      this.busy = "";
    }
  }
}

/** Return what people call a command; one that has no text is shown as it is. */
export function commandName(hass: Hass, command: string): string {
  const key = `commands.${command}`;
  const name = text(hass, key);
  return name === key ? command : name;
}

define("isg-device-access", DeviceAccess);
