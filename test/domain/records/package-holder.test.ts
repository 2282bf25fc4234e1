import { describe, expect, it } from 'vitest';
import { takingPackage } from '../../../lib/domain/records/package-holder.ts';
import { NOW } from '../../support/approval-case.ts';
import { releaseId } from '../../support/release-life.ts';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/Credit/1';
const taking = (id: string, row?: Parameters<typeof takingPackage>[0]) =>
  takingPackage(row, { modelPackageArn: ARN, releaseId: releaseId(id) }, NOW);

describe('a package that a release takes', () => {
  it('gets a row when it has none, under its ARN in lower case', () => {
    expect(taking('a')).toMatchObject({
      kind: 'create',
      entity: { version: 0, packageId: ARN.toLowerCase(), modelPackageArn: ARN, releaseId: 'a' },
    });
  });

  it('is held as it is when it is its own already', () => {
    const row = { ...taking('a').entity, version: 1 };

    expect(taking('a', row)).toEqual({ kind: 'expect', entity: row });
  });

  it('is taken over from another release by replacing exactly the row that was read', () => {
    const row = { ...taking('a').entity, version: 4 };

    expect(taking('b', row)).toMatchObject({ kind: 'replace', entity: { version: 4, releaseId: 'b' } });
  });
});
