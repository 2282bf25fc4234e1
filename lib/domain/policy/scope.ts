/** Which models an overlay is for. What is not known of a model never keeps an overlay away from it. */
import * as z from 'zod';
import { fitsRef } from '../release/ref-pattern.ts';
import { stored } from '../stored.ts';

const Pattern = z
  .string()
  .regex(/^[a-zA-Z0-9*][a-zA-Z0-9*-]{0,62}$/, 'must be the name of a model, with * for any part of it');
export const TagName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and underscores');
export const TagValue = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, dots, hyphens and underscores');

/** The scope of an overlay, as people write it. */
export const Scope = z
  .strictObject({
    models: z
      .exactOptional(z.array(Pattern).min(1).max(50))
      .describe('Names of models, with * for any part; letter case plays no part. Every model if omitted.'),
    tags: z
      .exactOptional(z.record(TagName, z.array(TagValue).min(1).max(50)))
      .describe('By tag, the values that it is for. A model whose value for a tag is not declared is among them.'),
  })
  .refine((scope) => Object.keys(scope).length > 0, 'is for every model: name models or tags, or make it the base');

/** The same, as deployed. */
export const ScopeRecord = stored({
  models: z.array(z.string()).optional(),
  tags: z.record(z.string(), z.array(z.string())).optional(),
});
export type ScopeRecord = z.infer<typeof ScopeRecord>;

export type Tags = ReadonlyMap<string, string>;
export type ScopedModel = { readonly name: string; readonly tags: Tags };

/**
 * Whether a model is in a scope. Names are compared without letter case, and a tag that is not declared may have any value:
 * neither `Credit` nor silence is a way around the overlay of `credit`.
 */
export const isInScope = ({ models, tags = {} }: ScopeRecord, model: ScopedModel): boolean =>
  (models?.some((pattern) => fitsName(model.name, pattern)) ?? true) &&
  Object.entries(tags).every(([tag, values]) => {
    const value = model.tags.get(tag);
    return value === undefined || values.includes(value);
  });

/**
 * Whether some model can be in both scopes. Only names can keep them apart: a model that is not listed has every tag. It may
 * say so of two patterns that no valid name fits.
 */
export const canMeet = ({ models: some = ['*'] }: ScopeRecord, { models: others = ['*'] }: ScopeRecord): boolean =>
  some.some((one) => others.some((other) => canBothFit(one.toLowerCase(), other.toLowerCase())));

/** Whether every model of a scope is in another as well. It may overlook that, but never says so wrongly. */
export const isWithin = (inner: ScopeRecord, outer: ScopeRecord): boolean =>
  (inner.models ?? ['*']).every((one) => (outer.models ?? ['*']).some((pattern) => fitsName(one, pattern))) &&
  Object.entries(outer.tags ?? {}).every(([tag, values]) =>
    (inner.tags?.[tag] ?? [undefined]).every((value) => value !== undefined && values.includes(value)),
  );

const fitsName = (name: string, pattern: string): boolean => fitsRef(name.toLowerCase(), pattern.toLowerCase());

/**
 * Two patterns, position by position: a star is left, or takes a character of the other. `seen` bounds the time by the
 * product of their lengths.
 */
const canBothFit = (one: string, other: string, seen = new Set<string>()): boolean => {
  const here = `${one.length},${other.length}`;
  if (seen.has(here)) return false;
  seen.add(here);
  if (one === '' && other === '') return true;
  const after = (of: number, ofOther: number) => canBothFit(one.slice(of), other.slice(ofOther), seen);
  if (one.startsWith('*')) return after(1, 0) || (other !== '' && after(0, 1));
  if (other.startsWith('*')) return after(0, 1) || (one !== '' && after(1, 0));
  return one[0] === other[0] && after(1, 1);
};
