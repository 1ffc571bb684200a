// What the parts of the gateway's page have in common: texts, numbers, and how tables look.

import { LitElement, css } from "lit";
import { property } from "lit/decorators.js";
import type { Hass } from "../ha";
import { shared } from "../styles";
import { type Values, counted, text } from "../texts";

export const tables = css`
  table {
    border-collapse: collapse;
    width: 100%;
  }
  .table {
    padding: 0 16px 16px;
  }
  th,
  td {
    text-align: start;
    padding: 8px 16px 8px 0;
    border-bottom: 1px solid var(--divider-color);
    vertical-align: top;
    overflow-wrap: anywhere;
  }
  tbody tr:last-child > * {
    border-bottom: none;
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  td.number,
  th.number {
    text-align: end;
    white-space: nowrap;
  }
`;

export abstract class Part extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ type: Boolean }) narrow = false;

  static override styles = [shared, tables];

  protected t(key: string, values?: Values): string {
    return text(this.hass, `gateway.${key}`, values);
  }

  protected n(key: string, count: number): string {
    return counted(this.hass, `gateway.${key}`, count);
  }

  /** Return a number as people of this language write it. */
  protected number(value: number, digits = 0): string {
    return value.toLocaleString(this.hass.language, { maximumFractionDigits: digits });
  }

  /** Return bytes in the unit that suits them. */
  protected bytes(value: number): string {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
    let step = 0;
    for (; value >= 1000 && step < units.length - 1; step++) value /= 1000;
    return value.toLocaleString(this.hass.language, {
      style: "unit",
      unit: units[step],
      maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
    });
  }
}
