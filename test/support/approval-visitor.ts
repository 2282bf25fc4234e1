/** A visitor of the approval page: opens a link, keeps its cookie, fills in the served form, and sends it. */
import { serveApproval } from '../../lambdas/serve-approval/app.ts';
import { buildLink, payloadFor } from '../../lib/domain/approval/link.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, at, hmacLinkMac } from './approval-case.ts';
import { DECISION_KEY } from './decision-key.ts';
import { keptEvidence } from './kept-evidence.ts';

export const BASE_URL = 'https://approve.example.com';
export const mac = hmacLinkMac();

/** The page over a case, with the rights of its Lambda. */
export const openPage = (scene: ApprovalCase, changes: Partial<Parameters<typeof serveApproval>[0]> = {}) => {
  const errors: { error: Error; status: number }[] = [];
  let rendered = 0;
  const app = serveApproval({
    store: withinRights('ServeApproval', scene.store),
    directory: async () => scene.directory,
    readKept: keptEvidence(),
    mac,
    signer: DECISION_KEY.signer,
    now: () => at('2026-11-21T10:00:00.000Z'),
    nextNonce: () => `form-nonce-${String(++rendered).padStart(8, '0')}`,
    publicBaseUrl: BASE_URL,
    noteRead: async () => undefined,
    onError: (error, status) => errors.push({ error, status }),
    ...changes,
  });
  return { app, errors, scene };
};
export type Page = ReturnType<typeof openPage>;

export const linkFor = (scene: ApprovalCase, personId: string): Promise<string> =>
  buildLink(payloadFor(scene.request, personId), mac);

/** Opens the link and answers with what a browser would keep: the cookie and the hidden field. */
export const visit = async ({ app }: Page, link: string, init: RequestInit = {}) => {
  const response = await app.request(`${BASE_URL}/a/${link}`, init, {});
  const html = await response.text();
  return {
    response,
    html,
    setCookie: response.headers.get('set-cookie') ?? '',
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
    nonce: /name="form_nonce" value="([^"]*)"/.exec(html)?.[1] ?? '',
  };
};

export const COMPLETE = {
  'checklist.evidence_read': 'yes',
  'checklist.fairness_acceptable': 'yes',
  'checklist.rollback_known': 'yes',
  confirmation: '1.2.0',
  comment: '',
  decision: 'approve',
};

export const HEADERS = {
  origin: BASE_URL,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
};

type Sending = {
  readonly fields?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Added to the fields as it is, a byte for a character. */
  readonly more?: string;
};

/** Opens the link, then sends the form with these fields. */
export const send = async (
  page: Page,
  link: string,
  { fields = COMPLETE, headers = {}, body, more = '' }: Sending = {},
) => {
  const { cookie, nonce } = await visit(page, link);
  return visit(page, link, {
    method: 'POST',
    headers: { ...HEADERS, cookie, ...headers },
    body: body ?? Buffer.from(`${new URLSearchParams({ form_nonce: nonce, ...fields })}${more}`, 'latin1'),
  });
};
