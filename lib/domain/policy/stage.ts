/** The stages of a policy: those with built-in checks, the one with custom checks, and human approval. */
import * as z from 'zod';
import type { Check } from '../checks/check.ts';
import { CHECKS, checksOf } from '../checks/known-checks.ts';
import { VERIFIED } from '../checks/require-known.ts';
import { CheckMode, StageName } from '../checks/vocabulary.ts';
import { visibleText } from '../visible-text.ts';
import { Role, Roles } from './role.ts';
import { TierName } from './tier-rule.ts';

export const Line = visibleText(512);

const Parameters = z.record(z.string(), z.unknown());
export const Mode = CheckMode.describe('observe: noted. warn: shown to the approvers. enforce: stops the release.');

/** The settings that every stage has. */
const stageSettings = {
  description: Line.describe('What the stage is about, for people.'),
  required: z.boolean().describe('If false, no check of the stage can stop a release.'),
  blocking: z.boolean().describe('If true, an enforced check that does not pass stops the release.'),
  required_for_risk_tiers: z.exactOptional(z.array(TierName).min(1)).describe('All tiers if omitted.'),
};

const Verified = z.exactOptional(z.literal(VERIFIED));
/** What is only attested does not pass at these tiers. */
export const RequireKnown = z
  .strictObject({ low: Verified, medium: Verified, high: Verified })
  .describe('By tier: a check that passes on the word of the submitter alone is inconclusive there.');

/**
 * A check as a policy uses it. Parameters that the policy omits get their defaults here, so that the digest of the
 * policy covers what was judged by, even after a default has changed.
 */
const usedCheck = ({ name, parameters }: Check) =>
  z.strictObject({
    name: z.literal(name),
    mode: Mode,
    parameters: parameters.prefault({}).pipe(Parameters),
    require_known: z.exactOptional(RequireKnown),
  });

type UsedCheck = ReturnType<typeof usedCheck>;
// The cast holds: this is only called for stages that have checks.
const usedChecks = (stage: StageName) => checksOf(stage).map(usedCheck) as [UsedCheck, ...UsedCheck[]];

const automatedStage = (name: StageName) =>
  z.strictObject({
    name: z.literal(name),
    ...stageSettings,
    checks: z.array(z.discriminatedUnion('name', usedChecks(name))).min(1),
    approval_roles: z.exactOptional(z.array(Role).max(0)).describe('People are asked in stage human_approval.'),
  });

const LAMBDA_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}:\d{1,10}$/;

/** A check that the user wrote: a Lambda that answers as docs/formats/custom-check.md says. */
export const CustomCheck = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and underscores')
    .refine((name) => CHECKS.every((check) => check.name !== name), 'is the name of a built-in check'),
  mode: Mode,
  // An alias or $LATEST could be moved to other code while the policy, and its digest, stay the same.
  lambda_arn: z.string().regex(LAMBDA_ARN, 'must be the ARN of a numbered version of a Lambda function'),
  timeout_seconds: z.int().min(1).max(300).default(300),
  parameters: z.record(z.string(), z.union([z.string(), z.int(), z.boolean(), z.array(z.string())])).default({}),
  require_known: z.exactOptional(z.never()).describe('What a Lambda answers is always attested.'),
});
export type CustomCheck = z.infer<typeof CustomCheck>;

const CustomChecks = z.strictObject({
  name: z.literal('custom_checks'),
  ...stageSettings,
  checks: z.array(CustomCheck).min(1).max(50),
  approval_roles: z.exactOptional(z.array(Role).max(0)),
});

const HumanApproval = z.strictObject({
  name: z.literal('human_approval'),
  ...stageSettings,
  blocking: z.literal(true).describe('Nothing is approved by being ignored.'),
  checks: z.array(z.never()).max(0).default([]),
  approval_roles: Roles.min(1).describe('In addition to the roles of the tier; each role needs a different person.'),
});

/** Stages without built-in checks are left out: they have schemas of their own. */
const AUTOMATED_STAGES = StageName.options.filter((stage) => checksOf(stage).length > 0).map(automatedStage);

export const Stage = z.discriminatedUnion('name', [HumanApproval, CustomChecks, ...AUTOMATED_STAGES]);
export type Stage = z.infer<typeof Stage>;
