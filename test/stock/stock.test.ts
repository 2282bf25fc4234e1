/** What others use of ours is checked by their own tools (`npm run proof:stock`); here it is checked that they saw what there is now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FILES } from '../../examples/observability/make.ts';
import { ALERT_NAMES } from '../../lib/domain/metrics/alerts.ts';
import { momentOf } from '../../lib/domain/metrics/look.ts';
import { METRIC_NAMES } from '../../lib/domain/metrics/metrics.ts';
import { PANELS } from '../../lib/domain/metrics/panels.ts';
import { aLook } from '../domain/metrics/a-look.ts';
import { STOCK_FILES } from './files.ts';
import { shown } from './proof.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const Kept = z.object({
  promtool: z.string(),
  shown: z.record(z.string(), z.string()),
  said: z.record(z.string(), z.array(z.string())),
});
const kept = Kept.parse(JSON.parse(read('test/stock/promtool.json')));

describe('examples/observability', () => {
  it.each(Object.entries(FILES))('has %s as the lists of the product say it', (name, content) => {
    expect(read(`examples/observability/${name}`)).toBe(content);
  });

  it('has a rule for each alert, and each panel', () => {
    const rules = [...(FILES['rules.yaml'] ?? '').matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);

    expect(rules).toEqual(ALERT_NAMES);
    for (const { title } of PANELS) expect(FILES['grafana-dashboard.json']).toContain(`"title": "${title}"`);
  });
});

describe('what promtool said', () => {
  it.each(Object.entries(STOCK_FILES))('is about %s as it is now', (name, content) => {
    expect(read(`test/stock/${name}`)).toBe(content);
  });

  it('is about what lies here, by its digest, and of the version that is pinned', () => {
    expect(kept.shown).toEqual(shown());
    expect(read('test/stock/promtool/go.mod')).toContain(`github.com/prometheus/prometheus ${kept.promtool} `);
  });

  it('is that rules and cases hold, that it finds nothing wrong with the names, and that the page can be scraped', () => {
    expect(kept.said['check rules']).toContainEqual(`  SUCCESS: ${ALERT_NAMES.length} rules found`);
    expect(kept.said['test rules']?.filter((line) => /\S/.test(line))).toEqual(['SUCCESS', '  SUCCESS']);
    expect(kept.said['check metrics']).toEqual(['']);
    const { length } = momentOf(aLook()).samples;
    expect(kept.said['scrape']).toEqual([`${METRIC_NAMES.length} families, ${length} samples`]);
  });
});
