import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../lib/domain/change/kinds.ts';
import { judgeGate } from '../../../lib/domain/gate/gate.ts';
import { readGateRows } from '../../../lib/domain/gate/read-gate-rows.ts';
import { needAnother, remediesOf } from '../../../lib/domain/gate/remedies.ts';
import { type Instant, ModelName } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { BreakGlass } from '../../../lib/domain/records/break-glass.ts';
import { ALL_MODELS } from '../../../lib/domain/records/line.ts';
import { RegistryDrift } from '../../../lib/domain/records/registry-drift.ts';
import { withVersion } from '../../../lib/domain/records/served-versions.ts';
import { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { aCondition, aSuspension, DUE } from '../../support/conditions.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { ofContent } from '../../support/denials.ts';
import { anIntake, tickingClock } from '../../support/intake.ts';
import { because, canaries, LATER, own, play, type World } from '../../support/play-remedy.ts';
import {
  APPROVED_UNTIL,
  aBreakGlass,
  aHold,
  aLine,
  aMove,
  anApprovalOf,
  anEndpoint,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  checks,
  draft,
  inProduction,
  keptPolicy,
  MODEL,
  NOTHING_BEFORE,
  policy,
  releaseId,
  superseded,
  validated,
} from '../../support/release-life.ts';

const other = Object.freeze({ ...inProduction, releaseId: releaseId('mortgage-1-1-5'), modelVersion: '1.1.5' });

/** A release in each state, and more than one where a door looks at more than that. A new state has no remedy before it is here. */
const IN_STATE: Readonly<Record<ReleaseState, readonly Release[]>> = {
  draft: [draft],
  validated: [
    { ...validated, modelPackageArn: approved.modelPackageArn, approvalRequestId: approved.approvalRequestId },
  ],
  approved: [
    { ...approved, reasons: [because('deployment')], updatedAt: LATER },
    { ...approved, updatedAt: LATER },
  ],
  production: [inProduction],
  superseded: [{ ...inProduction, state: 'superseded' }],
  rolled_back: [{ ...inProduction, state: 'rolled_back' }],
  retired: [{ ...inProduction, state: 'retired' }],
  rejected: [{ ...approved, state: 'rejected', reasons: [because('fault')] }],
  expired: [{ ...approved, state: 'expired', reasons: [because('approval_deadline')] }],
};

type Scene = {
  readonly at?: Instant;
  readonly rows?: readonly Entity[];
  readonly release?: Partial<Release>;
  readonly policy?: object;
  readonly departures?: readonly string[];
  readonly isFrozen?: true;
  readonly bytes?: string;
};

const BASE = anIntake();
BASE.store.seed(keptPolicy, contentOf(approved), ...checks, other, superseded);
const APPROVALS = [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')];

const aWorld = (release: Release, { at = LATER, rows = [], ...scene }: Scene): World => {
  const now = tickingClock(at);
  const store = BASE.store.copy();
  const ofScene = scene.policy && GovernancePolicy.safeParse({ ...policy, ...scene.policy }).data;
  const intake = { ...BASE, store, now, ...(ofScene && { policy: ofScene }) };
  const isJudged = release.evidenceDigest !== undefined;
  const isPending = release.state === 'validated';
  const { evidenceDigest, ...changes } = scene.release ?? {};
  const changed = { ...release, ...changes, ...(isJudged && evidenceDigest ? { evidenceDigest } : {}) };
  if (isJudged) store.seed({ ...approvedRequest, status: isPending ? 'pending' : 'approved' });
  if (isJudged && !isPending) store.seed(...APPROVALS);
  if (release.state === 'production') store.seed(aPointer());
  store.seed(changed, ...rows);
  return {
    ...{ intake, store, now, release: changed, isFrozen: scene.isFrozen ?? false, policy: scene.policy },
    bytes: scene.bytes === undefined ? undefined : digestOf(scene.bytes),
    departures: (scene.departures ?? []).map((rule) => because(rule)),
  };
};

const A_WINDOW = { name: 'audit week', until: plusMilliseconds(NOW, 900 * HOUR_MS), untilThere: 'then', waits: true };

/** What the gate answers, and what is said to do. */
const ask = async (world: World) => {
  const { store, departures, isFrozen, bytes, now } = world;
  const release = await own(store, world.release);
  const { facts } = await readGateRows(store, release);
  const found = { departures, freezes: isFrozen ? [A_WINDOW] : [], artifactSha256: bytes ?? digestOf('artifact') };
  const kept = { policy: { ...policy, ...world.policy }, decisionKeyPem: DECISION_KEY.pem, environment: 'test' };
  const all = { release, ...facts, ...found, ...kept, now: now() };
  const decision = judgeGate(all, 'step');
  const reasons = decision.outcome === 'deny' ? decision.reasons : [];
  return { reasons, remedies: remediesOf(reasons, all) };
};

const OVERTAKEN = aPointer({ releaseId: other.releaseId });
const SERVES_ELSEWHERE = aPointer({ releaseId: other.releaseId, endpointName: 'mortgage-eu' });
const WAY_BACK = { release: { rollbackTarget: other.releaseId } };
const DRIFT = RegistryDrift.parse({
  ...{ entity: 'registry_drift', version: 1, packageId: approved.modelPackageArn?.toLowerCase() },
  ...{ modelPackageArn: approved.modelPackageArn, releaseId: approved.releaseId, modelName: MODEL },
  ...{ kind: 'rejected_by_hand', answer: 'reported', seen: digestOf('seen'), foundAt: NOW, answeredAt: [NOW] },
});
const used = { at: NOW, attempt: 1, documentBy: NOW };
const unconfirmed = (): BreakGlass => {
  const { confirmed: _, ...row } = aBreakGlass();
  return row;
};

/** How the world looks in which the gate can give each rule; several where what helps is not the same. */
const SCENES: Readonly<Record<string, readonly Scene[]>> = {
  state: [{}, { release: { serving: undefined } }, { at: approvedRequest.expiresAt }],
  policy: [{ policy: { unheard_of: true } }],
  required_artifacts: [{ policy: { release_gates: { required_artifacts: ['bias_report'] } } }],
  approval_request: [{}, { rows: [{ ...approvedRequest, status: 'rejected' }] }],
  quorum: [{}, { rows: [anApprovalOf('ada', 'risk_owner')] }],
  model_registry: [{ release: { modelPackageArn: undefined } }],
  artifact_sha256: [{ bytes: 'other' }],
  approval_expiry: [{ at: APPROVED_UNTIL }],
  approval_revoked: [
    { rows: [ofContent({ decidedBy: 'grace', role: 'risk_owner', decidedAt: plusMilliseconds(NOW, HOUR_MS / 2) })] },
  ],
  approval_suspended: [
    { at: DUE as Instant, rows: [anApprovalOf('ada', 'ml_lead', { conditions: [aCondition()] })] },
    { rows: [aSuspension({ kind: 'rejected_by_hand', causeId: 'rejected_by_hand' }), DRIFT] },
    { rows: [aSuspension({ kind: 'reverification_failed', causeId: 'a_check' })] },
    { rows: [aSuspension({ kind: 'unheard_of', causeId: 'a_cause' })] },
  ],
  decision_signature: [{ rows: [{ ...anApprovalOf('ada', 'ml_lead'), comment: 'changed since' }] }],
  separation_of_duties: [{ release: { requestedBy: anApprovalOf('ada', 'ml_lead').approverId } }],
  evidence_digest: [{ release: { evidenceDigest: digestOf('other') } }],
  denied: [{ rows: [anApprovalOf('ada', 'ml_lead', { decision: 'deny', comment: 'no' })] }],
  ended: [{ rows: endedAs('denied') }],
  after_denial: [
    { rows: [{ ...approvedRequest, status: 'pending', requiredPeople: [anApprovalOf('ada', 'ml_lead').approverId] }] },
    { policy: atMedium({ after_denial: 'answer' }), rows: [ofContent()] },
    { policy: atMedium({ after_denial: 'same_person' }), rows: [ofContent({ decidedBy: 'tom' })] },
  ],
  content_sha256: [{ release: { contentSha256: digestOf('other') } }],
  taken_in: [{ release: { requestedBy: anApprovalOf('olga', 'ml_lead').approverId } }],
  risk_tier: [{ release: { riskTier: 'low' } }],
  judged_by_former_version: [{ release: { serving: undefined } }],
  artifact_version: [{ departures: ['artifact_version'] }],
  artifact_unread: [{ departures: ['artifact_unread'] }],
  locked_copy: [{ departures: ['locked_copy'] }],
  model_package: [{ departures: ['model_package'] }, { release: { packageDiffers: ['image'] } }],
  break_glass: [
    { rows: [aLine(), unconfirmed()] },
    { rows: [aLine(), aBreakGlass()] },
    { rows: [aLine(), aBreakGlass({ used })], at: plusMilliseconds(NOW, 6 * HOUR_MS) },
    { rows: [aLine(), unconfirmed()], at: plusMilliseconds(NOW, 3 * HOUR_MS) },
  ],
  break_glass_undocumented: [
    { rows: [aBreakGlass({ used })] },
    { rows: [aBreakGlass({ releaseId: other.releaseId, used })] },
  ],
  canary: [{ rows: [canaries({ failingSince: NOW })] }],
  freeze: [{ isFrozen: true }, { isFrozen: true, policy: { break_glass: { open_hours: 0 } } }],
  rollback: [
    { ...WAY_BACK, rows: [OVERTAKEN, aRollback()] },
    { ...WAY_BACK, rows: [OVERTAKEN, aRollback()], at: plusMilliseconds(NOW, 5 * HOUR_MS) },
    { ...WAY_BACK, rows: [OVERTAKEN, aRollback({ toReleaseId: '' })], at: plusMilliseconds(NOW, 5 * HOUR_MS) },
  ],
  rollback_target: [{ rows: [OVERTAKEN] }, { release: { rollbackTarget: other.releaseId } }],
  move: [
    { ...WAY_BACK, rows: [OVERTAKEN, aMove()] },
    { ...WAY_BACK, rows: [OVERTAKEN, aMove({ faultedAt: NOW })] },
    { rows: [aMove({ faultedAt: NOW })] },
  ],
  model_version: [{ rows: [withVersion(undefined, { ...other, modelVersion: '2.0.0' })] }],
  endpoint: [
    { rows: [anEndpoint({ modelName: ModelName.parse('fraud') })] },
    { ...WAY_BACK, rows: [SERVES_ELSEWHERE] },
  ],
  hold: [{ rows: [aHold({ initiatedBy: 'omar' })] }],
  line: [
    { rows: [aLine()] },
    { rows: [aLine(), aBreakGlass({ releaseId: other.releaseId })] },
    { rows: [aLine(), aBreakGlass({ releaseId: other.releaseId, used })] },
    { rows: [aLine({ scope: ALL_MODELS }), aLine()] },
  ],
  deployment_strategy: [{ policy: atMedium({ gradual_deployment: true }) }],
};

/** In the code that the gate is made of, but no reason of its own. */
const NOT_OF_THE_GATE = ['endpoint_configuration', 'no_facts_declared', 'no_rule_applies', 'rule_not_understood'];

function endedAs(outcome: string): Entity[] {
  const content = ofContent({ outcome, releaseId: approved.releaseId, modelVersion: approved.modelVersion });
  const { artifactSha256: _, ...said } = content;
  return [content, { ...said, entity: 'decided_version' }];
}
function atMedium(changes: object): object {
  return { tiers: { ...policy.tiers, medium: { ...policy.tiers.medium, ...changes } } };
}

const cannotWait = (said: string): boolean => said.startsWith('If it cannot wait');
const given = new Set<string>();
/** Waiting for people, or another look at it, opens the gate only if they agree. */
const NOT_PLAYED_OUT =
  /Wait for the people|Wait until Assay|^Whoever runs Assay looks at it|assay endpoints move|assay rollback|not the bytes/;

const rules = Object.entries(SCENES).flatMap(([rule, scenes]) =>
  scenes.map((scene, index) => ({ rule, scene, index })),
);

describe('what is said to do about a reason of the gate', () => {
  it.each(rules)('can be done in each state, and takes away $rule ($index)', async ({ rule, scene }) => {
    for (const release of ReleaseState.options.flatMap((state) => IN_STATE[state])) {
      const world = aWorld(release, scene);
      const before = await ask(world);
      if (!before.reasons.some((one) => one.rule === rule)) continue;
      given.add(rule);
      const { remedies } = before;
      expect(remedies, `${rule} of ${release.state}`).not.toEqual([]);
      const orders: string[] = [];
      for (const said of remedies.filter((one) => !cannotWait(one))) orders.push(...(await play(said, world)));
      for (const said of remedies.filter(cannotWait)) await play(said, aWorld(release, scene));

      if (orders.some((order) => order.startsWith('submit')) || remedies.some((said) => NOT_PLAYED_OUT.test(said)))
        continue;
      const after = await ask(world);
      expect(
        after.reasons.map((one) => one.rule),
        `${rule} of ${release.state}: ${remedies}`,
      ).not.toContain(rule);
    }
    expect([...given]).toContain(rule);
  });

  it('is tried of every rule that the gate can give', () => {
    expect(rulesIn('lib/domain/gate/gate.ts')).toEqual([...Object.keys(SCENES), ...NOT_OF_THE_GATE].sort());
  });
});

/** The rules in the code that a module is made of. */
const rulesIn = (root: string): string[] => {
  const texts = new Map<string, string>();
  const read = (file: string): void => {
    if (texts.has(file)) return;
    const text = readFileSync(file, 'utf8');
    texts.set(file, text);
    for (const [, from = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*? from '(\..*?)';/gms))
      read(join(file, '..', from));
  };
  read(root);
  const found = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/(?:\breason\(\s*|\brule: )(?:'([a-z_0-9]+)'|([A-Z_]+)\b)/g)].map(
      ([, rule, constant]) =>
        rule ?? text.match(new RegExp(`const ${constant} = '([a-z_0-9]+)'`))?.[1] ?? String(constant),
    ),
  );
  return [...new Set(found)].sort();
};

