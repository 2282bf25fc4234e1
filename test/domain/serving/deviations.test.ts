import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { EndpointMove } from '../../../lib/domain/records/endpoint-move.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { type Approved, deviationsOf, type LookFacts } from '../../../lib/domain/serving/deviations.ts';
import { gradually } from '../../support/a-strategy.ts';
import { NOW } from '../../support/approval-case.ts';
import { aLook, asApproved, behindOf, IMAGE, released } from '../../support/looks.ts';
import { aMove, anEndpoint, aPointer, approved, aRollback, deployed, superseded } from '../../support/release-life.ts';

const kindsOf = (changes: Partial<LookFacts>) => deviationsOf(asApproved(changes))?.map(({ kind }) => kind);
const whyOf = (changes: Partial<LookFacts>) => deviationsOf(asApproved(changes))?.[0]?.explanation;
const compared = (changes: Partial<Approved>): Partial<LookFacts> => ({
  approved: { release: released, different: [], departures: [], recordProblems: [], ...changes },
});
const other = aLook({ serves: 'by-hand' });
const [variant] = other.variants;
if (variant === undefined) throw new Error('there is no variant');

describe('an endpoint that serves what is in production', () => {
  it('does not deviate', () => {
    expect(deviationsOf(asApproved())).toEqual([]);
  });

  it.each([
    ['the configuration was made again', compared({ different: ['Containers.1.Image'] }), 'configuration_differs'],
    ['the configuration was deleted', compared({ different: undefined }), 'configuration_missing'],
    ['another image runs', { found: aLook({ variants: [{ ...variant, images: ['a/b@sha256:c'] }] }) }, 'image_differs'],
    [
      'a second variant has traffic',
      { found: aLook({ variants: [variant, { ...variant, variantName: 'b' }] }) },
      'further_variants',
    ],
    ['the variant has no traffic', { found: aLook({ variants: [{ ...variant, weight: 0 }] }) }, 'weights_differ'],
    ['the record does not verify', compared({ recordProblems: ['its signature does not verify'] }), 'record_differs'],
    [
      'there is no record',
      compared({ release: Release.parse({ ...released, recordSha256: undefined }) }),
      'record_missing',
    ],
    [
      'the release says that it does not serve',
      compared({ release: { ...released, state: 'approved' } }),
      'pointer_differs',
    ],
    ['SageMaker says that it is broken', { found: aLook({ condition: 'broken' }) }, 'endpoint_broken'],
    ['it is gone', { found: undefined }, 'endpoint_gone'],
  ] satisfies [string, Partial<LookFacts>, string][])('deviates where %s', (_, changes, kind) => {
    expect(kindsOf(changes)).toEqual([kind]);
  });

  it.each([
    ['artifact_version', 'artifact_overwritten'],
    ['artifact_unread', 'artifact_unread'],
    ['locked_copy', 'copy_missing'],
    ['model_package', 'package_differs'],
  ])('deviates by the rule %s', (rule, kind) => {
    expect(kindsOf(compared({ departures: [{ rule, evidence: '', explanation: 'why' }] }))).toEqual([kind]);
  });

  it('names no variant where SageMaker names none', () => {
    expect(kindsOf({ found: aLook({ variants: [] }) })).toEqual(['image_unknown', 'weights_differ']);
    expect(deviationsOf(asApproved({ found: aLook({ variants: [] }) }))?.[1]?.explanation).toMatch(/: none$/);
  });

  it('raises no alert where nothing unapproved serves', () => {
    expect(deviationsOf(asApproved({ found: undefined }))).toMatchObject([{ alert: '' }]);
  });

  it('is not judged while it is scaled, nor while it is deleted by a rollback', () => {
    expect(deviationsOf(asApproved({ found: aLook({ condition: 'under_way' }) }))).toBeUndefined();
    expect(deviationsOf(asApproved({ found: undefined, rollback: aRollback({ toReleaseId: '' }) }))).toBeUndefined();
  });

  it('is found gone while a rollback to a release is under way, or once that to nothing has ended', () => {
    expect(kindsOf({ found: undefined, rollback: aRollback() })).toEqual(['endpoint_gone']);
    const ended = aRollback({ toReleaseId: '', status: 'refused' });
    expect(kindsOf({ found: undefined, rollback: ended })).toEqual(['endpoint_gone']);
  });

  it('is not judged by a release that nobody read', () => {
    expect(deviationsOf(asApproved({ approved: undefined }))).toBeUndefined();
  });
});

