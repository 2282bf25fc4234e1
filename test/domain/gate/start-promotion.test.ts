import { describe, expect, it } from 'vitest';
import { executionName } from '../../../lib/domain/change/execution-name.ts';
import { recordDenied } from '../../../lib/domain/gate/promotion.ts';
import { isDenied, ownsPromotion, startPromotion, wasPromoted } from '../../../lib/domain/gate/start-promotion.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import { NOW } from '../../support/approval-case.ts';
import { approved, validated } from '../../support/release-life.ts';

describe('an attempt at a promotion', () => {
  it('is the first one of a release that has none', () => {
    const { releaseId } = validated;

    const name = executionName(releaseId, 1, NOW);
    expect(startPromotion(validated, NOW)).toEqual({
      started: { promotionAttempt: 1, execution: name },
      intent: {
        intent: {
          kind: 'start_execution',
          machine: 'promotion',
          name,
          input: `{"releaseId":"${releaseId}","attempt":1}`,
        },
      },
    });
  });

  it('has an execution of its own, and one only', () => {
    const nameOf = (promotionAttempt: number, at = NOW) =>
      startPromotion({ ...approved, promotionAttempt }, at).started.execution;

    expect(nameOf(1)).toBe(nameOf(1));
    expect(nameOf(1)).not.toBe(nameOf(2));
    // Nor does a table that was restored or rebuilt, and counts the same attempt again, get the name of the former table's.
    expect(nameOf(1)).not.toBe(nameOf(1, plusMilliseconds(NOW, 1)));
  });

  it.each([
    { of: 1, attempt: 1, owns: true },
    { of: 2, attempt: 1, owns: false },
    { of: 1, attempt: 2, owns: false },
    { of: undefined, attempt: undefined, owns: true },
    { of: 1, attempt: undefined, owns: false },
    { of: undefined, attempt: 1, owns: false },
  ])('$attempt has the promotion of a release at attempt $of in its hands: $owns', ({ of, attempt, owns }) => {
    const { promotionAttempt: _, ...release } = approved;

    expect(ownsPromotion(of === undefined ? release : { ...release, promotionAttempt: of }, attempt)).toBe(owns);
  });

  it('is over once the release serves, and stays so', () => {
    const states = ReleaseState.options.filter((state) => wasPromoted({ state }));

    expect(states).toEqual(['production', 'superseded', 'rolled_back', 'retired']);
  });
});

describe('an attempt that was denied', () => {
  it.each([
    ['it was', 2, true],
    ['the one before was', 1, false],
    ['none was', undefined, false],
  ])('is over where %s', (_, deniedAttempt, denied) => {
    const release = { ...approved, promotionAttempt: 2, ...(deniedAttempt !== undefined && { deniedAttempt }) };

    expect(isDenied(release)).toBe(denied);
  });

  it('is none of a release that an earlier version approved, which counted no attempts', () => {
    const { promotionAttempt: _, ...release } = approved;

    expect(isDenied(release)).toBe(false);
  });

  it('names the attempt that is denied, if attempts are counted', () => {
    const { promotionAttempt: _, ...uncounted } = approved;
    const denied = (release: typeof approved) =>
      recordDenied(release, { outcome: 'deny', reasons: [] }, approved.updatedAt).writes[0]?.entity;

    expect(denied({ ...approved, promotionAttempt: 3 })).toMatchObject({ deniedAttempt: 3 });
    expect(denied(uncounted as typeof approved)).not.toHaveProperty('deniedAttempt');
  });
});
