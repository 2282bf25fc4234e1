import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { bucketStatements, coreTemplate, PRODUCTION, resourceOf, type Statement, textOf } from './template.ts';

const production = coreTemplate(PRODUCTION);
const development = coreTemplate();
const REMAINING = 's3:object-lock-remaining-retention-days';

const YEAR = { auditRetentionDays: '365', confirmComplianceDays: '365' };

const COPIES = 'GovernanceLockedCopiesBucket';

const denial = (statements: Statement[], sid: string): Statement => {
  const found = statements.find((statement) => statement.Sid === sid);
  if (found === undefined) throw new Error(`there is no statement ${sid}`);
  expect(found).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
  return found;
};

describe.each(['GovernanceLedgerBucket', 'GovernanceEvidenceBucket', COPIES])('%s (AU-5)', (bucket) => {
  const statements = bucketStatements(production, bucket);

  it('locks what is written for the retention, in COMPLIANCE mode in production', () => {
    expect(resourceOf(production, 'AWS::S3::Bucket', bucket)).toMatchObject({
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } } },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
  });

  it('locks for one day of GOVERNANCE outside production', () => {
    expect(resourceOf(development, 'AWS::S3::Bucket', bucket)).toMatchObject({
      Properties: { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } } },
    });
  });

  it('stays when the stack goes, and is not public', () => {
    for (const template of [production, development]) {
      expect(resourceOf(template, 'AWS::S3::Bucket', bucket)).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        },
      });
    }
  });

  it('is encrypted by S3 and by no KMS key that somebody could delete', () => {
    const { Properties } = resourceOf(production, 'AWS::S3::Bucket', bucket);

    expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
  });

  it('denies every delete and every bypass of a lock, to everybody', () => {
    for (const template of [production, development]) {
      expect(denial(bucketStatements(template, bucket), 'DenyRemoval').Action).toEqual([
        's3:BypassGovernanceRetention',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
      ]);
    }
  });

  it('denies what replication writes past the conditions of a put, and legal holds to all roles but one', () => {
    for (const template of [production, development]) {
      const denied = bucketStatements(template, bucket);

      expect(denial(denied, 'DenyReplication').Action).toEqual([
        's3:ReplicateDelete',
        's3:ReplicateObject',
        's3:ReplicateTags',
      ]);
      expect(denial(denied, 'DenyLegalHold').Action).toEqual(['s3:PutObjectLegalHold']);
      expect(denial(denied, 'DenyReplication')).not.toHaveProperty('Condition');
      expect(textOf(denial(denied, 'DenyLegalHold').Condition?.['ArnNotEquals']?.['aws:PrincipalArn'])).toMatch(
        /^<GovernanceHoldsKeepLegalHoldsRole\w+\.Arn>$/,
      );
    }
  });

  it('denies a put that could overwrite, and parts, but where an object may be larger than one put', () => {
    const { Action, Condition } = denial(statements, 'DenyOverwriting');

    expect(Action).toEqual(['s3:PutObject']);
    // Parts carry no condition. The call that joins them does, and it alone creates an object.
    const joined = bucket === COPIES ? { Bool: { 's3:ObjectCreationOperation': 'true' } } : {};
    expect(Condition).toEqual({ Null: { 's3:if-none-match': 'true' }, ...joined });
  });

  it('drops parts that were never joined, where it takes parts', () => {
    const { LifecycleConfiguration: lifeCycle } = resourceOf(production, 'AWS::S3::Bucket', bucket)['Properties'];

    const dropped = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' };
    if (bucket === COPIES) expect(lifeCycle).toEqual({ Rules: [dropped] });
    else expect(JSON.stringify(lifeCycle ?? '')).not.toContain('AbortIncompleteMultipartUpload');
  });

  it('bounds the retention that a writer may name, on both sides', () => {
    const short = denial(statements, 'DenyShortRetention');
    const long = denial(statements, 'DenyLongRetention');

    expect([short.Action, long.Action]).toEqual(Array(2).fill(['s3:PutObject', 's3:PutObjectRetention']));
    expect(short.Condition).toEqual({ NumericLessThan: { [REMAINING]: '29' } });
    expect(long.Condition).toEqual({ NumericGreaterThan: { [REMAINING]: '31' } });
  });

  it('denies a shorter retention of what proves the others, where classes of events are shorter', () => {
    const short = bucketStatements(coreTemplate({ ...PRODUCTION, auditRetentionClasses: 'low=20,routine=10' }), bucket);
    const isLedger = bucket === 'GovernanceLedgerBucket';

    expect(denial(short, 'DenyShortRetention').Condition).toEqual({
      NumericLessThan: { [REMAINING]: isLedger ? '9' : '29' },
    });
    expect(statements.find(({ Sid }) => Sid === 'DenyShortRetentionOfProofs')).toBeUndefined();
    if (!isLedger) return;
    const { Action, Resource, Condition } = denial(short, 'DenyShortRetentionOfProofs');
    expect(Action).toEqual(['s3:PutObject', 's3:PutObjectRetention']);
    expect(Resource.map((one) => /[a-z]+\/v1\/\*/.exec(textOf(one))?.[0])).toEqual([
      'bundles/v1/*',
      'checkpoints/v1/*',
      'rows/v1/*',
    ]);
    expect(Condition).toEqual({ NumericLessThan: { [REMAINING]: '29' } });
  });

  it('bounds rows about people by a retention of their own, and nothing else by it (CO-4)', () => {
    const rows = coreTemplate({ ...PRODUCTION, ...YEAR, evidenceRowsRetentionDays: '90' });
    const denied = bucketStatements(rows, bucket);
    const isEvidence = bucket === 'GovernanceEvidenceBucket';

    expect(denial(denied, 'DenyShortRetention').Condition).toEqual({
      NumericLessThan: { [REMAINING]: isEvidence ? '89' : '364' },
    });
    expect(denial(denied, 'DenyLongRetention').Condition).toEqual({ NumericGreaterThan: { [REMAINING]: '366' } });
    if (!isEvidence) return;
    const others = denial(denied, 'DenyShortRetentionOfOthers');
    expect(others.Condition).toEqual({ NumericLessThan: { [REMAINING]: '364' } });
    expect(others.Resource.map((one) => /[a-z0-9]+\/\*/.exec(textOf(one))?.[0]).toSorted()).toEqual([
      'attestations/*',
      'kept/*',
      'records/*',
      'sha256/*',
    ]);
    const longer = denial(denied, 'DenyLongRetentionOfRows90');
    expect(longer.Condition).toEqual({ NumericGreaterThan: { [REMAINING]: '91' } });
    expect(JSON.stringify(longer.Resource)).toContain('evidence_rows/90d/*');
    const unbounded = denial(denied, 'DenyRowsWithoutRetention');
    expect(unbounded.Condition).toEqual({ Null: { [REMAINING]: 'true' } });
    expect(JSON.stringify(unbounded.Resource)).toContain('evidence_rows/*');
  });

  it('removes rows about people after the period of their place, whatever the setting (CO-4)', () => {
    const settings = [{}, { evidenceRowsRetentionDays: '90' }, { evidenceRowsRetentionDays: '365' }];
    for (const setting of settings) {
      const template = coreTemplate({ ...PRODUCTION, ...YEAR, ...setting });
      const { LifecycleConfiguration: lifeCycle } = resourceOf(template, 'AWS::S3::Bucket', bucket)['Properties'];
      if (bucket !== 'GovernanceEvidenceBucket') {
        expect(JSON.stringify(lifeCycle ?? '')).not.toContain('Expiration');
        continue;
      }
      expect(lifeCycle).toEqual({
        Rules: [30, 90, 180, 365, 730, 1095, 1825, 2555].map((days) => ({
          Id: `evidence-rows-${days}d`,
          Prefix: `evidence_rows/${days}d/`,
          ExpirationInDays: days + 1,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          Status: 'Enabled',
        })),
      });
    }
  });

  it('denies the weaker mode where the stronger one is meant', () => {
    expect(denial(statements, 'DenyWeakerMode').Condition).toEqual({
      StringEquals: { 's3:object-lock-mode': 'GOVERNANCE' },
    });
  });

  it('speaks TLS only', () => {
    expect(statements.find(({ Condition }) => Condition?.['Bool']?.['aws:SecureTransport'] === 'false')).toMatchObject({
      Effect: 'Deny',
      Action: ['s3:*'],
    });
  });

  it('logs who touched it', () => {
    production.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      LoggingConfiguration: { DestinationBucketName: { Ref: Match.stringLikeRegexp('AccessLogs') } },
    });
  });
});

