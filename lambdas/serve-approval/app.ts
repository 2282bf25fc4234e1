/** The approval page: reading changes nothing, and is on record; only a form that a person filled in and sent decides. */
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { afterDenial } from '../../lib/domain/approval/after-denial.ts';
import { assertTurn } from '../../lib/domain/approval/assert-turn.ts';
import { checklistOf } from '../../lib/domain/approval/checklist-of.ts';
import { concernedBy } from '../../lib/domain/approval/concerned.ts';
import { conditionDays } from '../../lib/domain/approval/condition-answer.ts';
import { assertMayDecide } from '../../lib/domain/approval/eligibility.ts';
import { invitationOf, type LinkPayload, readLink } from '../../lib/domain/approval/link.ts';
import { loweredDemands } from '../../lib/domain/approval/lowered-demands.ts';
import { openedFrom } from '../../lib/domain/approval/opened.ts';
import type { ApprovalCase } from '../../lib/domain/approval/read-case.ts';
import { mayDecideAgain, mayDenyAfterAll } from '../../lib/domain/approval/second-decision.ts';
import { findSignedDecisions, type SignedDecisions } from '../../lib/domain/approval/signed-decisions.ts';
import { standingOf } from '../../lib/domain/approval/standing.ts';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import { takenBackBy } from '../../lib/domain/approval/taken-back.ts';
import { turnsOf } from '../../lib/domain/approval/turns.ts';
import { answeredFirst } from '../../lib/domain/change/read-former-decisions.ts';
import { obstaclesNow } from '../../lib/domain/gate/read-obstacles.ts';
import { needAnother } from '../../lib/domain/gate/remedies.ts';
import { approvalStages } from '../../lib/domain/policy/approval-stages.ts';
import { type DirectoryRecord, findPerson } from '../../lib/domain/policy/directory-record.ts';
import type { Approval } from '../../lib/domain/records/approval.ts';
import { Conflict, Refusal, type RefusalCode } from '../../lib/domain/refusal.ts';
import { evidenceFilesOf } from '../../lib/domain/release/evidence-files.ts';
import { assertOfThisVersion } from '../../lib/domain/release/former-version.ts';
import { readMeasured } from '../../lib/runtime/measured.ts';
import type { ApprovalForm } from '../../lib/web/approval/approval-form.ts';
import { approvalPage } from '../../lib/web/approval/approval-page.ts';
import { type DecisionView, decisionPage } from '../../lib/web/approval/decision-page.ts';
import { rowsPath } from '../../lib/web/console/rows-page.ts';
import { type Html, securityHeaders } from '../../lib/web/parts/layout.ts';
import { hindranceOf, type Problem, problemOf, problemPage } from '../../lib/web/parts/problem-page.ts';
import { keepNonce, nonceOf, openingsOf } from './cookies.ts';
import { answerOf, Hindered, readForm } from './decision-form.ts';
import { openFile } from './open-file.ts';
import { keepingVisit, readVisit, type Visited } from './visit.ts';
import type { ApprovalWorld } from './world.ts';

type Binding = { readonly requestContext?: { readonly domainName?: string } };
type ApprovalContext = Context<{ Bindings: Binding }>;

type Incomplete = Pick<ApprovalForm, 'typed' | 'violations' | 'approvedAt'>;

export const serveApproval = (world: ApprovalWorld): Hono<{ Bindings: Binding }> => {
  const app = new Hono<{ Bindings: Binding }>();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders(addressOf(c, world).protocol === 'https:'))) {
      // What a submitter wrote is served under a stricter policy of its own.
      if (!c.res.headers.has(name)) c.header(name, value);
    }
  });
  // Hono answers HEAD by the same function, without the body.
  app.get('/a/:link', (c) => showRequest(c, c.req.param('link'), world));
  app.post('/a/:link', (c) => answerRequest(c, c.req.param('link'), world));
  app.notFound((c) => c.html(problemPage(hindranceOf('no_page')), 404));
  app.onError((error, c) => {
    const [problem, status] = problemWith(error);
    world.onError?.(error, status);
    return c.html(problemPage(problem), status);
  });
  return app;
};

/** The public address of this page. API Gateway has routed by the domain name, so the sender cannot choose it. */
const addressOf = (c: ApprovalContext, { publicBaseUrl }: ApprovalWorld): URL =>
  new URL(publicBaseUrl === '' ? `https://${c.env.requestContext?.domainName ?? 'localhost'}` : publicBaseUrl);

