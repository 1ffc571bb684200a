// The lines of the record that a page has seen so far: any number of them, of which few are kept.
//
//   newest page -> next cursor -> page -> next cursor -> ...     far pages keep their cursor only

import type { Line, Lines } from "./model";

export const PAGE = 100; // lines; all pages but the last have so many
const MAX_KEPT = 20; // pages

interface LedgerPage {
  after: string;
  count: number;
  lines: Line[] | undefined;
}

export class Ledger {
  /** Why no more lines came. */
  error: unknown;
  private readonly pages: LedgerPage[];
  private next: string | null;
  private readonly asked = new Set<number>();

  constructor(
    newest: Lines,
    private readonly fetch: (after: string) => Promise<Lines>,
    private readonly changed: () => void,
  ) {
    this.pages = [{ after: "", count: newest.lines.length, lines: newest.lines }];
    this.next = newest.next;
  }

  /** How many lines are known to be there. */
  get length(): number {
    return (this.pages.length - 1) * PAGE + (this.pages.at(-1)?.count ?? 0);
  }

  get hasMore(): boolean {
    return this.next !== null;
  }

  get isLoading(): boolean {
    return this.asked.size > 0;
  }

  /** Return a line, the newest is 0; undefined while it has to be fetched again. */
  at(index: number): Line | undefined {
    return this.pages[Math.floor(index / PAGE)]?.lines?.[index % PAGE];
  }

  /** Fetch what lies behind all that is known. */
  async more(): Promise<void> {
    const after = this.next;
    const place = this.pages.length;
    if (after === null) return;
    await this.ask(place, after, ({ lines, next }) => {
      if (lines.length) this.pages.push({ after, count: lines.length, lines });
      this.next = next;
    });
  }

  /** Have the lines of a place there, and forget those far from it. */
  need(first: number, last: number): void {
    const [from, to] = [Math.floor(first / PAGE), Math.floor(last / PAGE)];
    for (let place = from; place <= to; place++) {
      const page = this.pages[place];
      if (!page || page.lines) continue;
      void this.ask(place, page.after, ({ lines }) => (page.lines = lines));
    }
    this.pages.forEach((page, place) => {
      if (place < from - MAX_KEPT / 2 || place > to + MAX_KEPT / 2) page.lines = undefined;
    });
  }

  private async ask(place: number, after: string, take: (found: Lines) => void): Promise<void> {
    if (this.asked.has(place)) return;
    this.asked.add(place);
    this.error = undefined;
    try {
      take(await this.fetch(after));
    } catch (error) {
      this.error = error;
    } finally {
      this.asked.delete(place);
      this.changed();
    }
  }
}
