/** How far the governance of what a model serves has come, with the proof of each step and the next one (CO-6). */
import { isEnforced } from '../checks/vocabulary.ts';
import type { Instant } from '../identifiers.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { appliesTo } from '../policy/tiers.ts';
import type { Approval } from '../records/approval.ts';
import type { Reason, Release } from '../release/release.ts';
import { waitsAgain } from '../release/suspended.ts';

/** 0 is none: not even a card and a signature are kept. */
export type MaturityLevel = 0 | 1 | 2 | 3;

/** What each level means, in the order in which they are reached. */
export const LEVELS = {
  1: 'A model card, and people who sign',
  2: 'A registry, and a gate that signs its record',
  3: 'The whole policy, and a ledger that nobody can change',
} as const satisfies Readonly<Record<Exclude<MaturityLevel, 0>, string>>;

export type MaturityStep = {
  readonly level: Exclude<MaturityLevel, 0>;
  /** In one sentence, as something that holds. */
  readonly what: string;
  readonly isMet: boolean;
  /** What shows it: a digest, an ARN, names, an instant; or what was found instead. */
  readonly proof: string;
  /** What to do where it does not hold. */
  readonly remedy: string;
};

export type Maturity = {
  readonly level: MaturityLevel;
  readonly steps: readonly MaturityStep[];
  /** The first step that is not met; undefined if all are. */
  readonly next: MaturityStep | undefined;
};

export type MaturityFacts = {
  readonly release: Release;
  /** The policy that the release was requested under; undefined if it is not kept, and then it proves nothing. */
  readonly policy: PolicyRecord | undefined;
  readonly approvals: readonly Approval[];
  /** Why those who gave the approval took it back; nothing if they did not. */
  readonly revoked: readonly Reason[];
  /** The stages that have a signed attestation. */
  readonly attested: readonly string[];
  /** The log, as far as its checkpoint is published; undefined if there is none yet. */
  readonly log: { readonly size: number; readonly isPublished: boolean } | undefined;
  readonly now: Instant;
};

/** Establishes the highest level of which every step holds, and of all levels below it. */
export const maturityOf = (facts: MaturityFacts): Maturity => {
  const steps = [cardStep, peopleStep, registryStep, recordStep, stagesStep, modesStep, forceStep, ledgerStep].map(
    (step) => step(facts),
  );
  const next = steps.find(({ isMet }) => !isMet);
  return { level: next === undefined ? 3 : BELOW[next.level], steps, next };
};

const BELOW = { 1: 0, 2: 1, 3: 2 } as const satisfies Readonly<Record<1 | 2 | 3, MaturityLevel>>;

type Step = (facts: MaturityFacts) => MaturityStep;

const cardStep: Step = ({ release: { pinned } }) => {
  const card = pinned?.evidence.model_card;
  return {
    ...{ level: 1, what: 'A model card is kept under its digest', isMet: card !== undefined },
    proof: card === undefined ? 'no card is kept' : `sha256 ${card.sha256}`,
    remedy: 'Name a model card in the manifest of the next release.',
  };
};

const peopleStep: Step = ({ approvals }) => {
  // A row that nobody signed counts for nothing.
  const signed = approvals.filter((one) => one.decision === 'approve' && one.signed !== undefined);
  return {
    ...{ level: 1, what: 'People approved it by their signature', isMet: signed.length > 0 },
    proof:
      signed.map(({ approverId, approverRole }) => `${approverId} as ${approverRole}`).join(', ') || 'nobody signed',
    remedy: 'Request its next release through Assay, so that people decide about it.',
  };
};

const registryStep: Step = ({ release: { modelPackageArn: arn } }) => ({
  ...{ level: 2, what: 'It is a version in the model registry', isMet: arn !== undefined },
  proof: arn ?? 'no model package is known',
  remedy: 'Let Assay register the next release: it does when people have approved it.',
});

const recordStep: Step = ({ release: { recordSha256 } }) => ({
  ...{
    level: 2,
    what: 'The gate let it pass, and a signed record says on what evidence',
    isMet: recordSha256 !== undefined,
  },
  proof: recordSha256 === undefined ? 'it has no record' : `sha256 ${recordSha256}`,
  remedy: 'Request it again: a record is signed when every check that must pass has, and every role has approved.',
});

const stagesStep: Step = ({ release, policy, attested }) => {
  const required = stagesAt(policy, release).filter((stage) => stage.required && stage.name !== PEOPLE);
  const missing = required.filter(({ name }) => !attested.includes(name)).map(({ name }) => name);
  return {
    ...{
      level: 3,
      what: 'Every stage that the policy requires is attested',
      isMet: policy !== undefined && missing.length === 0,
    },
    proof:
      policy === undefined
        ? 'its policy is not kept'
        : `${required.length - missing.length} of ${required.length} stages${missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`}`,
    remedy: 'Request it again, so that every stage runs: assay submit.',
  };
};

/** Which people approve as a stage of their own, and attest to nothing. */
const PEOPLE = 'human_approval';

const modesStep: Step = ({ release, policy }) => {
  const used = stagesAt(policy, release).flatMap(({ required, blocking, checks }) =>
    checks.map(({ name, mode }) => ({ name, mustPass: required && blocking && isEnforced(mode) })),
  );
  const lax = used.filter(({ mustPass }) => !mustPass).map(({ name }) => name);
  return {
    ...{
      level: 3,
      what: 'Every check must pass: none is only observed or warned about',
      isMet: used.length > 0 && lax.length === 0,
    },
    proof: `${used.length - lax.length} of ${used.length} checks must pass${lax.length === 0 ? '' : `; the others: ${lax.join(', ')}`}`,
    remedy: 'See below what enforce would have done, then set mode: enforce for the others in the policy.',
  };
};

const stagesAt = (policy: PolicyRecord | undefined, { riskTier }: Release) =>
  (policy?.stages ?? []).filter((stage) => appliesTo(stage, riskTier));

const forceStep: Step = ({ release, revoked, now }) => {
  const { approvedUntil, suspendedSince, modelName } = release;
  const isOver = approvedUntil === undefined || approvedUntil <= now;
  const state = isOver
    ? approvedUntil === undefined
      ? 'never approved'
      : `ended at ${approvedUntil}`
    : `until ${approvedUntil}`;
  return {
    ...{ level: 3, what: 'The approval is in force', isMet: !isOver && !waitsAgain(release, revoked.length > 0) },
    proof: [
      state,
      ...(suspendedSince === undefined ? [] : [`suspended since ${suspendedSince}`]),
      ...revoked.map(({ explanation }) => explanation),
    ].join('; '),
    remedy: `Have it renewed, or its conditions met: assay renew ${modelName}.`,
  };
};

const ledgerStep: Step = ({ log }) => ({
  ...{ level: 3, what: 'What happened is in a log whose checkpoint is signed, on storage that nobody can overwrite' },
  isMet: log?.isPublished === true,
  proof:
    log === undefined
      ? 'there is no log yet'
      : `${log.size} events, ${log.isPublished ? 'published' : 'not published yet'}`,
  remedy: 'Look at ExtendLog: it publishes within a minute. Then verify: assay audit verify.',
});
