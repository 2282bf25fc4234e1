/** Gives one evidence file to the browser that asked for it by a form of the page, and lets it keep a word about that. */
import type { Context } from 'hono';
import { assertMayDecide } from '../../lib/domain/approval/eligibility.ts';
import type { LinkPayload } from '../../lib/domain/approval/link.ts';
import { sealOpening } from '../../lib/domain/approval/opened.ts';
import { readAsked } from '../../lib/domain/approval/read-case.ts';
import { findSignedDecisions } from '../../lib/domain/approval/signed-decisions.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { millisecondsOf } from '../../lib/domain/instant.ts';
import { evidenceDigestNow as digestNow } from '../../lib/domain/records/evidence-digest.ts';
import { DOCUMENT_MAX_BYTES, evidenceFilesOf } from '../../lib/domain/release/evidence-files.ts';
import { assertOfThisVersion } from '../../lib/domain/release/former-version.ts';
import { documentHeaders, documentPage } from '../../lib/web/approval/document-page.ts';
import { downloadName } from '../../lib/web/parts/download-name.ts';
import { keepOpening } from './cookies.ts';
import { type AskedFile, Hindered } from './decision-form.ts';
import type { ApprovalWorld } from './world.ts';

type Opening = {
  readonly c: Context;
  readonly link: string;
  readonly address: URL;
  readonly payload: LinkPayload;
  readonly world: ApprovalWorld;
};

/**
 * Only who may decide may open, as long as they may: the link is of no other use. The bytes are those that are signed, or
 * nothing is shown. Nothing is written but who was shown it.
 */
export const openFile = async (opening: Opening, asked: AskedFile): Promise<Response> => {
  const { c, payload, world } = opening;
  const { request, release } = await readAsked(world.store, payload.r);
  assertOfThisVersion(release);
  const { policySha256 } = release;
  const [{ policy }, directory, checks, approvals, decisionKeyPem] = await Promise.all([
    requireFound(world.store.get('policy', policySha256), policySha256),
    world.directory(),
    readChecks(world.store, release.releaseId),
    world.store.list('approval', release.releaseId),
    world.signer.publicKeyPem(),
  ]);
  const now = world.now();
  const { signed } = findSignedDecisions(approvals, { release, decisionKeyPem });
  const evidenceDigestNow = digestNow(release, checks);
  assertMayDecide({ release, request, policy, directory, signed, evidenceDigestNow, payload, now });
  const file = evidenceFilesOf(release).find(({ name }) => name === asked.name);
  if (file?.kind !== 'document') throw new Hindered('malformed', 400, 'no document of this release');
  const bytes = await world.readKept(file.sha256, DOCUMENT_MAX_BYTES);
  await world.noteRead(payload.p, `POST /a/{link} ${release.releaseId}/${file.name}`);
  const secondsLeft = Math.max(0, payload.x - Math.ceil(millisecondsOf(now) / 1000));
  keepOpening(opening, file.name, sealOpening(file, now, { request, payload }), secondsLeft);
  for (const [name, value] of Object.entries(documentHeaders)) c.header(name, value);
  const text = asked.as === 'text' ? textIn(bytes) : undefined;
  if (text !== undefined) return c.html(documentPage({ file, release, text }));
  c.header('Content-Disposition', `attachment; filename="${downloadName(file, release)}"`);
  return c.body(new Uint8Array(bytes), 200, { 'Content-Type': 'application/octet-stream' });
};

/** Undefined if the bytes are no UTF-8: then there is nothing to show, and the file is handed out as it is. */
const textIn = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
