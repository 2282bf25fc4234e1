import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerPlace,
  type KeptAnswers,
  SLOTS,
  type Subject,
  signOnce,
} from '../../../lib/domain/gate/sign-once.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import type { Envelope } from '../../../lib/domain/signing/envelope.ts';
import { digestOf } from '../../support/approval-case.ts';
import { memoryGateAnswers } from '../../support/memory-gate-answers.ts';
import { refusalOf } from '../../support/refusals.ts';
import { releaseId } from '../../support/release-life.ts';

const AT = Instant.parse('2026-11-29T15:04:05.678Z');
const place: AnswerPlace = { releaseId: releaseId('r-1'), at: AT, sha256: digestOf('answer') };
const anEnvelope = (payload: string): Envelope => ({ payload, payloadType: 't', signatures: [{ keyid: '', sig: '' }] });

/** A gate that signs in one minute, and what it has signed. */
const aGate = (answers: KeptAnswers = memoryGateAnswers()) => {
  const signed: string[] = [];
  const ask = (content: string, subject: Subject = 'own', changes: Partial<AnswerPlace> = {}) => {
    const sign = async () => {
      signed.push(content);
      return anEnvelope(content);
    };
    const about = { ...place, sha256: digestOf(content), ...changes };
    return signOnce(about, { answers, sign, subject, pause: async () => undefined });
  };
  return { ask, signed };
};

describe('an answer of the gate', () => {
  it('is signed once in a minute, whoever asks again', async () => {
    const { ask, signed } = aGate();

    const first = await ask('a');

    expect(await ask('a', 'own', { at: Instant.parse('2026-11-29T15:04:59.999Z') })).toEqual(first);
    expect(signed).toEqual(['a']);
    await ask('a', 'own', { at: Instant.parse('2026-11-29T15:05:00.000Z') });
    expect(signed).toEqual(['a', 'a']);
  });

  it('is signed once for all who ask at the same time', async () => {
    const { ask, signed } = aGate();
    const asking = Array.from({ length: 8 }, () => ask('a'));

    expect(new Set((await Promise.all(asking)).map(({ payload }) => payload))).toEqual(new Set(['a']));
    expect(signed).toEqual(['a']);
  });

  it('is not there as long as the one who took a slot for it has not signed', async () => {
    const answers = memoryGateAnswers();
    await answers.take({ ...place, sha256: digestOf('a') }, { of: 'own', number: 1 });
    const { ask } = aGate(answers);

    await expect(ask('a')).rejects.toThrow('ask again in a minute');
    expect((await ask('b')).payload).toBe('b');
  });

  it('about other bytes never takes the place of one about the bytes of the release', async () => {
    const { ask, signed } = aGate();
    for (let each = 0; each < SLOTS.other; each += 1) await ask(`other ${each}`, 'other');

    const refused = await refusalOf(() => ask('one more', 'other'));
    expect(refused).toMatchObject({
      code: 'AskedTooOften',
      message: expect.stringContaining('other bytes than those of r-1'),
    });
    expect((await ask('other 3', 'other')).payload).toBe('other 3');
    expect((await ask('own')).payload).toBe('own');
    expect(signed).toHaveLength(SLOTS.other + 1);
  });

  it('of one release takes no place of another', async () => {
    const { ask } = aGate();
    for (let each = 0; each < SLOTS.own; each += 1) await ask(`own ${each}`);

    expect(await refusalOf(() => ask('one more'))).toMatchObject({ message: expect.stringContaining('about r-1 in') });
    expect((await ask('own', 'own', { releaseId: releaseId('r-2') })).payload).toBe('own');
  });

  it('is one of twelve in a minute and is signed once, in whatever order those who ask at the same time are served', async () => {
    const question = fc.record({ content: fc.integer({ min: 0, max: 14 }), subject: fc.constantFrom('own', 'other') });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(question, { maxLength: 40 }), async (scheduler, questions) => {
        const memory = memoryGateAnswers();
        const { ask, signed } = aGate({
          find: scheduler.scheduleFunction(memory.find),
          take: scheduler.scheduleFunction(memory.take),
          keep: scheduler.scheduleFunction(memory.keep),
        });

        const asking = questions.map(({ content, subject }) => ask(`${subject} ${content}`, subject));
        const settled = Promise.allSettled(asking);
        await scheduler.waitFor(settled);

        const asked = (subject: Subject) =>
          new Set(questions.filter((one) => one.subject === subject).map((one) => one.content));
        const signedOf = (subject: Subject) => signed.filter((content) => content.startsWith(subject));
        expect(new Set(signed).size).toBe(signed.length);
        for (const subject of ['own', 'other'] as const)
          expect(signedOf(subject)).toHaveLength(Math.min(asked(subject).size, SLOTS[subject]));
      }),
      { numRuns: 200 },
    );
  });

  it('is one of twelve, as the decision says', () => {
    expect(SLOTS.own + SLOTS.other).toBe(12);
  });
});
