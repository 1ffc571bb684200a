// Who a device belongs to: the tree of authority, who may do what now, and what its owner can do about it.

import { mdiAccountPlus, mdiAccountRemove } from "@mdi/js";
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import "../dialogs/device-confirm-dialog";
import { call, define, openDialog } from "../ha";
import "../ownership/appoint-dialog";
import { type Holder, type Ownership, type Told, groupNames } from "../ownership/model";
import { Page } from "../page";
import { shared } from "../styles";
import { Subscription } from "../subscription";
import "./device-acts";
import "./device-people";
import "./device-trouble";

interface Ending {
  people: string[];
  rows: number;
  devices: number;
}

class DeviceOwnership extends Page {
  @property() serial = "";
  @property() name = "";
  private readonly told = new Subscription<Told>(this, "ownership", () => ({
    serial: this.serial,
  }));

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      /* A branch hangs on the line of whoever it was given by. */
      li.branch {
        display: block;
        padding: 0;
      }
      li.branch ul {
        margin-inline-start: 28px;
        padding: 0;
        border-inline-start: 1px solid var(--divider-color);
      }
      li.branch + li.branch,
      li.branch ul > li {
        border-top: 1px solid var(--divider-color);
      }
      .holder {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 16px;
        min-height: 40px;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get("serial")) this.told.restart();
  }

  override render(): TemplateResult | typeof nothing {
    const told = this.told.value;
    if (!told) {
      return this.told.error
        ? html`<ha-alert alert-type="error">${this.told.error}</ha-alert>`
        : nothing;
    }
    if (told.is_gone) {
      return html`<ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>`;
    }
    const { hass, serial, narrow, name } = this;
    return html`
      <isg-device-trouble .hass=${hass} .serial=${serial} .told=${told}></isg-device-trouble>
      ${this.renderAuthority(told)}
      ${told.people.length
        ? html`<isg-device-people
            .hass=${hass}
            .narrow=${narrow}
            .serial=${serial}
            .told=${told}
          ></isg-device-people>`
        : nothing}
      <isg-device-acts .hass=${hass} .serial=${serial} .name=${name} .told=${told}></isg-device-acts>
    `;
  }

  private renderAuthority(told: Ownership): TemplateResult {
    const [root] = told.authority;
    return html`<ha-card>
      <h2>${this.o("title")}</h2>
      <p>
        ${told.has_owner
          ? this.o(told.is_yours ? "yours" : "owned_by", { owner: told.owner })
          : this.o("ownerless")}
      </p>
      ${root
        ? html`<ul aria-label=${this.o("tree")}>
            ${this.renderBranch(told, root)}
          </ul>`
        : nothing}
      ${told.grants.length
        ? html`<p>
            <ha-button @click=${() => this.appoint(told)}>
              <ha-svg-icon slot="start" .path=${mdiAccountPlus}></ha-svg-icon>${this.o("appoint")}
            </ha-button>
          </p>`
        : nothing}
    </ha-card>`;
  }

  private renderBranch(told: Ownership, holder: Holder): TemplateResult {
    const below = told.authority.filter(
      (one) => one.appointment !== null && one.parent === holder.appointment,
    );
    const isMe = holder.user_id === this.hass.user.id;
    const label = this.o(isMe ? "give_up" : "end", { person: holder.name });
    return html`<li class="branch">
      <div class="holder">
        <div class="what">
          <div class="name"><bdi>${holder.name}</bdi></div>
          <div class="more">${this.rights(holder)}</div>
        </div>
        ${holder.may_end
          ? html`<ha-icon-button
              .path=${mdiAccountRemove}
              .label=${label}
              @click=${() => this.askEnd(holder, label)}
            ></ha-icon-button>`
          : nothing}
      </div>
      ${below.length
        ? html`<ul>
            ${below.map((one) => this.renderBranch(told, one))}
          </ul>`
        : nothing}
    </li>`;
  }

  private rights(holder: Holder): string {
    if (holder.appointment === null) return this.o("roles.first_owner");
    return [
      this.o(`roles.${holder.role}`),
      groupNames(this.hass, holder.commands),
      ...(holder.may_appoint ? [this.o("appoints")] : []),
    ].join(" · ");
  }

  private async appoint(told: Ownership): Promise<void> {
    await this.attempt(async () => {
      const { people } = await call<{ people: { user_id: string; name: string }[] }>(
        this.hass,
        "people",
      );
      openDialog(this, "isg-appoint-dialog", {
        serial: this.serial,
        people: people.filter((one) => one.user_id !== this.hass.user.id),
        grants: told.grants,
      });
    });
  }

  /** What falls with an appointment is told before it ends. */
  private async askEnd(holder: Holder, title: string): Promise<void> {
    const { appointment } = holder;
    await this.attempt(async () => {
      const ending = await call<Ending>(this.hass, "revoking", { appointment });
      openDialog(this, "isg-device-confirm-dialog", {
        serial: this.serial,
        title,
        texts: [
          ...(ending.devices > 1 ? [this.n("ownership.end_devices", ending.devices)] : []),
          ...(ending.people.length
            ? [this.o("end_people", { people: ending.people.join(", ") })]
            : []),
          ...(ending.rows ? [this.n("ownership.end_rows", ending.rows)] : []),
          this.o(ending.people.length || ending.rows ? "end_for_good" : "end_alone"),
        ],
        yes: this.o("end_yes"),
        act: () => call(this.hass, "revoke", { appointment }),
      });
    });
  }

  private o(key: string, values?: Record<string, string | number>): string {
    return this.t(`ownership.${key}`, values);
  }
}

define("isg-device-ownership", DeviceOwnership);
