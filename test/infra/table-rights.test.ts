/** Which Lambda may write which partitions of the table. The emulator does not enforce it, so the template is evaluated. */
import { describe, expect, it } from 'vitest';
import * as keys from '../../lib/adapters/dynamodb-keys.ts';
import { Intent } from '../../lib/domain/change/change.ts';
import { CONFIGURATION_CHAIN, INTAKE_CHAIN, LOG_CHAIN, OWN_CHAINS } from '../../lib/domain/ledger/event.ts';
import { WRITERS } from '../../lib/rights/writers.ts';
import { NOW } from '../support/approval-case.ts';
import { everyKind, kindNames } from '../support/every-kind.ts';
import { inProduction } from '../support/release-life.ts';
import { bucketAllows, statementsOf } from './policy-evaluation.ts';
import { coreTemplate, PRODUCTION, roleStatements, textOf } from './template.ts';

const template = coreTemplate(PRODUCTION);
const LAMBDAS = Object.keys(WRITERS);
const statements = roleStatements(template).filter(({ Resource }) =>
  Resource.map(textOf).some((it) => /^<GovernanceStore[^>]*\.Arn>$/.test(it)),
);
const lambdaOf = (role: string): string =>
  [...LAMBDAS, 'ServeGate'].find((name) => new RegExp(`[a-z]${name}Role[0-9A-F]{8}$`).test(role)) ?? role;

/** Whether one of these statements is about it: one that applies only under its condition is a denial, to this evaluation. */
const isAbout = (effect: string, lambda: string, action: string, leadingKey: string): boolean =>
  statements
    .filter(({ role, Action, Effect }) => Effect === effect && lambdaOf(role) === lambda && Action.includes(action))
    .some(({ Condition }) => {
      const denial = { Effect: 'Deny', Principal: '*', Action: action, Condition };
      const context = { 'dynamodb:LeadingKeys': [leadingKey] };
      return (
        Condition === undefined ||
        !bucketAllows(statementsOf({ Statement: [denial] }), { principal: '', action, context })
      );
    });
const may = (lambda: string, action: string, leadingKey: string): boolean =>
  isAbout('Allow', lambda, action, leadingKey) && !isAbout('Deny', lambda, action, leadingKey);
const whoMayPut = (leadingKey: string): string[] =>
  LAMBDAS.filter((lambda) => may(lambda, 'dynamodb:PutItem', leadingKey));

const STAGES = LAMBDAS.filter((name) => /^Evaluate(?!Gate)/.test(name));
const REJECTING = ['PinEvidence', 'RegisterModelPackage', 'EvaluateGate', 'ServeApproval'];
const INTAKE = ['ReceiveRelease', 'ServeApi'];
/** They record what an execution that broke leaves behind. */
const FAULTS = ['RecordFault', 'SettleExecution'];

/** Who may write each kind of record. */
const RECORDS: Readonly<Record<(typeof kindNames)[number], readonly string[]>> = {
  account_call: ['RecordAccountCalls'],
  answered_alarm: ['RequestRollback'],
  approval: ['ServeApproval'],
  attestation: [...STAGES, 'RenewApproval', 'RenewSignatures'],
  canaries: ['RunCanaries'],
  check: STAGES,
  configuration: [...INTAKE, 'DeployEndpoint'],
  content: INTAKE,
  decided_content: REJECTING,
  decided_version: REJECTING,
  decision_key: ['ExtendLog'],
  endpoint: [
    ...['DeployEndpoint', 'PromoteRelease', 'RestoreEndpoint', 'RollBackRelease', 'MoveEndpoint', 'CloseEndpoint'],
    'ServeApi',
  ],
  endpoint_move: [
    ...['VerifyEndpoint', 'OpenEndpoint', 'MoveEndpoint', 'CloseEndpoint', ...FAULTS, 'SweepEndpoints', 'ServeApi'],
    'ServeConsole',
  ],
  heartbeat: ['ExtendLog'],
  hold: ['RollBackRelease', 'ServeApi', 'ServeConsole'],
  key_rotation: ['RenewSignatures', ...FAULTS, 'ServeApi'],
  break_glass: ['ServeApi', 'VerifyPromotion'],
  // Nobody but the gate can say that a use is on record.
  break_glass_use: ['VerifyPromotion'],
  fault: FAULTS,
  legal_hold: ['ServeApi'],
  line: ['ServeApi'],
  behaviour: STAGES,
  met_condition: ['ServeApi'],
  monitored: ['MonitorModels'],
  observation: ['MonitorModels'],
  outcomes: STAGES,
  package_holder: [...INTAKE, 'RegisterModelPackage'],
  periodic_review: ['ServeApi'],
  pointer: [
    'PromoteRelease',
    'RollBackRelease',
    'MoveEndpoint',
    'RequestRollback',
    'SweepEndpoints',
    'ServeApi',
    'ServeConsole',
  ],
  policy: [...INTAKE, 'DeployEndpoint'],
  refusal: INTAKE,
  refusal_slot: [
    ...[...INTAKE, 'PinEvidence', 'RegisterModelPackage', 'EvaluateGate', 'ServeApproval', 'SignRecord'],
    ...['PromoteRelease', 'RequestRollback', 'SweepEndpoints', 'ServeConsole'],
  ],
  release: [
    ...[...INTAKE, 'PinEvidence', 'RegisterModelPackage', 'EvaluateGate', 'StoreApprovalToken', 'ServeApproval'],
    ...[
      'SignRecord',
      'RenewApproval',
      'RenewSignatures',
      'VerifyPromotion',
      'DeployEndpoint',
      'VerifyEndpoint',
      'PromoteRelease',
    ],
    ...['RestoreEndpoint', 'RollBackRelease', ...FAULTS, 'DispatchOutbox', 'ReviewRegistry', 'RunCanaries'],
  ],
  request: ['StoreApprovalToken', 'ServeApproval', 'SignRecord', 'ServeApi', 'DispatchOutbox'],
  reverification: ['RunCanaries'],
  rollback: [
    ...['VerifyEndpoint', 'RestoreEndpoint', 'DeleteEndpoint', 'VerifyFallback', 'SwitchEndpoint', 'RollBackRelease'],
    ...[...FAULTS, 'RequestRollback', 'SweepEndpoints', 'ServeApi', 'ServeConsole'],
  ],
  served_period: ['SweepEndpoints'],
  served_versions: ['PromoteRelease'],
  stage_checks: STAGES,
  registry_drift: ['ReviewRegistry', 'DispatchOutbox', 'ServeApi'],
  suspension: ['ServeApi', 'DispatchOutbox', 'ReviewRegistry', 'RunCanaries'],
  watched_endpoint: ['SweepEndpoints'],
};

