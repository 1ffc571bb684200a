// The policy of FIG 15 for one device, a group of devices, all of mine, or what concerns no device.

import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { type Scope, type Watched, isSame } from "../elements/policy-table";
import "../elements/policy-table";
import { call, define, reason } from "../ha";
import { shared } from "../styles";
import { type Conduct } from "./conduct";
import "./conduct";
import type { NamedScope } from "./model";
import { Part, partStyles } from "./part";

interface Rule extends Omit<Watched, "rule"> {
  number: number;
  made_by: string;
}

interface Policy {
  revision: number;
  defaults: Omit<Watched, "rule" | "scope" | "may_remove">[];
  rules: Rule[];
  conducts: Conduct[];
  snoozes: { made_by: string; scope: Scope; until: number }[];
}

interface Seen {
  detections: Watched[];
  policy: Policy;
}

class PolicyPart extends Part {
  /** Which scope is looked at, as it is in the list. */
  @state() private chosen = "";
  @state() private seen: Seen | undefined;
  @state() private error = "";

  static override styles = [shared, partStyles];

  private get scope(): NamedScope | undefined {
    const { scopes } = this.shown;
    return scopes.find((one) => keyOf(one) === this.chosen) ?? scopes[0];
  }

  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("shown") as typeof this.shown | undefined;
    if (changed.has("shown") && before?.revision !== this.shown.revision) void this.load();
  }

  override render(): TemplateResult {
    const { scope, seen } = this;
    if (!scope) return html`<ha-card><p>${this.m("no_scope")}</p></ha-card>`;
    const own = bare(scope);
    const isMine = (one: { made_by: string; scope: Scope }) =>
      one.made_by === this.hass.user.id && isSame(one.scope, own);
    return html`
      ${this.error ? html`<ha-alert alert-type="error">${this.error}</ha-alert>` : nothing}
      <ha-card>
        <h2>${this.m("title")}</h2>
        <p>${this.m("policy_text")}</p>
        <div class="inside">
          <ha-form
            .hass=${this.hass}
            .data=${{ scope: keyOf(scope) }}
            .schema=${this.schema()}
            .computeLabel=${() => this.m("scope")}
            @value-changed=${(event: CustomEvent<{ value: { scope: string } }>) => {
              event.stopPropagation();
              this.chosen = event.detail.value.scope;
              void this.load();
            }}
          ></ha-form>
        </div>
        ${seen
          ? html`<isg-policy-table
              .hass=${this.hass}
              .detections=${seen.detections}
              .scope=${own}
              .revision=${seen.policy.revision}
              .mayConfigure=${true}
              @policy-changed=${this.load}
            ></isg-policy-table>`
          : nothing}
      </ha-card>
      ${seen
        ? html`<isg-conduct
            .hass=${this.hass}
            .scope=${own}
            .revision=${seen.policy.revision}
            .conduct=${seen.policy.conducts.find(isMine)}
            .snoozedUntil=${seen.policy.snoozes.find(isMine)?.until ?? 0}
            @policy-changed=${this.load}
          ></isg-conduct>`
        : nothing}
    `;
  }

  private schema(): object[] {
    const options = this.shown.scopes.map((one) => ({
      value: keyOf(one),
      label: this.m(`scopes.${one.kind}`, { name: one.name }),
    }));
    return [
      { name: "scope", required: true, selector: { select: { mode: "dropdown", options } } },
    ];
  }

  private async load(): Promise<void> {
    const { scope } = this;
    if (!scope) return;
    const own = bare(scope);
    try {
      const policy = await call<Policy>(this.hass, "monitoring_policy");
      // What counts for a device is told by the gateway; of a wider scope there is no more than its rules.
      const detections =
        own.kind === "device"
          ? (
              await call<{ detections: Watched[] }>(this.hass, "effective_monitoring", {
                serial: own.id,
              })
            ).detections
          : this.of(policy, own);
      if (this.scope && !isSame(own, this.scope)) return; // somebody chose another meanwhile
      this.seen = { policy, detections };
      this.error = "";
    } catch (error) {
      this.error = reason(this.hass, error);
    }
  }

  private of(policy: Policy, own: Scope): Watched[] {
    return policy.defaults.map((each) => {
      const rule = policy.rules.find(
        (one) =>
          one.detection === each.detection &&
          one.made_by === this.hass.user.id &&
          isSame(one.scope, own),
      );
      return rule
        ? { ...rule, rule: rule.number }
        : { ...each, rule: null, scope: null, may_remove: false };
    });
  }
}

function keyOf(scope: Scope): string {
  return `${scope.kind}:${scope.id ?? ""}`;
}

function bare({ kind, id }: Scope): Scope {
  return id ? { kind, id } : { kind };
}

define("isg-policy", PolicyPart);
