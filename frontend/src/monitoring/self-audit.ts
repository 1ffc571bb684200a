// Looking over the house: what is worth mending, how grave it is, and where it is mended (B37).

import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { DOMAIN, PANEL_PATH, call, define, reason } from "../ha";
import { shared } from "../styles";
import { PATH, Part, follow, partStyles } from "./part";

interface Found {
  finding: string;
  level: string;
  row: number | null;
  serial: string | null;
  device: string | null;
  count: number;
}

const GATEWAY = `/config/integrations/integration/${DOMAIN}`;

class SelfAudit extends Part {
  @state() private findings: Found[] | undefined;
  @state() private error = "";

  static override styles = [shared, partStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const { findings } = this;
    return html`<ha-card>
      <h2>${this.m("sections.self_audit")}</h2>
      <p>${this.m("self_audit_text")}</p>
      ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
      ${findings?.length
        ? html`<ul>
            ${findings.map((one) => this.renderOne(one))}
          </ul>`
        : nothing}
      ${findings?.length === 0
        ? html`<p>${this.m("self_audit_none")}</p>`
        : nothing}
      <p>
        <ha-button appearance="plain" @click=${this.load}>${this.m("look_again")}</ha-button>
      </p>
    </ha-card>`;
  }

  private renderOne(one: Found): TemplateResult {
    const what = this.hass.localize(
      `component.${DOMAIN}.exceptions.weakness_${one.finding}.message`,
      { row: one.row ?? "", device: one.device ?? "", count: one.count },
    );
    return html`<li>
      <div class="what name">${what || one.finding}</div>
      ${this.level(one.level)}
      <a href=${placeOf(one)} aria-label=${this.m("mend_of", { what })} @click=${follow}
        >${this.m("mend")}</a
      >
    </li>`;
  }

  private async load(): Promise<void> {
    try {
      this.findings = (await call<{ findings: Found[] }>(this.hass, "self_audit")).findings;
      this.error = "";
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }
}

/** Where a finding is mended. */
function placeOf({ finding, serial }: Found): string {
  const device = `${PANEL_PATH}/overview/${encodeURIComponent(serial ?? "")}`;
  const places: Record<string, string> = {
    wide_row: `${PANEL_PATH}/permissions`,
    endless_pass: `${PANEL_PATH}/permissions`,
    dead_row: `${PANEL_PATH}/permissions`,
    weak_passwords: `${PANEL_PATH}/records`,
    old_firmware: device,
    suspended: `${PATH}/restraints`,
    detect_only: `${PATH}/policy`,
    audit_off: GATEWAY,
    no_backup: "/config/backup",
    open_guest_page: "/config/network",
  };
  return places[finding] ?? `${PANEL_PATH}/overview`;
}

define("isg-self-audit", SelfAudit);
