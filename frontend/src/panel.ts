// The console in Home Assistant's sidebar: tabs, and the page that the address names.

import {
  mdiAccountKey,
  mdiCctv,
  mdiFormatListChecks,
  mdiHistory,
  mdiServerNetwork,
  mdiShieldAlert,
  mdiShieldHome,
  mdiTableKey,
} from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { loadElements } from "./elements";
import { type Hass, PANEL_PATH, type Route, define, navigate } from "./ha";
import { Subscription } from "./subscription";
import { loadTexts, text } from "./texts";
import "./gateway-page/page";
import "./pages/overview";
import "./pages/my-access";
import "./permissions/page";
import "./monitoring/page";
import "./audit/page";
import "./records/page";
import "./video/page";
import "./elements/access-card";

/** A page of the console; who is offered which is told by the gateway (`console/pages.py`). */
interface Tab {
  path: string;
  icon: string;
  page: (panel: Panel, detail: string) => TemplateResult;
}

const TABS: Tab[] = [
  {
    path: "overview",
    icon: mdiShieldHome,
    page: (panel, detail) => html`
      <isg-overview .hass=${panel.hass} .narrow=${panel.narrow} .detail=${detail}></isg-overview>
    `,
  },
  {
    path: "permissions",
    icon: mdiTableKey,
    page: (panel, detail) => html`
      <isg-permissions .hass=${panel.hass} .narrow=${panel.narrow} .detail=${detail}></isg-permissions>
    `,
  },
  {
    path: "monitoring",
    icon: mdiShieldAlert,
    page: (panel, detail) => html`
      <isg-monitoring .hass=${panel.hass} .narrow=${panel.narrow} .detail=${detail}></isg-monitoring>
    `,
  },
  {
    path: "audit",
    icon: mdiHistory,
    page: (panel) => html`
      <isg-audit .hass=${panel.hass} .narrow=${panel.narrow}></isg-audit>
    `,
  },
  {
    path: "video",
    icon: mdiCctv,
    page: (panel) => html`
      <isg-video .hass=${panel.hass} .narrow=${panel.narrow}></isg-video>
    `,
  },
  {
    path: "my-access",
    icon: mdiAccountKey,
    page: (panel, detail) => html`
      <isg-my-access .hass=${panel.hass} .narrow=${panel.narrow} .detail=${detail}></isg-my-access>
    `,
  },
  {
    path: "records",
    icon: mdiFormatListChecks,
    page: (panel) => html`
      <isg-records .hass=${panel.hass} .narrow=${panel.narrow}></isg-records>
    `,
  },
  {
    path: "gateway",
    icon: mdiServerNetwork,
    page: (panel) => html`
      <isg-gateway .hass=${panel.hass} .narrow=${panel.narrow}></isg-gateway>
    `,
  },
];

const MOST_SIDE_BY_SIDE = 5; // tabs whose names are not cut at 1280 pixels
const MOVABLE_BAR = "overflow-x: auto; scrollbar-width: none; justify-content: flex-start";
const WHOLE_TAB = "flex: none; width: auto; min-width: 64px; max-width: none";
const OWN_DIGEST = /_static\/([0-9a-f]+)\//.exec(import.meta.url)?.[1];

class Panel extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ type: Boolean }) narrow = false;
  @property({ attribute: false }) route: Route = { prefix: PANEL_PATH, path: "" };
  @property({ attribute: false }) panel: { config?: { digest?: string } } = {};
  @state() private missing: string[] | undefined;
  @state() private hasTexts = false;
  private language = "";
  private moved: Element | undefined; // the tab to which the bar was moved
  private readonly offered = new Subscription<{ pages: string[] }>(this, "pages");

  static override styles = css`
    ha-alert {
      display: block;
      margin: 16px;
    }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    void loadElements().then((missing) => (this.missing = missing));
  }

  override willUpdate(): void {
    if (this.hass && this.hass.language !== this.language) {
      this.language = this.hass.language;
      void loadTexts(this.hass).finally(() => (this.hasTexts = true));
    }
    if (this.route.path === "" || this.route.path === "/") {
      navigate(`${PANEL_PATH}/${TABS[0]?.path}`, true);
    }
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.missing || !this.hasTexts) return nothing;
    const [name = "", ...rest] = this.route.path.split("/").filter(Boolean);
    const tab = TABS.find((one) => one.path === name) ?? TABS[0];
    const offered = this.offered.value?.pages ?? [TABS[0]?.path, tab?.path];
    const content = tab?.page(this, decodeURIComponent(rest.join("/")));
    if (this.missing.includes("hass-tabs-subpage")) {
      return html`<ha-alert alert-type="warning">${text(this.hass, "elements_missing")}</ha-alert>
        ${content}`;
    }
    return html`
      <hass-tabs-subpage
        main-page
        .hass=${this.hass}
        .narrow=${this.narrow}
        .route=${this.route}
        .tabs=${TABS.filter((one) => offered.includes(one.path)).map((one) => ({
          path: `${PANEL_PATH}/${one.path}`,
          name: text(this.hass, `tabs.${one.path.replace("-", "_")}`),
          iconPath: one.icon,
        }))}
      >
        ${this.isOld()
          ? html`<ha-alert alert-type="info">
              ${text(this.hass, "upgraded")}
              <ha-button slot="action" @click=${() => location.reload()}>
                ${text(this.hass, "reload")}
              </ha-button>
            </ha-alert>`
          : nothing}
        ${content}
      </hass-tabs-subpage>
    `;
  }

  override updated(): void {
    void this.stackTabs();
  }

  /**
   * Put names of tabs below their icons, as on phones: side by side there is no room for so many. On phones not
   * even that is enough; the bar of tabs can be moved there.
   */
  private async stackTabs(): Promise<void> {
    const page = this.renderRoot.querySelector("hass-tabs-subpage") as LitElement | null;
    await page?.updateComplete;
    const bar = page?.shadowRoot?.querySelector<HTMLElement>("#tabbar");
    const tabs = [...(bar?.querySelectorAll<LitElement & { narrow: boolean }>("ha-tab") ?? [])];
    if (!bar || tabs.length <= MOST_SIDE_BY_SIDE) return;
    tabs.forEach((tab) => (tab.narrow = true));
    bar.style.cssText = this.narrow ? MOVABLE_BAR : "";
    for (const link of bar.querySelectorAll("a")) link.style.cssText = this.narrow ? WHOLE_TAB : "";
    const active = this.narrow ? tabs.find((tab) => tab.hasAttribute("active")) : undefined;
    if (active && active !== this.moved) active.scrollIntoView({ inline: "center", block: "nearest" });
    this.moved = active;
  }

  /** Whether the integration was upgraded while this page stayed open. */
  private isOld(): boolean {
    const digest = this.panel.config?.digest;
    return !!digest && !!OWN_DIGEST && digest !== OWN_DIGEST;
  }
}

define("iot-secure-gateway-panel", Panel);