type Visit = {
  readonly c: ApprovalContext;
  readonly link: string;
  readonly payload: LinkPayload;
  readonly world: ApprovalWorld;
};

const showRequest = async (c: ApprovalContext, link: string, world: ApprovalWorld): Promise<Response> => {
  const payload = await readLink(link, world.mac, world.now());
  const visited = await readVisit(world, payload.r);
  // Asked for now, so that it is read with what stands in the way.
  void visited.beside().catch(() => undefined);
  const page = await requestPage({ c, link, payload, world }, visited);
  await noteShown('GET', payload, visited.facts, world);
  return c.html(page);
};

/** Before any page of a release leaves, whatever it answers. */
const noteShown = (method: 'GET' | 'POST', { p }: LinkPayload, { release }: ApprovalCase, world: ApprovalWorld) =>
  world.noteRead(p, `${method} /a/{link} ${release.releaseId}`);

/** The form, or why there is none: a person who decided sees their decision, one who may not decide sees why. */
const requestPage = async (visit: Visit, visited: Visited, incomplete: Incomplete = {}): Promise<Html> => {
  const { payload, world } = visit;
  const { facts } = visited;
  assertOfThisVersion(facts.release);
  const decisions = await decisionsOf(facts, world);
  const mine = facts.approvals.find((approval) => approval.approverId === payload.p);
  const isAgain = mine !== undefined && mayDecideAgain(mine, facts.request, decisions);
  // Who has approved is shown that, and asks for the form that denies it after all.
  const isTakenBack = mine !== undefined && mayDenyAfterAll(mine, facts.request) && asksToDeny(visit, incomplete);
  if (mine !== undefined && !isAgain && !isTakenBack) {
    return recordedPage(visited, { approval: mine, decisions, isNew: false }, world);
  }
  const asked = { ...facts, signed: decisions.signed, payload, now: world.now() };
  assertMayDecide(asked);
  assertTurn(asked);
  const form = { ...incomplete, ...(isTakenBack && !isAgain && { approvedAt: mine.timestamp }) };
  return formPage({ ...visit, ...visited }, { ...facts, decisions, mine: isAgain ? mine : undefined }, form);
};

const asksToDeny = ({ c }: Visit, { typed }: Incomplete): boolean =>
  c.req.query('deny') !== undefined || typed?.decision === 'deny';

/** Which of the stored decisions count. */
const decisionsOf = async (facts: ApprovalCase, { signer }: ApprovalWorld): Promise<SignedDecisions> =>
  findSignedDecisions(facts.approvals, { ...facts, decisionKeyPem: await signer.publicKeyPem() });

const answerRequest = async (c: ApprovalContext, link: string, world: ApprovalWorld): Promise<Response> => {
  const address = addressOf(c, world);
  const form = readForm({
    header: (name) => c.req.header(name),
    body: await c.req.arrayBuffer(),
    cookie: nonceOf({ c, address }),
    origin: address.origin,
  });
  const payload = await readLink(link, world.mac, world.now());
  if ('file' in form) return openFile({ c, link, address, payload, world }, form.file);
  const { typed } = form;
  const { readCase, foreseen, visit } = keepingVisit(world);
  try {
    const decision = {
      payload,
      answer: answerOf(typed),
      openings: openingsOf({ c, address }),
      authMethod: 'signed_link',
    };
    const { facts, approval, isNew } = await takeDecision(decision, { ...world, readCase, foreseen });
    const recorded = { approval, decisions: await decisionsOf(facts, world), isNew };
    const page = await recordedPage({ ...(await visit(payload.r)), facts }, recorded, world);
    // A decision is an event. What is only shown again is a read.
    if (!isNew) await noteShown('POST', payload, facts, world);
    return c.html(page);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'DecisionIncomplete') throw error;
    world.onError?.(error, 422);
    const incomplete = { typed, violations: error.violations };
    const visited = await visit(payload.r);
    const page = await requestPage({ c, link, payload, world }, visited, incomplete);
    await noteShown('POST', payload, visited.facts, world);
    return c.html(page, 422);
  }
};

type Recorded = Pick<DecisionView, 'approval' | 'decisions' | 'isNew'>;