/** Who may note each kind of side effect. */
const INTENTS: Readonly<Partial<Record<Intent['kind'], readonly string[]>>> = {
  expire_approval: ['SignRecord', 'RenewApproval'],
  warn_of_expiry: ['SignRecord', 'RenewApproval'],
  renew_approval: ['SignRecord', 'RenewApproval', 'RollBackRelease'],
  expire_request: ['StoreApprovalToken'],
  redrive_intent: ['ServeApi'],
  resume_execution: ['StoreApprovalToken', 'ServeApproval', 'SignRecord', 'ServeApi', 'DispatchOutbox'],
  escalate_request: ['DispatchOutbox', 'ServeApproval', 'StoreApprovalToken'],
  remind_people: ['DispatchOutbox', 'ServeApproval', 'StoreApprovalToken'],
  send_approval_mail: ['DispatchOutbox', 'ServeApi', 'ServeApproval', 'StoreApprovalToken'],
  send_denier_mails: ['StoreApprovalToken'],
  send_outcome_mail: [],
  notify_people: [
    ...REJECTING,
    ...[
      'RenewApproval',
      'ReviewRegistry',
      'RunCanaries',
      'ServeApi',
      'SignRecord',
      'PromoteRelease',
      'RestoreEndpoint',
      'RollBackRelease',
      ...FAULTS,
      'DispatchOutbox',
    ],
  ],
  send_notice: ['DispatchOutbox', 'ServeApi'],
  ship_event: LAMBDAS,
  suspend_approval: ['ServeApproval'],
  start_execution: [
    ...INTAKE,
    'SignRecord',
    'RequestRollback',
    'SweepEndpoints',
    'VerifyPromotion',
    'DeployEndpoint',
    'ServeConsole',
  ],
};

/** The doors that write and answer people, each of which notes that; and the log writer, which lets the notes go. */
const READ_BY_PEOPLE = ['ExtendLog', 'ServeApi', 'ServeApproval', 'ServeConsole'];

const exampleOf = (kind: Intent['kind']): string => keys.outboxItem('m', 1, 0, { intent: { kind } as Intent }, NOW).pk; // its partition depends on the kind alone

