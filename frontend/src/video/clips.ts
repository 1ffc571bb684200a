// The recordings of a day: as a line of time, and as a list with small pictures.

import { mdiDelete } from "@mdi/js";
import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing, svg } from "lit";
import { property, state } from "lit/decorators.js";
import { type Hass, call, define, openDialog, reason } from "../ha";
import { shared } from "../styles";
import { type Values, text } from "../texts";
import { type CameraView, type Clip, type Clips, clock, lasts, length, reasonOf } from "./model";
import "../dialogs/confirm-dialog";
import "./player-dialog";

const WIDTH = 1440;
const ALL = "all"; // no key of a camera: these have a stroke in them

export class Recordings extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) cameras: CameraView[] = [];
  /** Another one means that there are others than before. */
  @property({ type: Number }) revision = 0;
  @state() private shown: Clips | undefined;
  @state() private camera = ALL;
  @state() private day = "";
  @state() private error = "";
  private asked = 0;

  static override styles = [
    shared,
    css`
      .filters {
        padding: 8px 16px 0;
      }
      .line {
        padding: 16px 16px 0;
      }
      .line svg {
        display: block;
        width: 100%;
        height: 32px;
      }
      .hours {
        display: flex;
        justify-content: space-between;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
      .none {
        fill: var(--divider-color);
      }
      .clip-at {
        fill: var(--primary-color);
        cursor: pointer;
      }
      .clip-at.motion {
        fill: var(--warning-color, #ffa600);
      }
      .hour {
        stroke: var(--card-background-color, #fff);
        stroke-width: 2;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        gap: 16px;
        padding: 16px;
      }
      li,
      li + li {
        border: 0;
        padding: 0;
        display: block;
        min-width: 0;
      }
      button.clip {
        all: unset;
        display: block;
        width: 100%;
        cursor: pointer;
        border-radius: 8px;
      }
      button.clip:focus-visible {
        outline: 2px solid var(--primary-color);
        outline-offset: 2px;
      }
      button.clip img {
        display: block;
        width: 100%;
        aspect-ratio: 4 / 3;
        object-fit: cover;
        border-radius: 8px;
        background: var(--secondary-background-color);
      }
      .below {
        display: flex;
        align-items: center;
        gap: 4px;
        padding-top: 4px;
      }
      .below .what {
        flex: 1;
      }
      .older {
        padding: 0 16px 16px;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues): void {
    if (this.hass && (!this.asked || changed.has("revision"))) void this.ask();
  }

  override render(): TemplateResult {
    return html`<ha-card>
      <h2>${this.t("clips")}</h2>
      ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
      ${this.shown ? this.renderDay(this.shown) : nothing}
    </ha-card>`;
  }

  private renderDay(shown: Clips): TemplateResult {
    return html`
      <div class="filters">
        <ha-form
          .hass=${this.hass}
          .data=${{ camera: this.camera, day: shown.day }}
          .schema=${[{ type: "grid", name: "", schema: this.fields() }]}
          .computeLabel=${(field: { name: string }) =>
            this.t(field.name)}
          @value-changed=${this.choose}
        ></ha-form>
      </div>
      ${shown.clips.length
        ? html`<div class="line" aria-hidden="true">
              ${this.renderLine(shown)}
              <div class="hours"><span>0</span><span>6</span><span>12</span><span>18</span><span>24</span></div>
            </div>
            <ul>
              ${shown.clips.map((clip) => this.renderClip(clip))}
            </ul>`
        : html`<p>${this.t("no_clips")}</p>`}
      ${shown.next
        ? html`<div class="older">
            <ha-button appearance="plain" @click=${() => this.ask(shown.next)}
              >${this.t("older")}</ha-button
            >
          </div>`
        : nothing}
    `;
  }

  private fields(): object[] {
    const day = { name: "day", selector: { date: {} } };
    if (this.cameras.length < 2) return [day];
    const cameras = this.cameras.map((one) => ({ value: key(one), label: this.nameOf(one) }));
    const options = [{ value: ALL, label: this.t("all_cameras") }, ...cameras];
    return [day, { name: "camera", selector: { select: { mode: "dropdown", options } } }];
  }

  private renderLine(shown: Clips): TemplateResult {
    const begin = Date.parse(shown.start);
    const scale = WIDTH / (Date.parse(shown.end) - begin);
    return html`<svg viewBox="0 0 ${WIDTH} 32" preserveAspectRatio="none">
      <rect class="none" width=${WIDTH} height="32" rx="4"></rect>
      ${shown.clips.map((clip) => {
        const from = Math.max(0, (Date.parse(clip.started_at) - begin) * scale);
        const wide = Math.max(5, (lasts(clip) * 1000) * scale);
        return svg`<rect class="clip-at ${clip.reason}" x=${from} width=${wide} height="32"
          @click=${() => this.play(clip)}></rect>`;
      })}
      ${[360, 720, 1080].map((at) => svg`<path class="hour" d="M${at} 0v32"></path>`)}
    </svg>`;
  }

  private renderClip(clip: Clip): TemplateResult {
    const { hass } = this;
    const at = clock(hass, clip.started_at);
    const facts = { at, length: length(lasts(clip)), reason: reasonOf(hass, clip) };
    const camera = this.cameraOf(clip);
    return html`<li>
      <button
        class="clip"
        aria-label="${this.t("play")}: ${this.t("clip_label", { camera, ...facts })}"
        @click=${() => this.play(clip)}
      >
        <img src=${clip.thumbnail} alt="" loading="lazy" />
      </button>
      <div class="below">
        <div class="what">
          <div class="name">${at}</div>
          <div class="more">${camera} · ${facts.length} · ${facts.reason}</div>
        </div>
        ${clip.may_delete
          ? html`<ha-icon-button
              .path=${mdiDelete}
              .label=${this.t("delete_of", { at })}
              @click=${() => this.confirmDelete(clip)}
            ></ha-icon-button>`
          : nothing}
      </div>
    </li>`;
  }

  private t(name: string, values?: Values): string {
    return text(this.hass, `video.${name}`, values);
  }

  private nameOf(camera: CameraView): string {
    const isOnly = camera.name === camera.device;
    return isOnly ? camera.name : `${camera.name} (${camera.device})`;
  }

  private cameraOf(clip: Clip): string {
    const found = this.cameras.find((one) => key(one) === key(clip));
    return found?.name ?? clip.device;
  }

  private play(clip: Clip): void {
    openDialog(this, "isg-player-dialog", { clip, camera: this.cameraOf(clip) });
  }

  private confirmDelete(clip: Clip): void {
    openDialog(this, "isg-confirm-dialog", {
      title: this.t("delete_title"),
      text: this.t("delete_text"),
      yes: this.t("delete"),
      act: () => call(this.hass, "delete_clip", { clip: clip.id }),
    });
  }

  private choose(event: CustomEvent<{ value: { camera?: string; day?: string } }>): void {
    const { camera, day } = event.detail.value;
    this.camera = camera ?? ALL;
    this.day = day ?? "";
    void this.ask();
  }

  /** Ask for the clips of the day, or for those behind the ones that are shown. */
  private async ask(after: string | null = null): Promise<void> {
    const asked = ++this.asked;
    const [serial, entity] = this.camera === ALL ? [] : this.camera.split("/");
    const day = after ? this.shown?.day : this.day;
    try {
      const found = await call<Clips>(this.hass, "video_clips", {
        ...(day ? { day } : {}),
        ...(serial ? { serial, entity } : {}),
        ...(after ? { after } : {}),
      });
      if (asked !== this.asked) return; // asked anew meanwhile
      const before = after ? (this.shown?.clips ?? []) : [];
      this.shown = { ...found, clips: [...before, ...found.clips] };
      this.error = "";
    } catch (error) {
      if (asked === this.asked) this.error = reason(this.hass, error);
    }
  }
}

function key(one: { serial: string; entity: string }): string {
  return `${one.serial}/${one.entity}`;
}

define("isg-clips", Recordings);
