import { expect, it } from 'vitest';
import { judgeFlip, judgePromotion } from '../../../lib/domain/gate/gate.ts';
import { judgeRelease } from '../../../lib/domain/gate/stages.ts';
import type { Endpoint } from '../../../lib/domain/records/endpoint.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import {
  anEndpoint,
  approved,
  approvedRequest,
  NOTHING_BEFORE,
  pinnedDraft,
  policy,
  resulting,
} from '../../support/release-life.ts';

const before = { ...NOTHING_BEFORE, release: approved };
const evidence = {
  checks: [],
  approvals: [],
  former: [],
  decisionKeyPem: DECISION_KEY.pem,
  artifactSha256: digestOf('artifact'),
  departures: [],
};

/** What is said about the endpoint before people are asked, before the deployment, and right before the flip. */
const explanations = (endpoint: Endpoint | undefined) => {
  const facts = { ...before, endpoint, now: NOW };
  const first = judgeRelease({ ...facts, release: pinnedDraft, policy, checks: [], attestationReasons: [] });
  const gates = [judgePromotion({ ...facts, ...evidence, policy, request: approvedRequest }), judgeFlip(facts)];
  return [
    resulting(first, 'release').reasons,
    ...gates.map((decision) => (decision.outcome === 'deny' ? decision.reasons : [])),
  ].map((reasons) => reasons.filter(({ rule }) => rule === 'endpoint').map(({ explanation }) => explanation));
};

it('the endpoint of another model is denied to a release at every gate (GT-8)', () => {
  const why = 'mortgage is the endpoint of other-model';

  expect(explanations(anEndpoint({ modelName: 'other-model' as never }))).toEqual([[why], [why], [why]]);
  expect(explanations(anEndpoint())).toEqual([[], [], []]);
  expect(explanations(undefined)).toEqual([[], [], []]);
});
