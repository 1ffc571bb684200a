// A recording as a film, for as long as whoever watches it may.

import { type TemplateResult, css, html } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { define, reason } from "../ha";
import { moment } from "../texts";
import { type Clip, address, length, lasts, reasonOf } from "./model";

interface Params {
  clip: Clip;
  camera: string;
}

class PlayerDialog extends Dialog<Params> {
  @state() private path = "";
  private isAsked = false;
  private resumeAt = 0;
  private askedAt = 0;

  static override styles = css`
    video {
      display: block;
      width: 100%;
      max-height: 70vh;
      background: #000;
    }
    p {
      margin: 8px 0 0;
      color: var(--secondary-text-color);
    }
  `;

  override willUpdate(): void {
    if (this.params && !this.isAsked) {
      this.isAsked = true;
      void this.ask();
    }
  }

  protected heading(): string {
    const { clip, camera } = this.params ?? {};
    return clip ? this.t("video.player", { camera: camera ?? "", at: moment(this.hass, clip.started_at) }) : "";
  }

  protected body(): TemplateResult {
    const clip = this.params?.clip;
    return html`${this.path
        ? html`<video
            src=${this.path}
            controls
            autoplay
            playsinline
            muted
            aria-label=${this.heading()}
            @loadedmetadata=${this.resume}
            @error=${this.failed}
          ></video>`
        : ""}
      ${clip ? html`<p>${length(lasts(clip))} · ${reasonOf(this.hass, clip)}</p>` : ""}`;
  }

  protected buttons(): TemplateResult {
    return html`<ha-button slot="primaryAction" @click=${() => (this.isOpen = false)}
      >${this.hass.localize("ui.common.close")}</ha-button
    >`;
  }

  private async ask(): Promise<void> {
    this.askedAt = Date.now();
    try {
      this.path = await address(this.hass, { what: "clip", clip: this.params?.clip.id });
    } catch (error) {
      this.path = "";
      this.error = reason(this.hass, error);
    }
  }

  private resume(event: Event): void {
    if (this.resumeAt) (event.target as HTMLVideoElement).currentTime = this.resumeAt;
  }

  /** The address lapses after a while: ask for another one, which is refused when the time is over. */
  private failed(event: Event): void {
    const video = event.target as HTMLVideoElement;
    if (Date.now() - this.askedAt > 5000) {
      this.resumeAt = video.currentTime;
      void this.ask();
    } else {
      this.path = "";
      this.error = this.t("video.player_ended");
    }
  }
}

define("isg-player-dialog", PlayerDialog);