describe('an endpoint that serves another configuration', () => {
  it.each([
    ['with a model that no package names', [behindOf()], 'unregistered_model', 'ModelMissingGovernanceRecord'],
    ['that is not there any more', [], 'unregistered_model', 'ModelMissingGovernanceRecord'],
    [
      'of a package that no release has',
      [behindOf({ packages: ['arn:p'] })],
      'unreleased_package',
      'ModelMissingGovernanceRecord',
    ],
    [
      'of the package of a release',
      [behindOf({ packages: ['arn:p'], ofPackage: [superseded] })],
      'other_configuration',
      'GovernanceRecordMismatch',
    ],
    ['that Assay deployed before', [behindOf({ release: superseded })], 'other_release', 'GovernanceRecordMismatch'],
  ])('deviates: %s', (_, behind, kind, alert) => {
    expect(deviationsOf(asApproved({ found: other, behind }))).toMatchObject([{ kind, alert }]);
  });

  it('deviates where nobody knows what is behind it', () => {
    expect(kindsOf({ found: other })).toEqual(['unregistered_model']);
  });

  it('deviates as soon as it heads for it', () => {
    const heading = aLook({ headsFor: 'by-hand', condition: 'under_way' });

    expect(kindsOf({ found: heading, behind: [behindOf()] })).toEqual(['unregistered_model']);
    expect(whyOf({ found: heading, behind: [behindOf()] })).toMatch(
      /^mortgage serves by-hand, but mortgage-1-2-0-e2 of/,
    );
  });

  it('is not judged while it heads back', () => {
    const back = aLook({ serves: 'by-hand', headsFor: aPointer().endpointConfigName, condition: 'under_way' });

    expect(deviationsOf(asApproved({ found: back }))).toBeUndefined();
  });

  it('says the same about what it is made of, however many variants there are', () => {
    const behind = [behindOf({ packages: ['arn:p'], ofPackage: [superseded] }), behindOf({ packages: ['arn:q'] })];

    expect(kindsOf({ found: other, behind })).toEqual(['unreleased_package']);
  });
});

describe('a configuration that Assay ordered', () => {
  const ordered = { ...deployed, endpointConfigName: 'by-hand', updatedAt: NOW };
  const ofRollback = aRollback({ endpointConfigName: 'by-hand' });

  it.each([
    ['for a promotion before its flip', { behind: [behindOf({ release: ordered })] }],
    [
      'for a promotion whose strategy takes hours',
      { now: plusMilliseconds(NOW, 5 * HOUR_MS), behind: [behindOf({ release: gradually(ordered) })] },
    ],
    ['for a rollback', { rollback: ofRollback }],
    ['for a rollback that was refused and is being undone', { rollback: { ...ofRollback, status: 'refused' } }],
  ] satisfies [string, Partial<LookFacts>][])('is no deviation: %s', (_, changes) => {
    expect(deviationsOf(asApproved({ found: other, ...changes }))).toBeUndefined();
  });

  it.each([
    [
      'the promotion has lasted too long',
      { now: plusMilliseconds(NOW, 3 * HOUR_MS), behind: [behindOf({ release: ordered })] },
    ],
    [
      'the endpoint has been coming into being for too long, where no strategy applies',
      {
        now: plusMilliseconds(NOW, 5 * HOUR_MS),
        found: { ...other, condition: 'under_way' },
        behind: [behindOf({ release: gradually(ordered) })],
      },
    ],
    ['it is that of another model', { behind: [behindOf({ release: { ...ordered, modelName: 'other' as never } })] }],
    ['it is another one of that release', { behind: [behindOf({ release: approved })] }],
    ['it was in production already', { behind: [behindOf({ release: { ...ordered, state: 'superseded' } })] }],
    [
      'the endpoint could not be restored',
      {
        behind: [
          behindOf({ release: { ...ordered, reasons: [{ rule: 'restoration', evidence: '', explanation: 'x' }] } }),
        ],
      },
    ],
    ['the rollback has ended', { rollback: { ...ofRollback, status: 'executed' } }],
    ['the rollback was given up', { rollback: { ...ofRollback, givenUpAt: NOW } }],
    ['the rollback is silent', { rollback: ofRollback, now: plusMilliseconds(NOW, 5 * HOUR_MS) }],
    ['the rollback ordered another', { rollback: aRollback({ endpointConfigName: 'third' }) }],
  ] satisfies [string, Partial<LookFacts>][])('is a deviation where %s', (_, changes) => {
    expect(deviationsOf(asApproved({ found: other, ...changes }))).toHaveLength(1);
  });
});

