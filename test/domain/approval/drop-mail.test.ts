import { describe, expect, it } from 'vitest';
import { recordDroppedMail } from '../../../lib/domain/approval/drop-mail.ts';
import { aDirectory, anApprovalCase, NOW } from '../../support/approval-case.ts';

describe('a message that nobody is there to get (CO-4)', () => {
  const scene = async () => {
    const { store, release } = await anApprovalCase();
    const drop = (about: string, people = aDirectory().people) =>
      recordDroppedMail(
        { releaseId: release.releaseId, personId: 'ada', about },
        { store, directory: { schema_version: 1, people }, now: () => NOW },
      );
    const events = async () =>
      (await store.events(release.modelName)).filter(({ event }) => event.event_type === 'mail_dropped');
    return { drop, events };
  };

  it('is on record once for each thing that they were to hear of', async () => {
    const { drop, events } = await scene();

    await drop('request', []);
    await drop('request', []);
    await drop('promoted', []);

    expect((await events()).map(({ event }) => [event.details['about'], event.details['because']])).toEqual([
      ['request', 'left'],
      ['promoted', 'left'],
    ]);
  });

  it('names them by their id, and has nothing of what they were called', async () => {
    const { drop, events } = await scene();
    const people = aDirectory().people.map((one) => ({ ...one, name: 'former person', email: 'x@former.invalid' }));

    await drop('request', people);

    const [sealed] = await events();
    expect(sealed?.event).toMatchObject({
      actor_id: 'assay',
      details: { about: 'request', people: ['ada'], because: 'forgotten' },
    });
    expect(Buffer.from(sealed?.bytes ?? []).toString()).not.toMatch(/former person|former\.invalid|@/);
  });

  it('is nothing to record of somebody who can be reached', async () => {
    const { drop, events } = await scene();

    await drop('request');

    expect(await events()).toEqual([]);
  });
});
