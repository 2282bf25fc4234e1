import { describe, expect, it } from 'vitest';
import { ServedVersions, versionProblem, withVersion } from '../../../lib/domain/records/served-versions.ts';
import { deployed, MODEL, releaseId } from '../../support/release-life.ts';

const served = (releases: Record<string, string>) =>
  ServedVersions.parse({ entity: 'served_versions', version: 3, modelName: MODEL, releases });
const problem = (modelVersion: string, releases: Record<string, string>, id = 'new') =>
  versionProblem(served(releases), { releaseId: releaseId(id), modelVersion });

describe('the version of a release (RR-7)', () => {
  it('is free while nothing has served', () => {
    expect(versionProblem(undefined, deployed)).toBeUndefined();
    expect(problem('0.0.1', {})).toBeUndefined();
  });

  it('is free above all that have served', () => {
    expect(problem('2.1.1', { '2.1.0': 'a', '1.9.0': 'b' })).toBeUndefined();
  });

  it('cannot be that of another release, however it is spelt', () => {
    expect(problem('2.1.0', { '2.1.0': 'a' })).toBe('2.1.0 is the version of a, which has been in production');
    expect(problem('02.1.0', { '2.1.0': 'a' })).toBe(
      '02.1.0 is equal in precedence to 2.1.0, the version of a, which has been in production',
    );
  });

  it('cannot be lower than one that has served: the highest of them is named', () => {
    expect(problem('2.0.9', { '2.1.0': 'a', '3.0.0': 'b', '1.0.0': 'c' })).toBe(
      '2.0.9 is lower than 3.0.0, the version of b',
    );
  });

  it('stays that of the release that has it', () => {
    expect(problem('2.1.0', { '2.1.0': 'a' }, 'a')).toBeUndefined();
  });

  it('is not compared with one of the other scheme', () => {
    expect(problem('2026-04-10', { '3000.0.0': 'a' })).toBeUndefined();
    expect(problem('2026-04-09', { '2026-04-10': 'a' })).toContain('is lower than 2026-04-10');
  });

  it('is used up as soon as the release serves', () => {
    expect(withVersion(undefined, deployed)).toEqual({
      entity: 'served_versions',
      version: 0,
      modelName: MODEL,
      releases: { [deployed.modelVersion]: deployed.releaseId },
    });
    expect(withVersion(served({ '1.0.0': 'a' }), deployed)).toMatchObject({
      version: 3,
      releases: { '1.0.0': 'a', [deployed.modelVersion]: deployed.releaseId },
    });
  });

  it('leaves in the record what only another version knows', () => {
    const record = { ...served({ '1.0.0': 'a' }), withdrawn: ['0.9.0'] };

    expect(withVersion(record, deployed)).toMatchObject({ withdrawn: ['0.9.0'] });
  });
});
