/** People can read what they sign for, by the same link; and what was opened is what their own browser brings back. */
import { describe, expect, it } from 'vitest';
import type { Sha256 } from '../../lib/domain/identifiers.ts';
import { openDecision } from '../../lib/domain/records/decision.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { DOCUMENT_MAX_BYTES } from '../../lib/domain/release/evidence-files.ts';
import { anApprovalCase, digestOf, seedOutcomes } from '../support/approval-case.ts';
import { BASE_URL, COMPLETE, HEADERS, linkFor, openPage } from '../support/approval-visitor.ts';
import { aBrowser } from '../support/browser-jar.ts';
import { DECISION_KEY } from '../support/decision-key.ts';
import { totalsOf } from '../support/totals-of.ts';

const CARD = '{"overview":"<script>alert(1)</script> & more","owner":"team \u202e evil"}';

/** The page over a case of its own, and what it read of S3. */
const aPage = async (texts: Readonly<Record<string, string | Uint8Array>> = { model_card: CARD }) => {
  const read: string[] = [];
  const kept = new Map(Object.entries(texts).map(([name, text]) => [digestOf(name), Buffer.from(text)]));
  const readKept = async (digest: Sha256) => {
    read.push(digest);
    const bytes = kept.get(digest);
    if (bytes === undefined) throw new Refusal('EvidenceDigestMismatch', `sha256/${digest} holds other bytes`);
    return bytes;
  };
  const page = openPage(await anApprovalCase(), { readKept });
  const link = await linkFor(page.scene, 'ada');
  const opened = async (): Promise<unknown> => {
    const [approval] = await page.scene.store.list('approval', page.scene.release.releaseId);
    const decision = openDecision(approval?.signed?.envelope, DECISION_KEY.pem);
    return 'said' in decision ? decision.said.opened : decision;
  };
  return { ...page, link, read, opened, other: (person: string) => linkFor(page.scene, person) };
};

describe('the page lists the evidence (AP-17)', () => {
  it('each file with its name, size and digest; documents open, and tables of people do not', async () => {
    const page = await aPage();

    const { text } = await aBrowser(page).open(page.link);

    for (const name of ['evaluation_report', 'model_card', 'data_provenance', 'predictions']) {
      expect(text).toContain(digestOf(name));
    }
    expect(text.match(/1,000 bytes/g)).toHaveLength(4);
    const buttons = [...text.matchAll(/name="(?:open|download)" value="([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(buttons)).toEqual(new Set(['data_provenance', 'evaluation_report', 'model_card']));
  });

  it('and for tables leads to the console, by an address that is no credential and gives nothing by itself', async () => {
    const page = await aPage();

    const { text } = await aBrowser(page).open(page.link);

    const [, address] = /<a href="([^"]+)"[^>]*>Get these files in the console</.exec(text) ?? [];
    expect(address).toBe('/console/releases/mortgage-1-2-0/evidence');
    expect(text).not.toMatch(/X-Amz|amazonaws\.com\/sha256/);
  });
});

describe('a table of people', () => {
  it('is described by its columns and its rows, and no row of it is on the page', async () => {
    const page = await aPage();
    const groups = [
      { attribute: 'race', value: 'White', count: 1200, favorable: 600 },
      { attribute: 'race', value: 'Asian', count: 34, favorable: 17 },
      { attribute: 'sex', value: 'Female', count: 700, favorable: 350 },
    ];
    const missing = { predictions: 0, labels: 7, attributes: { race: 0, sex: 1000 } };
    const columns = [
      { name: 'prediction', type: 'bigint' },
      { name: 'race', type: 'string' },
    ];
    seedOutcomes(page.scene, groups, totalsOf(groups, { rows: 1234, missing }), { format: 'Parquet', columns });

    const { text } = await aBrowser(page).open(page.link);

    const facts = /Its columns and rows(.*?)<\/details>/s
      .exec(text)?.[1]
      ?.replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    expect(facts).toContain('1,234 rows were counted: 7 without label, 1,000 without sex');
    expect(facts).toContain('It was read as Parquet.');
    for (const column of [
      'prediction The decision of the model bigint',
      'label What was true, or decided by people not counted',
      'race A protected attribute string',
    ])
      expect(facts).toContain(column);
    expect(page.read).not.toContain(digestOf('predictions'));
  });

  it('that nobody counted says so, and so does one that a former version counted', async () => {
    const page = await aPage();

    const { text } = await aBrowser(page).open(page.link);

    expect(text).toContain('How many rows it has is not kept.');
    expect(text).toContain('Of which types its columns are was not noted when it was counted.');
    expect(text).not.toContain('Type, by the file');
  });
});

