// Add a group or shift, or change one; rows that name it follow at once.

import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { Dialog } from "../dialogs/dialog";
import { call, define } from "../ha";
import {
  HOURS,
  commandGroups,
  commandNames,
  devices,
  entities,
  people,
  references,
  several,
  weekdays,
} from "./fields";
import "./list-editor";
import type { Kind, Shown, ShownReference } from "./model";
import { Names } from "./naming";

interface Params {
  shown: Shown;
  kind: Kind;
  one?: ShownReference;
}

class ReferenceDialog extends Dialog<Params> {
  @state() private fields: Record<string, unknown> | undefined;
  @state() private hours: object[] = [];

  override willUpdate(): void {
    if (this.params && !this.fields) {
      const { id: _id, made_by: _by, hours, ...fields } = this.params.one?.reference ?? {
        id: "",
        made_by: "",
      };
      this.fields = fields;
      this.hours = hours ?? (this.params.kind === "shifts" ? [{}] : []);
    }
  }

  protected heading(): string {
    const name = this.params?.one?.reference.name;
    return name
      ? this.p("edit_named", { name })
      : this.p("add_of", { kind: this.p(`kinds.${this.params?.kind}`) });
  }

  protected body(): TemplateResult {
    const { params } = this;
    if (!params) return html``;
    const label = (name: string) => this.p(`fields.${name}`);
    return html`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${[{ name: "name", required: true, selector: { text: {} } }, ...this.schema(params)]}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => label(field.name)}
        @value-changed=${(event: CustomEvent<{ value: Record<string, unknown> }>) =>
          (this.fields = event.detail.value)}
      ></ha-form>
      ${params.kind === "shifts"
        ? html`<isg-list-editor
            .hass=${this.hass}
            .items=${this.hours}
            .schema=${HOURS}
            .label=${label}
            .addLabel=${this.p("add_hours")}
            .removeLabel=${this.hass.localize("ui.common.remove")}
            .disabled=${this.isBusy}
            @items-changed=${(event: CustomEvent<{ items: object[] }>) =>
              (this.hours = event.detail.items)}
          ></isg-list-editor>`
        : nothing}
    `;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields?.["name"]}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`;
  }

  private schema({ kind, shown, one }: Params): object[] {
    const names = new Names(this.hass, shown);
    const { fields = {} } = this;
    const inner = references(shown, kind).filter(({ value }) => value !== one?.reference.id);
    const groups = several("groups", inner, fields["groups"], (id) => names.reference(kind, id));
    const nested = inner.length ? [groups] : [];
    switch (kind) {
      case "user_groups":
        return [
          several("users", people(shown), fields["users"], (id) => names.user(id)),
          entities("persons", "person"),
          ...nested,
        ];
      case "device_groups":
        return [
          several("serials", devices(shown), fields["serials"], (id) => names.device(id)),
          ...nested,
        ];
      case "command_groups":
        return [
          several("groups", commandGroups((key) => this.p(key)), [], String, { mode: "list" }),
          several("names", commandNames(shown, names), fields["names"], (one) => names.command(one), {
            custom_value: true,
          }),
        ];
      case "shifts":
        return [several("weekdays", weekdays(names), [], String, { mode: "list" })];
    }
  }

  private async save(): Promise<void> {
    const { kind, one } = this.params!;
    const kept = Object.entries({ ...this.fields, hours: this.hours }).filter(
      ([, value]) => !Array.isArray(value) || value.length,
    );
    await this.submit(() =>
      call(this.hass, "put_reference", {
        kind,
        reference: Object.fromEntries(kept),
        ...(one ? { reference_id: one.reference.id, version: one.version } : {}),
      }),
    );
  }

  private p(key: string, values?: Record<string, string | number>): string {
    return this.t(`permissions.${key}`, values);
  }
}

define("isg-reference-dialog", ReferenceDialog);
