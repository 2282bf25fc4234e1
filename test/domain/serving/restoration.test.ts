import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { Endpoint } from '../../../lib/domain/records/endpoint.ts';
import type { Pointer } from '../../../lib/domain/records/pointer.ts';
import type { FoundEndpoint } from '../../../lib/domain/serving/deployer.ts';
import {
  mayServeUnpromoted,
  type Restoration,
  restorationAfter,
  restorationOf,
} from '../../../lib/domain/serving/restoration.ts';
import { gradually } from '../../support/a-strategy.ts';
import { NOW } from '../../support/approval-case.ts';
import { anEmptyPointer, anEndpoint, aPointer, approved, aRollback, deployed } from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const DENIED = deployed.endpointConfigName ?? '';
const WANTED = 'mortgage-1-1-0-e1';
const pointer = aPointer({ releaseId: 'mortgage-1-1-0' as never, endpointConfigName: WANTED });

const found = (changes: Partial<FoundEndpoint> = {}): FoundEndpoint => ({
  serves: DENIED,
  headsFor: changes.serves ?? DENIED,
  condition: 'in_service',
  createdAt: LATER,
  ...changes,
});
const underWay = (serves: string, headsFor: string) => found({ serves, headsFor, condition: 'under_way' });
const facts = { release: deployed, pointer, rollback: undefined, owner: undefined, endpoint: found(), now: NOW };
const act = (endpoint: FoundEndpoint | undefined, production: typeof pointer | undefined = pointer) =>
  restorationOf({ ...facts, pointer: production, endpoint }).act;
const whyOf = (restoration: Restoration) => (restoration.act === 'give_up' ? restoration.why : restoration.act);

describe('an endpoint that the model no longer serves from', () => {
  const elsewhere = aPointer({ endpointName: 'elsewhere', endpointConfigName: WANTED });
  const older = { createdAt: plusMilliseconds(NOW, -60_000) };

  it.each([
    ['is deleted if it came into being for the denied release', found(), 'delete'],
    ['is left alone if it serves what is in production', found({ serves: WANTED }), 'settled'],
    ['is waited for while it heads for the denied release', underWay(WANTED, DENIED), 'wait'],
    ['may be gone', undefined, 'settled'],
  ])('%s', (_, endpoint, expected) => {
    expect(act(endpoint, elsewhere)).toBe(expected);
  });

  it('is left to the move that deletes it, for an hour', () => {
    const leaving = anEndpoint({ status: 'leaving', since: NOW });
    const left = { ...facts, pointer: elsewhere, endpoint: found(older), owner: leaving };

    expect(restorationOf(left).act).toBe('wait');
    expect(whyOf(restorationOf({ ...left, now: plusMilliseconds(NOW, HOUR_MS) }))).toBe(
      'mortgage could not be changed within an hour',
    );
  });

  it.each([undefined, anEndpoint({ status: 'released', since: NOW })])(
    'is given up if it serves the denied release, and no move deletes it',
    (owner) => {
      const left = { ...facts, pointer: elsewhere, endpoint: found(older), owner };

      expect(whyOf(restorationOf(left))).toBe(
        `mortgage serves ${DENIED}, and was not created for this release; mortgage-approval serves from another endpoint`,
      );
    },
  );
});

