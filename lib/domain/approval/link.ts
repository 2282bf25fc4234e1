/**
 * The link of an invitation: `<payload>.<mac>`. It names who is asked about what and carries no decision, so opening or
 * copying it decides nothing. A link has exactly one valid spelling: any other encoding of its payload is refused.
 */
import * as z from 'zod';
import { type Instant, PersonId } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import type { ApprovalRequest, Invitation } from '../records/approval.ts';
import { Refusal } from '../refusal.ts';
import { canonicalJson } from '../signing/canonical-json.ts';
import { Word } from '../stored.ts';
import type { LinkMac } from './link-mac.ts';

/** The payload of a link: request, person, role, first digits of the evidence digest, expiry (epoch seconds), nonce. */
export const LinkPayload = z
  .strictObject({
    v: z.literal(1),
    r: z.string().min(1).max(80),
    p: PersonId,
    o: Word,
    d: z.string().regex(/^[0-9a-f]{16}$/),
    x: z.int().min(0),
    n: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  })
  .readonly();
export type LinkPayload = z.infer<typeof LinkPayload>;

/** A link has a few hundred characters; anything longer is refused. */
export const LINK_MAX_CHARACTERS = 1024;
/** Domain separation: a MAC that the same key makes for another purpose is not valid for a link. */
const DOMAIN = 'assay-approval-link-v1.';
export const DIGEST_PREFIX_LENGTH = 16;
/** 32 bytes of HMAC-SHA-256 are 43 characters of base64url. */
const SHAPE = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/** The bytes that the MAC is made over. */
export const linkMessage = (payload: string): Uint8Array => new TextEncoder().encode(`${DOMAIN}${payload}`);

/** The payload of the link that an invited person receives, by the first of their invitations. */
export const payloadFor = (request: ApprovalRequest, personId: string): LinkPayload => {
  const invitation = request.invitations.find((invited) => invited.personId === personId);
  if (invitation === undefined) throw new Error(`${personId} is not invited by ${request.requestId}`);
  return payloadOf(request, invitation);
};

/** The payload of the link of one invitation. */
export const payloadOf = (request: ApprovalRequest, invitation: Invitation): LinkPayload =>
  LinkPayload.parse({
    v: 1,
    r: request.requestId,
    p: invitation.personId,
    o: invitation.role,
    d: request.evidenceDigest.slice(0, DIGEST_PREFIX_LENGTH),
    x: Math.floor(millisecondsOf(request.expiresAt) / 1000),
    n: invitation.nonce,
  });

/** The invitation that a link was made for; undefined if the request has none such. */
export const invitationOf = (
  { invitations }: Pick<ApprovalRequest, 'invitations'>,
  { p, o, n }: LinkPayload,
): Invitation | undefined =>
  invitations.find(({ personId, role, nonce }) => personId === p && role === o && nonce === n);

export const buildLink = async (payload: LinkPayload, mac: Pick<LinkMac, 'generate'>): Promise<string> => {
  const text = toBase64url(canonicalJson(payload));
  return `${text}.${toBase64url(await mac.generate(linkMessage(text)))}`;
};

/**
 * Establishes that we wrote this link and that its time has not passed. Everything about the text is attacker-controlled
 * until the MAC holds; the payload is parsed only after that.
 */
export const readLink = async (text: string, mac: Pick<LinkMac, 'verify'>, now: Instant): Promise<LinkPayload> => {
  const [, payloadText = '', macText = ''] = text.length <= LINK_MAX_CHARACTERS ? (SHAPE.exec(text) ?? []) : [];
  const bytes = fromBase64url(payloadText);
  const code = fromBase64url(macText);
  if (bytes === undefined || code === undefined) throw invalid('it is not a link');
  if (!(await mac.verify(linkMessage(payloadText), code))) throw invalid('its authentication code is not valid');
  const payload = parsePayload(bytes);
  if (millisecondsOf(now) >= payload.x * 1000) throw new Refusal('LinkExpired', 'this link has expired');
  return payload;
};

const parsePayload = (bytes: Buffer): LinkPayload => {
  const parsed = LinkPayload.safeParse(parseJson(bytes));
  if (!parsed.success || !bytes.equals(canonicalJson(parsed.data))) throw invalid('its payload is not version 1');
  return parsed.data;
};

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
};

const toBase64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/**
 * Decodes base64url. Undefined unless the text is the canonical encoding: its last character may have bits that
 * decoding drops.
 */
const fromBase64url = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
};

const invalid = (why: string): Refusal => new Refusal('LinkInvalid', `could not read the link: ${why}`);
