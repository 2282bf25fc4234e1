/** Hands out the files that a link does not open, to people who are signed in and may have them: on record first. */
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { mayHaveRows } from '../../lib/domain/approval/row-access.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { ReleaseId } from '../../lib/domain/identifiers.ts';
import { type AccessNotes, noteAccess } from '../../lib/domain/ledger/note-access.ts';
import { type DirectoryRecord, findPerson } from '../../lib/domain/policy/directory-record.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { type EvidenceCopy, retentionEnded } from '../../lib/domain/release/evidence-copy.ts';
import { type EvidenceFile, evidenceFilesOf } from '../../lib/domain/release/evidence-files.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { NoteRead } from '../../lib/runtime/note-reads.ts';
import { navigation, whoLooks } from '../../lib/web/console/frame.ts';
import { ROWS_PROBLEMS, rowsPage } from '../../lib/web/console/rows-page.ts';
import { downloadName } from '../../lib/web/parts/download-name.ts';
import { securityHeaders } from '../../lib/web/parts/layout.ts';
import { problemPage } from '../../lib/web/parts/problem-page.ts';
import { isOfSameOrigin } from '../../lib/web/parts/same-origin.ts';
import { bearerOf } from '../../lib/web/session/claims.ts';
import { signedIn, type WithSession } from '../../lib/web/session/session.ts';
import { isHttps, type SessionWorld } from '../../lib/web/session/visit.ts';

/** One version of a kept file. */
type Handout = { readonly bucket: string; readonly key: string; readonly versionId: string };

export type RowsWorld = SessionWorld & {
  readonly directory: () => Promise<DirectoryRecord>;
  readonly store: Pick<ReleaseStore, 'get'>;
  readonly notes: AccessNotes;
  /** Who reads what is on record. */
  readonly noteRead: NoteRead;
  readonly handouts: {
    /** The version with this digest, by the word of S3. */
    readonly find: (copy: EvidenceCopy) => Promise<Handout>;
    /** An address that gives its bytes, as a file of this name, for a minute. */
    readonly presign: (handout: Handout, fileName: string) => Promise<URL>;
    /** Where such addresses lead. */
    readonly origin: () => Promise<string>;
  };
};

type RowsContext = Context<WithSession>;

export const rowsRoutes = (world: RowsWorld): Hono<WithSession> => {
  const routes = new Hono<WithSession>();
  routes.get('/:releaseId/evidence', signedIn(world), (c) => showFiles(c, c.req.param('releaseId'), world));
  routes.post('/:releaseId/evidence/:name', signedIn(world), (c) => handOut(c, c.req.param(), world));
  return routes;
};

const showFiles = async (c: RowsContext, releaseId: string, world: RowsWorld): Promise<Response> => {
  const { release, person, roles, files } = await requireAccess(c, releaseId, world);
  const { publicBaseUrl, handouts } = world;
  // A form may lead to another origin by a redirect only if the policy of its page names it.
  const headers = securityHeaders(isHttps(world), [await handouts.origin()]);
  c.header('Content-Security-Policy', headers['Content-Security-Policy']);
  return c.html(rowsPage({ release, files, viewer: whoLooks(person.name, roles), publicBaseUrl, now: world.now() }));
};

type Asked = { readonly releaseId: string; readonly name: string };

/** The row comes before the address: an answer that nobody could account for is not given. */
const handOut = async (c: RowsContext, { releaseId, name }: Asked, world: RowsWorld): Promise<Response> => {
  const { notes, handouts, now } = world;
  if (!isOfSameOrigin((header) => c.req.header(header), new URL(world.publicBaseUrl).origin))
    return c.html(problemPage(ROWS_PROBLEMS.notFromHere, navigation()), 403);
  const { release, person, files } = await requireAccess(c, releaseId, world);
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw nothingFor(person.id);
  const why = retentionEnded(file, now());
  if (why !== undefined)
    return c.html(problemPage({ ...ROWS_PROBLEMS.ended, details: [`${why}.`] }, navigation()), 410);
  const found = await handouts.find(file);
  await noteAccess({ who: person.id, what: `${release.releaseId}/${file.name}`, sha256: file.sha256 }, notes, now);
  const address = await handouts.presign(found, downloadName(file, release));
  return c.redirect(address.href, 303);
};

/** The release, its files that no link opens, and who asks for them. Refuses everybody who may not have them, in one way. */
const requireAccess = async (c: RowsContext, text: string, { directory: read, store, now }: RowsWorld) => {
  const directory = await read();
  const { identity, roles } = bearerOf(c.var.session.claims, directory);
  const person = identity && findPerson(directory, identity.id);
  if (person === undefined) throw nothingFor('somebody whom the directory does not know');
  const id = ReleaseId.safeParse(text);
  const release = id.success ? await store.get('release', id.data) : undefined;
  if (release === undefined) throw nothingFor(person.id);
  const isAuditor = roles.includes('auditor');
  const question = await readQuestion(release, store);
  if (!mayHaveRows({ personId: person.id, isAuditor, release, question, directory, now: now() }))
    throw nothingFor(person.id);
  return { release, person, roles, files: evidenceFilesOf(release).filter(isHandedOut) };
};

const readQuestion = async ({ approvalRequestId, policySha256 }: Release, store: RowsWorld['store']) => {
  if (approvalRequestId === undefined) return undefined;
  const [request, stored] = await Promise.all([
    store.get('request', approvalRequestId),
    store.get('policy', policySha256),
  ]);
  return request && stored && { request, policy: stored.policy };
};

/** A document opens by the link; an auditor reads the evidence report by the API. */
const isHandedOut = ({ kind }: EvidenceFile): boolean => kind !== 'document';

const nothingFor = (who: string): Refusal => new Refusal('NotFound', `no rows are there for ${who}`);
