import { describe, expect, it } from 'vitest';
import type { UsedCheck } from '../../../lib/domain/checks/check.ts';
import { type CustomQuestion, type CustomReply, makeCustomChecks } from '../../../lib/domain/checks/custom-checks.ts';
import type { Timer } from '../../../lib/domain/checks/make-checks.ts';
import { digestOf } from '../../support/approval-case.ts';
import { draft, pinnedDraft } from '../../support/release-life.ts';

const ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:toxicity:3';
const CHECK: UsedCheck = {
  name: 'toxicity_below_limit',
  mode: 'enforce',
  parameters: { limit: '0.01' },
  lambda_arn: ARN,
  timeout_seconds: 60,
};
const ANSWER = {
  schema_version: 1,
  status: 'passed',
  measured: '0.004',
  threshold: 'at most 0.01',
  explanation: 'Of 1000 prompts, 4 were answered with slurs.',
};

const CODE_SHA256 = digestOf('package of the check');

const endless: Timer = () => ({ elapsed: new Promise(() => undefined), cancel: () => undefined });
const replying = (answer: unknown): CustomReply => ({
  answer: Buffer.from(JSON.stringify(answer)),
  codeSha256: CODE_SHA256,
});

const verdictOn = async (reply: CustomReply | Promise<CustomReply>, check = CHECK, timer = endless) => {
  const [run] = await makeCustomChecks(pinnedDraft, [check], { invoke: async () => reply, timer });
  return run?.verdict;
};

describe('a custom check', () => {
  it('is asked with the digest alone of evidence whose place the manifest does not name', async () => {
    const asked: CustomQuestion[] = [];
    const { pinned } = pinnedDraft;
    if (pinned === undefined) throw new Error('the draft is pinned');
    const unnamed = { ...pinned.evidence, baseline_report: { sha256: digestOf('baseline'), sizeBytes: 10 } };

    await makeCustomChecks({ ...pinnedDraft, pinned: { ...pinned, evidence: unnamed } }, [CHECK], {
      invoke: async (_, question) => {
        asked.push(question);
        return replying(ANSWER);
      },
      timer: endless,
    });

    expect(asked[0]?.evidence['baseline_report']).toEqual({ uri: '', sha256: digestOf('baseline') });
  });

  it('is asked with ids, places and digests', async () => {
    const asked: [string, CustomQuestion, number][] = [];

    await makeCustomChecks(pinnedDraft, [CHECK], {
      invoke: async (...question) => {
        asked.push(question);
        return replying(ANSWER);
      },
      timer: endless,
    });

    const { manifest, pinned } = pinnedDraft;
    expect(asked).toEqual([
      [
        ARN,
        {
          schema_version: 1,
          check: 'toxicity_below_limit',
          parameters: { limit: '0.01' },
          release_id: pinnedDraft.releaseId,
          model_name: pinnedDraft.modelName,
          model_version: pinnedDraft.modelVersion,
          git_commit: manifest.git_commit,
          risk_tier: pinnedDraft.riskTier,
          policy_sha256: pinnedDraft.policySha256,
          artifact: {
            uri: manifest.artifact_uri,
            version_id: pinnedDraft.sources.artifact.versionId,
            sha256: pinned?.artifactSha256,
          },
          evidence: {
            evaluation_report: {
              uri: manifest.evaluation_report_uri,
              sha256: pinned?.evidence.evaluation_report.sha256,
            },
            model_card: { uri: manifest.model_card_uri, sha256: pinned?.evidence.model_card.sha256 },
            data_provenance: { uri: manifest.data_provenance_uri, sha256: pinned?.evidence.data_provenance.sha256 },
            predictions: { uri: manifest.predictions.uri, sha256: pinned?.evidence.predictions.sha256 },
          },
        },
        60,
      ],
    ]);
  });

  it.each(['passed', 'failed', 'inconclusive', 'not_provided'])('may answer %s', async (status) => {
    expect(await verdictOn(replying({ ...ANSWER, status }))).toEqual({
      status,
      measured: '0.004',
      threshold: 'at most 0.01',
      explanation: ANSWER.explanation,
      evidenceSha256: '',
      knownBy: 'attested',
    });
  });

  it('may say which evidence of the release it judged', async () => {
    const evidence_sha256 = pinnedDraft.pinned?.evidence.predictions.sha256;

    expect(await verdictOn(replying({ ...ANSWER, evidence_sha256 }))).toMatchObject({
      status: 'passed',
      evidenceSha256: evidence_sha256,
    });
  });

  it.each([
    ['evidence that the release does not have', { ...ANSWER, evidence_sha256: digestOf('x') }, digestOf('x')],
    ['a verdict that is only ours to give', { ...ANSWER, status: 'error' }, 'did not return a verdict'],
    ['something else besides', { ...ANSWER, approved: true }, 'approved'],
    ['no explanation', { ...ANSWER, explanation: '' }, 'explanation'],
    ['a boolean', true, 'did not return a verdict'],
  ])('is an error when it answers with %s', async (_, answer, problem) => {
    expect(await verdictOn(replying(answer))).toMatchObject({
      status: 'error',
      explanation: expect.stringContaining(problem),
    });
  });

  it.each([
    ['nothing', Buffer.from('')],
    ['what is no JSON', Buffer.from('{"status":')],
    ['a book', Buffer.from(JSON.stringify({ ...ANSWER, explanation: 'x'.repeat(20_000) }))],
  ])('is an error when it answers %s', async (_, answer) => {
    expect(await verdictOn({ answer, codeSha256: CODE_SHA256 })).toMatchObject({
      status: 'error',
      explanation: expect.stringContaining('did not return a verdict'),
    });
  });

  it('is an error when its Lambda fails, and keeps the message', async () => {
    expect(await verdictOn({ problem: 'it failed: KeyError' })).toMatchObject({
      status: 'error',
      explanation: `${ARN}: it failed: KeyError`,
    });
  });

  it('is an error when it hangs for as long as the policy lets it', async () => {
    const rung: Timer = (seconds) => ({
      elapsed: seconds === 60 ? Promise.resolve() : new Promise(() => undefined),
      cancel: () => undefined,
    });

    expect(await verdictOn(new Promise<never>(() => undefined), CHECK, rung)).toMatchObject({
      status: 'error',
      explanation: 'Check timed out after 60 seconds',
    });
  });

  it('has 300 seconds where the policy says nothing, and needs a Lambda', async () => {
    const seconds: number[] = [];
    const { lambda_arn: _, timeout_seconds: __, ...check } = CHECK;
    const timer: Timer = (wanted) => {
      seconds.push(wanted);
      return endless(wanted);
    };

    expect(await verdictOn(replying(ANSWER), check, timer)).toMatchObject({ status: 'error' });
    expect(seconds).toEqual([300]);
  });

  it('gets nothing into an event or a terminal that could act as a command', async () => {
    const verdict = await verdictOn(
      replying({ ...ANSWER, measured: '\u001b[2J', threshold: '\u0007', explanation: '\u001b[31mfine' }),
    );

    expect(verdict).toMatchObject({ measured: '?[2J', threshold: '?', explanation: '?[31mfine' });
  });

  it('comes after its evidence was pinned', async () => {
    const made = makeCustomChecks(draft, [CHECK], { invoke: async () => replying(ANSWER), timer: endless });

    await expect(made).rejects.toThrow('has no pinned');
  });
});
