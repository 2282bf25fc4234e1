/** The sweep finds what the stream does not deliver: a release that only the sweep moves gets just as far. */
import { describe, expect, it } from 'vitest';
import { sweep, whileNothingDispatches } from '../support/dispatch.ts';
import { post } from '../support/doors.ts';
import { eventually } from '../support/eventually.ts';
import { ASKED, invitationsOf, validated } from '../support/life.ts';
import { executionsOf } from '../support/machines.ts';
import { variant } from '../support/variant.ts';
import { store } from '../support/world.ts';

describe('the sweep alone', () => {
  it('takes a release to its approvers, and a stream that tells it all later changes nothing', async () => {
    const manifest = await variant('swept', '1.1.0');
    const { release_id, model_name } = manifest;

    await whileNothingDispatches(async () => {
      await post(manifest);
      expect(await executionsOf('release', release_id)).toEqual([]);

      await eventually('the mails, by sweeping', async () => {
        await sweep();
        return (await invitationsOf(release_id)).length >= ASKED.length ? 'sent' : undefined;
      });

      expect((await store.get('release', release_id))?.state).toBe('validated');
    });
    const events = await store.events(model_name);
    // The stream delivers in order: a later release comes only after everything that was held back.
    await validated(await variant('after-the-swept', '1.1.0'));

    expect((await invitationsOf(release_id)).map(({ person }) => person)).toEqual(ASKED);
    expect(await store.events(model_name)).toEqual(events);
    expect(await executionsOf('release', release_id)).toHaveLength(1);
  });
});
