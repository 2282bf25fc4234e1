import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { assertFitForProduction } from '../../lib/infra/fit-for-production.ts';
import { decideRetention } from '../../lib/infra/retention.ts';
import { servingDefaultsOf } from '../../lib/infra/serving-settings.ts';
import { endpointWaitOf, readSettings } from '../../lib/infra/settings.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { coreStack, coreTemplate, PRODUCTION, resourceOf, textOf } from './template.ts';

const read = (context: Record<string, unknown>) => readSettings(new App({ context }).node);

describe('settings', () => {
  it('need nothing said', () => {
    expect(read({})).toMatchObject({
      environment: 'dev',
      production: false,
      policyFile: 'policies/governance-policy.yaml',
      approversFile: 'policies/approvers.yaml',
      regimesFolder: 'policies/regimes',
    });
  });

  it('take values from the command line, which are always strings', () => {
    expect(
      read({ production: 'true', auditRetentionDays: '365', modelBuckets: 'one-bucket, other-bucket' }),
    ).toMatchObject({
      production: true,
      auditRetentionDays: 365,
      modelBuckets: ['one-bucket', 'other-bucket'],
    });
  });

  it.each([
    ['environment', 'Prod Environment'],
    ['production', 'perhaps'],
    ['modelBuckets', 'bucket,s3://other'],
    ['modelBuckets', ''],
    ['modelKeyArns', 'arn:aws:kms:eu-central-1:111122223333:alias/models'],
    ['modelKeyArns', Array(21).fill('arn:aws:kms:eu-central-1:111122223333:key/mrk-1').join()],
    ['mailFrom', 'nobody'],
    ['publicBaseUrl', 'assay.bank.example'],
    ['publicBaseUrl', 'http://assay.bank.example'],
    ['publicBaseUrl', 'https://bank.example/assay'],
    ['oidcIssuer', 'http://id.bank.example'],
    ['architecture', 'riscv'],
    ['auditRetentionDays', '0'],
    ['lockMode', 'compliance'],
    ['serveFrom', 'copy'],
    ['servingSubnets', 'subnet-01234567,vpc-1'],
    ['servingSecurityGroups', ''],
    ['servingVpcIds', 'vpc-1'],
    ['servingVpcIds', Array(11).fill('vpc-01234567').join()],
    ['servingKmsKeyArn', 'alias/models'],
    ['servingKeyArns', '1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['dataCaptureKmsKeyArn', 'alias/captured'],
    ['captureUris', 's3://captured, captured'],
    ['servingTags', 'CostCentre'],
    ['servingTags', ''],
    ['servingTags', 'a=1,a=2'],
    ['servingTags', 'aws:owner=us'],
    ['servingTags', 'Assay:release=other'],
    ['servingTags', `note=${'x'.repeat(257)}`],
    ['servingTags', 'note=a;b'],
    ['servingTags', Array.from({ length: 49 }, (_, index) => `k${index}=v`).join()],
    ['dataCaptureUri', 'https://example.org'],
    ['dataCaptureUri', 's3://models//'],
    ['captureUris', 's3://models/*'],
    ['dataCapturePercentage', '101'],
    ['deadLetterReaders', 'ines'],
    ['deadLetterReaders', ''],
    ['doorPatienceMs', '50'],
    ['endpointWaitSeconds', '0'],
    ['endpointWaitSeconds', '61'],
    ['restoredTableStreamArn', 'arn:aws:dynamodb:eu-west-1:111122223333:table/assay'],
    ['signInPrefix', 'my-cognito'],
    ['signInPrefix', 'Bank'],
    ['oidcScope', 'groups'],
  ])('refuse %s = %j, naming it', (key, value) => {
    expect(() => read({ [key]: value })).toThrow(new RegExp(`could not read the context of the app: .*${key}`));
  });

  it.each(['https://assay.bank.example', 'https://assay.bank.example/', 'http://localhost:4580'])(
    'take %s as the public address',
    (publicBaseUrl) => {
      expect(read({ publicBaseUrl })).toMatchObject({ publicBaseUrl });
    },
  );

  it('refuse a key that is not one, with what was probably meant', () => {
    expect(() => read({ Production: 'true', mailform: 'a@b.example', colour: 'blue' })).toThrow(
      'Production is not a setting; did you mean production?; mailform is not a setting; did you mean mailFrom?; colour is not a setting',
    );
  });

  it("leave the CDK's own context alone", () => {
    expect(() => read({ '@aws-cdk/core:newStyleStackSynthesis': true, 'vpc-provider:account=1': {} })).not.toThrow();
  });
});

describe('how often a machine looks at an endpoint', () => {
  it('is a setting that an execution survives on AWS, and each second on the local AWS', () => {
    expect(endpointWaitOf(read({}))).toBe(20);
    expect(endpointWaitOf(read({ endpointWaitSeconds: '10' }))).toBe(10);
    expect(() => endpointWaitOf(read({ endpointWaitSeconds: '9' }))).toThrow('endpointWaitSeconds must be 10 or more');
    expect(endpointWaitOf(read({ ...LOCAL_CONTEXT }))).toBe(1);
  });
});

describe('what is served where a manifest does not say', () => {
  const defaults = (context: Record<string, string>) => servingDefaultsOf(read(context));

  it('is what SageMaker does by default', () => {
    expect(defaults({})).toEqual({ network_isolation: false, bounds: { vpc: false, keys: [], capture_uris: [] } });
  });

  it('is what the settings say, in the form of a manifest', () => {
    expect(
      defaults({
        servingSubnets: 'subnet-01234567, subnet-89abcdef',
        servingSecurityGroups: 'sg-01234567',
        networkIsolation: 'true',
        servingKmsKeyArn: '1234abcd-12ab-34cd-56ef-1234567890ab',
        dataCaptureUri: 's3://captured/all',
        dataCapturePercentage: '5',
        dataCaptureKmsKeyArn: '00000000-12ab-34cd-56ef-1234567890ab',
        servingTags: 'CostCentre = 4711, team=credit risk,by=a=b,empty=',
      }),
    ).toMatchObject({
      network_isolation: true,
      vpc: { subnets: ['subnet-01234567', 'subnet-89abcdef'], security_group_ids: ['sg-01234567'] },
      data_capture: {
        destination_s3_uri: 's3://captured/all',
        sampling_percentage: 5,
        kms_key_id: '00000000-12ab-34cd-56ef-1234567890ab',
      },
      kms_key_id: '1234abcd-12ab-34cd-56ef-1234567890ab',
      tags: { CostCentre: '4711', team: 'credit risk', by: 'a=b', empty: '' },
    });
  });

  it('is no VPC by halves', () => {
    expect(() => defaults({ servingSubnets: 'subnet-01234567' })).toThrow('come together');
  });

  it('reaches both doors', () => {
    const variables = { SERVING_DEFAULTS: Match.stringLikeRegexp('^{"network_isolation":true,') };
    const lambdas = coreTemplate({ networkIsolation: 'true' }).findResources('AWS::Lambda::Function', {
      Properties: { Environment: { Variables: variables } },
    });

    expect(Object.keys(lambdas)).toHaveLength(2);
  });
});

describe('what models are served from (GT-7)', () => {
  const defaults = (context: Record<string, string>): string[] =>
    Object.values(coreTemplate(context).findResources('AWS::Lambda::Function')).flatMap(({ Properties }) => {
      const value: unknown = Properties.Environment?.Variables?.SERVING_DEFAULTS;
      return value === undefined ? [] : [textOf(value)];
    });

  it('is their source, and where the setting says so a locked copy: both doors know its bucket', () => {
    expect(defaults({}).map((text) => Object.keys(JSON.parse(text)))).toEqual(
      Array(2).fill(['network_isolation', 'bounds']),
    );
    expect(defaults({ serveFrom: 'locked-copy' })).toEqual(
      Array(2).fill(
        expect.stringMatching(
          /^{"network_isolation":false,.*,"locked_copies_bucket":"<GovernanceLockedCopiesBucket[0-9A-F]{8}>"}$/,
        ),
      ),
    );
  });

  it('has its bucket whatever the setting is: what was served from a copy is a way back after it is turned off', () => {
    for (const context of [{}, { serveFrom: 'locked-copy' }]) {
      expect(() => resourceOf(coreTemplate(context), 'AWS::S3::Bucket', 'GovernanceLockedCopiesBucket')).not.toThrow();
    }
  });

  it('is locked in production for as long as a release may be rolled back to', () => {
    const production = { ...PRODUCTION, auditRetentionDays: '89', confirmComplianceDays: '89' };
    const copies = { ...production, serveFrom: 'locked-copy' };

    expect(() => coreStack(copies)).toThrow(
      'locked copies are kept for 89 days, but approvals stand for 90: raise evidenceRetentionDays',
    );
    expect(() => coreStack({ ...copies, evidenceRetentionDays: '90', confirmComplianceDays: '90' })).not.toThrow();
    expect(() => coreStack(production)).not.toThrow();
  });
});

describe('production', () => {
  const { approversFile } = PRODUCTION;

  it.each([
    ['mails that come from nobody', { approversFile, mailFrom: 'assay@example.com' }, 'mailFrom is assay@example.com'],
    ['mails of a part of it', { approversFile, mailFrom: 'assay@mail.example.org' }, 'an address of nobody'],
    [
      'the people of the example',
      { approversFile: 'policies/approvers.yaml' },
      'people of the example.*dana.kim, ana.silva',
    ],
  ])('is refused with %s', (_, context, why) => {
    expect(() => coreStack({ ...PRODUCTION, ...context })).toThrow(new RegExp(`not fit for production: .*${why}`));
  });

  it('is refused without mails', () => {
    const none = { production: true, mailFrom: undefined, approversFile };

    expect(() => assertFitForProduction(none, { people: [] })).toThrow('approvers get no mail');
    expect(() => assertFitForProduction({ ...none, production: false }, { people: [] })).not.toThrow();
  });

  it('is not refused for people who only have a similar address', () => {
    expect(() => coreStack({ ...PRODUCTION, mailFrom: 'assay@anexample.com' })).not.toThrow();
  });
});

describe('retention (AU-6)', () => {
  it('is one day of GOVERNANCE by default', () => {
    expect(decideRetention({ production: false })).toEqual({
      mode: 'GOVERNANCE',
      auditDays: 1,
      classes: {},
      evidenceDays: 1,
    });
  });

  it('is never guessed for production', () => {
    expect(() => decideRetention({ production: true })).toThrow('production needs auditRetentionDays');
  });

  it('is COMPLIANCE in production, whatever is asked for', () => {
    expect(decideRetention({ production: true, auditRetentionDays: 30 }).mode).toBe('COMPLIANCE');
    expect(() => decideRetention({ production: true, auditRetentionDays: 30, lockMode: 'GOVERNANCE' })).toThrow(
      'production locks in COMPLIANCE mode',
    );
  });

  it('of more than 30 days of COMPLIANCE has to be confirmed to the day', () => {
    const wish = { production: true, auditRetentionDays: 365, evidenceRetentionDays: 2555 };

    expect(() => decideRetention(wish)).toThrow('set confirmComplianceDays=2555 to confirm');
    expect(() => decideRetention({ ...wish, confirmComplianceDays: 365 })).toThrow('confirmComplianceDays=2555');
    expect(decideRetention({ ...wish, confirmComplianceDays: 2555 })).toMatchObject({ evidenceDays: 2555 });
  });

  it('has classes that are shorter than what proves them, and no longer', () => {
    const classes = (auditRetentionClasses: object) =>
      decideRetention({ production: false, auditRetentionDays: 10, auditRetentionClasses }).classes;

    expect(classes({ low: 5, routine: 2 })).toEqual({ low: 5, routine: 2 });
    expect(() => classes({ access: 11 })).toThrow('auditRetentionClasses: access is kept for 11 days');
    expect(() => classes({ high: 5 })).toThrow('a higher tier must not be kept for a shorter time');
  });

  it('of rows about people is one of a list of periods, and as long as that of their evidence or shorter', () => {
    const wish = { production: true, auditRetentionDays: 90, confirmComplianceDays: 90 };
    const rowsDays = (evidenceRowsRetentionDays: number) =>
      decideRetention({ ...wish, evidenceRowsRetentionDays }).rowsDays;

    expect(decideRetention(wish).rowsDays).toBeUndefined();
    expect([rowsDays(30), rowsDays(90)]).toEqual([30, 90]);
    expect(() => rowsDays(180)).toThrow('evidenceRowsRetentionDays: rows must not be kept for longer (180 days)');
    expect(() => rowsDays(31)).toThrow(
      'evidenceRowsRetentionDays: must be one of 30, 90, 180, 365, 730, 1095, 1825, 2555, and not 31',
    );
  });

  it('of rows about people that is shorter than approvals stand is warned of at synth', () => {
    const year = { auditRetentionDays: '365', evidenceRetentionDays: '365' };
    const warned = (evidenceRowsRetentionDays?: string) =>
      Annotations.fromStack(coreStack({ ...year, evidenceRowsRetentionDays }))
        .findWarning('*', Match.stringLikeRegexp('evidenceRowsRetentionDays'))
        .map(({ entry }) => String(entry.data));

    expect(warned('30')).toEqual([
      expect.stringMatching(/^rows about people end after 30 days, but approvals stand for 90: .*no successor/),
    ]);
    expect([warned('90'), warned()]).toEqual([[], []]);
  });

  it('stops the synth of a stack that is not confirmed', () => {
    const context = { ...PRODUCTION, auditRetentionDays: '3650' };

    expect(() => coreStack(context)).toThrow('can never be shortened');
    expect(() => coreStack({ ...context, confirmComplianceDays: '3650' })).not.toThrow();
  });
});
