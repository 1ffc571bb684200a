// How long recordings of a device are kept, what makes one, and whether Home Assistant's own view has the pictures.

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { call, define, reason } from "../ha";
import type { CameraView } from "./model";

interface Choice {
  keep_days: number;
  max_mb: number;
  motion: boolean;
  is_open: boolean;
}

const LABELS: Record<string, string> = {
  keep_days: "video.keep_days",
  max_mb: "video.max_mb",
  motion: "video.move",
  is_open: "video.is_open",
};

class ChoiceDialog extends Dialog<{ camera: CameraView }> {
  @state() private data: Choice | undefined;
  private isAsked = false;

  override willUpdate(): void {
    if (this.params && !this.isAsked) {
      this.isAsked = true;
      void this.ask();
    }
  }

  protected heading(): string {
    return this.t("video.choice_of", { device: this.params?.camera.device ?? "" });
  }

  protected body(): TemplateResult {
    if (!this.data) {
      return this.error ? html`` : html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`;
    }
    return html`<ha-form
      .hass=${this.hass}
      .data=${this.data}
      .disabled=${this.isBusy}
      .schema=${[
        { name: "keep_days", required: true, selector: { number: { mode: "box", min: 1, max: 365 } } },
        {
          name: "max_mb",
          required: true,
          selector: { number: { mode: "box", min: 50, max: 1_000_000 } },
        },
        { name: "motion", selector: { boolean: {} } },
        { name: "is_open", selector: { boolean: {} } },
      ]}
      .computeLabel=${(field: { name: string }) => this.t(LABELS[field.name] ?? field.name)}
      .computeHelper=${(field: { name: string }) =>
        field.name === "is_open" ? this.t("video.is_open_helper") : ""}
      @value-changed=${(event: CustomEvent<{ value: Choice }>) => (this.data = event.detail.value)}
    ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data}
        .loading=${this.isBusy}
        @click=${() =>
          this.submit(() =>
            call(this.hass, "set_video_choice", {
              serial: this.params?.camera.serial,
              ...this.data,
            }),
          )}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`;
  }

  private async ask(): Promise<void> {
    try {
      this.data = await call<Choice>(this.hass, "video_choice", {
        serial: this.params?.camera.serial,
      });
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }
}

define("isg-choice-dialog", ChoiceDialog);
