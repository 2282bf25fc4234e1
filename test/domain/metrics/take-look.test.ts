import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { countsFrom } from '../../../lib/domain/metrics/event-counts.ts';
import type { Look } from '../../../lib/domain/metrics/look.ts';
import { type Fleet, takeLook } from '../../../lib/domain/metrics/take-look.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { NOW } from '../../support/approval-case.ts';
import { aPointer, inProduction, policy, releaseId } from '../../support/release-life.ts';
import { aLook, facts } from './a-look.ts';

const NONE_OPEN = { privacy: 0, security: 0 };
const OWED = { modelName: 'credit', endpointName: 'credit', documentBy: NOW };
const LATER = plusMilliseconds(NOW, 300_000);

/** A fleet in which one release serves, and what was asked of it. */
const aFleet = (changes: Partial<Fleet> = {}) => {
  const asked: unknown[] = [];
  const fleet: Fleet = {
    lastLook: async () => undefined,
    counts: async () => countsFrom(3),
    inProduction: async (since) => {
      asked.push(since);
      return [inProduction];
    },
    leftProduction: async () => [],
    around: async () => ({
      pointer: aPointer(),
      policy,
      review: undefined,
      breakGlass: undefined,
      attested: [],
      deviations: NONE_OPEN,
      isRevoked: false,
    }),
    ownerOf: async () => 'Credit Risk',
    owed: async () => [OWED],
    pending: async () => [{ modelName: 'credit', releaseId: 'credit-2' }],
    parked: async () => ({ failed: 1, tampered: 0 }),
    oldestDueAt: async () => NOW,
    deadLetters: async () => 2,
    sweep: async () => ({ waiting: [], deviations: [] }),
    monitored: async () => [],
    requests: async (names) => names.map((endpointName) => ({ endpointName, invocations: 200, errors: 3 })),
    inRegistry: async () => {
      asked.push('registry');
      return [PACKAGE.toUpperCase(), 'more', 'and more'];
    },
    ...changes,
  };
  return { fleet, asked };
};

const PACKAGE = inProduction.modelPackageArn ?? '';
const named = (id: string): Release => ({ ...inProduction, releaseId: releaseId(id) });
const served = (id: string, changes: Partial<Look['serving'][number]> = {}) => ({
  ...facts,
  releaseId: id,
  ...changes,
});
/** The registry does not show yet what serves. */
const MISSING = { registry: { inTable: 1, inRegistry: 0, differing: 1 } };
const ids = ({ serving }: Look) => serving.map((one) => one.releaseId);

