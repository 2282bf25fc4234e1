import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Gate } from '../../lambdas/serve-gate/app.ts';
import { verifySummary } from '../../lib/domain/attestation/verification-summary.ts';
import { SLOTS } from '../../lib/domain/gate/sign-once.ts';
import { Envelope, envelopeBytes } from '../../lib/domain/signing/envelope.ts';
import { aGate as gateOver } from '../support/a-gate.ts';
import { eventOf, signedBy } from '../support/api.ts';
import { contentOf, digestOf } from '../support/approval-case.ts';
import { makeKey } from '../support/decision-key.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { anApprovalOf, approved, approvedRequest, checks, keptPolicy, MODEL } from '../support/release-life.ts';

const KEY = makeKey('attestation-key');
let intake: Intake;
let signed = 0;
beforeEach(() => {
  intake = anIntake();
  signed = 0;
  const approvals = [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')];
  intake.store.seed(approved, keptPolicy, approvedRequest, contentOf(approved), ...checks, ...approvals);
});

const aGate = (changes: Partial<Gate> = {}) => {
  const sign = (bytes: Uint8Array) => {
    signed += 1;
    return KEY.signer.sign(bytes);
  };
  return gateOver(intake, { signer: { sign }, ...changes });
};

const person = (groups: readonly string[]) => ({
  event: { ...eventOf({ sub: 's', username: 'rita', groups }), routeKey: 'GET /v1/gate' },
});
const Body = z.record(z.string(), z.unknown());
const ask = async (query: string, gate = aGate(), bindings: object = person(['releaser']), path = '/v1/gate') => {
  const response = await gate.request(`${path}?${query}`, {}, bindings);
  return { status: response.status, headers: response.headers, body: Body.parse(await response.json()) };
};
const VERSION = `model=${MODEL}&version=1.2.0`;

describe('the gate by the API (GT-3, GT-4)', () => {
  it('allows a version, with a signed summary that verifies offline', async () => {
    const { status, body } = await ask(`${VERSION}&artifact_sha256=${digestOf('artifact')}`);

    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        ...{ decision: 'allow', reasons: [], question: 'promotion', environment: 'test' },
        ...{ release_id: approved.releaseId, model_name: MODEL, model_version: '1.2.0' },
        ...{ policy_sha256: approved.policySha256, inputs_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        subject: { name: approved.manifest.artifact_uri, sha256: digestOf('artifact'), is: 'asked' },
      },
    });
    const summary = envelopeBytes(Envelope.parse(body['verification_summary']));
    expect(verifySummary(summary, { attestationKeyPem: KEY.pem }).problems).toEqual([]);
  });

  it('denies it with all reasons, as an answer and not as an error', async () => {
    const { status, body } = await ask(`release=${approved.releaseId}&artifact_sha256=${digestOf('other')}`);

    expect({ status, body }).toMatchObject({
      status: 200,
      body: { decision: 'deny', reasons: [{ rule: 'artifact_sha256' }] },
    });
  });

  it('denies what nobody knows: that no proof is there is no proof', async () => {
    expect(await ask('model=stranger&version=1.0.0')).toMatchObject({
      status: 200,
      body: { decision: 'deny', reasons: [{ rule: 'release' }] },
    });
    expect(signed).toBe(0);
  });

  it.each([
    ['', 'nothing'],
    [`model=${MODEL}`, 'no version'],
    [`release=r-1&model=${MODEL}&version=1`, 'both names'],
    [`${VERSION}&artifact_sha=${digestOf('artifact')}`, 'a field that is misspelt'],
    [`${VERSION}&artifact_sha256=ABC`, 'no digest'],
    ['release=a%2Fb', 'what can be no id'],
  ])('is not asked by %s: it names %s', async (query) => {
    expect(await ask(query)).toMatchObject({ status: 422, body: { title: 'RequestInvalid' } });
  });

  it('answers nobody without a role, and machines of the directory by their signature', async () => {
    expect(await ask(VERSION, aGate(), person([]))).toMatchObject({ status: 403 });
    expect(await ask(VERSION, aGate(), {})).toMatchObject({ status: 403 });
    const stranger = signedBy('arn:aws:sts::000000000000:assumed-role/stranger/s', 'GET /iam/v1/gate');
    expect(await ask(VERSION, aGate(), stranger, '/iam/v1/gate')).toMatchObject({ status: 403 });
    const machine = signedBy('arn:aws:sts::000000000000:assumed-role/pipeline/build-17', 'GET /iam/v1/gate');
    expect(await ask(VERSION, aGate(), machine, '/iam/v1/gate')).toMatchObject({
      status: 200,
      body: { decision: 'allow' },
    });
    expect(await ask(VERSION, aGate(), machine)).toMatchObject({ status: 403 });
  });

  it('gives no answer when a service does not', async () => {
    const down = Object.assign(new Error('boom'), { name: 'ServiceException', $metadata: { httpStatusCode: 503 } });
    const outage = aGate({ findDepartures: () => Promise.reject(down) });
    const silence = aGate({ findDepartures: () => new Promise(() => undefined), patienceMs: 20 });

    for (const gate of [outage, silence]) {
      expect(await ask(VERSION, gate)).toMatchObject({ status: 503, body: { title: 'ServiceUnavailable' } });
    }
    expect(await ask(VERSION, aGate({ findDepartures: () => Promise.reject(new Error('a bug')) }))).toMatchObject({
      status: 500,
    });
    expect(signed).toBe(0);
  });

  it('signs one answer for a caller who asks in a loop, and few for one who asks about ever other bytes', async () => {
    const gate = aGate();
    for (let time = 0; time < 20; time += 1) expect(await ask(VERSION, gate)).toMatchObject({ status: 200 });
    expect(signed).toBe(1);

    const statuses: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      statuses.push((await ask(`${VERSION}&artifact_sha256=${digestOf(`${at}`)}`, gate)).status);
    }
    expect(statuses).toEqual([...Array(SLOTS.other).fill(200), ...Array(20 - SLOTS.other).fill(429)]);
    expect(await ask(VERSION, gate)).toMatchObject({ status: 200 });
    expect(signed).toBe(1 + SLOTS.other);
  });

  it('has no other routes', async () => {
    expect(await ask('', aGate(), person(['operator']), '/v1/gate/x')).toMatchObject({ status: 404 });
  });
});
