import { beforeEach, describe, expect, it } from 'vitest';
import { inTime, patientWorld } from '../../../lib/domain/intake/patience.ts';
import { type IntakeWorld, requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { Unavailable } from '../../../lib/domain/refusal.ts';
import { aClaim, anIntake, PACKAGES_HOME } from '../../support/intake.ts';

const ARN = `${PACKAGES_HOME}/mortgage-approval/7`;

let patience: AbortController;
let commits: () => number;
beforeEach(() => {
  patience = new AbortController();
});
/** Asked for the first time, the port never answers, and the time of the door is over. */
const never = <T>(): Promise<T> => {
  queueMicrotask(() => patience.abort());
  return new Promise(() => undefined);
};
const ask = (changes: Partial<IntakeWorld>, manifest: Record<string, unknown> = {}) => {
  const intake = anIntake(changes);
  commits = () => intake.store.commits;
  return requestRelease(aClaim(manifest), patientWorld({ ...intake, ...changes }, patience.signal));
};

describe('a request whose questions are not answered in time', () => {
  const { store } = anIntake();
  const packages = { home: PACKAGES_HOME, find: () => never<undefined>() };

  it.each<[string, Partial<IntakeWorld>, Record<string, unknown>]>([
    ['Amazon ECR', { images: { digestOf: () => never() } }, {}],
    ['Amazon S3', { evidence: { pin: () => never() } }, {}],
    ['Amazon SageMaker', { findEndpoint: () => never() }, {}],
    ['Amazon SageMaker', { packages }, { model_package_arn: ARN }],
    ['Amazon DynamoDB', { store: { ...store, get: () => never() } }, {}],
    ['Amazon DynamoDB', { store: { ...store, releasesOfPackage: () => never() } }, { model_package_arn: ARN }],
  ])('is neither taken in nor refused, and says that %s did not answer', async (who, changes, manifest) => {
    const asked = ask(changes, manifest);

    await expect(asked).rejects.toThrow(Unavailable);
    await expect(asked).rejects.toThrow(`${who} did not answer in time; nothing was recorded: send the request again`);
    expect(commits()).toBe(0);
  });

  it('is not even asked about once the time is over', async () => {
    patience.abort();

    await expect(inTime(patience.signal, 'S3', () => Promise.reject(new Error('asked')))).rejects.toThrow(Unavailable);
  });

  it('is taken in when all are answered, and refused for what was known before', async () => {
    expect(await ask({})).toMatchObject({ outcome: 'accepted' });
    expect(await ask({}, { model_version: 'latest' })).toMatchObject({ outcome: 'refused' });
    await expect(inTime(patience.signal, 'S3', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('a refusal for which files are looked for as well', () => {
  it('is for what is known, if they are not found in time', async () => {
    const evidence = { pin: () => Promise.reject(new Unavailable('Amazon S3 did not answer in time')) };

    const answer = await requestRelease(aClaim({ model_version: 'latest' }), anIntake({ evidence }));

    expect(answer).toMatchObject({ outcome: 'refused', refusal: { faults: [{ field: 'model_version' }] } });
  });

  it('is not made of a fault', async () => {
    const evidence = { pin: () => Promise.reject(new Error('broken')) };

    await expect(requestRelease(aClaim({ model_version: 'latest' }), anIntake({ evidence }))).rejects.toThrow('broken');
  });
});
