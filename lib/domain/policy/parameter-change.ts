/** Which way a parameter of a built-in check is stricter. */
import { MINIMUM_OF_LIVE } from '../evidence/predictions/decisions.ts';
import { spelling } from '../evidence/predictions/same-value.ts';
import { fitsRef } from '../release/ref-pattern.ts';
import { attestationsChange } from './attestations-change.ts';
import {
  ABSENT,
  acceptedChange,
  demandsChange,
  listed,
  numberChange,
  type PolicyChange,
  wordChange,
} from './value-change.ts';
import { isRecord, itemOf } from './value-items.ts';

/**
 * A change of a parameter. Its name says which way is stricter: a lower `maximum`, a higher `minimum`, more that is
 * `required`, less that is `allowed`, `accepted` or `trusted`; a few have an order of their own.
 */
export const parameterChange = (about: string, name: string, then: unknown, now: unknown): PolicyChange[] =>
  changeBetween(about, name, then ?? OMITTED[name], now ?? OMITTED[name]);

/** What holds where a policy says nothing, of parameters without a default: without these, a policy keeps its digest. */
const OMITTED: Readonly<Record<string, unknown>> = {
  minimum_of_live: MINIMUM_OF_LIVE,
  required_attributes: [],
  required_columns: [],
  accepted_favorable_values: [],
};

const changeBetween = (about: string, name: string, before: unknown, after: unknown): PolicyChange[] => {
  const said = (changes: readonly PolicyChange[]) =>
    changes.map((change) => ({ ...change, before: sayValue(before), after: sayValue(after) }));
  const order = ORDERS[name];
  const rankOf = (value: unknown) => order?.values.indexOf(String(value ?? order.omitted)) ?? -1;
  if (rankOf(before) >= 0 && rankOf(after) >= 0) {
    return said(numberChange(about, rankOf(before), rankOf(after), 'higher'));
  }
  const isStricterHigher = /^(minimum|require)/.test(name);
  if ((isStricterHigher || /^(maximum|allow)/.test(name)) && isNumber(before) && isNumber(after)) {
    return said(numberChange(about, Number(before), Number(after), isStricterHigher ? 'higher' : 'lower'));
  }
  const demanded = name === 'attestations' ? attestationsChange(about, before, after) : undefined;
  if (demanded !== undefined) return said(demanded);
  const [then, now] = [itemsOf(before), itemsOf(after)];
  return then === undefined || now === undefined
    ? wordChange(about, sayValue(before), sayValue(after), 'unordered')
    : said(listChange(about, name, then, now));
};

/** From the loosest to the strictest, and the one that holds where a policy says nothing. */
const ORDERS: Readonly<Record<string, { readonly values: readonly string[]; readonly omitted?: string }>> = {
  sample_weights: { values: ['with', 'with_and_without'] },
  intersections: { values: ['false', 'true', 'all'] },
  // An interval contains the measured number, and an adjusted one contains the one that is not.
  decide_on: { values: ['point', 'interval'], omitted: 'point' },
  multiple_groups: { values: ['none', 'holm'], omitted: 'none' },
};

/** Lists that accept everything when they are empty. */
const OPEN_IF_EMPTY = ['accepted_builders', 'accepted_favorable_values'];

const listChange = (
  about: string,
  name: string,
  before: readonly string[],
  after: readonly string[],
): PolicyChange[] => {
  if (/^(required|expected)/.test(name) || name === 'metrics') return demandsChange(about, before, after);
  if (name === 'protected_attributes') return attributesChange(about, before, after);
  if (!/^(allowed|accepted|trusted)/.test(name)) {
    return wordChange(about, listed(before), listed(after), 'unordered');
  }
  const isOpen = before.length === 0 || after.length === 0;
  // Without a list, each of two decisions is allowed, whichever they are: that is neither more nor less than a list.
  if (name === 'allowed_predictions' && isOpen) {
    return wordChange(about, listed(before), listed(after), 'unordered');
  }
  if (OPEN_IF_EMPTY.includes(name) && isOpen) {
    return numberChange(about, Number(before.length > 0), Number(after.length > 0), 'higher');
  }
  return name === 'allowed_refs'
    ? acceptedChange(about, before, after, (pattern, ref) => fitsRef(ref, pattern))
    : acceptedChange(about, before, after);
};

/** An empty list stands for what the manifest names, which is another demand than any list, and none is the stricter. */
const attributesChange = (about: string, before: readonly string[], after: readonly string[]): PolicyChange[] => {
  const own = (list: readonly string[]) => (list.length === 0 ? ['those of the manifest'] : list);
  return demandsChange(about, own(before), own(after));
};

/** Limits are integers or decimals in quotes; a switch counts as 0 or 1. */
const isNumber = (value: unknown): value is string | number | boolean =>
  typeof value === 'boolean' ||
  ((typeof value === 'string' || typeof value === 'number') && /^-?\d+(\.\d+)?$/.test(String(value)));

/** A list as the different things that it names; a record of lists as pairs. */
const itemsOf = (value: unknown): readonly string[] | undefined => {
  if (Array.isArray(value)) return [...new Set(value.map(itemOf))].sort();
  if (!isRecord(value)) return undefined;
  const lists = Object.entries(value).map(([key, list]) => ({ key, items: itemsOf(list) }));
  if (lists.some(({ items }) => items === undefined)) return undefined;
  return lists.flatMap(({ key, items = [] }) => items.map((item) => `${key} ${spelling(item)}`)).sort();
};

const sayValue = (value: unknown): string => {
  if (value === undefined) return ABSENT;
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return listed(
    value.map((item) => {
      const name = isRecord(item) ? (item['name'] ?? sayDemand(item)) : undefined;
      return typeof name === 'string' ? name : itemOf(item);
    }),
  );
};

/** An attestation that is demanded has no name; its keys in full would be pages. */
const sayDemand = ({ predicate_type: type, subject, trusted_keys: keys, trusted_roots: roots }: Demanded) =>
  type === undefined ? undefined : `${type} about ${subject} by ${sayValue([keys, roots].flat().filter(isRecord))}`;
type Demanded = Readonly<Record<string, unknown>>;