describe('the remedies of a release', () => {
  const facts = { ...NOTHING_BEFORE, release: { ...approved, reasons: [because('deployment')] }, now: LATER };
  const held = { ...facts, hold: aHold() };
  const HELD = because('hold', 'the model is held');
  const check = { name: 'hold', status: 'failed' } as const;

  it('are none without a reason, and none in a state that only another version knows', () => {
    expect(remediesOf([], held)).toEqual([]);
    expect(remediesOf([HELD], { ...held, release: { ...approved, state: 'elsewhere' } })).toEqual([]);
  });

  it('are not those of a rule whose name a check has', () => {
    const reasons = [because('hold', 'failed: the model is held')];

    expect(remediesOf(reasons, { ...held, checks: [check] })).toEqual([
      'Change the model or its data until this holds.',
      expect.stringContaining('assay approvals withdraw'),
    ]);
    expect(remediesOf([because('hold', 'check hold of custom_checks was not run')], held)).toEqual([
      expect.stringContaining('assay approvals withdraw'),
    ]);
    expect(remediesOf([HELD], { ...held, checks: [check] })[0]).toContain('assay holds release');
  });

  it('end with the promotion only if nothing needs another release', () => {
    expect(remediesOf([HELD], held).at(-1)).toContain('assay promote');
    expect(needAnother([HELD], held)).toBe(false);

    const overtaken = { ...held, pointer: OVERTAKEN };
    const reasons = [because('rollback_target'), HELD];
    expect(remediesOf(reasons, overtaken).join(' ')).not.toContain('assay promote');
    expect(needAnother(reasons, overtaken)).toBe(true);
  });

  it('name no break-glass where the policy has none, or where it opens not all of it', () => {
    const stopped = { ...held, ownLine: aLine() };
    const none = GovernancePolicy.parse({ ...policy, break_glass: { open_hours: 0 } });

    expect(remediesOf([because('line')], stopped).join(' ')).toContain('assay break-glass request');
    expect(remediesOf([because('line')], { ...stopped, policy: none }).join(' ')).not.toContain('break-glass');
    expect(remediesOf([because('line'), HELD], stopped).join(' ')).not.toContain('break-glass');
    expect(remediesOf([because('line')], { ...stopped, release: validated }).join(' ')).not.toMatch(
      /break-glass|promote/,
    );
  });
});
