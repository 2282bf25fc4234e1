import * as z from 'zod';
import { recordByName } from './documents/document.ts';

const NUMBER_IN_QUOTES = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A measurement as programs write it. JSON has no NaN, so some programs write it as text; Python writes it bare. Others
 * put every number in quotes.
 */
export const Measurement = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']), z.string().regex(NUMBER_IN_QUOTES)])
  .transform((value) => (typeof value === 'number' || NUMBER_IN_QUOTES.test(value) ? Number(value) : Number.NaN));

/**
 * The metrics that are finite numbers. Any other is left out rather than read as 0, so a check that needs it reports it
 * missing.
 */
export const metricsOf = (
  name: string,
  measured: readonly { readonly field: string; readonly key: string; readonly value: number }[],
): Record<string, number> =>
  Object.fromEntries(Object.entries(recordByName(name, measured)).filter(([, value]) => Number.isFinite(value)));
