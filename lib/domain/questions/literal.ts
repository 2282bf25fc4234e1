/** How a value becomes part of SQL. Athena takes no values beside a statement everywhere, so they become literals here. */
import { sqlLiteral } from '../evidence/predictions/sql.ts';

export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'date'; readonly value: string };

const DAY = /^\d{4}-\d\d-\d\d$/;

/**
 * The text of a literal that an engine reads as exactly this value. What no engine can be given as text is refused: a NUL, at which
 * some of them stop reading, and half a surrogate pair, which is no character.
 */
export const literalText = (literal: Literal): string => {
  if (literal.kind === 'integer') {
    if (!Number.isSafeInteger(literal.value)) throw new Error(`could not write ${literal.value} into a query`);
    return String(literal.value);
  }
  if (literal.kind === 'date') {
    if (!DAY.test(literal.value)) throw new Error('could not write a date into a query: it is no day');
    return `date ${sqlLiteral(literal.value)}`;
  }
  if (literal.value.includes('\0') || !literal.value.isWellFormed()) {
    throw new Error('could not write a text into a query: it has a NUL or half a character');
  }
  return sqlLiteral(literal.value);
};

const PLACE = /\{\{([a-z_]+)\}\}/g;

/** The names of the places that a statement has. */
export const placesIn = (sql: string): string[] => [...new Set([...sql.matchAll(PLACE)].map(([, name = '']) => name))];

/**
 * A statement with each place `{{name}}` filled by its literal. It goes over the statement once, so that a value that looks like a place
 * is a value. A place without a literal, and a literal without a place, are faults.
 */
export const fillSql = (sql: string, literals: Readonly<Record<string, Literal>>): string => {
  const names = new Map(Object.entries(literals));
  const places = placesIn(sql);
  const strange = [...names.keys()].filter((name) => !places.includes(name));
  if (strange.length > 0) throw new Error(`could not fill the query: it has no place for ${strange.join(', ')}`);
  return sql.replaceAll(PLACE, (_, name: string) => {
    const literal = names.get(name);
    if (literal === undefined) throw new Error(`could not fill the query: nothing is given for ${name}`);
    return literalText(literal);
  });
};
