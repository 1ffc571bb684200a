import { css } from "lit";

/** What all pages share; colours are Home Assistant's own, so themes count. */
export const shared = css`
  .content {
    max-width: 1040px;
    margin: 0 auto;
    padding: 16px;
    display: grid;
    gap: 16px;
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    padding: 16px 16px 0;
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: var(--ha-font-weight-normal, 400);
    color: var(--primary-text-color);
  }
  p {
    margin: 0;
    padding: 8px 16px 16px;
    color: var(--secondary-text-color);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 8px 0;
  }
  li {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 8px 16px;
    padding: 8px 16px;
    min-height: 40px;
  }
  li + li {
    border-top: 1px solid var(--divider-color);
  }
  .what {
    flex: 1 1 200px;
    min-width: 0;
  }
  .name {
    color: var(--primary-text-color);
    overflow-wrap: anywhere;
  }
  a.name {
    text-decoration: none;
  }
  a.name:hover,
  a.name:focus-visible {
    text-decoration: underline;
  }
  .more {
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 12px);
    overflow-wrap: anywhere;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  ha-icon,
  ha-svg-icon {
    color: var(--secondary-text-color);
    flex: none;
  }
  ha-spinner {
    display: block;
    margin: 64px auto;
  }
  /* Read out, not shown. */
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** Tables that scroll sideways by themselves where they are wider than the page. */
export const tableStyles = css`
  .scroll {
    overflow-x: auto;
    padding: 0 16px 16px;
  }
  table {
    border-collapse: collapse;
    min-width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 4px 16px 4px 0;
    border-bottom: 1px solid var(--divider-color);
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  td.buttons {
    white-space: nowrap;
    text-align: end;
  }
`;

/** Tables as wide as their card, whose columns keep their widths, below a line with heading and buttons. */
export const listStyles = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    padding: 16px 16px 0;
  }
  .head h2 {
    padding: 0;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    table-layout: fixed;
  }
  th,
  td {
    text-align: start;
    overflow-wrap: anywhere;
  }
  th {
    color: var(--secondary-text-color);
    font-weight: var(--ha-font-weight-medium, 500);
  }
  tbody tr {
    border-top: 1px solid var(--divider-color);
  }
`;

/** The links between the sections of a page. */
export const navStyles = css`
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  nav a {
    padding: 6px 14px;
    border-radius: 16px;
    border: 1px solid var(--divider-color);
    color: var(--primary-text-color);
    text-decoration: none;
  }
  nav a[aria-current] {
    border-color: var(--primary-color);
    background: rgba(var(--rgb-primary-color, 3, 169, 244), 0.15);
  }
`;