describe('a document', () => {
  it('is shown as text that a browser neither runs nor takes for the page', async () => {
    const page = await aPage();
    const browser = aBrowser(page);
    await browser.open(page.link);

    const { response, text } = await browser.post(page.link, { open: 'model_card' });

    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^sandbox; default-src 'none'; style-src 'sha256-[^']+'; form-action 'none'; /);
    expect(policy).not.toContain('allow-');
    // A browser refuses a sandboxed page that has an opener policy.
    expect(response.headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; more');
    expect(text).not.toMatch(/<script|\u202e/);
    expect(text).toContain('team \ufffd evil');
    expect(text).toContain(digestOf('model_card'));
  });

  it('is handed out as it was kept, under a name that no system runs', async () => {
    const page = await aPage();
    const browser = aBrowser(page);
    await browser.open(page.link);

    const { response, text } = await browser.post(page.link, { download: 'model_card' });

    expect(text).toBe(CARD);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="mortgage-1-2-0.model_card.txt"');
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  });

  it('that is no text is handed out, whichever button was pressed', async () => {
    const page = await aPage({ model_card: Uint8Array.of(0xff, 0xfe, 0x00) });
    const browser = aBrowser(page);
    await browser.open(page.link);

    const { response } = await browser.post(page.link, { open: 'model_card' });

    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it.each(['&', '"', '<', '\u0001', '{', '\\'])(
    'of the largest size fits into the answer of a Lambda, also if it is all %j',
    async (character) => {
      const page = await aPage({ model_card: character.repeat(DOCUMENT_MAX_BYTES) });
      const browser = aBrowser(page);
      await browser.open(page.link);

      const { text } = await browser.post(page.link, { open: 'model_card' });

      expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6_000_000);
    },
  );

  it('whose bytes are not those that are signed is not shown, and not opened', async () => {
    const page = await aPage({});
    const browser = aBrowser(page);
    await browser.open(page.link);

    const { response, text } = await browser.post(page.link, { open: 'model_card' });

    expect(response.status).toBe(409);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(text).toContain('The evidence is not what you were asked about');
  });

  it.each([
    ['a table of people', { open: 'predictions' }],
    ['the same to download', { download: 'predictions' }],
    ['what the release does not have', { open: 'drift_report' }],
    ['what is no name', { open: '../sha256' }],
    ['two files', { open: 'model_card', download: 'model_card' }],
    ['a file and a decision', { open: 'model_card', decision: 'approve' }],
  ])('is none: %s', async (_, fields) => {
    const page = await aPage({ predictions: 'race,sex', model_card: CARD });
    const browser = aBrowser(page);
    await browser.open(page.link);
    const before = page.read.length;

    const { response, text } = await browser.post(page.link, fields);

    expect(response.status).toBe(400);
    expect(page.read.slice(before)).toEqual([]);
    expect(text).not.toContain('race,sex');
  });

  it('opens for nobody once the request is closed', async () => {
    const page = await aPage();
    const browser = aBrowser(page);
    await browser.open(page.link);
    const grace = aBrowser(page);
    const hers = await page.other('grace');
    await grace.open(hers);
    await grace.post(hers, { ...COMPLETE, decision: 'deny', comment: 'The groups differ.' });
    const before = page.read.length;

    const { response } = await browser.post(page.link, { open: 'model_card' });

    expect(response.status).toBe(409);
    expect(page.read.slice(before)).toEqual([]);
  });
});

describe('opened from this page', () => {
  it('is in the decision that the same browser sends, and on the page meanwhile', async () => {
    const page = await aPage({ model_card: CARD, evaluation_report: '{}' });
    const browser = aBrowser(page);
    await browser.open(page.link);
    await browser.post(page.link, { open: 'model_card' });
    await browser.post(page.link, { download: 'evaluation_report' });
    const again = await browser.open(page.link);
    const fromMail = await browser.openFromMail(page.link);
    const sent = await browser.post(page.link, COMPLETE);

    // What is signed is what a person reads before they sign, wherever they come from.
    for (const { text } of [again, fromMail]) expect(text.match(/✓ Opened/g)).toHaveLength(2);
    expect(await page.opened()).toEqual(
      ['evaluation_report', 'model_card'].map((name) => ({
        name,
        sha256: digestOf(name),
        at: '2026-11-21T10:00:00.000Z',
      })),
    );
    expect(sent.text.replaceAll(/\s+/g, ' ')).toMatch(/Opened from this page<\/dt><dd><ul><li>Evaluation report, /);
    expect(sent.text).not.toMatch(/>Read\b/);
  });

  it('is kept for this one link, until it expires, out of the reach of scripts', async () => {
    const page = await aPage();
    const browser = aBrowser(page);
    await browser.open(page.link);

    const { response } = await browser.post(page.link, { open: 'model_card' });

    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Secure-assay-opened-model_card=/);
    for (const attribute of [`Path=/a/${page.link}`, 'HttpOnly', 'Secure', 'SameSite=Lax', 'Max-Age=255600']) {
      expect(cookie).toContain(attribute);
    }
  });

  it('is nothing of another browser, another person, or made up', async () => {
    const page = await aPage();
    const forwarded = aBrowser(page);
    await forwarded.open(page.link);
    await forwarded.post(page.link, { open: 'model_card' });
    const [, word = ''] = /opened-model_card=([^;]+)/.exec(forwarded.cookies(page.link)) ?? [];
    const link = await page.other('grace');
    const browser = aBrowser(page);
    const { text } = await browser.open(link);
    const nonce = /name="form_nonce" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const cookie = [
      `__Secure-assay-approval=${nonce}`,
      `__Secure-assay-opened-model_card=${word}`,
      '__Secure-assay-opened-evaluation_report=2026-11-21T10:00:00.000Z.AAAA',
      '__Secure-assay-opened-__proto__=x',
    ].join('; ');
    const sent = await page.app.request(
      `${BASE_URL}/a/${link}`,
      {
        method: 'POST',
        headers: { ...HEADERS, cookie },
        body: `${new URLSearchParams({ form_nonce: nonce, ...COMPLETE })}`,
      },
      {},
    );

    expect(sent.status).toBe(200);
    expect(await page.opened()).toEqual([]);
  });
});

