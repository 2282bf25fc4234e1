import { readKept } from '../adapters/s3-evidence-store.ts';
import type { CheckRecord, StageName } from '../domain/checks/check.ts';
import { type EvidenceSources, evidenceReaders } from '../domain/checks/evidence-readers.ts';
import { makeChecks } from '../domain/checks/make-checks.ts';
import type { CheckRun, UsedCheck } from '../domain/checks/run-checks.ts';
import { type OutcomeRecord, outcomeRecord } from '../domain/evidence/outcome-record.ts';
import type { Instant } from '../domain/identifiers.ts';
import type { ReleaseStore } from '../domain/ports.ts';
import { established, type Release } from '../domain/release/release.ts';
import { recordStage } from '../domain/release/stages.ts';
import { timer } from './clock.ts';
import { existing, releaseStep } from './machine-step.ts';

type Stage = {
  readonly stage: StageName;
  readonly store: ReleaseStore;
  readonly now: () => Instant;
};

type EvidencedStage = Stage & {
  readonly evidenceBucket: string;
  /** What the stage reads besides documents. */
  readonly sources?: (release: Release, used: readonly UsedCheck[]) => Omit<EvidenceSources, 'bytes'>;
};

type Made = { readonly runs: readonly CheckRun[]; readonly outcomes?: OutcomeRecord };

/** The step that makes every check of one stage on the evidence of the release. */
export const stageStep = ({ evidenceBucket, sources, ...stage }: EvidencedStage) =>
  checkingStep(stage, async (release, used) => {
    const read = evidenceReaders(
      { manifest: release.manifest, pinned: established(release, 'pinned') },
      { bytes: (sha256, maxBytes) => readKept(evidenceBucket, sha256, maxBytes), ...sources?.(release, used) },
    );
    const runs = await makeChecks(stage.stage, used, { read, timer });
    if (stage.stage !== 'bias_and_fairness') return { runs };
    // They are kept so that people see them drawn, and so that the next release is not worse for anybody.
    // By now they were counted, or are given up: what is ready already wins over nothing.
    const counts = await Promise.race([read.outcomeCounts(), undefined]);
    return counts?.kind === 'read'
      ? { runs, outcomes: outcomeRecord(release.releaseId, counts.sha256, counts.value) }
      : { runs };
  });

/** The step that makes the checks of one stage once, as the policy that the release started with says, and keeps them. */
export const checkingStep = (
  { stage, store, now }: Stage,
  make: (release: Release, used: readonly UsedCheck[]) => Promise<Made>,
) =>
  releaseStep(store, async (release) => {
    const made = await store.checks(release.releaseId);
    if (made.some((check) => check.stage === stage)) return 'evaluated';
    const { policy } = await existing(store.policy(release.policySha256), release.policySha256);
    const used = policy.stages.find((candidate) => candidate.name === stage)?.checks;
    if (used === undefined) return 'evaluated';
    const { runs, outcomes } = await make(release, used);
    const timestamp = now();
    const records = runs.map(
      ({ name, mode, verdict }): CheckRecord => ({
        entity: 'check',
        version: 0,
        releaseId: release.releaseId,
        stage,
        name,
        mode,
        passed: verdict.status === 'passed',
        ...verdict,
        timestamp,
      }),
    );
    await store.commit(recordStage(release, stage, records, outcomes), now());
    return 'evaluated';
  });
