import { cut } from '../cut.ts';
import type { EvaluationReport } from '../evidence/evaluation-report.ts';
import type { ModelCard } from '../evidence/model-card.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval } from '../records/approval.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { type Leaves, leavesOf } from '../release/leaves.ts';
import type { Release } from '../release/release.ts';

export const DIFF_SECTIONS = ['fields', 'serving', 'metrics', 'card', 'checks', 'policy', 'approvals'] as const;
export type DiffSection = (typeof DIFF_SECTIONS)[number];

/** One difference between two releases. If one of them lacks the value, its side is empty. */
export type ReleaseDifference = {
  readonly section: DiffSection;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  /** For numbers: after minus before, with its sign. */
  readonly delta?: string;
};

/**
 * What is known of a release. What is unknown for one of the two is not compared: it must not look as if it had not
 * changed.
 */
export type ReleaseFacts = {
  readonly release: Pick<Release, 'manifest' | 'riskTier' | 'serving'>;
  readonly checks: readonly CheckRecord[];
  readonly approvals?: readonly Pick<Approval, 'approverId' | 'approverRole' | 'decision'>[];
  readonly policy?: PolicyRecord;
  readonly evaluationReport?: EvaluationReport;
  readonly modelCard?: ModelCard;
};

const TEXT_MAX_LENGTH = 2000;

/**
 * Establishes what changed between two releases (requirement RR-11): in what they are made of, and in what was
 * measured, stated and decided.
 */
export const diffReleases = (before: ReleaseFacts, after: ReleaseFacts): ReleaseDifference[] =>
  DIFF_SECTIONS.flatMap((section) => {
    const [old, now] = [LEAVES[section](before), LEAVES[section](after)];
    if (old === undefined || now === undefined) return [];
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((subject) =>
      changes(old.get(subject) ?? [], now.get(subject) ?? []).map((change) => ({
        section,
        subject,
        ...change,
        ...(section === 'metrics' ? deltaOf(change) : {}),
      })),
    );
  });

/** Values of the environment are for those who approve. Everybody else sees which variables differ. */
export const withoutValues = (differences: readonly ReleaseDifference[]): ReleaseDifference[] =>
  differences.map((difference) =>
    difference.section === 'serving' && difference.subject.startsWith('environment.')
      ? {
          ...difference,
          before: difference.before === '' ? '' : 'a value',
          after: difference.after === '' ? '' : difference.before === '' ? 'a value' : 'another value',
        }
      : difference,
  );

/** What a release serves, as far as it is written down: a former version wrote down only what its manifest said. */
const servedBy = ({ serving, manifest: { deployment, artifact_uri } }: ReleaseFacts['release']): object => {
  if (serving !== undefined) {
    const { schema_version: _, model_data: data, ...rest } = serving;
    // The artifact and its version are compared by digest, among the fields.
    const { s3_uri, compression_type, locked_copy_uri } = data;
    return { ...rest, model_data: { s3_uri, compression_type, locked_copy_uri } };
  }
  const { image_uri: image, endpoint_name, instance_type, instance_count } = deployment;
  return { image, endpoint_name, instance_type, instance_count, model_data: { s3_uri: artifact_uri } };
};

const LEAVES: Readonly<Record<DiffSection, (facts: ReleaseFacts) => Leaves | undefined>> = {
  fields: ({ release: { manifest, riskTier }, evaluationReport: report }) => {
    const { schema_version: _, deployment: __, ...fields } = manifest;
    const evaluated = { features: report?.features, training: report?.training };
    return leavesOf({ risk_tier: riskTier, ...fields, ...(report === undefined ? {} : { evaluation: evaluated }) });
  },
  serving: ({ release }) => leavesOf(servedBy(release)),
  metrics: ({ evaluationReport: report }) =>
    report &&
    leavesOf({ ...report.metrics, operating_threshold: report.operating_threshold, by_group: report.group_metrics }),
  // Name, version and artifact are compared as fields; the numbers of a card are those of its report.
  card: ({ modelCard }) => {
    if (modelCard === undefined) return undefined;
    const { model_name: _, version: __, artifact_sha256: ___, metrics: ____, ...said } = modelCard;
    return new Map([...leavesOf(said)].filter(([, values]) => values.some((value) => Number.isNaN(Number(value)))));
  },
  checks: ({ checks }) =>
    new Map(checks.map(({ name, status, measured }) => [name, [measured === '' ? status : `${status}: ${measured}`]])),
  policy: ({ policy }) => policy && leavesOf(policy),
  approvals: ({ approvals }) =>
    approvals &&
    new Map(
      approvals.map(({ approverRole: role }) => [
        role,
        approvals
          .filter((approval) => approval.approverRole === role)
          .map(({ decision, approverId }) => `${decision} by ${approverId}`),
      ]),
    ),
};

type Change = Pick<ReleaseDifference, 'before' | 'after'>;

/** What was removed and what was added, counting repetitions. One of each is one change. */
const changes = (before: readonly string[], after: readonly string[]): Change[] => {
  const gone = without(before, after);
  const come = without(after, before);
  const [old, now] = [gone[0], come[0]];
  if (gone.length === 1 && come.length === 1 && old !== undefined && now !== undefined) {
    const from = firstDifference(old, now);
    return [{ before: shown(old, from), after: shown(now, from) }];
  }
  return [
    ...gone.map((value) => ({ before: shown(value), after: '' })),
    ...come.map((value) => ({ before: '', after: shown(value) })),
  ];
};

const without = (values: readonly string[], others: readonly string[]): string[] => {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return values.filter((value) => {
    const times = left.get(value) ?? 0;
    left.set(value, times - 1);
    return times <= 0;
  });
};

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

/** Six significant digits: those beyond are floating-point error, not measurement. */
const deltaOf = ({ before, after }: Change): { delta?: string } => {
  if (!NUMBER.test(before) || !NUMBER.test(after)) return {};
  const delta = Number((Number(after) - Number(before)).toPrecision(6));
  return { delta: delta > 0 ? `+${delta}` : String(delta) };
};

/** Some words before the first difference of two long texts, which says where they differ; 0 for short ones. */
const firstDifference = (old: string, now: string): number => {
  const length = Math.max(old.length, now.length);
  if (length <= TEXT_MAX_LENGTH) return 0;
  const same = Array.from({ length }).findIndex((_, index) => old[index] !== now[index]);
  return Math.max(0, same - WORDS_BEFORE);
};
const WORDS_BEFORE = 200;

/** What is left out before and after is an ellipsis. */
const shown = (text: string, from = 0): string => {
  const rest = text.slice(from).toWellFormed();
  return `${from > 0 ? '…' : ''}${rest.length > TEXT_MAX_LENGTH ? `${cut(rest, TEXT_MAX_LENGTH)}…` : rest}`;
};
