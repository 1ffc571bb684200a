// Give somebody a part of one's own authority over a device (S31).

import { type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { DeviceDialog, type OfDevice } from "../dialogs/device-dialog";
import { call, define } from "../ha";
import { GROUPS } from "../permissions/model";
import type { OwnGrant } from "./model";

interface Params extends OfDevice {
  people: { user_id: string; name: string }[];
  grants: OwnGrant[];
}

interface Fields {
  by?: string;
  user_id?: string;
  role: string;
  commands: string[];
  may_appoint: boolean;
}

const FIRST_OWNER = "first_owner"; // stands for null in a list of choices
const ADMINISTER = "administer";

class AppointDialog extends DeviceDialog<Params> {
  @state() private fields: Fields = {
    role: "manager",
    commands: ["read", "control"],
    may_appoint: false,
  };

  protected heading(): string {
    return this.t("ownership.appoint");
  }

  protected body(): TemplateResult {
    return html`<p>${this.t("ownership.appoint_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${{ by: this.key(this.grant()), ...this.fields }}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${(field: { name: string }) => this.t(`ownership.fields.${field.name}`)}
        .computeHelper=${(field: { name: string }) =>
          field.name === "may_appoint" ? this.t("ownership.may_appoint_helper") : ""}
        @value-changed=${(event: CustomEvent<{ value: Fields }>) => {
          event.stopPropagation();
          this.fields = event.detail.value;
        }}
      ></ha-form>`;
  }

  protected buttons(): TemplateResult {
    return html`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields.user_id || !this.commands().length}
        .loading=${this.isBusy}
        @click=${() => this.submit(() => this.appoint())}
        >${this.t("ownership.appoint_yes")}</ha-button
      >`;
  }

  private schema(): object[] {
    const { people = [], grants = [] } = this.params ?? {};
    const grant = this.grant();
    const roles = grant?.role === "owner" ? ["manager", "owner"] : ["manager"];
    const select = (name: string, options: object[], more: object = {}) => ({
      name,
      required: true,
      selector: { select: { options, ...more } },
    });
    const choices = grants.map((one) => ({
      value: this.key(one),
      label: one.by
        ? this.t("ownership.by_appointment", { person: one.giver })
        : this.t("ownership.by_ownership"),
    }));
    return [
      ...(choices.length > 1 ? [select("by", choices, { mode: "dropdown" })] : []),
      select(
        "user_id",
        people.map((one) => ({ value: one.user_id, label: one.name })),
        { mode: "dropdown" },
      ),
      select(
        "role",
        roles.map((value) => ({ value, label: this.t(`ownership.roles_long.${value}`) })),
        { mode: "list" },
      ),
      select(
        "commands",
        this.offered().map((value) => ({ value, label: this.t(`permissions.groups.${value}`) })),
        { mode: "list", multiple: true },
      ),
      { name: "may_appoint", selector: { boolean: {} } },
    ];
  }

  private grant(): OwnGrant | undefined {
    const grants = this.params?.grants ?? [];
    return grants.find((one) => this.key(one) === this.fields.by) ?? grants[0];
  }

  private key(grant: OwnGrant | undefined): string {
    return grant?.by ?? FIRST_OWNER;
  }

  /** A manager does not administer; nobody gives what they do not have. */
  private offered(): string[] {
    const held = this.grant()?.commands ?? [];
    return GROUPS.filter(
      (one) => held.includes(one) && (this.fields.role === "owner" || one !== ADMINISTER),
    );
  }

  private commands(): string[] {
    return (this.fields.commands ?? []).filter((one) => this.offered().includes(one));
  }

  private async appoint(): Promise<void> {
    const { user_id, role, may_appoint } = this.fields;
    await call(this.hass, "appoint", {
      user_id,
      role: this.grant()?.role === "owner" ? role : "manager",
      commands: this.commands(),
      may_appoint: may_appoint === true,
      serials: [this.params?.serial],
      by: this.grant()?.by ?? null,
    });
  }
}

define("isg-appoint-dialog", AppointDialog);
