import { describe, expect, it } from 'vitest';
import { governanceRecord } from '../../../lib/domain/attestation/record.ts';
import { testResult } from '../../../lib/domain/attestation/test-result.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import { APPLIED, recordFacts } from '../../domain/attestation/record-facts.ts';
import { LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { at, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY, makeKey, OTHER_KEY, signedApproval } from '../../support/decision-key.ts';
import { LOWERED } from '../../support/lowered-tier.ts';
import { checks, pinnedDraft } from '../../support/release-life.ts';
import { aDirectory, assay } from '../assay.ts';

const RECORD_KEY = makeKey('record-key');
const directory = () =>
  aDirectory({
    'record.dsse.json': Buffer.from(envelopeBytes(RECORD_KEY.seal(governanceRecord(recordFacts)))).toString(),
    'record.pub': RECORD_KEY.pem,
    'decision.pub': DECISION_KEY.pem,
    'other.pub': OTHER_KEY.pem,
    'log.pub': LOG_PUBLIC_KEY,
  });
const verify = (...words: string[]) => assay(directory(), ['verify', ...words]);
const STAGE = testResult({
  release: pinnedDraft,
  stage: 'model_card',
  checks: checks.filter(({ stage }) => stage === 'model_card'),
  policy: {},
  now: NOW,
});
const KEYS = ['--key', 'record.pub', '--decision-key', 'decision.pub'];

describe('assay verify (SG-2)', () => {
  it('finds a record in order, and shows how each decision is signed', async () => {
    const { code, out } = await verify('record.dsse.json', ...KEYS);

    expect(code).toBe(0);
    expect(out).toMatch(/mia +ml_lead +approve +signed_link +signed\n/);
    expect(out).toMatch(/risk tier +high\n/);
    expect(out).toContain('ok: the record holds\nOnly the ledger says whether the release may still be promoted');
  });

  it('shows what each person had opened from the page, and never that they read it', async () => {
    const { approvals, release } = recordFacts;
    const sha256 = digestOf('card');
    const card = { name: 'model_card', sha256, at: at('2026-11-20T10:50:00.000Z') };
    const noted = approvals.map((one) =>
      signedApproval({ ...one, opened: one.approverId === 'mia' ? [card] : [] }, release),
    );
    const folder = aDirectory({
      'record.dsse.json': Buffer.from(
        envelopeBytes(RECORD_KEY.seal(governanceRecord({ ...recordFacts, approvals: noted }))),
      ).toString(),
      'record.pub': RECORD_KEY.pem,
      'decision.pub': DECISION_KEY.pem,
    });

    const { code, out } = await assay(folder, ['verify', 'record.dsse.json', ...KEYS]);

    expect(code).toBe(0);
    expect(out).toContain(`mia opened from the page:\n  model_card  ${sha256}  2026-11-20T10:50:00.000Z\n`);
    expect(out).toContain('rob opened from the page: nothing\n');
    expect(out).not.toMatch(/\bread\b/);
    expect((await verify('record.dsse.json', ...KEYS)).out).toContain(
      'mia: nobody noted what was opened from the page\n',
    );
  });

  it('shows that a tier was lowered, from which, why and by whom', async () => {
    const lowered = { ...recordFacts.release, riskTier: 'low' as const, tierOverride: LOWERED };
    const record = governanceRecord({ ...recordFacts, release: lowered });
    const folder = aDirectory({
      'record.dsse.json': Buffer.from(envelopeBytes(RECORD_KEY.seal(record))).toString(),
      'record.pub': RECORD_KEY.pem,
      'decision.pub': DECISION_KEY.pem,
    });

    const { out } = await assay(folder, ['verify', 'record.dsse.json', ...KEYS]);

    expect(out).toMatch(/risk tier +low, in place of high by rule regulated_area\n/);
    expect(out).toContain(LOWERED.reason);
    expect(out).toMatch(/roles to accept it +risk_owner, compliance_officer\n/);
  });

  it('shows the policy, and which overlays made it', async () => {
    const record = governanceRecord({ ...recordFacts, policy: { ...recordFacts.policy, applied: APPLIED } });
    const folder = aDirectory({
      'record.dsse.json': Buffer.from(envelopeBytes(RECORD_KEY.seal(record))).toString(),
      'record.pub': RECORD_KEY.pem,
      'decision.pub': DECISION_KEY.pem,
    });

    const { code, out } = await assay(folder, ['verify', 'record.dsse.json', ...KEYS]);

    expect(code).toBe(0);
    expect(out).toMatch(/policy +[0-9a-f]{64} of Mortgage credit models with credit, eu\n/);
    expect((await verify('record.dsse.json', ...KEYS)).out).toMatch(/policy +[0-9a-f]{64}\n/);
  });

  it('shows what was denied before, and the answer to it', async () => {
    const { release } = recordFacts;
    const manifest = { ...release.manifest, denial_answer: 'The groups differ\u001b[2K no more.' };
    const record = governanceRecord({
      ...recordFacts,
      release: { ...release, manifest, answeredDenials: ['credit-0', 'credit-9'] as never },
    });
    const folder = aDirectory({
      'record.dsse.json': Buffer.from(envelopeBytes(RECORD_KEY.seal(record))).toString(),
      'record.pub': RECORD_KEY.pem,
      'decision.pub': DECISION_KEY.pem,
    });

    const { out } = await assay(folder, ['verify', 'record.dsse.json', ...KEYS]);

    expect(out).toMatch(/denied before as +credit-0, credit-9\n/);
    expect(out).toMatch(/answer +The groups differ.*no more\.\n/);
    expect(out).not.toContain('\u001b');
  });

  it('says everything that is wrong, and answers 1', async () => {
    const { code, out } = await verify('record.dsse.json', '--key', 'record.pub', '--decision-key', 'other.pub');
    const strange = await verify('decision.pub', ...KEYS, '--json');

    expect(code).toBe(1);
    expect(out).toMatch(
      /NOT OK: the record does not hold\n {2}the decision of mia as ml_lead: .*\n {2}the decision of rob/,
    );
    expect(strange.code).toBe(1);
    expect(JSON.parse(strange.out)).toEqual({ opened: {}, problems: ['it is no DSSE envelope'] });
    expect((await verify('decision.pub', ...KEYS)).out).toMatch(/^NOT OK/);
  });

  it('verifies the attestation of a stage, and the bytes that it is about', async () => {
    const folder = aDirectory({
      'stage.dsse.json': Buffer.from(envelopeBytes(OTHER_KEY.seal(STAGE))).toString(),
      'attestation.pub': OTHER_KEY.pem,
      'record.pub': RECORD_KEY.pem,
      'model.bin': 'other bytes',
    });
    const attested = (...words: string[]) => assay(folder, ['verify', 'stage.dsse.json', ...words]);

    const { code, out } = await attested('--key', 'attestation.pub');
    expect(code).toBe(0);
    expect(out).toMatch(/stage +model_card\n/);
    expect(out).toContain('ok: the stage attests this');
    const other = await attested('--key', 'attestation.pub', '--artifact', 'model.bin');
    expect(other).toMatchObject({ code: 1, out: expect.stringContaining('NOT OK: this attests to nothing') });
    const forged = await attested('--key', 'record.pub', '--json');
    expect([forged.code, JSON.parse(forged.out)]).toEqual([
      1,
      { problems: ['no signature is by this key over this payload'] },
    ]);
  });

  it.each([
    ['there is no record in nowhere.json', ['nowhere.json', ...KEYS]],
    ['verify needs --decision-key', ['record.dsse.json', '--key', 'record.pub']],
    [
      'log.pub is no public key on P-256 in PEM',
      ['record.dsse.json', '--key', 'log.pub', '--decision-key', 'decision.pub'],
    ],
    ['nowhere.pub is no public key', ['record.dsse.json', '--key', 'record.pub', '--decision-key', 'nowhere.pub']],
  ])('answers 2 where the question cannot be asked: %s', async (why, words) => {
    expect(await verify(...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(why) });
  });
});
