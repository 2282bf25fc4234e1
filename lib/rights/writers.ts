/**
 * Which records each Lambda may write, and which side effects it may note. Its role gets the right to these partitions of
 * the table, and its store refuses anything else, so an act that needs more does not work anywhere before it is a line here.
 */
import type { Change, Intent } from '../domain/change/change.ts';
import type { EntityName } from '../domain/change/kinds.ts';
import { CONFIGURATION_CHAIN, INTAKE_CHAIN, LOG_CHAIN, OWN_CHAINS, type OwnChain } from '../domain/ledger/event.ts';

type Rights = {
  /** The kinds of records that it creates or replaces. It may read, and hold, all of them. */
  readonly writes: readonly EntityName[];
  /** The kinds of side effects that it notes, besides the shipping of each event. */
  readonly intents: readonly Intent['kind'][];
  /** The chains of no model that it appends to, besides those of models. */
  readonly chains?: readonly OwnChain[];
};

const STAGE = { writes: ['stage_checks', 'attestation'], intents: [] } as const;
/** A release that is rejected is noted with its content and its version. */
const REJECTION = ['decided_content', 'decided_version'] as const;
const INTAKE = {
  writes: ['release', 'content', 'policy', 'configuration', 'package_holder', 'refusal', 'refusal_slot'],
  intents: ['start_execution', 'publish_event'],
  chains: [INTAKE_CHAIN, CONFIGURATION_CHAIN],
} as const;

/** What an execution that broke leaves behind goes on record. */
const FAULTS = {
  writes: ['release', 'fault', 'rollback', 'endpoint_move', 'key_rotation'],
  intents: ['notify_people', 'sync_registry', 'publish_event'],
  chains: [CONFIGURATION_CHAIN],
} as const;

