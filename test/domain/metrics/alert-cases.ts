/** When alerts hold and when they do not: for our functions here, and for Prometheus in test/stock. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ALERT_NAMES } from '../../../lib/domain/metrics/alerts.ts';
import type { Sample } from '../../../lib/domain/metrics/series.ts';

const Labels = z.record(z.string(), z.string());
const Value = z.union([z.number(), z.strictObject({ ago: z.int() })]);
const AlertCase = z.strictObject({
  claim: z.string(),
  alert: z.enum(ALERT_NAMES),
  samples: z.array(z.tuple([z.string(), Labels, Value])),
  on: z.array(Labels),
});

/** When the cases play, in seconds: long enough after the first second that any alert could have held for an hour. */
export const CASES_AT = 7200;

export const ALERT_CASES = z
  .array(AlertCase)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'cases/alerts.json'), 'utf8')))
  .map(({ samples, ...rest }) => ({
    ...rest,
    samples: samples.map(
      ([name, labels, value]): Sample => ({
        name,
        labels,
        value: typeof value === 'number' ? value : CASES_AT - value.ago,
      }),
    ),
  }));
