// Who watched a camera: for those who may read the record of its device.

import { type TemplateResult, css, html } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { call, define, reason } from "../ha";
import { moment } from "../texts";
import { type CameraView, length } from "./model";

interface Watched {
  name: string;
  began_at: string;
  seconds: number;
  what: string;
  clip: string | null;
  is_refused: boolean;
}

class ViewersDialog extends Dialog<{ camera: CameraView }> {
  @state() private watched: Watched[] | undefined;
  private isAsked = false;

  static override styles = css`
    .wide {
      overflow-x: auto;
    }
    table {
      width: 100%;
      border-collapse: collapse;
    }
    caption {
      text-align: start;
      padding-bottom: 8px;
      color: var(--secondary-text-color);
    }
    th,
    td {
      text-align: start;
      padding: 8px 12px 8px 0;
      border-bottom: 1px solid var(--divider-color);
      vertical-align: top;
    }
    th[scope="col"] {
      color: var(--secondary-text-color);
      font-weight: normal;
      font-size: var(--ha-font-size-s, 12px);
    }
    .refused {
      color: var(--error-color);
    }
  `;

  override willUpdate(): void {
    if (this.params && !this.isAsked) {
      this.isAsked = true;
      void this.ask();
    }
  }

  protected heading(): string {
    return this.t("video.who_of", { camera: this.params?.camera.name ?? "" });
  }

  protected body(): TemplateResult {
    if (!this.watched) {
      return this.error ? html`` : html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`;
    }
    if (!this.watched.length) return html`<p>${this.t("video.nobody")}</p>`;
    const columns = ["person", "when", "how_long", "seen"];
    return html`<div class="wide">
      <table>
        <caption>
          ${this.params?.camera.device}
        </caption>
        <thead>
          <tr>
            ${columns.map((one) => html`<th scope="col">${this.t(`video.${one}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.watched.map(
            (one) => html`<tr>
              <td>${one.name}</td>
              <td>${moment(this.hass, one.began_at)}</td>
              <td>${one.is_refused ? "–" : length(one.seconds)}</td>
              <td class=${one.is_refused ? "refused" : ""}>
                ${this.t(`video.seen_${one.what}`)}${one.is_refused
                  ? `: ${this.t("video.refused")}`
                  : ""}
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  protected buttons(): TemplateResult {
    return html`<ha-button slot="primaryAction" @click=${() => (this.isOpen = false)}
      >${this.hass.localize("ui.common.close")}</ha-button
    >`;
  }

  private async ask(): Promise<void> {
    const { serial, entity } = this.params?.camera ?? {};
    try {
      const told = await call<{ watched: Watched[] }>(this.hass, "video_viewers", { serial, entity });
      this.watched = told.watched;
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }
}

define("isg-viewers-dialog", ViewersDialog);