export const WRITERS = {
  ReceiveRelease: INTAKE,
  PinEvidence: {
    writes: ['release', 'refusal_slot', ...REJECTION],
    intents: ['notify_people', 'sync_registry', 'publish_event'],
  },
  RegisterModelPackage: {
    writes: ['release', 'package_holder', 'refusal_slot', ...REJECTION],
    intents: ['notify_people', 'sync_registry', 'publish_event'],
  },
  EvaluateDataProvenance: STAGE,
  EvaluateModelCard: STAGE,
  EvaluateBiasAndFairness: { writes: [...STAGE.writes, 'outcomes', 'behaviour'], intents: [] },
  EvaluateSafetyEvaluation: STAGE,
  EvaluateSecurityReview: STAGE,
  EvaluateCustomChecks: STAGE,
  EvaluateRiskClassification: STAGE,
  RunCanaries: {
    writes: ['canaries', 'reverification', 'suspension', 'release'],
    intents: ['notify_people', 'sync_registry', 'publish_event'],
    chains: [CONFIGURATION_CHAIN],
  },
  EvaluateGate: {
    writes: ['release', 'refusal_slot', ...REJECTION],
    intents: ['notify_people', 'sync_registry', 'publish_event'],
  },
  StoreApprovalToken: {
    writes: ['release', 'request'],
    intents: [
      'send_approval_mail',
      'send_denier_mails',
      'escalate_request',
      'remind_people',
      'expire_request',
      'resume_execution',
      'publish_event',
    ],
  },
  ServeApproval: {
    writes: ['approval', 'request', 'release', 'refusal_slot', ...REJECTION],
    intents: [
      'notify_people',
      'send_approval_mail',
      'escalate_request',
      'remind_people',
      'update_slack_message',
      'resume_execution',
      'suspend_approval',
      'sync_registry',
      'publish_event',
    ],
  },
  SignRecord: {
    writes: ['release', 'request', 'refusal_slot'],
    intents: [
      'notify_people',
      'start_execution',
      'resume_execution',
      'expire_approval',
      'warn_of_expiry',
      'renew_approval',
      'sync_registry',
      'publish_event',
    ],
  },
  RenewSignatures: {
    writes: ['attestation', 'release', 'key_rotation'],
    intents: ['sync_registry'],
    chains: [CONFIGURATION_CHAIN],
  },
  RenewApproval: {
    writes: ['release', 'attestation'],
    intents: ['expire_approval', 'warn_of_expiry', 'renew_approval', 'notify_people', 'sync_registry', 'publish_event'],
  },
  VerifyPromotion: {
    writes: ['release', 'break_glass', 'break_glass_use'],
    intents: ['start_execution', 'sync_registry', 'publish_event'],
  },
  DeployEndpoint: {
    writes: ['release', 'endpoint', 'configuration', 'policy'],
    intents: ['start_execution', 'publish_event'],
    chains: [CONFIGURATION_CHAIN],
  },
  VerifyEndpoint: {
    writes: ['release', 'rollback', 'endpoint_move'],
    intents: ['publish_event'],
  },
  PromoteRelease: {
    writes: ['release', 'pointer', 'served_versions', 'endpoint', 'refusal_slot'],
    intents: ['notify_people', 'sync_registry', 'publish_event'],
  },
  RestoreEndpoint: { writes: ['release', 'rollback', 'endpoint'], intents: ['notify_people', 'publish_event'] },
  DeleteEndpoint: { writes: ['rollback'], intents: ['publish_event'] },
  VerifyFallback: { writes: ['rollback'], intents: ['publish_event'] },
  SwitchEndpoint: { writes: ['rollback'], intents: ['publish_event'] },
  RollBackRelease: {
    writes: ['rollback', 'pointer', 'release', 'endpoint', 'hold'],
    intents: ['renew_approval', 'notify_people', 'sync_registry', 'publish_event'],
  },
  OpenEndpoint: { writes: ['endpoint_move'], intents: ['publish_event'] },
  MoveEndpoint: { writes: ['endpoint_move', 'pointer', 'endpoint'], intents: ['publish_event'] },
  CloseEndpoint: { writes: ['endpoint_move', 'endpoint'], intents: ['publish_event'] },
  RecordFault: FAULTS,
  SettleExecution: FAULTS,
  RequestRollback: {
    writes: ['rollback', 'pointer', 'answered_alarm', 'refusal_slot'],
    intents: ['start_execution', 'publish_event'],
  },
  SweepEndpoints: {
    writes: ['watched_endpoint', 'served_period', 'pointer', 'rollback', 'endpoint_move', 'refusal_slot'],
    intents: ['start_execution', 'publish_event'],
    chains: [CONFIGURATION_CHAIN],
  },
  ServeApi: {
    writes: [
      ...INTAKE.writes,
      'request',
      'rollback',
      'pointer',
      'endpoint',
      'endpoint_move',
      'hold',
      'key_rotation',
      'legal_hold',
      'line',
      'break_glass',
      'periodic_review',
      'met_condition',
      'suspension',
      'registry_drift',
    ],
    intents: [
      ...INTAKE.intents,
      'sync_registry',
      'resume_execution',
      'notify_people',
      'send_notice',
      'send_approval_mail',
      'redrive_intent',
    ],
    chains: INTAKE.chains,
  },
  ServeConsole: {
    writes: ['rollback', 'pointer', 'endpoint_move', 'hold', 'refusal_slot'],
    intents: ['start_execution', 'publish_event'],
  },
  ReviewRegistry: {
    writes: ['release', 'suspension', 'registry_drift'],
    intents: ['notify_people', 'sync_registry', 'publish_event'],
  },
  RecordAccountCalls: { writes: ['account_call'], intents: [], chains: [CONFIGURATION_CHAIN] },
  MonitorModels: { writes: ['observation', 'monitored'], intents: ['publish_event'] },
  DispatchOutbox: {
    writes: ['release', 'request', 'suspension', 'registry_drift'],
    intents: [
      'notify_people',
      'send_approval_mail',
      'escalate_request',
      'remind_people',
      'resume_execution',
      'sync_registry',
      'publish_event',
    ],
  },
  RehearseAudit: { writes: [], intents: ['publish_event'], chains: [CONFIGURATION_CHAIN] },
  ExtendLog: { writes: ['heartbeat', 'decision_key'], intents: [], chains: [LOG_CHAIN] },
} as const satisfies Readonly<Record<string, Rights>>;

export type Writer = keyof typeof WRITERS;

export const rightsOf = (writer: Writer): Rights => WRITERS[writer];

/** The chains that a Lambda may not append to: what stands on one of these is the word of those that may. */
export const foreignChains = (writer: Writer): OwnChain[] => {
  const { chains = [] } = rightsOf(writer);
  return OWN_CHAINS.filter((chain) => !chains.includes(chain));
};

/** What of a change a Lambda may not write. */
export const beyondRights = (writer: Writer, { model, writes, intents }: Change): string[] => {
  const rights = rightsOf(writer);
  const written = writes.filter(({ kind }) => kind !== 'expect').map(({ entity }) => entity.entity);
  const noted = intents.map(({ intent }) => intent.kind);
  return [
    ...foreignChains(writer).filter((chain) => chain === model),
    ...written.filter((kind) => !rights.writes.includes(kind)),
    ...noted.filter((kind) => !rights.intents.includes(kind)),
  ];
};
