/** Who may use and change the keys and the locked buckets, whatever IAM policies say (SD-1, AU-5). */
import { describe, expect, it } from 'vitest';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import { bucketAllows, keyAllows, statementsOf } from './policy-evaluation.ts';
import { coreTemplate, PRODUCTION } from './template.ts';

const HERE = 'arn:<AWS::Partition>:iam::<AWS::AccountId>';
const EXECUTION_ROLE = `${HERE}:role/cdk-hnb659fds-cfn-exec-role-<AWS::AccountId>-<AWS::Region>`;
const ADMINISTRATORS = [
  `${HERE}:root`,
  `${HERE}:role/administrator`,
  `${HERE}:user/ines`,
  `${HERE}:role/cdk-deploy-role`,
];

type Template = ReturnType<typeof coreTemplate>;
const production = coreTemplate(PRODUCTION);
const development = coreTemplate();
const TEMPLATES = [
  ['in production', production],
  ['elsewhere', development],
] as const;

/** Reading a template takes its time, and each test asks of several roles. */
const onceFor = <T>(read: (template: Template) => T) => {
  const known = new Map<Template, T>();
  return (template: Template): T => {
    const found = known.get(template) ?? read(template);
    known.set(template, found);
    return found;
  };
};
const keysOf = onceFor((template) =>
  Object.entries(template.findResources('AWS::KMS::Key')).map(([id, { Properties }]) => ({
    id: id.replace(/^GovernanceKeys/, '').replace(/[0-9A-F]{8}$/, ''),
    properties: Properties,
    statements: statementsOf(Properties.KeyPolicy),
  })),
);
const keyOf = (template: Template, id: string) => {
  const found = keysOf(template).find((key) => key.id === id);
  if (found === undefined) throw new Error(`there is no key ${id}`);
  return found.statements;
};
/** Every role of the template by its ARN: those of Lambdas, of machines and of models, each under its name. */
const rolesOf = onceFor(
  (template): ReadonlyMap<string, string> =>
    new Map(
      Object.keys(template.findResources('AWS::IAM::Role')).map((id) => [
        `<${id}.Arn>`,
        id.replace(/^Governance[A-Z][a-z]+/, '').replace(/Role[0-9A-F]{8}$/, ''),
      ]),
    ),
);
const everybody = (template: Template): string[] => [...rolesOf(template).keys(), ...ADMINISTRATORS, EXECUTION_ROLE];
const whoMay = (template: Template, key: string, action: string): string[] =>
  everybody(template)
    .filter((principal) => keyAllows(keyOf(template, key), { principal, action }))
    .map((principal) => rolesOf(template).get(principal) ?? principal)
    .toSorted();

