import { describe, expect, it } from 'vitest';
import { type AnswerPlace, signOnce } from '../../../lib/domain/gate/sign-once.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import type { Envelope } from '../../../lib/domain/signing/envelope.ts';
import { digestOf } from '../../support/approval-case.ts';
import { memoryGateAnswers } from '../../support/memory-gate-answers.ts';
import { refusalOf } from '../../support/refusals.ts';
import { releaseId } from '../../support/release-life.ts';

const AT = Instant.parse('2026-11-29T15:04:05.678Z');
const place: AnswerPlace = { releaseId: releaseId('r-1'), at: AT, sha256: digestOf('answer') };
const anEnvelope = (payload: string): Envelope => ({ payload, payloadType: 't', signatures: [{ keyid: '', sig: '' }] });

const aSigner = () => {
  let signed = 0;
  const sign = async () => {
    signed += 1;
    return anEnvelope(`${signed}`);
  };
  return { sign, count: () => signed };
};
const pause = async () => undefined;

describe('an answer of the gate', () => {
  it('is signed once in a minute, whoever asks again', async () => {
    const answers = memoryGateAnswers();
    const { sign, count } = aSigner();
    const later = { ...place, at: Instant.parse('2026-11-29T15:04:59.999Z') };

    const first = await signOnce(place, { answers, sign, pause });

    expect(await signOnce(later, { answers, sign, pause })).toEqual(first);
    expect(count()).toBe(1);
    await signOnce({ ...place, at: Instant.parse('2026-11-29T15:05:00.000Z') }, { answers, sign, pause });
    expect(count()).toBe(2);
  });

  it('is signed once for all who ask at the same time', async () => {
    const answers = memoryGateAnswers();
    const { sign, count } = aSigner();
    const asking = Array.from({ length: 8 }, () => signOnce(place, { answers, sign, pause }));

    expect(new Set((await Promise.all(asking)).map(({ payload }) => payload))).toEqual(new Set(['1']));
    expect(count()).toBe(1);
  });

  it('is not there as long as the one who took its place has not signed', async () => {
    const answers = memoryGateAnswers();
    await answers.take(place);

    await expect(signOnce(place, { answers, ...aSigner(), pause })).rejects.toThrow('ask again in a minute');
  });

  it('is one of twelve different ones about a release in a minute, and no more are signed', async () => {
    const answers = memoryGateAnswers();
    const { sign, count } = aSigner();
    const ask = (content: string) => signOnce({ ...place, sha256: digestOf(content) }, { answers, sign, pause });
    for (let each = 0; each < 12; each += 1) await ask(String(each));

    expect(await refusalOf(() => ask('one more'))).toMatchObject({ code: 'AskedTooOften' });
    expect((await ask('3')).payload).toBe('4');
    expect(count()).toBe(12);
  });
});
