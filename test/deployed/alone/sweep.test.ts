/** The sweep finds what the stream does not deliver: a release that only the sweep moves gets just as far. */
import { describe, expect, it } from 'vitest';
import { sweep, whileNothingDispatches } from '../support/dispatch.ts';
import { post } from '../support/doors.ts';
import { eventually } from '../support/eventually.ts';
import { ASKED, approvedBy, invitationsOf, linkOf, QUORUM, validated } from '../support/life.ts';
import { endOf, executionsOf } from '../support/machines.ts';
import { outboxOf } from '../support/table.ts';
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

  it('resumes an execution that nothing resumed after the last decision, and the release goes on to production', async () => {
    const manifest = await validated(await variant('never-resumed', '1.1.0'));
    const { release_id, model_name } = manifest;
    const stateNow = async () => (await store.get('release', release_id))?.state;

    // A release is validated before anybody is asked: the mails are sent by what is about to be stopped.
    for (const person of QUORUM) await linkOf(release_id, person);
    await whileNothingDispatches(async () => {
      await approvedBy(manifest, QUORUM);

      // The decision is committed with what is still to be done; whoever was to do it is gone.
      expect((await store.get('request', `apr-${release_id}`))?.status).toBe('approved');
      expect(await outboxOf(model_name, 'resume_execution')).toMatchObject([{ due_at: expect.any(String) }]);
      expect(await stateNow()).toBe('validated');
      expect((await executionsOf('release', release_id)).map(({ status }) => status)).toEqual(['RUNNING']);

      await eventually('production, by sweeping', async () => {
        await sweep();
        return (await stateNow()) === 'production' ? 'there' : undefined;
      });
    });
    // What the sweep of endpoints sees of it comes when it comes.
    const eventsNow = async () =>
      (await store.events(model_name)).filter(({ event }) => !event.event_type.startsWith('serving_'));
    const done = await eventsNow();
    await validated(await variant('after-the-resumed', '1.1.0'));

    // The stream has told it all again by now.
    expect((await eventsNow()).map(({ event }) => event)).toEqual(done.map(({ event }) => event));
    for (const machine of ['release', 'promotion'] as const) {
      expect(await endOf(machine, release_id)).toEqual({ status: 'SUCCEEDED' });
    }
    const types = done.map(({ event }) => event.event_type);
    for (const type of ['release_approved', 'deployment_promoted']) {
      expect(types.filter((one) => one === type)).toHaveLength(1);
    }
  });
});
