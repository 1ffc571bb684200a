// Who may do what with a device now: real verdicts, person by person and group by group (B1).

import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { PANEL_PATH, type Hass, define, navigate } from "../ha";
import type { Ownership, Person, Verdict } from "../ownership/model";
import { shared } from "../styles";
import { counted, moment, text } from "../texts";
import { commandName } from "./device-access";

class DevicePeople extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ type: Boolean }) narrow = false;
  @property() serial = "";
  @property({ attribute: false }) told!: Ownership;

  static override styles = [
    shared,
    css`
      .inside {
        padding: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 8px 16px 8px 0;
        border-bottom: 1px solid var(--divider-color);
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      a {
        color: var(--primary-text-color);
      }
      .no {
        color: var(--secondary-text-color);
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 4px 16px;
        margin: 4px 0 0;
      }
      dt {
        color: var(--secondary-text-color);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      li {
        display: block;
      }
    `,
  ];

  override render(): TemplateResult {
    const { told } = this;
    return html`<ha-card>
      <h2>${this.o("people")}</h2>
      <p>${this.o("people_text")}</p>
      ${this.narrow ? this.renderList(told) : this.renderTable(told)}
      ${told.left_out
        ? html`<p>${counted(this.hass, "ownership.left_out", told.left_out)}</p>`
        : nothing}
      <p>
        <a
          href="${PANEL_PATH}/permissions/try"
          @click=${(event: MouseEvent) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            navigate(`${PANEL_PATH}/permissions/try`);
          }}
          >${this.o("why")}</a
        >
      </p>
    </ha-card>`;
  }

  private renderTable({ groups, people }: Ownership): TemplateResult {
    return html`<div class="inside">
      <table aria-label=${this.o("people")}>
        <thead>
          <tr>
            <th scope="col">${this.o("person")}</th>
            ${groups.map((name) => html`<th scope="col">${this.group(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${people.map(
            (person) => html`<tr>
              <th scope="row"><bdi>${person.name}</bdi></th>
              ${groups.map((name) => html`<td>${this.verdict(person.groups[name])}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderList({ groups, people }: Ownership): TemplateResult {
    return html`<ul aria-label=${this.o("people")}>
      ${people.map(
        (person) => html`<li>
          <div class="name"><bdi>${person.name}</bdi></div>
          ${this.mayNothing(person)
            ? html`<div class="more">${this.o("nothing")}</div>`
            : html`<dl>
                ${groups.map(
                  (name) => html`<dt>${this.group(name)}</dt>
                    <dd>${this.verdict(person.groups[name])}</dd>`,
                )}
              </dl>`}
        </li>`,
      )}
    </ul>`;
  }

  private verdict(verdict: Verdict | undefined): TemplateResult {
    if (!verdict) return html`<span class="no">${this.o("no")}</span>`;
    if (!verdict.refused) return html`${this.o("yes")}`;
    const allowed = verdict.allowed.map((name) => commandName(this.hass, name)).join(", ");
    const next = verdict.next_at ? moment(this.hass, verdict.next_at) : "";
    const isBlocked = verdict.reason === "blocked";
    if (allowed) return html`${this.o("only", { commands: allowed })}`;
    return html`<span class="no"
      >${isBlocked ? this.o("blocked") : this.o("no")}${next
        ? html`, ${this.o("from", { next })}`
        : nothing}</span
    >`;
  }

  private mayNothing(person: Person): boolean {
    return Object.values(person.groups).every((one) => !one?.allowed.length && !one?.next_at);
  }

  private group(name: string): string {
    return text(this.hass, `permissions.groups.${name}`);
  }

  private o(key: string, values?: Record<string, string | number>): string {
    return text(this.hass, `ownership.${key}`, values);
  }
}

define("isg-device-people", DevicePeople);
