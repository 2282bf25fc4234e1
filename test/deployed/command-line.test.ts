/** The terminal shows what happened, and why. */
import { describe, expect, it } from 'vitest';
import { assay, putOnBus } from './support/doors.ts';
import { releaseIn } from './support/life.ts';
import { endOf } from './support/machines.ts';
import { variant } from './support/variant.ts';

describe('the status of a rejected release', () => {
  it('says why it was rejected, in numbers', async () => {
    const manifest = await variant('unfair', '1.0.0');
    await putOnBus(manifest);
    await releaseIn(manifest.release_id, 'rejected');

    const one = await assay('status', manifest.release_id);
    const all = await assay('status');

    const RULE = 'disparate_impact_ratio_above_minimum';
    expect(one.code).toBe(0);
    expect(one.out).toMatch(/state +rejected/);
    const reasons = one.out.slice(one.out.indexOf('reasons'), one.out.indexOf('checks'));
    expect(reasons).toContain(RULE);
    expect(reasons).toMatch(/0\.7\d+/);
    expect(one.out).toMatch(/release_requested/);
    expect(all.out).toMatch(/unfair-1\.0\.0 .*rejected/);
    expect(await endOf('release', manifest.release_id)).toEqual({ status: 'FAILED', error: 'ReleaseRejected' });
  });
});
