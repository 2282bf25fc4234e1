import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verificationSummary } from '../../../lib/domain/attestation/verification-summary.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import { DENIED, SUMMARISED } from '../../domain/attestation/summarised.ts';
import { makeKey, OTHER_KEY } from '../../support/decision-key.ts';
import { url } from '../a-deployment.ts';
import { aDirectory, assay } from '../assay.ts';

const BYTES = 'the bytes of a model';
const DIGEST = createHash('sha256').update(BYTES).digest('hex');
const TOKEN = { ASSAY_URL: url, ASSAY_TOKEN: 'token' };
const folder = () => aDirectory({ 'model.tar.gz': BYTES });
const gate = (words: readonly string[], directory = folder()) => assay(directory, ['gate', ...words], TOKEN);

describe('assay gate (GT-2, GT-3, GT-4)', () => {
  it('ends with 0 for what is allowed, and says about which bytes', async () => {
    const { code, out } = await gate(['m', '1.0.0', '--artifact', 'model.tar.gz']);

    expect(code).toBe(0);
    expect(out).toMatch(/^ALLOWED: m 1\.0\.0 may go to production \(test\)\n/);
    expect(out).toContain(DIGEST);
    expect((await gate(['r-1'])).code).toBe(0);
  });

  it('says what a break-glass opened', async () => {
    const { code, out } = await gate(['m', '3.0.0']);

    expect(code).toBe(0);
    expect(out).toContain('BY BREAK-GLASS, past\n  freeze: the freeze “audit week” is on');
    expect((await gate(['m', '1.0.0'])).out).not.toContain('BREAK-GLASS');
  });

  it('ends with 1 for what is denied, with the decision first, every reason, and what to do', async () => {
    const { code, out } = await gate(['m', '2.0.0']);

    expect(code).toBe(1);
    expect(out).toMatch(/^DENIED: m 1\.0\.0 may not go to production \(test\), for 2 reasons\n/);
    const order = ['\nquorum\n', 'nobody has approved as risk_owner', '\nrows_are_enough\n', 'there are 12 rows'];
    const places = [...order, '\nWhat to do\n', 'assay approvals list', 'assay status r-1'].map((part) =>
      out.indexOf(part),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('ends with 1 for what nobody knows', async () => {
    const { code, out } = await gate(['stranger', '9.9.9']);

    expect(code).toBe(1);
    expect(out).toMatch(/^DENIED: stranger 9\.9\.9 may not go to production, for 1 reason\n/);
    expect(out).toContain('assay submit MANIFEST');
  });

  it('ends with 2 where there is no answer, even if that is a refusal of the API', async () => {
    expect(await gate(['m', 'busy'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('the gate gave no answer'),
    });
    const offline = await assay(folder(), ['gate', 'm', '1.0.0'], { ...TOKEN, ASSAY_URL: 'http://127.0.0.1:9' });
    expect(offline.code).toBe(2);
  });

  it.each([
    [['m', '1.0.0', '--artifact', 'model.tar.gz', '--sha256', DIGEST], 'not both'],
    [['m', '1.0.0', '--json', '--sarif'], 'not both'],
    [['m', '1.0.0', '--sha256', 'abc'], '64 hexadecimal digits'],
    [['m', '1.0.0', '--artifact', 'nowhere'], 'there is no file'],
    [[], 'gate needs MODEL'],
  ])('does not ask about %j', async (words, why) => {
    expect(await gate(words)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  });

  it('prints the answer of the API as JSON', async () => {
    const { code, out } = await gate(['m', '2.0.0', '--json', '--sha256', DIGEST.toUpperCase()]);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      decision: 'deny',
      subject: { sha256: DIGEST },
      reasons: [{ rule: 'quorum' }, {}],
    });
  });

  it('prints SARIF with one rule for each reason code, and nothing found where it is allowed', async () => {
    const { code, out } = await gate(['m', '2.0.0', '--sarif']);
    const [run] = JSON.parse(out).runs;

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-schema-2.1.0') });
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['quorum', 'rows_are_enough']);
    expect(run.results).toMatchObject([
      { ruleId: 'quorum', ruleIndex: 0, level: 'error', message: { text: 'nobody has approved as risk_owner' } },
      { ruleId: 'rows_are_enough', ruleIndex: 1, properties: { evidence_sha256: 'd'.repeat(64) } },
    ]);
    expect(JSON.parse((await gate(['m', '1.0.0', '--sarif'])).out).runs[0].results).toEqual([]);
    const unknown = JSON.parse((await gate(['stranger', '9.9.9', '--sarif'])).out).runs[0].results[0];
    expect(unknown.locations).toEqual([
      { logicalLocations: [{ fullyQualifiedName: 'stranger 9.9.9', kind: 'module' }] },
    ]);
  });

  it('saves the signed summary, if there is one', async () => {
    const directory = folder();

    await gate(['m', '1.0.0', '--summary', 'gate.dsse.json'], directory);
    expect(readFileSync(join(directory, 'gate.dsse.json'), 'utf8')).toMatch(/^\{"payload":"e30=",/);
    const { code, err } = await gate(['stranger', '9.9.9', '--summary', 'none.dsse.json'], directory);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('nothing is saved') });
    expect(existsSync(join(directory, 'none.dsse.json'))).toBe(false);
  });
});

describe('assay verify, of an answer of the gate', () => {
  const KEY = makeKey('attestation-key');
  const about = { ...SUMMARISED, subject: { ...SUMMARISED.subject, sha256: DIGEST as never } };
  const sealed = (of: Parameters<typeof verificationSummary>[0]) =>
    Buffer.from(envelopeBytes(KEY.seal(verificationSummary(of)))).toString();
  const saved = () =>
    aDirectory({
      'allow.dsse': sealed(about),
      'deny.dsse': sealed(DENIED),
      'key.pub': KEY.pem,
      'other.pub': OTHER_KEY.pem,
      'model.tar.gz': BYTES,
      'other.tar.gz': 'others',
    });
  const verify = (...words: string[]) => assay(saved(), ['verify', ...words]);

  it('holds for the bytes that were allowed, without AWS', async () => {
    const { code, out } = await verify('allow.dsse', '--key', 'key.pub', '--artifact', 'model.tar.gz');

    expect(code).toBe(0);
    expect(out).toMatch(/answered at +2026-11-29T15:04:05\.678Z/);
    expect(out).toContain('ok: the gate allowed these bytes');
  });

  it.each([
    [['deny.dsse', '--key', 'key.pub'], 'the gate denied the release'],
    [['allow.dsse', '--key', 'other.pub'], 'no signature is by this key'],
    [['allow.dsse', '--key', 'key.pub', '--artifact', 'other.tar.gz'], 'it is about an artifact that hashes to'],
    [['allow.dsse', '--key', 'key.pub', '--max-age', '1m'], 'must not be from before'],
  ])('does not hold: %j', async (words, why) => {
    const { code, out } = await verify(...words);

    expect(code).toBe(1);
    expect(out).toContain('NOT OK');
    expect(out).toContain(why);
  });

  it('prints the reasons of a denial, and the report as JSON', async () => {
    expect((await verify('deny.dsse', '--key', 'key.pub')).out).toContain('credit is held since');
    const { out } = await verify('allow.dsse', '--key', 'key.pub', '--json', '--max-age', '99999d');
    expect(JSON.parse(out)).toMatchObject({ problems: [], summary: { release_id: 'credit-1', decision: 'allow' } });
    expect(await verify('allow.dsse', '--key', 'key.pub', '--max-age', 'long')).toMatchObject({ code: 2 });
  });
});
