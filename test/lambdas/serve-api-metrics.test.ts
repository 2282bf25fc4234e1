import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { momentOf } from '../../lib/domain/metrics/look.ts';
import { METRIC_NAMES } from '../../lib/domain/metrics/metrics.ts';
import { aLook } from '../domain/metrics/a-look.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { anIntake } from '../support/intake.ts';
import { parseOpenMetrics } from '../support/open-metrics.ts';

type Scraping = { look?: object | undefined; groups?: string[]; encoding?: string };
const scrape = (accept: string, { look, groups = ['auditor'], encoding }: Scraping = {}) => {
  const api = anApi(anIntake(), { lastLook: async () => look as never });
  const bindings = claimsOf({ sub: 's', username: 'prometheus', groups });
  const headers = { accept, ...(encoding === undefined ? {} : { 'accept-encoding': encoding }) };
  return api.request('/v1/metrics', { headers }, bindings);
};
/** What Prometheus 3 sends. */
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('GET /v1/metrics', () => {
  it.each(['*/*', '', PROMETHEUS])(
    'gives what the last look found as OpenMetrics to who accepts %j',
    async (accept) => {
      const answer = await scrape(accept, { look: aLook() });

      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
      const families = parseOpenMetrics(await answer.text());
      const samples = families.flatMap((family) => family.samples);
      expect(samples).toEqual(expect.arrayContaining([...momentOf(aLook()).samples]));
    },
  );

  it('gives the format of before to who accepts nothing else', async () => {
    const answer = await scrape('text/plain;version=0.0.4', { look: aLook() });

    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('# TYPE governance_pipeline_runs_total counter');
  });

  it('names every metric before anybody has looked, and says nothing of them', async () => {
    const families = parseOpenMetrics(await (await scrape('*/*')).text());

    expect(families).toHaveLength(METRIC_NAMES.length);
    expect(families.flatMap(({ samples }) => samples)).toEqual([]);
  });

  it('says all of a thousand models in little, to who takes gzip', async () => {
    const one = aLook();
    const [facts] = one.serving;
    const serving = Array.from({ length: 1000 }, (_, index) => ({
      ...facts,
      modelName: `model-${index}`,
      endpointName: `endpoint-${index}`,
      releaseId: `model-${index}-1-2-0`,
      governedSha256: createHash('sha256').update(`${index}`).digest('hex'),
    }));
    const look = { ...one, serving };

    const [packed, plain] = [await scrape('*/*', { look, encoding: 'gzip, br' }), await scrape('*/*', { look })];

    const bytes = Buffer.from(await packed.arrayBuffer());
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toMatch(/accept-encoding/i);
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(gunzipSync(bytes).toString()).toBe(await plain.text());
    expect(bytes.length).toBeLessThan(200 * 1024);
  });

  it('refuses who may not read', async () => {
    const answer = await scrape('*/*', { look: aLook(), groups: [] });

    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});
