// What differs between two tables, in words: before an import, in the history.

import { type TemplateResult, css, html, nothing } from "lit";
import type { Kind, Reference, Row } from "./model";
import type { Names } from "./naming";

export interface Difference {
  kind: "rows" | Kind;
  id: string;
  before: object | null;
  after: object | null;
  fields: string[];
}

export const differenceStyles = css`
  .difference {
    padding: 4px 0;
    overflow-wrap: anywhere;
  }
  .difference del {
    color: var(--secondary-text-color);
  }
  .difference ins {
    text-decoration: none;
  }
`;

type T = (key: string) => string;

export function renderDifference(one: Difference, names: Names, p: T): TemplateResult {
  const change = !one.before ? "added" : !one.after ? "removed" : "changed";
  const what = one.kind === "rows" ? `${p("kinds.rows")} ${one.id}` : p(`kinds.${one.kind}`);
  const line = (side: object) =>
    one.kind === "rows"
      ? rowLine(side as Row, names, p)
      : `${(side as Reference).name}: ${names.members(one.kind, side as Reference).join(", ")}`;
  return html`<div class="difference">
    <div>${p(`diff.${change}`)}: ${what}</div>
    ${one.before
      ? html`<div class="more"><del aria-label=${p("diff.before")}>${line(one.before)}</del></div>`
      : nothing}
    ${one.after
      ? html`<div class="more"><ins aria-label=${p("diff.after")}>${line(one.after)}</ins></div>`
      : nothing}
  </div>`;
}

function rowLine(row: Row, names: Names, p: T): string {
  const more = [...names.more(row), ...(row.note ? [row.note] : [])];
  return [names.line(row), ...more, ...(row.is_on ? [] : [p("is_off")])].join(" · ");
}