describe('an endpoint that serves what was denied', () => {
  it('goes back to what is in production', () => {
    expect(restorationOf(facts)).toEqual({ act: 'point_back', endpointConfigName: WANTED });
  });

  it.each([
    ['it heads back', underWay(DENIED, WANTED)],
    ['it still heads for what was denied', underWay(WANTED, DENIED)],
    ['it is scaled', underWay(DENIED, DENIED)],
    ['it heads for what others deploy, and may fall back', underWay(DENIED, 'of-others')],
    ['it serves what is in production and is scaled', underWay(WANTED, WANTED)],
  ])('is waited for while %s', (_, endpoint) => {
    expect(act(endpoint)).toBe('wait');
  });

  it('is restored when it serves what is in production', () => {
    expect(act(found({ serves: WANTED }))).toBe('restored');
  });

  it.each([
    ['it serves what others deployed', found({ serves: 'of-others' })],
    ['it heads from one thing of others to another', underWay('of-others', 'of-others-too')],
    ['it is not there', undefined],
    ['it broke under what is in production', found({ serves: WANTED, condition: 'broken' })],
  ])('is left alone, and given up, when %s', (_, endpoint) => {
    expect(act(endpoint)).toBe('give_up');
  });

  it('is given up with what it serves instead', () => {
    expect(whyOf(restorationOf({ ...facts, endpoint: found({ serves: 'of-others' }) }))).toBe(
      `mortgage serves of-others, and not what is in production, which is ${WANTED}`,
    );
    expect(whyOf(restorationOf({ ...facts, endpoint: undefined }))).toBe('endpoint mortgage is not there any more');
  });

  it.each(['wait', 'point_back'])('is given up after an hour: %s', (expected) => {
    const endpoint = expected === 'wait' ? underWay(DENIED, WANTED) : found();
    const late = { ...facts, endpoint, now: plusMilliseconds(NOW, HOUR_MS) };

    expect(restorationOf({ ...late, now: plusMilliseconds(NOW, HOUR_MS - 1) }).act).toBe(expected);
    expect(whyOf(restorationOf(late))).toBe('mortgage could not be changed within an hour');
    expect(restorationOf({ ...late, endpoint: found({ serves: WANTED }) }).act).toBe('restored');
  });

  it('is given up later by what the strategy of the deployment may take (GT-5)', () => {
    const late = plusMilliseconds(NOW, HOUR_MS + 10_800_000);
    const slow = { ...facts, release: gradually(deployed), endpoint: underWay(WANTED, DENIED), now: late };

    expect(restorationOf({ ...slow, now: plusMilliseconds(late, -1) }).act).toBe('wait');
    expect(whyOf(restorationOf(slow))).toBe(
      'mortgage could not be changed within an hour beyond what its strategy may take',
    );
  });

  it('is not given up later if it comes into being, where no strategy applies (GT-5)', () => {
    const slow = { ...facts, release: gradually(deployed), now: plusMilliseconds(NOW, HOUR_MS) };
    const why = (endpoint: FoundEndpoint) => whyOf(restorationOf({ ...slow, endpoint }));

    expect(why(underWay(DENIED, DENIED))).toBe('mortgage could not be changed within an hour');
    expect(why(underWay(WANTED, WANTED))).toBe('wait');
    expect(why(underWay(DENIED, WANTED))).toBe('wait');
    expect(why(found())).toBe('point_back');
  });

  it.each(['production', 'superseded', 'rolled_back', 'a_word_of_another_version'])(
    'is none of a release that is %s: its promotion broke after the flip',
    (state) => {
      expect(mayServeUnpromoted({ ...deployed, state })).toBe(false);
    },
  );

  it('is restored though the approval has expired meanwhile, if anything was deployed', () => {
    expect(mayServeUnpromoted(deployed)).toBe(true);
    expect(mayServeUnpromoted({ ...deployed, state: 'expired' })).toBe(true);
    expect(mayServeUnpromoted(approved)).toBe(false);
  });

  it('needs a deployment', () => {
    expect(() => restorationOf({ ...facts, release: approved })).toThrow('has no endpointConfigName');
  });

  it.each([
    ['requested' as const, 'wait'],
    ['paused', 'wait'],
    ['refused' as const, 'point_back'],
  ])('is left to a rollback under way: one that is %s', (status, act) => {
    const rollback = aRollback({ status });

    expect(restorationOf({ ...facts, rollback, owner: anEndpoint() }).act).toBe(act);
  });

  it('is updated again when it fell back to what was denied', () => {
    expect(act(found({ condition: 'in_service' }))).toBe('point_back');
  });
});

