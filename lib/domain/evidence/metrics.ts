import * as z from 'zod';
import { recordByName } from './documents/document.ts';

/** A measurement as programs write it. JSON has no NaN, so some programs write it as text; Python writes it bare. */
export const Measurement = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
  .transform((value) => (typeof value === 'number' ? value : Number.NaN));

/**
 * The metrics that are finite numbers. Any other is left out rather than read as 0, so a check that needs it reports it
 * missing.
 */
export const metricsOf = (
  name: string,
  measured: readonly { readonly field: string; readonly key: string; readonly value: number }[],
): Record<string, number> =>
  Object.fromEntries(Object.entries(recordByName(name, measured)).filter(([, value]) => Number.isFinite(value)));
