/**
 * What a person opened from the page (docs/formats/decision.md). Their browser keeps a word for each file and brings it back
 * with the decision, so opening writes nothing, and what another browser opened is not theirs.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Instant } from '../identifiers.ts';
import type { ApprovalRequest, OpenedFile } from '../records/approval.ts';
import { type EvidenceFile, evidenceFilesOf } from '../release/evidence-files.ts';
import type { Release } from '../release/release.ts';
import { canonicalJson } from '../signing/canonical-json.ts';
import type { LinkPayload } from './link.ts';

/** What a browser brought back, by the names of files. All of it is attacker-controlled text. */
export type Openings = ReadonlyMap<string, string>;

type Asked = {
  readonly request: Pick<ApprovalRequest, 'requestId' | 'taskToken'>;
  readonly payload: Pick<LinkPayload, 'p' | 'n'>;
};

/** Domain separation, from whatever else the same key might authenticate one day. */
const PURPOSE = 'assay-opened-v1';

/** The word that says that this browser was given these bytes now: `<instant>.<mac>`. */
export const sealOpening = (file: Named, at: Instant, asked: Asked): string =>
  `${at}.${macOf(file, at, asked).toString('base64url')}`;

/**
 * Which files of the release this browser was given by this person's link: those whose word we sealed, for the very bytes
 * that are signed. Anything else says nothing and is left out, because nobody has to open anything.
 */
export const openedFrom = (openings: Openings, asked: Asked & { readonly release: Release }): OpenedFile[] =>
  evidenceFilesOf(asked.release).flatMap((file) => {
    const [, at = '', mac = ''] = WORD.exec(openings.get(file.name) ?? '') ?? [];
    const expected = macOf(file, at, asked);
    const given = Buffer.from(mac, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return [];
    return [{ name: file.name, sha256: file.sha256, at: Instant.parse(at) }];
  });

type Named = Pick<EvidenceFile, 'name' | 'sha256'>;
const WORD = /^([0-9TZ:.-]{24})\.([A-Za-z0-9_-]{43})$/;

/**
 * Its key is the task token of the request: a secret of the table and of Step Functions, which made it, that nobody can
 * guess, and of which each request has its own. So a word costs no call, and the page needs no right to make a MAC by KMS.
 */
const macOf = ({ name, sha256 }: Named, at: string, { request, payload }: Asked): Buffer => {
  const about = { purpose: PURPOSE, request: request.requestId, person: payload.p, nonce: payload.n };
  return createHmac('sha256', request.taskToken)
    .update(canonicalJson({ ...about, name, sha256, at }))
    .digest();
};