describe('a scanner of mails', () => {
  /** The forms of a page, each once for each of its buttons, with everything else as it was served. */
  const formsIn = (html: string): Record<string, string>[] =>
    [...html.matchAll(/<form[^>]*>(.*?)<\/form>/gs)].flatMap(([, form = '']) => {
      const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const served = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
      const buttons = [...form.matchAll(/<button[^>]* name="([^"]+)" value="([^"]*)"/g)];
      return buttons.map(([, name = '', value = '']) => ({ ...served, [name]: value }));
    });

  it('opens nothing by following links, whatever it puts into the address, by GET or HEAD', async () => {
    const page = await aPage();
    const before = page.scene.store.commits;
    const scanner = aBrowser(page);
    const { text } = await scanner.open(page.link);
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href).filter((href) => href[0] !== '#');
    const asked = ['', '?open=model_card', '?download=model_card&form_nonce=x', '/model_card', ...links];
    const answers = await Promise.all(
      asked.flatMap((more) =>
        ['GET', 'HEAD'].map((method) => page.app.request(`${BASE_URL}/a/${page.link}${more}`, { method }, {})),
      ),
    );

    expect(answers.flatMap(({ headers }) => headers.getSetCookie()).join()).not.toContain('opened');
    expect((await Promise.all(answers.map((answer) => answer.text()))).join()).not.toContain('<pre');
    expect(page.scene.store.commits).toBe(before);
  });

  it('that sends every form opens files for itself: 0 are on record when the person decides', async () => {
    const page = await aPage({ model_card: CARD, evaluation_report: '{}', data_provenance: '{}' });
    const before = page.scene.store.commits;
    const scanner = aBrowser(page);
    const { text } = await scanner.open(page.link);
    const forms = formsIn(text);
    const answers = await Promise.all(forms.map((fields) => scanner.post(page.link, fields)));
    const after = page.scene.store.commits;
    const person = aBrowser(page);
    const seen = await person.open(page.link);
    await person.post(page.link, COMPLETE);

    // Three documents by two buttons each, and three decisions that are not complete.
    expect(answers.map(({ response }) => response.status).sort()).toEqual([...Array(6).fill(200), 422, 422, 422]);
    expect(scanner.cookies(page.link)).toContain('opened-model_card');
    expect(after).toBe(before);
    expect(seen.text).not.toContain('✓ Opened');
    expect(await page.opened()).toEqual([]);
  });

  it('without the cookies of a page gets no byte', async () => {
    const page = await aPage();
    const { text } = await aBrowser(page).open(page.link);
    const nonce = /name="form_nonce" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const before = page.read.length;
    const tries = [
      HEADERS,
      { ...HEADERS, cookie: '__Secure-assay-approval=another-nonce-of-tests' },
      { ...HEADERS, origin: 'https://evil.example.com', cookie: `__Secure-assay-approval=${nonce}` },
      { ...HEADERS, 'sec-fetch-site': 'cross-site', cookie: `__Secure-assay-approval=${nonce}` },
    ];
    const answers = await Promise.all(
      tries.map((headers) =>
        page.app.request(
          `${BASE_URL}/a/${page.link}`,
          { method: 'POST', headers, body: `form_nonce=${nonce}&open=model_card` },
          {},
        ),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(page.read.slice(before)).toEqual([]);
  });
});
