import type { Change } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import { CONFIGURATION_CHAIN, fitIntoEvent } from '../ledger/event.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { failuresIn, type RehearsalReport, rehearsalBytes, rehearsalKey } from './rehearsal-report.ts';

/** Puts a rehearsal on record: the digest of its report, its counts, and what failed. A failure is told at once, too. */
export const recordRehearsal = (report: RehearsalReport): Change => {
  const key = `${rehearsalKey(report.rehearsed_at)}.json`;
  const counts = {
    report_key: key,
    report_sha256: sha256(rehearsalBytes(report)),
    seed: report.seed,
    log_size: report.log.size,
    questions: report.questions.length,
    sampled: report.sample.length,
    records: report.records.length,
    probes: report.access.length,
    failures_total: report.failures,
  };
  return {
    model: CONFIGURATION_CHAIN,
    event: eventWithoutRelease(ASSAY, {
      event_type: 'audit_rehearsed',
      idempotency_key: `rehearsal:${report.rehearsed_at}`,
      reason:
        report.failures === 0
          ? 'everything that was looked at holds'
          : `${report.failures} of what was looked at failed`,
      details: { ...counts, failures: fitIntoEvent(failuresIn(report), counts) },
    }),
    writes: [],
    intents:
      report.failures === 0
        ? []
        : [publishedDetail('Audit Rehearsal Failed', { report: key, failures: report.failures })],
  };
};