describe('a look', () => {
  it('reads all that serves the first time, and what the registry shows (FM-5)', async () => {
    const { fleet, asked } = aFleet();

    const look = await takeLook(fleet, NOW);

    expect(asked).toEqual([undefined, 'registry']);
    expect(look).toMatchObject({
      at: NOW,
      wholeAt: NOW,
      serving: [{ releaseId: inProduction.releaseId, endpointName: aPointer().endpointName, completedStages: 0 }],
      owed: [OWED],
      pending: [{ releaseId: 'credit-2' }],
      counts: { size: 3 },
      parked: { failed: 1, tampered: 0 },
      oldestDueAt: NOW,
      deadLetters: 2,
      errors: [{ endpointName: aPointer().endpointName, ratio: 0.015 }],
      registry: { inTable: 1, inRegistry: 3, differing: 2 },
    });
  });

  it('reads what has changed since then, and what left', async () => {
    const last = aLook({ serving: [served('stays'), served('left'), served('changes', { releaseVersion: 1 })] });
    const { fleet, asked } = aFleet({
      lastLook: async () => last,
      leftProduction: async () => ['left', 'another'],
      inProduction: async (since) => {
        asked.push(since);
        return [named('changes'), named('comes')];
      },
    });

    const look = await takeLook(fleet, LATER);

    // A little further back: an index may be late.
    expect(asked).toEqual([plusMilliseconds(NOW, -120_000)]);
    expect(ids(look)).toEqual(['stays', 'changes', 'comes']);
    expect(look.serving[1]?.releaseVersion).toBe(inProduction.version);
    expect(look).toMatchObject({ at: LATER, wholeAt: NOW, registry: { inTable: 1, inRegistry: 1, differing: 0 } });
  });

  it('reads all again once an hour, whatever the last one said', async () => {
    const last = aLook({ serving: [served('nobody-knows')] });
    const { fleet } = aFleet({ lastLook: async () => last });

    expect(ids(await takeLook(fleet, plusMilliseconds(NOW, HOUR_MS - 1)))).toContain('nobody-knows');
    expect(ids(await takeLook(fleet, plusMilliseconds(NOW, HOUR_MS)))).toEqual([inProduction.releaseId]);
  });

  it('asks the registry again as long as it differs, because it is written to later than the table', async () => {
    const last = aLook(MISSING);
    const { fleet, asked } = aFleet({ lastLook: async () => last, inRegistry: async () => [PACKAGE] });

    expect((await takeLook(fleet, LATER)).registry).toEqual({ inTable: 1, inRegistry: 1, differing: 0 });
    expect(asked).toHaveLength(1);
  });

  it('compares package by package: one that is missing and one that is too many are no match', async () => {
    const { modelPackageArn: _, ...unregistered } = named('unregistered');
    const serving = [inProduction, unregistered];
    const { fleet } = aFleet({ inProduction: async () => serving, inRegistry: async () => ['another', 'and another'] });

    expect((await takeLook(fleet, NOW)).registry).toEqual({ inTable: 2, inRegistry: 2, differing: 4 });
  });

  it('counts a package once, also where a former version let two releases have it', async () => {
    const { fleet } = aFleet({
      inProduction: async () => [inProduction, named('other')],
      inRegistry: async () => [],
    });

    expect((await takeLook(fleet, NOW)).registry).toEqual({ inTable: 2, inRegistry: 0, differing: 1 });
  });

  it('fails where the registry does not answer: silence is no empty registry', async () => {
    const { fleet } = aFleet({ inRegistry: () => Promise.reject(new Error('throttled')) });

    await expect(takeLook(fleet, NOW)).rejects.toThrow('throttled');
  });

  it('reads all again where a former version did not keep which package a release has', async () => {
    const last = aLook({ serving: [served('stays')], registry: { inTable: 1, inRegistry: 1 } });
    const { fleet } = aFleet({ lastLook: async () => last, inRegistry: async () => [PACKAGE] });

    expect(await takeLook(fleet, LATER)).toMatchObject({ wholeAt: LATER, registry: { differing: 0 } });
  });

  it('reads all again within ten minutes while the registry differs, because a revocation does not change the release that it is of', async () => {
    const last = aLook(MISSING);
    const around = {
      pointer: aPointer(),
      policy,
      review: undefined,
      breakGlass: undefined,
      attested: [],
      deviations: NONE_OPEN,
    };
    const { fleet } = aFleet({
      lastLook: async () => last,
      inProduction: async (since) => (since === undefined ? [inProduction] : []),
      around: async () => ({ ...around, isRevoked: true }),
      inRegistry: async () => [],
    });
    const tenMinutes = (less: number) => plusMilliseconds(NOW, 600_000 - less);

    expect(await takeLook(fleet, tenMinutes(1))).toMatchObject({ wholeAt: NOW, registry: { inTable: 1 } });
    expect(await takeLook(fleet, tenMinutes(0))).toMatchObject({
      wholeAt: tenMinutes(0),
      registry: { inTable: 0, inRegistry: 0, differing: 0 },
    });
  });

  it('says nothing of what is not there', async () => {
    const { registry: _, ...last } = aLook();
    const { fleet } = aFleet({
      lastLook: async () => last,
      counts: async () => undefined,
      oldestDueAt: async () => undefined,
    });

    const look = await takeLook(fleet, LATER);

    for (const key of ['counts', 'oldestDueAt', 'registry']) expect(Object.keys(look)).not.toContain(key);
  });
});