const recordedPage = async (
  { facts, obstacleRows }: Pick<Visited, 'facts' | 'obstacleRows'>,
  recorded: Recorded,
  { now }: ApprovalWorld,
): Promise<Html> => {
  const { request, release, directory } = facts;
  const isEnded = request.status === 'rejected' || request.status === 'expired';
  const standing = isEnded ? [] : obstaclesNow({ ...facts, ...(await obstacleRows), now: now() });
  // Nothing tries again by itself after an attempt that has ended.
  const ended = release.state === 'approved' ? release.reasons : [];
  const obstacles = standing.length > 0 ? standing : ended;
  return decisionPage({ ...recorded, request, release, obstacles, names: namesIn(directory) });
};

const namesIn = ({ people }: DirectoryRecord): ReadonlyMap<string, string> =>
  new Map(people.map(({ id, name }) => [id, name]));

type OpenCase = ApprovalCase & {
  readonly decisions: SignedDecisions;
  /** What is stored under the name of this person and does not count. */
  readonly mine: Approval | undefined;
};

/** Renders the form with a new nonce, which the browser must bring back in the form and in the cookie. */
const formPage = async (visit: Visit & Visited, facts: OpenCase, incomplete: Incomplete): Promise<Html> => {
  const { payload, world } = visit;
  const { release, request, checks, decisions, policy, directory, former, mine } = facts;
  const approver = findPerson(directory, payload.p);
  if (approver === undefined) throw new Error(`${payload.p} is not in the directory`);
  const actingFor = invitationOf(request, payload)?.actingFor;
  const formNonce = world.nextNonce();
  const place = { ...visit, address: addressOf(visit.c, world) };
  keepNonce(place, formNonce);
  const [beside, obstacleRows] = await Promise.all([visit.beside(), visit.obstacleRows]);
  const measured = await readMeasured(facts, beside, world);
  const form: ApprovalForm = {
    approver,
    role: payload.o,
    ...(actingFor === undefined ? {} : { actingFor: findPerson(directory, actingFor)?.name ?? actingFor }),
    meaning: policy.approval_meaning,
    modelVersion: request.modelVersion,
    checklist: checklistOf(policy, release, payload.o),
    formNonce,
    owners: concernedBy(facts, directory),
    conditionDays: conditionDays(policy),
    ...incomplete,
  };
  const takenBack = decisions.signed.filter((one) => takenBackBy(facts, one)).map(({ approverId }) => approverId);
  const before = { former: answeredFirst(beside.answered, former), demands: afterDenial(facts), takenBack };
  const lowered = loweredDemands(facts);
  const stages = approvalStages(policy, release);
  const evidence = {
    files: evidenceFilesOf(release),
    opened: openedFrom(openingsOf(place), { release, request, payload }),
    rowsAddress: `${place.address.pathname.replace(/\/$/, '')}${rowsPath(release.releaseId)}`,
  };
  const standing = { ...facts, ...obstacleRows, now: world.now() };
  const obstacles = obstaclesNow(standing);
  const beyond = { obstacles, needsAnother: needAnother(obstacles, standing) };
  const view = { evidence, release, request, checks, decisions, before, ...beyond, form, names: namesIn(directory) };
  return approvalPage({
    ...view,
    ...measured,
    ...(mine ? { mine } : {}),
    ...(lowered ? { lowered } : {}),
    ...(stages ? { steps: turnsOf(stages, standingOf(facts, decisions.signed)) } : {}),
    ...(beside.behaviour ? { behaviour: beside.behaviour } : {}),
  });
};

const STATUS: Partial<Record<RefusalCode, ContentfulStatusCode>> = {
  LinkInvalid: 403,
  LinkExpired: 410,
  NotFound: 404,
  ApproverNotEligible: 403,
  SeparationOfDuties: 403,
  RequestNotPending: 409,
  StageNotOpen: 409,
  IllegalTransition: 409,
  DecisionAlreadyRecorded: 409,
  EvidenceDigestMismatch: 409,
  JudgedByFormerVersion: 409,
};

const problemWith = (error: Error): [Problem, ContentfulStatusCode] => {
  if (error instanceof Refusal) return [problemOf(error), STATUS[error.code] ?? 422];
  if (error instanceof Hindered) return [hindranceOf(error.hindrance), error.status];
  if (error instanceof Conflict) return [hindranceOf('busy'), 503];
  return [hindranceOf('broken'), 500];
};
