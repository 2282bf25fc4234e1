/** What keeps releases from production until it is over, the line and the checks: each act as it is recorded. */
import { recordRehearsal } from '../../lib/domain/audit/record-rehearsal.ts';
import { liftLegalHold, setLegalHold } from '../../lib/domain/change/legal-hold.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import {
  confirmBreakGlass,
  documentBreakGlass,
  endBreakGlass,
  requestBreakGlass,
} from '../../lib/domain/gate/ask-break-glass.ts';
import { recordUse } from '../../lib/domain/gate/break-glass.ts';
import { changeLine } from '../../lib/domain/gate/change-line.ts';
import { recordCanaries } from '../../lib/domain/gate/record-canaries.ts';
import { reverify } from '../../lib/domain/gate/reverify.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { breakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import { ALL_MODELS } from '../../lib/domain/records/line.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aReport } from './a-rehearsal.ts';
import { digestOf, NOW } from './approval-case.ts';
import { memoryReleaseStore } from './memory-release-store.ts';
import { inAct, recording } from './recorded-acts.ts';
import { approved, checks } from './release-life.ts';

const actor = { id: 'oscar', role: 'operator', auth: 'jwt' };
const now = () => NOW;
/** The attempt that used it has said nothing for so long that it counts as ended. */
const whenSilent = () => plusMilliseconds(NOW, 4 * HOUR_MS);

const glass = (id: string) => ({
  ...{ releaseId: approved.releaseId, names: [id], reason: 'the answers are wrong' },
  actor: { id, role: 'operator', auth: 'jwt' },
});

/** One is asked for, confirmed by another person after who asked tried to, used, ended and documented. */
const tellOfBreakGlass = async (store: ReleaseStore, gate: ReleaseStore): Promise<void> => {
  const asked = { ...glass('ada'), linkedIncident: 'INC-9', hours: 1, rule: breakGlassRule({}), environment: 'test' };
  await inAct('requestBreakGlass', () => requestBreakGlass(asked, store, now));
  await inAct('confirmBreakGlass', () => confirmBreakGlass(glass('ada'), store, now).catch(() => undefined));
  await inAct('confirmBreakGlass', () => confirmBreakGlass(glass('oscar'), store, now));
  await inAct('verify-promotion', async () => {
    const [release, breakGlass] = await Promise.all([
      gate.get('release', approved.releaseId),
      gate.get('break_glass', approved.modelName),
    ]);
    const opened = [{ rule: 'freeze', evidence: '', explanation: 'why' }];
    const used = release && recordUse({ release, breakGlass, opened, now: NOW });
    if (used !== undefined) await gate.commit(used, NOW);
  });
  await inAct('endBreakGlass', () => endBreakGlass(glass('oscar'), store, now));
  await inAct('documentBreakGlass', () =>
    documentBreakGlass({ ...glass('ada'), account: 'it was mended' }, store, whenSilent),
  );
};

/** The line of all models, and of one, is stopped for two incidents, and started; a check is made again, and fails; canaries are run twice. */
export const tellOfControls = async (): Promise<void> => {
  const memory = memoryReleaseStore();
  const [check] = checks;
  if (check === undefined) throw new Error('there is no check');
  memory.seed(approved, { ...check, releaseId: approved.releaseId });
  const store = withinRights('ServeApi', recording(memory));
  const why = { actor, reason: 'the answers are wrong' };
  for (const scope of [ALL_MODELS, approved.modelName] as const) {
    for (const to of ['stopped', 'running'] as const) {
      for (const linkedIncident of ['INC-9', 'INC-10'])
        await inAct('changeLine', () => changeLine({ ...why, linkedIncident, scope, to }, store, now));
    }
  }
  const held = { modelName: approved.modelName, matter: 'CASE-1', reason: 'the court asks' };
  const by = (id: string) => ({ ...held, names: [id], actor: { id, role: 'auditor', auth: 'jwt' } });
  await inAct('setLegalHold', () => setLegalHold(by('ada'), store, now));
  for (const id of ['ada', 'bob']) await inAct('liftLegalHold', () => liftLegalHold(by(id), store, now));
  await tellOfBreakGlass(store, withinRights('VerifyPromotion', recording(memory)));
  const own = withinRights('RunCanaries', recording(memory));
  const codeSha256 = digestOf('code');
  const says = { measured: '0.5', threshold: '0.8', explanation: 'it was counted again', codeSha256 };
  for (const status of ['failed', 'passed'] as const) {
    const claim = { releaseId: approved.releaseId, check: check.name, actor };
    const judge = async () => ({ ...says, status });
    await inAct('reverify', () => reverify(claim, { store: own, judge, now }));
  }
  const auditing = withinRights('RehearseAudit', recording(memory));
  for (const failures of [0, 1]) {
    const report = { ...aReport(failures), rehearsed_at: NOW };
    await inAct('rehearse-audit', () => auditing.commit(recordRehearsal(report), NOW));
  }
  const results = [{ check: check.name, held: true, onGood: 'passed', onBad: 'failed', codeSha256 } as const];
  for (let run = 1; run <= 2; run += 1) {
    await inAct('run-canaries', async () => {
      const former = await own.get('canaries');
      await own.commit(
        recordCanaries({ former, results, deployed: [check.name], resting: {}, startedAt: NOW, now: NOW }),
        NOW,
      );
    });
  }
};