const STAGES = StageName.options.map(
  (stage) => `Evaluate${stage.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
);
const CHANGES = ['kms:DisableKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'];
const USES = ['kms:Sign', 'kms:GenerateMac', 'kms:VerifyMac', 'kms:CreateGrant'];

/** Which Lambdas use which key. Nobody else does, and none uses one in another way. */
const USERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Attestation: { 'kms:Sign': [...STAGES, 'RenewApproval', 'RenewSignatures', 'ServeGate'] },
  Record: { 'kms:Sign': ['RenewSignatures', 'SignRecord'] },
  Decision: { 'kms:Sign': ['ServeApproval'] },
  Log: { 'kms:Sign': ['ExtendLog'] },
  Link: { 'kms:GenerateMac': ['DispatchOutbox'], 'kms:VerifyMac': ['ServeApproval'] },
  // Whoever makes codes of links can forge them: the doors of the intake have a key of their own.
  Names: { 'kms:GenerateMac': ['ReceiveRelease', 'ServeApi'] },
};

describe.each(TEMPLATES)('the keys %s', (_, template) => {
  it('are those of the table', () => {
    expect(
      keysOf(template)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(Object.keys(USERS).toSorted());
  });

  it.each(Object.keys(USERS).flatMap((key) => USES.map((use) => ({ key, use }))))(
    'let only the Lambdas of the table use it, and no administrator: $key $use',
    ({ key, use }) => {
      expect(whoMay(template, key, use)).toEqual((USERS[key]?.[use] ?? []).toSorted());
    },
  );

  it.each(Object.keys(USERS).flatMap((key) => CHANGES.map((change) => ({ key, change }))))(
    'let only the deployment change them: $key $change',
    ({ key, change }) => {
      expect(whoMay(template, key, change)).toEqual([EXECUTION_ROLE]);
    },
  );

  it('need no bypass of the lockout check: who makes a key may change its policy', () => {
    for (const { id, properties } of keysOf(template)) {
      expect(properties, id).not.toHaveProperty('BypassPolicyLockoutSafetyCheck');
      expect(whoMay(template, id, 'kms:PutKeyPolicy')).toContain(EXECUTION_ROLE);
    }
  });

  it('name each action, and none that hands the use of a key on', () => {
    for (const { statements } of keysOf(template)) {
      const actions = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
      expect(actions.filter((action) => action.includes('*') || /Grant$/.test(action))).toEqual([]);
    }
  });

  it('can be read by auditors: their public halves, and who may use them', () => {
    for (const id of Object.keys(USERS)) {
      expect(whoMay(template, id, 'kms:GetPublicKey')).toContain(`${HERE}:role/administrator`);
      expect(whoMay(template, id, 'kms:GetKeyPolicy')).toContain(`${HERE}:role/administrator`);
    }
  });
});

describe('a later deployment', () => {
  const second = coreTemplate({ ...PRODUCTION, signingKeyGeneration: '2' });

  it.each(['Record', 'Attestation', 'Decision'])(
    'makes a new generation of %s: the former one signs for nobody',
    (name) => {
      expect(whoMay(second, name, 'kms:Sign')).toEqual([]);
      expect(whoMay(second, `${name}2`, 'kms:Sign')).toEqual([...(USERS[name]?.['kms:Sign'] ?? [])].toSorted());
      for (const key of [name, `${name}2`]) expect(whoMay(second, key, 'kms:PutKeyPolicy')).toEqual([EXECUTION_ROLE]);
    },
  );

  it('may rename the role of a Lambda: it puts a policy that names the new role', () => {
    const [, statement] = [0, keyOf(production, 'Log').find(({ Action }) => Action.includes('kms:Sign'))];
    const [former = ''] = statement?.Principal ?? [];
    const renamed = '<GovernanceLogExtendLogRenamed.Arn>';
    const policy = keyOf(production, 'Log').map((one) => ({
      ...one,
      Principal: one.Principal.map((principal) => (principal === former ? renamed : principal)),
    }));

    expect(keyAllows(keyOf(production, 'Log'), { principal: EXECUTION_ROLE, action: 'kms:PutKeyPolicy' })).toBe(true);
    expect(keyAllows(policy, { principal: renamed, action: 'kms:Sign' })).toBe(true);
    expect(keyAllows(policy, { principal: former, action: 'kms:Sign' })).toBe(false);
  });

  it('is that of the role in the settings, where one is named', () => {
    const own = coreTemplate({ executionRole: 'ci/deployer' });
    const may = (principal: string) => keyAllows(keyOf(own, 'Log'), { principal, action: 'kms:PutKeyPolicy' });

    expect(may(`${HERE}:role/ci/deployer`)).toBe(true);
    expect(may(EXECUTION_ROLE)).toBe(false);
  });

  it('is that of the bootstrap stack that the context names', () => {
    const own = coreTemplate({ '@aws-cdk/core:bootstrapQualifier': 'bank' });
    const role = EXECUTION_ROLE.replace('hnb659fds', 'bank');

    expect(keyAllows(keyOf(own, 'Log'), { principal: role, action: 'kms:PutKeyPolicy' })).toBe(true);
  });
});

const CONFIGURATION = [
  's3:DeleteBucketPolicy',
  's3:PutBucketAcl',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
];
const SSE = 's3:x-amz-server-side-encryption';

describe.each(TEMPLATES)('legal holds (AU-6) %s', (_, template) => {
  const policies = Object.entries(template.findResources('AWS::S3::BucketPolicy')).filter(([id]) =>
    /Governance(Ledger|Evidence|LockedCopies)Bucket/.test(id),
  );

  it('are put on and off by one Lambda, and by nobody else, the deployment included', () => {
    expect(policies).toHaveLength(3);
    for (const [, { Properties }] of policies) {
      const resource = `<${Properties.Bucket.Ref}.Arn>/events/v1/e.json`;
      const request = { action: 's3:PutObjectLegalHold', resource, context: { 'aws:SecureTransport': 'true' } };
      const statements = statementsOf(Properties.PolicyDocument);
      const may = everybody(template).filter((principal) => bucketAllows(statements, { ...request, principal }));
      expect(may.map((principal) => rolesOf(template).get(principal))).toEqual([
        expect.stringMatching(/KeepLegalHolds$/),
      ]);
    }
  });
});

describe.each(TEMPLATES)('the locked buckets %s', (_, template) => {
  const buckets = Object.entries(template.findResources('AWS::S3::BucketPolicy'))
    .filter(([id]) => /Governance(Ledger|Evidence)Bucket/.test(id))
    .map(([id, { Properties }]) => ({
      id,
      arn: `<${Properties.Bucket.Ref}.Arn>`,
      statements: statementsOf(Properties.PolicyDocument),
    }));

  it('are two', () => {
    expect(buckets).toHaveLength(2);
  });

  it.each(CONFIGURATION)('let the deployment do %s, and nobody else', (action) => {
    for (const { arn, statements } of buckets) {
      const may = everybody(template).filter((principal) =>
        bucketAllows(statements, { principal, action, resource: arn, context: { 'aws:SecureTransport': 'true' } }),
      );
      expect(may).toEqual([EXECUTION_ROLE]);
    }
  });

  it.each([
    ['names no encryption: the bucket gives it its own', {}, true],
    ['names that of S3', { [SSE]: 'AES256' }, true],
    ['names a key of KMS', { [SSE]: 'aws:kms' }, false],
    ['names two keys of KMS', { [SSE]: 'aws:kms:dsse' }, false],
    ['brings a key of its own', { [`${SSE}-customer-algorithm`]: 'AES256' }, false],
  ])('take a put that %s: %j %s', (_case, named, taken) => {
    for (const { arn, statements } of buckets) {
      const context = {
        'aws:SecureTransport': 'true',
        's3:if-none-match': '*',
        's3:object-lock-mode': 'COMPLIANCE',
        's3:object-lock-remaining-retention-days': template === production ? '30' : '1',
        ...named,
      };
      for (const principal of everybody(template)) {
        const put = { principal, action: 's3:PutObject', resource: `${arn}/events/v1/e.json`, context };
        expect(bucketAllows(statements, put), principal).toBe(taken);
      }
    }
  });
});
