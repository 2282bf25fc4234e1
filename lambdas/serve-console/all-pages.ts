/** A download has all pages of a list: as many as anybody looks through, and no longer than the gateway waits. */
import type { Instant } from '../../lib/domain/identifiers.ts';

const ROWS_MAX = 5000;
const MILLISECONDS_MAX = 15_000;

type Page<T> = { readonly rows: readonly T[]; readonly next: string | undefined };
type Clock = { readonly now: Instant; readonly world: { readonly now: () => Instant } };

/** Afterwards there is a `next` where that is not all. */
export const allPages = async <T>(
  pageAfter: (after: string | undefined) => Promise<Page<T>>,
  first: string | undefined,
  { now, world }: Clock,
): Promise<Page<T>> => {
  const until = Date.parse(now) + MILLISECONDS_MAX;
  const rows: T[] = [];
  let next = first;
  do {
    const page = await pageAfter(next);
    rows.push(...page.rows);
    next = page.next;
  } while (next !== undefined && rows.length < ROWS_MAX && Date.parse(world.now()) < until);
  return { rows, next };
};
