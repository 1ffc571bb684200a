// What the sections of the page have in common: the snapshot that they show, and how a threat is written.

import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { PANEL_PATH, navigate } from "../ha";
import { Page } from "../page";
import type { Values } from "../texts";
import { momentOf, word } from "../texts";
import type { Brief, Shown } from "./model";

export const PATH = `${PANEL_PATH}/monitoring`;

export abstract class Part extends Page {
  @property({ attribute: false }) shown!: Shown;

  protected m(key: string, values?: Values): string {
    return this.t(`monitoring.${key}`, values);
  }

  protected at(seconds: number): string {
    return momentOf(this.hass, seconds);
  }

  protected level(name: string): TemplateResult {
    return html`<span class="level"
      ><span class="dot ${name}"></span>${word(this.hass, "level", name)}</span
    >`;
  }

  /** A threat in a list, which leads to its story. */
  protected renderThreat(one: Brief): TemplateResult {
    const facts = [
      this.at(one.at),
      one.device,
      one.name || one.source,
      one.count > 1 ? `×${one.count}` : "",
    ].filter(Boolean);
    return html`<li>
      <div class="what">
        <a class="name" href="${PATH}/threat/${one.id}" @click=${follow}
          >${word(this.hass, "detection", one.detection)}</a
        >
        <div class="more">${facts.map((fact, at) => html`${at ? " · " : ""}<bdi>${fact}</bdi>`)}</div>
      </div>
      ${one.is_open ? html`<span class="more">${this.m("is_open")}</span>` : nothing}
      ${this.level(one.level)}
    </li>`;
  }
}

/** Follow a link of the page without loading Home Assistant anew. */
export function follow(event: MouseEvent): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { pathname, search } = event.currentTarget as HTMLAnchorElement;
  navigate(pathname + search);
}

export const partStyles = css`
  :host {
    display: grid;
    gap: 16px;
    min-width: 0;
  }
  .inside {
    padding: 0 16px 16px;
  }
  a:not(.name) {
    color: var(--primary-text-color);
  }
  .level {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-width: 88px;
    color: var(--primary-text-color);
  }
  .dot {
    flex: none;
    width: 12px;
    height: 12px;
    border-radius: 50%;
    background: var(--disabled-color, #bdbdbd);
  }
  .low {
    background: var(--info-color);
    fill: var(--info-color);
  }
  .medium {
    background: var(--warning-color);
    fill: var(--warning-color);
  }
  .high {
    background: var(--error-color);
    fill: var(--error-color);
  }
  .very_low {
    background: var(--disabled-color, #bdbdbd);
    fill: var(--disabled-color, #bdbdbd);
  }
`;
