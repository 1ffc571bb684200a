// One camera: its live picture while somebody wants to see it, for nothing is watched that nobody asked for.

import { mdiCctv } from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, call, define, openDialog, reason, toast } from "../ha";
import { shared } from "../styles";
import { type Values, moment, text } from "../texts";
import { type CameraView, address } from "./model";
import "./choice-dialog";
import "./viewers-dialog";

// Browsers keep no more than six connections to one server, and the page needs some of them.
const MAX_LIVE = 4;
const NO_PICTURE = "data:,";
const live: Camera[] = [];

export class Camera extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) camera!: CameraView;
  @state() private path = "";
  @state() private hasPicture = false;
  @state() private hasEnded = false;
  @state() private isBusy = false;

  static override styles = [
    shared,
    css`
      .picture {
        position: relative;
        aspect-ratio: 4 / 3;
        background: var(--secondary-background-color);
        border-radius: var(--ha-card-border-radius, 12px) var(--ha-card-border-radius, 12px) 0 0;
        overflow: hidden;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 8px;
        text-align: center;
        color: var(--secondary-text-color);
        --mdc-icon-size: 48px;
      }
      img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
        background: #000;
      }
      .facts {
        padding: 12px 16px 16px;
        display: grid;
        gap: 8px;
      }
      .recording {
        color: var(--error-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .open {
        color: var(--primary-text-color);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch();
  }

  override willUpdate(): void {
    // The gateway ends the stream by itself; this says so.
    if (this.path && (!this.camera.may_view || !this.camera.is_connected)) this.ended();
  }

  override render(): TemplateResult {
    const { camera } = this;
    const names = { camera: camera.name };
    return html`<ha-card>
      <div class="picture">
        ${this.path
          ? html`${this.hasPicture
                ? nothing
                : html`<ha-spinner aria-label=${this.t("waiting")}></ha-spinner>`}
              <img
                src=${this.path}
                alt=${this.t("picture_of", names)}
                @load=${() => (this.hasPicture = true)}
                @error=${() => this.ended()}
              />`
          : html`<ha-svg-icon .path=${mdiCctv}></ha-svg-icon>
              <div role="status">${this.hasEnded ? this.t("ended") : ""} ${this.obstacle()}</div>`}
      </div>
      <div class="facts">
        <div>
          <div class="name">${camera.name}</div>
          ${camera.device === camera.name
            ? nothing
            : html`<div class="more">${camera.device}</div>`}
          ${camera.recording
            ? html`<div class="more recording">
                ● ${this.t("recording", { since: moment(this.hass, camera.recording.since) })}
              </div>`
            : nothing}
          ${camera.watching?.length
            ? html`<div class="more">
                ${this.t("watching", { names: camera.watching.join(", ") })}
              </div>`
            : nothing}
        </div>
        <div class="acts">
          ${this.renderWatch(names)} ${this.renderRecord(names)}
          ${camera.may_choose
            ? html`<ha-button
                  appearance="plain"
                  size="small"
                  aria-label=${this.t("who_of", names)}
                  @click=${() => openDialog(this, "isg-viewers-dialog", { camera })}
                  >${this.t("who")}</ha-button
                ><ha-button
                  appearance="plain"
                  size="small"
                  aria-label=${this.t("settings_of", { device: camera.device })}
                  @click=${() => openDialog(this, "isg-choice-dialog", { camera })}
                  >${this.t("settings")}</ha-button
                >`
            : nothing}
        </div>
      </div>
    </ha-card>`;
  }

  /** Say why there is nothing to watch now. */
  private obstacle(): string {
    const { camera } = this;
    if (!camera.may_view) {
      const next = camera.next_view_at;
      return `${this.t("not_now")} ${next ? this.t("from", { next: moment(this.hass, next) }) : ""}`;
    }
    return camera.is_connected ? "" : this.t("away");
  }

  private renderWatch(names: Values): TemplateResult | typeof nothing {
    const { camera } = this;
    if (this.path) {
      return html`<ha-button
        size="small"
        aria-label=${this.t("unwatch_of", names)}
        @click=${() => this.unwatch()}
        >${this.t("unwatch")}</ha-button
      >`;
    }
    if (!camera.may_view) return nothing;
    return html`<ha-button
      size="small"
      appearance="filled"
      aria-label=${this.t("watch_of", names)}
      .disabled=${!camera.is_connected || this.isBusy}
      @click=${() => this.watch()}
      >${this.t("watch")}</ha-button
    >`;
  }

  private renderRecord(names: Values): TemplateResult | typeof nothing {
    const { camera } = this;
    if (!camera.may_record) return nothing;
    const stops = camera.recording !== null;
    return html`<ha-button
      size="small"
      appearance="plain"
      aria-label=${this.t(stops ? "stop_of" : "record_of", names)}
      .disabled=${this.isBusy || (!stops && !camera.is_connected)}
      @click=${() => this.record(stops)}
      >${this.t(stops ? "stop" : "record")}</ha-button
    >`;
  }

  private t(key: string, values?: Values): string {
    return text(this.hass, `video.${key}`, values);
  }

  private async watch(): Promise<void> {
    await this.attempt(async () => {
      const { serial, entity } = this.camera;
      this.hasEnded = false;
      this.hasPicture = false;
      const path = await address(this.hass, { what: "live", serial, entity });
      if (!this.isConnected) return; // whoever asked is at another page by now
      this.path = path;
      live.push(this);
      if (live.length > MAX_LIVE) live[0]?.unwatch();
    });
  }

  unwatch(): void {
    // A picture that is merely taken away would go on being fetched.
    const image = this.renderRoot.querySelector("img");
    if (image) image.src = NO_PICTURE;
    this.path = "";
    const place = live.indexOf(this);
    if (place >= 0) live.splice(place, 1);
  }

  private ended(): void {
    if (!this.path) return;
    this.unwatch();
    this.hasEnded = true;
  }

  private async record(stops: boolean): Promise<void> {
    await this.attempt(async () => {
      const { serial, entity, name } = this.camera;
      await call(this.hass, stops ? "stop_recording" : "start_recording", { serial, entity });
      toast(this, this.t(stops ? "record_ended" : "record_began", { camera: name }));
    });
  }

  private async attempt(act: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    try {
      await act();
    } catch (error) {
      toast(this, reason(this.hass, error));
    } finally {
      this.isBusy = false;
    }
  }
}

define("isg-camera", Camera);
