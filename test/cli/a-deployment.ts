/** Plays the API, the user pool, the event bus, the table and S3. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DIFF_SECTIONS } from '../../lib/domain/questions/diff-releases.ts';

const problem = (status: number, title: string) => ({ status, body: { title, detail: 'because', faults: [] } });
export const release = { release_id: 'r-1', model_name: 'm', model_version: '1.0.0', state: 'approved' };
const rotation = {
  rotation_id: 'k-1',
  status: 'completed',
  ...{ record_key_id: 'a', attestation_key_id: 'b', initiated_by: 'otto', reason: 'r', linked_incident: 'i' },
  requested_at: 't',
  renewed: 1,
  refused: 0,
};
const CONDITION = {
  ...{ condition_id: 'ada-1', text: 'Say who must not be scored.', owner_id: 'grace', approver_id: 'ada' },
  ...{ due_at: '2026-12-14T22:59:00.000Z', status: 'open' },
};
const reverified = (check: string, status: string) => ({
  body: { reverifications: [{ check, at: 'now', status_before: 'passed', status }] },
});
const RENEWED = {
  release_id: 'r-1',
  outcome: 'renewed',
  reasons: [],
  compared: [{ input: 'policy', before: 'a', now: 'a' }],
  approved_until_before: '2026-12-01T00:00:00.000Z',
  approved_until: '2027-03-01T00:00:00.000Z',
};
const LEGAL_HOLD = {
  ...{ model_name: 'm', matter: 'CASE-1', status: 'set', set_by: 'olga', set_at: 'today', reason: 'r' },
  ...{ people_needed: 2, lifting: [] },
};
const BREAK_GLASS = {
  ...{ model_name: 'm', number: 1, release_id: 'r-1', environment: 'prod', endpoint: 'm', status: 'requested' },
  ...{ incident: 'INC-1', requested_by: 'olga', requested_at: 'today', reason: 'r', confirm_by: 'soon', open_hours: 4 },
  is_undocumented: false,
};
const differences = Object.fromEntries(DIFF_SECTIONS.map((section) => [section, []]));
const ANSWERS: Record<string, { status?: number; body: unknown }> = {
  'GET /v1/releases': { body: { releases: [] } },
  'GET /v1/releases/gone': problem(404, 'NotFound'),
  'GET /v1/releases/r-1/diff/r-2': { body: { before: release, after: release, differences, not_compared: [] } },
  'GET /v1/releases/r-1/diff/gone': problem(404, 'NotFound'),
  'GET /v1/refusals/gone': problem(404, 'NotFound'),
  'GET /v1/models/gone': problem(404, 'NotFound'),
  'GET /v1/refusals': { body: { refusals: [] } },
  'POST /v1/approvals/r-1/withdrawal': { body: { ...release, state: 'rejected', reasons: [{ explanation: 'why' }] } },
  'POST /v1/approvals/served/withdrawal': problem(409, 'RequestNotPending'),
  'POST /v1/approvals/gone/withdrawal': problem(404, 'NotFound'),
  'POST /v1/releases/r-1/promotion': { status: 202, body: release },
  'POST /v1/releases/served/promotion': problem(409, 'PromotionImpossible'),
  'POST /v1/releases/gone/promotion': problem(404, 'NotFound'),
  'POST /v1/models/m/rollback': {
    status: 202,
    body: {
      ...{ rollback_id: 'b-1', model_name: 'm', from_release_id: 'r-2', from_version: '2.0.0' },
      ...{ to_release_id: 'r-1', to_version: '1.0.0', status: 'requested' },
    },
  },
  'POST /v1/models/idle/rollback': problem(409, 'RollbackImpossible'),
  'POST /v1/models/gone/rollback': problem(404, 'NotFound'),
  'GET /v1/endpoints': { body: { endpoints: [] } },
  'GET /v1/endpoints/e/served': { body: { endpoint_name: 'e', intervals: [], deviations: [] } },
  'GET /v1/endpoints/gone/served': problem(404, 'NotFound'),
  'POST /v1/endpoints/e/adopt': { body: { endpoint_name: 'e', model_name: 'm', since: 'today' } },
  'POST /v1/endpoints/shadowed/adopt': problem(409, 'AdoptionImpossible'),
  'POST /v1/endpoints/gone/adopt': problem(404, 'NotFound'),
  'GET /v1/holds': { body: { holds: [] } },
  'GET /v1/line': { body: { stopped: [] } },
  'GET /v1/legal-holds': { body: { legal_holds: [LEGAL_HOLD] } },
  'POST /v1/models/m/legal-hold': { body: LEGAL_HOLD },
  'POST /v1/models/m/legal-hold/lift': { body: LEGAL_HOLD },
  'POST /v1/models/gone/legal-hold': problem(404, 'NotFound'),
  'POST /v1/models/gone/legal-hold/lift': problem(404, 'NotFound'),
  'GET /v1/break-glass': { body: { break_glass: [BREAK_GLASS] } },
  ...Object.fromEntries(
    ['', '/confirm', '/end', '/document'].flatMap((act) => [
      [`POST /v1/releases/r-1/break-glass${act}`, { body: BREAK_GLASS }],
      [`POST /v1/releases/served/break-glass${act}`, problem(409, 'BreakGlassImpossible')],
      [`POST /v1/releases/gone/break-glass${act}`, problem(404, 'NotFound')],
    ]),
  ),
  'POST /v1/line/stop': {
    body: {
      status: 'stopped',
      stops: [{ since: 'today', operator_id: 'olga', linked_incident: 'INC-1', reason: 'r' }],
    },
  },
  'POST /v1/line/stop of gone': problem(404, 'NotFound'),
  'POST /v1/line/start of gone': problem(404, 'NotFound'),
  'POST /v1/line/start': { body: { status: 'running', stops: [], waiting: [] } },
  'POST /v1/models/m/endpoint/move': {
    status: 202,
    body: {
      ...{ move_id: 'm-move-1', model_name: 'm', release_id: 'r', from_endpoint: 'a', to_endpoint: 'b' },
      ...{ status: 'requested' },
    },
  },
  'POST /v1/models/idle/endpoint/move': problem(409, 'MoveImpossible'),
  'POST /v1/models/gone/endpoint/move': problem(404, 'NotFound'),
  'POST /v1/releases/r-1/package/settle': {
    body: {
      ...{ release_id: 'r-1', model_package_arn: 'arn:aws:sagemaker:eu-west-1:1:model-package/m/1' },
      ...{ kind: 'rejected_by_hand', found_at: 'today', settled_at: 'today', settled_by: 'olga' },
    },
  },
  'POST /v1/releases/own/package/settle': problem(403, 'SeparationOfDuties'),
  'POST /v1/releases/gone/package/settle': problem(404, 'NotFound'),
  'POST /v1/models/m/hold/release': {
    body: { model_name: 'm', status: 'released', rollback_id: 'b-1', operators_needed: 1, consents: [] },
  },
  'POST /v1/models/own/hold/release': problem(403, 'SeparationOfDuties'),
  'POST /v1/models/gone/hold/release': problem(404, 'NotFound'),
  'GET /v1/reviews': { body: { reviews: [] } },
  'GET /v1/models/m/posture': {
    body: { model_name: 'm', release_id: 'm-1', model_version: '1.0.0', level: 0, steps: [], next: 'keep a card' },
  },
  'POST /v1/models/m/review': {
    body: { model_name: 'm', release_id: 'r-1', reviewed_at: 'today', reviewed_by: 'olga', reason: 'r' },
  },
  'POST /v1/models/own/review': problem(403, 'SeparationOfDuties'),
  'POST /v1/models/gone/review': problem(404, 'NotFound'),
  'GET /v1/approvals': { body: { approvals: [] } },
  'GET /v1/expiring': { body: { approvals: [] } },
  'POST /v1/releases/r-1/renewal': { body: RENEWED },
  'POST /v1/releases/served/renewal': { body: { ...RENEWED, outcome: 'refused' } },
  'POST /v1/releases/gone/renewal': problem(404, 'NotFound'),
  'POST /v1/approvals/r-1/resend': { body: { release_id: 'r-1', about: 'request', people: ['ana'] } },
  'POST /v1/approvals/served/resend': problem(409, 'RequestNotPending'),
  'POST /v1/approvals/gone/resend': problem(404, 'NotFound'),
  'POST /v1/approvals/r-1/reminder': { body: { release_id: 'r-1', about: 'reminder', people: ['ana'] } },
  'POST /v1/approvals/served/reminder': problem(409, 'RequestNotPending'),
  'POST /v1/approvals/gone/reminder': problem(404, 'NotFound'),
  'GET /v1/releases/r-1/conditions': { body: { conditions: [CONDITION] } },
  'GET /v1/releases/gone/conditions': problem(404, 'NotFound'),
  'POST /v1/releases/r-1/conditions/ada-1/met': { body: { ...CONDITION, status: 'met', met_by: 'grace' } },
  'POST /v1/releases/gone/conditions/ada-1/met': problem(404, 'NotFound'),
  'GET /v1/canaries': {
    body: {
      ran_at: '2026-11-28T10:00:00.000Z',
      checks: [
        {
          check: 'git_ref_allowed',
          status: 'holds',
          held_at: '2026-11-28T10:00:00.000Z',
          on_good: 'passed',
          on_bad: 'failed',
        },
      ],
    },
  },
  'GET /v1/canaries/git_ref_allowed/releases': {
    body: {
      releases: [{ release_id: 'r-1', state: 'approved', status: 'passed', judged_at: '2026-11-28T10:00:00.000Z' }],
    },
  },
  'GET /v1/canaries/accuracy_above_minimum/releases': {
    body: {
      releases: [{ release_id: 'served', state: 'approved', status: 'passed', judged_at: '2026-11-28T10:00:00.000Z' }],
    },
  },
  'GET /v1/canaries/gone/releases': problem(404, 'NotFound'),
  'POST /v1/releases/r-1/reverifications': { status: 202, body: {} },
  'GET /v1/releases/r-1/reverifications': reverified('git_ref_allowed', 'passed'),
  'POST /v1/releases/served/reverifications': { status: 202, body: {} },
  'GET /v1/releases/served/reverifications': reverified('accuracy_above_minimum', 'failed'),
  'GET /v1/outbox/parked': { body: { parked: [] } },
  'POST /v1/outbox/redrive': { body: { redriven: [] } },
  'POST /v1/outbox/parked/gone/redrive': problem(404, 'NotFound'),
  'GET /v1/signatures': { body: { from: 'a', until: 'b', signatures: [] } },
  'GET /v1/releases/secret': problem(403, 'NotAuthorized'),
  'GET /v1/releases/contended': problem(409, 'Conflict'),
  'GET /v1/releases/large': { status: 413, body: { type: 'about:blank', title: 'the body is larger' } },
  'GET /v1/releases/taken': problem(409, 'ReleaseIdTaken'),
  'GET /v1/releases/walled': { status: 403, body: { message: 'Forbidden' } },
  'GET /v1/releases/page': { body: '<html>' },
};
/** The gate allows one version of the model, denies the others, and has no answer for some. */
const gateAnswer = (asked: URLSearchParams) => {
  const subject = {
    name: 's3://models/m.tar.gz',
    sha256: asked.get('artifact_sha256') ?? 'a'.repeat(64),
    is: 'pinned',
  };
  const verification_summary = { payload: 'e30=', payloadType: 't', signatures: [{ keyid: '', sig: 'e30=' }] };
  const about = { ...release, question: 'promotion', environment: 'test', subject, policy_sha256: 'b'.repeat(64) };
  const known = { ...about, inputs_sha256: 'c'.repeat(64), verification_summary };
  if (asked.get('version') === '1.0.0' || asked.get('release') === 'r-1') {
    return { body: { decision: 'allow', reasons: [], ...known } };
  }
  if (asked.get('version') === '3.0.0') {
    const opened = { rule: 'freeze', evidence: '', explanation: 'the freeze “audit week” is on' };
    return { body: { decision: 'allow', reasons: [], ...known, opened_by_break_glass: [opened] } };
  }
  if (asked.get('version') === 'busy') return problem(422, 'DecisionIncomplete');
  const reasons = [
    { rule: 'quorum', evidence: '', explanation: 'nobody has approved as risk_owner' },
    { rule: 'rows_are_enough', evidence: 'd'.repeat(64), explanation: 'failed: there are 12 rows' },
  ];
  if (asked.get('version') === '2.0.0')
    return { body: { decision: 'deny', reasons, remedies: ['Wait: assay approvals list.'], ...known } };
  const unknown = [{ rule: 'release', evidence: '', explanation: 'there is no release' }];
  return { body: { decision: 'deny', reasons: unknown, remedies: ['Request it: assay submit MANIFEST.'] } };
};
const answerTo = (call: string, url: string, sent: string): { status?: number; body: unknown } =>
  call === 'GET /v1/gate'
    ? gateAnswer(new URL(url, 'http://localhost').searchParams)
    : (ANSWERS[sent.includes('"model_name":"gone"') ? `${call} of gone` : call] ?? { status: 502, body: {} });
