// Cameras and recordings, as far as whoever looks may see them (S12, S13).

import { type TemplateResult, css, html, nothing } from "lit";
import { define } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import type { VideoView } from "./model";
import "./camera";
import "./clips";

class Video extends Page {
  private readonly video = new Subscription<VideoView>(this, "video");

  static override styles = [
    shared,
    css`
      .cameras {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
        gap: 16px;
      }
    `,
  ];

  override render(): TemplateResult {
    const video = this.video.value;
    if (!video) return this.waiting(this.video);
    if (!video.cameras.length) {
      return html`<div class="content">
        <ha-card><p>${this.t("video.nothing")}</p></ha-card>
      </div>`;
    }
    return html`<div class="content">
      <div class="cameras">
        ${video.cameras.map(
          (camera) =>
            html`<isg-camera .hass=${this.hass} .camera=${camera}></isg-camera>`,
        )}
      </div>
      ${video.cameras.some((camera) => camera.may_play)
        ? html`<isg-clips
            .hass=${this.hass}
            .cameras=${video.cameras}
            .revision=${video.revision}
          ></isg-clips>`
        : nothing}
    </div>`;
  }
}

define("isg-video", Video);
