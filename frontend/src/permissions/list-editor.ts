// A list of things of the same form, e.g. ranges of hours: one small form each, and a button for more.

import { mdiDelete, mdiPlus } from "@mdi/js";
import { LitElement, type TemplateResult, css, html } from "lit";
import { property } from "lit/decorators.js";
import { type Hass, define, send } from "../ha";

export class ListEditor extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) items: object[] = [];
  @property({ attribute: false }) schema: object[] = [];
  @property({ attribute: false }) label: (name: string) => string = (name) => name;
  @property() addLabel = "";
  @property() removeLabel = "";
  @property({ type: Boolean }) disabled = false;

  static override styles = css`
    :host {
      display: block;
    }
    .item {
      display: flex;
      align-items: center;
      gap: 8px;
      margin-bottom: 8px;
    }
    ha-button ha-svg-icon {
      color: inherit;
    }
    ha-form {
      flex: 1;
      min-width: 0;
    }
  `;

  override render(): TemplateResult {
    const schema = [{ name: "", type: "grid", column_min_width: "120px", schema: this.schema }];
    return html`
      ${this.items.map(
        (item, at) => html`<div class="item">
          <ha-form
            .hass=${this.hass}
            .data=${item}
            .schema=${schema}
            .disabled=${this.disabled}
            .computeLabel=${(field: { name: string }) => this.label(field.name)}
            @value-changed=${(event: CustomEvent<{ value: object }>) => {
              event.stopPropagation();
              this.tell(this.items.map((one, other) => (other === at ? event.detail.value : one)));
            }}
          ></ha-form>
          <ha-icon-button
            .path=${mdiDelete}
            .label=${this.removeLabel}
            .disabled=${this.disabled}
            @click=${() => this.tell(this.items.filter((_, other) => other !== at))}
          ></ha-icon-button>
        </div>`,
      )}
      <ha-button
        size="s"
        appearance="plain"
        .disabled=${this.disabled}
        @click=${() => this.tell([...this.items, {}])}
      >
        <ha-svg-icon slot="start" .path=${mdiPlus}></ha-svg-icon>${this.addLabel}
      </ha-button>
    `;
  }

  private tell(items: object[]): void {
    send(this, "items-changed", { items });
  }
}

define("isg-list-editor", ListEditor);