describe('the replica of the audit trail (AU-5)', () => {
  const replica = { replicaBucket: 'trail-of-the-bank', replicaAccount: '444455556666' };
  const replicated = coreTemplate({ ...PRODUCTION, ...replica });

  it('is owned by the second account, has every object, and no delete marker', () => {
    const { Properties } = resourceOf(replicated, 'AWS::S3::Bucket', 'GovernanceLedgerBucket');

    expect(Properties['ReplicationConfiguration'].Rules).toEqual([
      {
        Id: 'second-account',
        Status: 'Enabled',
        Priority: 1,
        Filter: { Prefix: '' },
        DeleteMarkerReplication: { Status: 'Disabled' },
        Destination: {
          Bucket: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::trail-of-the-bank']] },
          Account: '444455556666',
          AccessControlTranslation: { Owner: 'Destination' },
        },
      },
    ]);
    expect(resourceOf(production, 'AWS::S3::Bucket', 'GovernanceLedgerBucket')['Properties']).not.toHaveProperty(
      'ReplicationConfiguration',
    );
  });

  it('is copied by a role whose name the second account knows beforehand', () => {
    replicated.hasResourceProperties('AWS::IAM::Role', {
      RoleName: { 'Fn::Join': ['', ['assay-prod-replication-', { Ref: 'AWS::Region' }]] },
    });
  });

  it('needs both settings', () => {
    expect(() => coreTemplate({ ...PRODUCTION, replicaBucket: 'trail' })).toThrow('come together');
  });
});