const VERSIONED = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const EMPTY_BUCKET = '<?xml version="1.0"?><ListVersionsResult/>';

const NO_KEY = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>';

const NO_SUCH_TABLE = {
  status: 400,
  body: { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'table gone was not found' },
};

const SERVICES: Record<string, (sent: string) => { status?: number; body: unknown }> = {
  InitiateAuth: () => ({ body: { AuthenticationResult: { AccessToken: 'token' } } }),
  PutEvents: () => ({ body: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } }),
  PutItem: () => ({ body: {} }),
  ListExecutions: () => ({ body: { executions: [{ executionArn: 'arn:execution' }] } }),
  DescribeExecution: () => ({
    body: { executionArn: 'arn:execution', status: 'RUNNING', input: '{"releaseId":"other"}' },
  }),
  Scan: (sent) => (sent.includes('"gone"') ? NO_SUCH_TABLE : { body: { Items: [] } }),
};

const XML = { 'content-type': 'text/xml' };

/** What S3 answers. Every object is there, in one version, but for what was derived. */
const objectAt = (
  method: string,
  url: string,
  path: string,
): { status: number; headers: Record<string, string>; body?: string } | undefined => {
  if (method === 'HEAD') return { status: 200, headers: { 'x-amz-version-id': 'v1' } };
  if (url.includes('?versioning')) return { status: 200, headers: {}, body: VERSIONED };
  if (path.startsWith('/history-bucket/')) return { status: 404, headers: XML, body: NO_KEY };
  return path === '/audit-bucket' ? { status: 200, headers: XML, body: EMPTY_BUCKET } : undefined;
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    const path = url.replace(/\?.*/, '').replace(/(.)\/$/, '$1');
    const object = objectAt(method, url, path);
    if (object !== undefined) return response.writeHead(object.status, object.headers).end(object.body);
    const target = String(headers['x-amz-target'] ?? '');
    const send = ({ status = 200, body }: { status?: number; body: unknown }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const sent = Buffer.concat(chunks).toString();
    const called = SERVICES[target.replace(/^.*\./, '')];
    if (called !== undefined) return send(called(sent));
    if (path === '/v1/key-rotations') {
      const isNothingNew = sent.includes('nothing new');
      return send({ status: 202, body: { ...rotation, renewed: isNothingNew ? 0 : 1 } });
    }
    return send(answerTo(`${method} ${path}`, url, sent));
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// Files of a worker share this module, so none of them may close it; it keeps no process alive.
server.unref();
export const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
