import { describe, expect, it } from 'vitest';
import { governanceRecord } from '../../../lib/domain/attestation/record.ts';
import { testResult } from '../../../lib/domain/attestation/test-result.ts';
import type { StageEvidence } from '../../../lib/domain/checks/check.ts';
import { CHECKS, checksOf } from '../../../lib/domain/checks/known-checks.ts';
import { requireKnown } from '../../../lib/domain/checks/require-known.ts';
import { runCheck } from '../../../lib/domain/checks/run-checks.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { CheckRecord } from '../../../lib/domain/records/check-record.ts';
import { signedCheck } from '../../../lib/domain/records/signed-check.ts';
import { checkList } from '../../../lib/web/approval/check-list.ts';
import { approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { anApprovalCase } from '../../support/approval-case.ts';
import { checks, pinnedDraft } from '../../support/release-life.ts';
import { recordFacts } from '../attestation/record-facts.ts';
import { aDescriptor, aProvenance, read, someEvidence } from './stage-evidence.ts';

const run = (name: string, evidence: StageEvidence, parameters = {}) => {
  const stage = CHECKS.find((check) => check.name === name)?.stage ?? 'model_card';
  return runCheck({ stage, checks: checksOf(stage) }, { name, mode: 'enforce', parameters }, evidence);
};

/** What somebody wrote down, and nobody can look at. Each passes, and each says that it is only attested. */
const WORDS: [string, string, StageEvidence][] = [
  ['edge cases that were written by hand', 'edge_case_inputs_handled', someEvidence()],
  [
    'an input schema that lets every object through',
    'input_validation_configured',
    someEvidence({
      deploymentDescriptor: read(
        aDescriptor({ input_validation: { schema: '{"type":"object"}', rejects: ['lists'] } }),
      ),
      liveEndpoint: undefined,
    }),
  ],
  [
    'a training set that nobody uploaded',
    'training_data_sources_documented',
    someEvidence({ dataProvenance: read(aProvenance()) }),
  ],
  [
    'a descriptor of an entry point that nobody can read',
    'inference_endpoint_tls_configured',
    someEvidence({ deploymentDescriptor: read(aDescriptor()), liveEndpoint: undefined }),
  ],
];

const recordOf = (name: string, evidence: StageEvidence): CheckRecord => {
  const { verdict, mode } = run(name, evidence);
  const [like] = checks;
  return CheckRecord.parse({ ...like, name, mode, passed: verdict.status === 'passed', ...verdict });
};

describe('how a verdict is known (CK-16)', () => {
  it.each(WORDS)('%s is attested: in the verdict, the record, the attestation and on the page', (_, name, evidence) => {
    const record = recordOf(name, evidence);

    expect(run(name, evidence).verdict).toMatchObject({ status: 'passed', knownBy: 'attested' });
    expect(signedCheck(record)).toMatchObject({ status: 'passed', known_by: 'attested' });
    const { predicate } = testResult({
      release: pinnedDraft,
      stage: record.stage,
      checks: [record],
      policy: {},
      now: Instant.parse('2026-11-28T12:00:00.000Z'),
    });
    expect(JSON.stringify(predicate)).toContain('"known_by":"attested"');
    expect(governanceRecord({ ...recordFacts, checks: [record] }).predicate).toMatchObject({
      checks: [{ name, known_by: 'attested' }],
    });
    const page = String(checkList([record]));
    expect(page).toContain('Known by: <b><bdi>attested</bdi></b>');
    expect(page).toContain('How it is known: 1 attested (the submitter says so, and nobody looked).');
  });

  it('is counted where rows are counted, and verified where a signature is', () => {
    const knownBy = (name: string) => run(name, someEvidence()).verdict.knownBy;

    expect(knownBy('disparate_impact_ratio_above_minimum')).toBe('counted');
    expect(knownBy('output_boundary_verified')).toBe('counted');
    expect(knownBy('model_artifact_signed')).toBe('verified');
    expect(knownBy('reported_bias_within_threshold')).toBe('attested');
  });

  it('is verified where the service says how the entry point is configured, and not where it cannot be asked', () => {
    const live = { kind: 'read', arn: 'arn:aws:sagemaker:eu-west-1:1:endpoint/x', configuration: {} } as never;
    const unread = { kind: 'unreadable', arn: 'arn', problem: 'no right' } as never;

    expect(run('inference_endpoint_tls_configured', someEvidence({ liveEndpoint: unread })).verdict.knownBy).toBe(
      'attested',
    );
    expect(run('rate_limiting_configured', someEvidence({ liveEndpoint: live })).verdict.knownBy).toBe('verified');
  });

  it('is attested at best, of a check that is not known or breaks', () => {
    expect(run('vibes_checked', someEvidence()).verdict).toMatchObject({ status: 'error', knownBy: 'attested' });
  });

  it('is not said of checks of former versions, whose digests stay as they are', () => {
    const [former] = checks;
    if (former === undefined) throw new Error('no check');

    expect(signedCheck(former)).not.toHaveProperty('known_by');
    expect(String(checkList([former]))).not.toContain('nown');
  });
});

describe('the mail to those who decide (CK-16)', () => {
  const mailWith = async (records: readonly CheckRecord[]) => {
    const { release, request, directory } = await anApprovalCase();
    const [person, invitation] = [directory.people[0], request.invitations[0]];
    if (person === undefined || invitation === undefined) throw new Error('nobody is invited');
    const asked = { person, invitation, request, release, requester: undefined, unsigned: undefined };
    return approvalMail({
      ...asked,
      checks: records,
      former: [],
      names: new Map(),
      groups: { worst: undefined },
      link: 'https://x/a/b',
    });
  };
  const attested = WORDS.map(([, name, evidence]) => recordOf(name, evidence));
  const names = WORDS.map(([, name]) => name).join(', ');

  it('says in one line what the passes rest on, and names those that rest on words alone', async () => {
    const counted = recordOf('disparate_impact_ratio_above_minimum', someEvidence());
    const signed = recordOf('model_artifact_signed', someEvidence());
    const failed = { ...recordOf('intended_use_defined', someEvidence()), status: 'failed' as const, passed: false };

    const { text, html } = await mailWith([...attested, counted, signed, failed]);

    const line = `6 of 7 checks passed: 1 counted (Assay counted rows); 1 verified (Assay verified a signature or a configuration in use); 4 attested (the submitter says so, and nobody looked). Attested only: ${names}.`;
    expect(text.split('\n')).toContain(`- ${line}`);
    expect(html).toContain(`>${line}</li>`);
  });

  it('says that none is attested where none is, and nothing of checks of former versions', async () => {
    const { text } = await mailWith([recordOf('disparate_impact_ratio_above_minimum', someEvidence())]);

    expect(text).toContain('1 of 1 checks passed: 1 counted (Assay counted rows). None is attested only.');
    expect((await mailWith(checks)).text).not.toMatch(/checks passed|attested/);
  });
});

describe('a policy that requires a check to be verified', () => {
  const used = (require_known?: Record<string, string>) => ({
    name: 'intended_use_defined',
    mode: 'enforce',
    parameters: {},
    ...(require_known === undefined ? {} : { require_known }),
  });
  const attested = run('intended_use_defined', someEvidence());
  const counted = run('disparate_impact_ratio_above_minimum', someEvidence());

  it('takes an attested pass for inconclusive, at the tier that it says', () => {
    const verdict = requireKnown(attested, used({ high: 'verified' }), 'high').verdict;

    expect(verdict).toMatchObject({ status: 'inconclusive', knownBy: 'attested' });
    expect(verdict.explanation).toMatch(/^At tier high the policy requires that this is verified; it is attested\. /);
    expect(requireKnown(attested, used({ high: 'verified' }), 'medium')).toBe(attested);
    expect(requireKnown(attested, used(), 'high')).toBe(attested);
  });

  it('is content with a count, and with a check that did not pass', () => {
    const failed = { ...attested, verdict: { ...attested.verdict, status: 'failed' as const } };

    expect(requireKnown(counted, used({ high: 'verified' }), 'high')).toBe(counted);
    expect(requireKnown(failed, used({ high: 'verified' }), 'high')).toBe(failed);
  });

  it('lets nothing pass by a word that this version does not know', () => {
    expect(requireKnown(counted, used({ high: 'notarised' }), 'high').verdict.status).toBe('inconclusive');
  });
});
