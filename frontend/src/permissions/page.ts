// Permissions: the four-column table, and what goes with it, each under an address of its own (FIG 8, FIG 9).

import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PANEL_PATH, define, navigate } from "../ha";
import { Page } from "../page";
import { navStyles, shared } from "../styles";
import { Subscription } from "../subscription";
import type { Shown } from "./model";
import "./exchange";
import "./groups";
import "./history";
import "./learning";
import "./requests";
import "./table";
import "./try";

const PATH = `${PANEL_PATH}/permissions`;
const PAGE_ROWS = 50; // a row has a switch and two buttons of Home Assistant's: of more, it takes a second to make them

class PermissionsPage extends Page {
  private readonly permissions = new Subscription<Shown>(this, "permissions", () => ({
    after: this.pages.at(-1) ?? 0,
    limit: PAGE_ROWS,
  }));
  /** After which numbers the pages of the table begin, up to the one that is shown. */
  @state() private pages: number[] = [];

  static override styles = [
    shared,
    navStyles,
    css`
      .content {
        max-width: 1280px;
      }
      .inside {
        padding: 0 16px 16px;
      }
    `,
  ];

  override render(): TemplateResult {
    const shown = this.permissions.value;
    if (!shown) return this.waiting(this.permissions);
    const sections = this.sections(shown);
    const [current = ""] = this.detail.split("/");
    const section = sections[current] ?? sections[""];
    return html`<div class="content">
      <nav aria-label=${this.t("tabs.permissions")}>
        ${Object.keys(sections).map(
          (name) => html`<a
            href=${name ? `${PATH}/${name}` : PATH}
            aria-current=${name === current ? "page" : nothing}
            @click=${this.go}
            >${this.t(`permissions.sections.${name || "table"}`)}</a
          >`,
        )}
      </nav>
      ${section?.()}
    </div>`;
  }

  private sections(shown: Shown): Record<string, () => TemplateResult> {
    return {
      "": () => html`<isg-permission-table
        .hass=${this.hass}
        .narrow=${this.narrow}
        .shown=${shown}
        .isLater=${this.pages.length > 0}
        @page-wanted=${this.turn}
      ></isg-permission-table>`,
      try: () => html`<ha-card>
        <h2>${this.t("permissions.sections.try")}</h2>
        <p>${this.t("permissions.try_text")}</p>
        <div class="inside"><isg-try .hass=${this.hass} .shown=${shown}></isg-try></div>
      </ha-card>`,
      requests: () => html`<isg-permission-requests
        .hass=${this.hass}
        .shown=${shown}
      ></isg-permission-requests>`,
      learning: () => html`<isg-permission-learning
        .hass=${this.hass}
        .shown=${shown}
      ></isg-permission-learning>`,
      groups: () => html`<isg-permission-groups
        .hass=${this.hass}
        .shown=${shown}
      ></isg-permission-groups>`,
      history: () => html`<isg-permission-history
        .hass=${this.hass}
        .shown=${shown}
      ></isg-permission-history>`,
      exchange: () => html`<isg-permission-exchange
        .hass=${this.hass}
        .shown=${shown}
      ></isg-permission-exchange>`,
    };
  }

  private go(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigate((event.currentTarget as HTMLAnchorElement).pathname);
  }

  /** Show the rows after a number, or those before. */
  private turn(event: CustomEvent<{ after: number | null }>): void {
    const { after } = event.detail;
    this.pages = after === null ? this.pages.slice(0, -1) : [...this.pages, after];
    this.permissions.restart();
  }
}

define("isg-permissions", PermissionsPage);
