// Groups of people, devices and commands, and shifts: what rows refer to by name (FIG 8).

import { mdiDelete, mdiPencil, mdiPlus } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { call, define, openDialog } from "../ha";
import { Page } from "../page";
import { shared } from "../styles";
import { KINDS, type Kind, type Reference, type Shown, type ShownReference } from "./model";
import { Names } from "./naming";
import "./reference-dialog";

class PermissionGroups extends Page {
  @property({ attribute: false }) shown!: Shown;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`${KINDS.map(
      (kind) => html`<ha-card>
        <h2>${this.p(`kinds.${kind}`)}</h2>
        ${this.shown.references[kind].length
          ? html`<ul>
              ${this.shown.references[kind].map((one) => this.renderOne(kind, one))}
            </ul>`
          : html`<p>${this.p("none")}</p>`}
        ${this.shown.grants.length
          ? html`<p>
              <ha-button
                appearance="plain"
                aria-label=${this.p("add_of", { kind: this.p(`kinds.${kind}`) })}
                @click=${() => this.edit(kind)}
              >
                <ha-svg-icon slot="start" .path=${mdiPlus}></ha-svg-icon>${this.p("add_named")}
              </ha-button>
            </p>`
          : nothing}
      </ha-card>`,
    )}`;
  }

  private renderOne(kind: Kind, one: ShownReference): TemplateResult {
    const { reference } = one;
    const { name } = reference;
    return html`<li>
      <div class="what">
        <div class="name"><bdi>${name}</bdi></div>
        <div class="more">${this.members(kind, reference)}</div>
        <div class="more">${this.p("made_by", { person: one.made_by_name })}</div>
      </div>
      ${one.may_change
        ? html`<div class="acts">
            <ha-icon-button
              .path=${mdiPencil}
              .label=${this.p("edit_named", { name })}
              @click=${() => this.edit(kind, one)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${mdiDelete}
              .label=${this.p("remove_named", { name })}
              @click=${() => this.ask(kind, one)}
            ></ha-icon-button>
          </div>`
        : nothing}
    </li>`;
  }

  private members(kind: Kind, one: Reference): string {
    const names = new Names(this.hass, this.shown);
    return names.members(kind, one).join(", ");
  }

  private edit(kind: Kind, one?: ShownReference): void {
    openDialog(this, "isg-reference-dialog", { shown: this.shown, kind, one });
  }

  private ask(kind: Kind, { reference, version }: ShownReference): void {
    openDialog(this, "isg-confirm-dialog", {
      title: this.p("remove_named", { name: reference.name }),
      text: this.p("remove_named_text"),
      yes: this.hass.localize("ui.common.remove"),
      act: () =>
        call(this.hass, "remove_reference", { kind, reference_id: reference.id, version }),
    });
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }
}

define("isg-permission-groups", PermissionGroups);