describe('the right to write the table', () => {
  it.each(kindNames)('of a %s is that of the Lambdas whose work it is', (kind) => {
    const { pk } = keys.entityKey(everyKind(inProduction)[kind].record);

    expect(whoMayPut(pk).toSorted()).toEqual(RECORDS[kind].toSorted());
  });

  it.each(Object.entries(INTENTS))('of a side effect %s is that of the Lambdas whose acts need it', (kind, who) => {
    expect(whoMayPut(exampleOf(kind as Intent['kind'])).toSorted()).toEqual([...who].toSorted());
  });

  it('of other side effects is no stage’s, and not the log writer’s', () => {
    const others = Intent.options.map(({ shape }) => shape.kind.value).filter((kind) => kind !== 'ship_event');

    for (const kind of others) {
      expect(
        whoMayPut(exampleOf(kind)).filter((name) => STAGES.includes(name) || name === 'ExtendLog'),
        kind,
      ).toEqual([]);
    }
  });

  it('of the chain of a model is everybody’s: an event proves nothing by being there', () => {
    expect(whoMayPut(keys.headKey('m').pk)).toEqual(LAMBDAS);
  });

  it.each([
    [INTAKE_CHAIN, INTAKE],
    [
      CONFIGURATION_CHAIN,
      [
        ...[...INTAKE, 'DeployEndpoint'],
        ...['RecordAccountCalls', ...FAULTS, 'RehearseAudit', 'RenewSignatures', 'RunCanaries', 'SweepEndpoints'],
      ],
    ],
    [LOG_CHAIN, ['ExtendLog']],
  ])('of the chain %s is that of the Lambdas that speak there', (chain, who) => {
    expect(whoMayPut(keys.headKey(chain).pk).toSorted()).toEqual([...who].toSorted());
    expect(whoMayPut(keys.eventItemKey(chain, 1).pk).toSorted()).toEqual([...who].toSorted());
  });

  it('of each chain of no model belongs to some of them', () => {
    for (const chain of OWN_CHAINS) expect(whoMayPut(keys.headKey(chain).pk).length).toBeLessThan(11);
  });

  it('of the partitions of former versions is nobody’s, but for the release itself', () => {
    for (const pk of ['MODEL#m', 'OUTBOX#0']) expect(whoMayPut(pk), pk).toEqual([]);
  });

  it('of who was given what is the console’s, which cannot change how far they are gathered', () => {
    const isConsole = (pk: string) => may('ServeConsole', 'dynamodb:PutItem', pk);

    expect(whoMayPut('ACCESS#2026-11-29T13')).toEqual(['ServeConsole']);
    for (const pk of ['LOG', 'RELEASE#r', 'REQUEST#r', 'APPROVALS#r', 'LINE#m', 'ACCESS'])
      expect(isConsole(pk), pk).toBe(false);
    expect(may('ServeConsole', 'dynamodb:UpdateItem', 'ACCESS#2026-11-29T13')).toBe(false);
    expect(whoMayPut('READING#2026-11-29T13')).toEqual([]);
  });

  it('of requests that have keys is that of the door of the API', () => {
    expect(whoMayPut('ONCE#digest')).toEqual(['ServeApi']);
  });

  it('is never without a condition, and deletes nothing', () => {
    const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
    const writing = allowing.filter(({ Action }) =>
      Action.some((it) => /:(Put|Update|Delete|Batch(?!Get)|PartiQL(?!Select))/.test(it)),
    );

    // The console queries what it puts, under one condition.
    expect(writing.flatMap(({ Action }) => Action).filter((it) => !/:(PutItem|UpdateItem|Query)$/.test(it))).toEqual(
      [],
    );
    for (const { Condition } of writing) {
      expect(Condition).toMatchObject({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': expect.anything() },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
    }
  });

  it('comes with no right to read more than by keys', () => {
    expect(statements.flatMap(({ Action }) => Action).filter((it) => /Scan/.test(it))).toEqual([]);
    const selecting = statements.filter(({ Action }) => Action.includes('dynamodb:PartiQLSelect'));
    const denied = selecting.filter(({ Effect }) => Effect === 'Deny');

    const allowed = selecting.filter(({ Effect }) => Effect === 'Allow').map(({ role }) => lambdaOf(role));

    expect(allowed.toSorted()).toEqual(LAMBDAS.toSorted());
    expect(denied.map(({ role }) => lambdaOf(role))).toEqual(allowed);
    for (const { Condition } of denied) expect(Condition).toEqual({ Bool: { 'dynamodb:FullTableScan': 'true' } });
  });

  it('to update a row in place is the dispatcher’s and the log writer’s', () => {
    const updating = (pk: string) => LAMBDAS.filter((lambda) => may(lambda, 'dynamodb:UpdateItem', pk));

    expect(updating('OUTBOX#3')).toEqual(['DispatchOutbox']);
    expect(updating(exampleOf('resume_execution'))).toEqual(['DispatchOutbox']);
    expect(updating('LOG')).toEqual(['ExtendLog']);
    expect(updating(keys.headKey('m').pk)).toEqual(['DispatchOutbox', 'ExtendLog']);
    expect(updating('ACCESS#2026-11-29T13')).toEqual(['ExtendLog']);
    expect(updating('READING#2026-11-29T13').toSorted()).toEqual(READ_BY_PEOPLE);
    for (const kind of kindNames.filter((name) => !['heartbeat', 'decision_key'].includes(name))) {
      expect(updating(keys.entityKey(everyKind(inProduction)[kind].record).pk), kind).toEqual([]);
    }
  });
});