describe('an endpoint of a model that has nothing in production', () => {
  const actAlone = (endpoint: FoundEndpoint | undefined, owner?: Endpoint) =>
    restorationOf({ ...facts, pointer: undefined, endpoint, owner }).act;

  it.each(['in_service', 'broken'] as const)('created for a denied release and %s is deleted', (condition) => {
    expect(actAlone(found({ condition }))).toBe('delete');
    expect(actAlone(found({ condition, createdAt: deployed.approvedAt as never }))).toBe('delete');
  });

  it('is waited for while it is on its way or being deleted', () => {
    expect(actAlone(underWay(DENIED, DENIED))).toBe('wait');
  });

  it('is restored when it is not there', () => {
    expect(actAlone(undefined)).toBe('restored');
  });

  it('that was there before the approval is left to people', () => {
    expect(actAlone(found({ createdAt: plusMilliseconds(NOW, -1) }))).toBe('give_up');
  });

  it('that was adopted is left to people, though it is younger than the approval', () => {
    const since = plusMilliseconds(LATER, HOUR_MS);

    expect(actAlone(found(), anEndpoint({ since }))).toBe('give_up');
    expect(actAlone(found(), anEndpoint())).toBe('delete');
    expect(actAlone(found(), anEndpoint({ since: plusMilliseconds(LATER, 999) }))).toBe('delete');
  });

  it('that serves something else is left alone, and given up with what it serves', () => {
    const endpoint = found({ serves: 'of-others' });

    expect(whyOf(restorationOf({ ...facts, pointer: undefined, endpoint }))).toBe(
      'mortgage serves of-others, and not what is in production, which is nothing',
    );
  });

  it('that SageMaker rolled back to what it served when it was adopted is restored', () => {
    const owner = anEndpoint({ endpointConfigName: 'adopted' });

    expect(actAlone(found({ serves: 'adopted' }), owner)).toBe('restored');
    expect(actAlone(found({ serves: 'adopted', headsFor: 'of-others' }), owner)).toBe('give_up');
  });
});

describe('an endpoint that serves the fallback of a refused rollback', () => {
  const FALLBACK = 'mortgage-1-1-0-e3';
  const refused = aRollback({ status: 'refused', endpointConfigName: FALLBACK });
  const serving = aPointer();
  const actAfter = (endpoint: FoundEndpoint | undefined, rollback = refused, pointed: Pointer = serving, now = NOW) =>
    restorationAfter(rollback, pointed, endpoint, now);

  it('goes back to what is in production', () => {
    expect(actAfter(found({ serves: FALLBACK }))).toEqual({
      act: 'point_back',
      endpointConfigName: serving.endpointConfigName,
    });
  });

  it.each([
    ['on its way to the fallback', underWay(serving.endpointConfigName, FALLBACK), 'wait'],
    ['back', found({ serves: serving.endpointConfigName }), 'restored'],
    ['serving something else', found({ serves: 'of-others' }), 'give_up'],
    ['not there', undefined, 'give_up'],
  ])('that is %s', (_, endpoint, expected) => {
    expect(actAfter(endpoint).act).toBe(expected);
  });

  it('is left alone if the rollback ordered nothing', () => {
    expect(actAfter(found({ serves: FALLBACK }), aRollback({ status: 'refused' })).act).toBe('settled');
  });

  it('is left alone if nothing is in production any more', () => {
    expect(actAfter(found({ serves: FALLBACK }), refused, anEmptyPointer()).act).toBe('settled');
  });

  it('is given up three hours after the request', () => {
    const late = actAfter(found({ serves: FALLBACK }), refused, serving, plusMilliseconds(NOW, 3 * HOUR_MS));

    expect(whyOf(late)).toBe('mortgage could not be changed within three hours');
  });

  it.each([
    ['is gone', undefined, 'give_up'],
    ['is being deleted', underWay(serving.endpointConfigName, serving.endpointConfigName), 'wait'],
    ['serves what is in production', found({ serves: serving.endpointConfigName }), 'settled'],
    ['serves something else, which its refusal says', found({ serves: 'of-others' }), 'settled'],
  ])('and was to be deleted: %s', (_, endpoint, expected) => {
    expect(actAfter(endpoint, aRollback({ status: 'refused', toReleaseId: '' })).act).toBe(expected);
  });
});
