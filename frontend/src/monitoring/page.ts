// Monitoring: what was noticed and done, and what is to be done, each part under an address of its own (FIG 14).

import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { define } from "../ha";
import { Page } from "../page";
import { navStyles, shared } from "../styles";
import { Subscription } from "../subscription";
import type { Filter, Shown } from "./model";
import { PATH, follow } from "./part";
import "./messages";
import "./policy";
import "./restraints";
import "./self-audit";
import "./story";
import "./threats";

const SECTIONS = ["", "restraints", "policy", "self-audit", "messages"];

class MonitoringPage extends Page {
  private readonly monitoring = new Subscription<Shown>(this, "monitoring", () => ({
    ...this.filter,
    ...(this.story ? { threat: this.story } : {}),
  }));
  @state() private filter: Filter = {};
  /** The last snapshot: shown while another one is asked for. */
  private last: Shown | undefined;
  /** The threat whose story is asked for. */
  private asked: string | undefined;

  static override styles = [shared, navStyles];

  private get story(): string {
    const [section, id = ""] = this.detail.split("/");
    return section === "threat" ? id : "";
  }

  override willUpdate(): void {
    const isOther = this.asked !== undefined && this.asked !== this.story;
    this.asked = this.story;
    if (isOther) this.ask();
  }

  override render(): TemplateResult {
    this.last = this.monitoring.value ?? this.last;
    const shown = this.last;
    if (!shown || this.monitoring.error) return this.waiting(this.monitoring);
    const [current = ""] = this.detail.split("/");
    const section = SECTIONS.includes(current) ? current : "";
    return html`<div class="content">
      <nav aria-label=${this.t("tabs.monitoring")}>
        ${SECTIONS.map(
          (name) => html`<a
            href=${name ? `${PATH}/${name}` : PATH}
            aria-current=${name === section ? "page" : nothing}
            @click=${follow}
            >${this.t(`monitoring.sections.${name.replace("-", "_") || "threats"}`)}</a
          >`,
        )}
      </nav>
      ${current === "threat" ? this.renderStory(shown) : this.renderSection(section, shown)}
    </div>`;
  }

  private renderStory(shown: Shown): TemplateResult {
    // The last snapshot may be about another threat.
    if (!this.monitoring.value) return html`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`;
    return html`<isg-threat-story .hass=${this.hass} .shown=${shown}></isg-threat-story>`;
  }

  private renderSection(section: string, shown: Shown): TemplateResult {
    switch (section) {
      case "restraints":
        return html`<isg-restraints .hass=${this.hass} .shown=${shown}></isg-restraints>`;
      case "policy":
        return html`<isg-policy .hass=${this.hass} .shown=${shown}></isg-policy>`;
      case "self-audit":
        return html`<isg-self-audit .hass=${this.hass} .shown=${shown}></isg-self-audit>`;
      case "messages":
        return html`<isg-message-settings
          .hass=${this.hass}
          .shown=${shown}
        ></isg-message-settings>`;
      default:
        return html`<isg-threats
          .hass=${this.hass}
          .shown=${shown}
          .filter=${this.filter}
          @filter-changed=${(event: CustomEvent<{ filter: Filter }>) => {
            this.filter = event.detail.filter;
            this.ask();
          }}
        ></isg-threats>`;
    }
  }

  private ask(): void {
    this.monitoring.restart();
  }
}

define("isg-monitoring", MonitoringPage);