describe('an endpoint that no pointer names', () => {
  const nobodys = { owner: undefined, pointer: undefined, approved: undefined, found: other };
  const ofModel = { ...nobodys, owner: anEndpoint() };
  const moving = EndpointMove.parse(aMove({ toEndpointName: 'Mortgage' as never }));

  it.each([
    ['is left alone if nothing governed is behind it', { behind: [behindOf({ buckets: ['elsewhere'] })] }, []],
    ['is left alone if nothing is known of it', {}, []],
    ['deviates if it is watched', { isWatched: true }, ['unregistered_model']],
    [
      'deviates if it loads from a bucket of models',
      { behind: [behindOf({ buckets: ['models'] })] },
      ['unregistered_model'],
    ],
    [
      'deviates if it serves the package of a release',
      { behind: [behindOf({ packages: ['arn:p'], ofPackage: [released] })] },
      ['other_configuration'],
    ],
    ['says nothing once it is gone', { isWatched: true, found: undefined }, []],
    ['is nobody’s once it was released', { owner: anEndpoint({ status: 'released' }) }, []],
  ] satisfies [string, Partial<LookFacts>, string[]][])('%s', (_, changes, kinds) => {
    expect(kindsOf({ ...nobodys, ...changes })).toEqual(kinds);
  });

  it('deviates if it is of a model and serves what nobody approved', () => {
    expect(whyOf(ofModel)).toBe('mortgage of mortgage-approval serves by-hand, with a model that no package names');
  });

  it('is not judged while a first release is deployed to it', () => {
    const behind = [behindOf({ release: { ...deployed, endpointConfigName: 'by-hand', updatedAt: NOW } })];

    expect(deviationsOf(asApproved({ ...ofModel, behind }))).toBeUndefined();
  });

  it.each([
    ['from', { ...moving, toEndpointName: 'third', fromEndpointName: 'mortgage' }],
    ['to', moving],
  ])('is not judged while the model moves %s it', (_, move) => {
    expect(deviationsOf(asApproved({ ...ofModel, move }))).toBeUndefined();
  });

  it.each([
    ['has settled', { ...moving, settledAt: NOW }],
    ['is between others', { ...moving, toEndpointName: 'third', fromEndpointName: 'fourth' }],
  ])('is judged where a move %s', (_, move) => {
    expect(kindsOf({ ...ofModel, move })).toEqual(['unregistered_model']);
  });

  it('counts for a model whose pointer names another', () => {
    const elsewhere = { ...ofModel, pointer: aPointer({ endpointName: 'third' }) };

    expect(kindsOf(elsewhere)).toEqual(['unregistered_model']);
    expect(IMAGE).toContain('@sha256:');
  });
});
