/** A release whose evidence is changed in the table, before or after its approval, is not promoted. */
import { describe, expect, it } from 'vitest';
import { recordKey } from '../../../lib/adapters/dynamodb-keys.ts';
import { decideInBrowser, openInBrowser } from '../../../local/approver.ts';
import { whileNothingDispatches } from '../support/dispatch.ts';
import { approvedBy, linkOf, QUORUM, releaseIn, validated } from '../support/life.ts';
import { endOf } from '../support/machines.ts';
import { tamper } from '../support/table.ts';
import { variant } from '../support/variant.ts';
import { store } from '../support/world.ts';

describe('a validated release (AP-7, GT-2)', () => {
  it('is neither approved nor promoted on evidence that was changed in the table', async () => {
    const manifest = await validated(await variant('doctored', '1.1.0'));
    const { release_id } = manifest;
    const [found] = await store.list('stage_checks', release_id);
    if (found === undefined) throw new Error('there are no checks');
    const key = recordKey('stage_checks', release_id, found.stage);
    const doctored = found.checks.map((check) => ({ ...check, measured: 'better than it was' }));
    const page = await openInBrowser(await linkOf(release_id, 'ana.silva'));

    await tamper(key, 'checks', doctored);
    const onDoctored = await decideInBrowser(page, { decision: 'approve', confirmation: '1.1.0', comment: '' });
    await tamper(key, 'checks', found.checks);

    expect(onDoctored.status).toBe(409);
    expect(await store.list('approval', release_id)).toEqual([]);

    // The quorum is complete, but the machine is not resumed yet: at this moment a row is changed.
    await whileNothingDispatches(async () => {
      await approvedBy(manifest, QUORUM);
      await tamper(key, 'checks', doctored);
    });

    // No record is signed of it, so that no promotion begins.
    const { reasons } = await releaseIn(release_id, 'rejected');
    expect(reasons).toMatchObject([{ rule: 'evidence_digest' }]);
    expect(await endOf('release', release_id)).toMatchObject({ status: 'FAILED' });
    expect(await store.get('pointer', manifest.model_name)).toBeUndefined();
  });
});
