/** Builds ledgers as the product writes them: chains, event files, bundles and signed checkpoints. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { type LoggedEvent, logSteps } from '../../../lib/domain/ledger/bundle.ts';
import { GENESIS, type Head, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { checkpointKey, signCheckpoint } from '../../../lib/domain/ledger/checkpoint.ts';
import { type EventDraft, eventKey, INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import type { LedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { EMPTY_TREE } from '../../../lib/domain/ledger/merkle.ts';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';

export const ORIGIN = 'assay.dev/log/test';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
export const LOG_PUBLIC_KEY = publicKey.export({ type: 'spki', format: 'pem' }).toString();

export const ed25519Signer = (key: KeyObject = privateKey, publicKeyPem = LOG_PUBLIC_KEY) => ({
  sign: async (message: Uint8Array) => sign(null, message, key),
  publicKeyPem: async () => publicKeyPem,
});

/** What an event says of a release that has been evaluated; and of one that has been approved. */
export const SUBJECT: EventDraft['subject'] = {
  artifact_sha256: 'a'.repeat(64),
  artifact_version_id: 'v1',
  evidence_digest: 'd'.repeat(64),
  record_sha256: '',
};
export const RECORDED: EventDraft['subject'] = { ...SUBJECT, record_sha256: 'c'.repeat(64) };
const AFTER_APPROVAL: readonly string[] = ['approved', 'production', 'superseded', 'rolled_back', 'retired'];

export const aDraft = (said: Partial<EventDraft> & Pick<EventDraft, 'event_type'>): EventDraft => ({
  release_id: 'credit-1',
  model_name: 'credit',
  model_version: '1.0.0',
  actor_id: 'assay',
  actor_role: 'system',
  actor_auth: 'execution_role',
  approval_state: 'draft',
  meaning: '',
  reason: '',
  subject: AFTER_APPROVAL.includes(said.approval_state ?? '') ? RECORDED : SUBJECT,
  policy_sha256: 'b'.repeat(64),
  evidence_refs: [],
  details: {},
  linked_incident: '',
  idempotency_key: `${said.event_type}:key`,
  ...said,
});

/** The drafts of a release from its request to production, in order. */
export const aReleaseInProduction = (releaseId: string, superseded = ''): EventDraft[] => {
  const about = { release_id: releaseId, model_name: releaseId.replace(/-\d+$/, '') };
  const noDigest = { ...SUBJECT, artifact_sha256: '', evidence_digest: '' };
  return [
    aDraft({
      ...about,
      event_type: 'release_requested',
      actor_id: 'rita',
      actor_role: 'requester',
      subject: noDigest,
      details: { requested_by: 'rita', trained_by: 'tom' },
    }),
    aDraft({ ...about, event_type: 'evaluation_completed', approval_state: 'validated' }),
    aDraft({
      ...about,
      event_type: 'approval_requested',
      approval_state: 'validated',
      details: {
        required_roles: ['ml_lead', 'risk_owner'],
        invited: [
          { person_id: 'mia', role: 'ml_lead' },
          { person_id: 'rob', role: 'risk_owner' },
        ],
        expires_at: '2026-11-30T00:00:00.000Z',
      },
    }),
    ...[
      { actor_id: 'mia', actor_role: 'ml_lead' },
      { actor_id: 'rob', actor_role: 'risk_owner' },
    ].map((person) =>
      aDraft({
        ...about,
        ...person,
        event_type: 'approval_granted',
        approval_state: 'validated',
        meaning: 'Ja, „gut“.',
      }),
    ),
    aDraft({
      ...about,
      event_type: 'release_approved',
      approval_state: 'approved',
      details: { approved_until: '2027-02-18T00:00:00.000Z' },
    }),
    aDraft({ ...about, event_type: 'deployment_started', approval_state: 'approved' }),
    aDraft({ ...about, event_type: 'deployment_promoted', approval_state: 'production', details: { superseded } }),
  ];
};

const aRefusedManifest = (id: string): EventDraft =>
  aDraft({ event_type: 'release_refused', release_id: id, approval_state: '', idempotency_key: id });

const START = Date.parse('2026-11-20T23:59:50.000Z');
const instantAt = (seconds: number): Instant => Instant.parse(new Date(START + seconds * 1000).toISOString());

type Drafted = { readonly model: string; readonly draft: EventDraft; readonly line?: Uint8Array | undefined };

/** Seals drafts so many seconds after each other, each on the chain of its model, from where these chains are, and binds their rows. */
export const sealAll = (
  drafts: readonly Drafted[],
  heads = new Map<string, Head>(),
  firstSecond = 0,
  apart = 1,
): LoggedEvent[] => {
  return drafts.map(({ model, draft, line }, second) => {
    const details = { ...draft.details, ...(line === undefined ? {} : { rows_sha256: sha256(line) }) };
    const instant = instantAt(firstSecond + second * apart);
    const sealed = sealEvent({ ...draft, details }, model, heads.get(model) ?? GENESIS, instant);
    heads.set(model, sealed.head);
    return { ...sealed, line };
  });
};

export const eventFiles = (events: readonly LoggedEvent[]): LedgerFile[] =>
  events.map(({ event, bytes }) => ({ key: eventKey(event), bytes }));

/** Bundles and checkpoints of a log that was written in runs of so many events. */
export const logFiles = async (
  events: readonly LoggedEvent[],
  runs: readonly number[],
  signer = ed25519Signer(),
  origin = ORIGIN,
): Promise<LedgerFile[]> => {
  const files: LedgerFile[] = [];
  let tree = EMPTY_TREE;
  for (const count of runs) {
    for (const step of logSteps(tree, events.slice(tree.size, tree.size + count))) {
      const checkpoint = { origin, ...step.checkpoint };
      tree = step.tree;
      files.push(step.bundle, ...(step.rows === undefined ? [] : [step.rows]));
      files.push({ key: checkpointKey(tree.size), bytes: await signCheckpoint(checkpoint, signer) });
    }
  }
  return files;
};

/** Two models, one of them rolled back, and refused manifests; everything is under a checkpoint. */
export const aStory = (wrote: (draft: EventDraft) => Uint8Array | undefined = () => undefined): LoggedEvent[] => {
  const on = (model: string) => (draft: EventDraft) => ({ model, draft, line: wrote(draft) });
  return sealAll([
    ...aReleaseInProduction('credit-1').map(on('credit')),
    on(INTAKE_CHAIN)(aRefusedManifest('broken-1')),
    ...aReleaseInProduction('fraud-1').map(on('fraud')),
    on(INTAKE_CHAIN)(aRefusedManifest('broken-2')),
    ...aReleaseInProduction('credit-2', 'credit-1').map(on('credit')),
    on('credit')(aDraft({ event_type: 'rollback_requested', release_id: 'credit-2', approval_state: 'production' })),
    on('credit')(
      aDraft({
        event_type: 'rollback_executed',
        release_id: 'credit-2',
        approval_state: 'rolled_back',
        details: { from: 'credit-2', to: 'credit-1' },
      }),
    ),
  ]);
};

/** The same, as it is written since events bind what they wrote. */
export const aRecordedStory = (): LoggedEvent[] =>
  aStory(({ idempotency_key: key }) => new TextEncoder().encode(JSON.stringify({ due: [{ key }], rows: [] })));

export const aLedger = async (events = aStory(), runs = [3, 5, events.length - 8]): Promise<LedgerFile[]> => [
  ...eventFiles(events),
  ...(await logFiles(events, runs)),
];
