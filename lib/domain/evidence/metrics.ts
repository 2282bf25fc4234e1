import * as z from 'zod';
import { recordByName } from './documents/document.ts';

/** A measurement as programs write it: JSON knows no NaN, so some spell it as text, and Python writes it bare. */
export const Measurement = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
  .transform((value) => (typeof value === 'number' ? value : Number.NaN));

/** The metrics that have a number. One that has none is not 0: it is left out, and a check that needs it finds it missing. */
export const metricsOf = (
  name: string,
  measured: readonly { readonly field: string; readonly key: string; readonly value: number }[],
): Record<string, number> =>
  Object.fromEntries(Object.entries(recordByName(name, measured)).filter(([, value]) => Number.isFinite(value)));
