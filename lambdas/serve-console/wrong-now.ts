/** What a person should look at: what metrics say, what CloudWatch says, and what people have stopped. */
import type { Instant } from '../../lib/domain/identifiers.ts';
import { millisecondsOf } from '../../lib/domain/instant.ts';
import { ALERTS, type AlertName, holding } from '../../lib/domain/metrics/alerts.ts';
import { type Look, momentOf } from '../../lib/domain/metrics/look.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { type BreakGlass, breakGlassStatus, isOwed } from '../../lib/domain/records/break-glass.ts';
import type { Hold } from '../../lib/domain/records/hold.ts';
import { ALL_MODELS, type Line, stopsOf } from '../../lib/domain/records/line.ts';
import { isUnderWay } from '../../lib/domain/records/rollback.ts';
import { holdPath, modelPath, releasePath, rollbackPath } from '../../lib/web/console/frame.ts';
import type { Wrong } from '../../lib/web/console/now-view.ts';
import { nameIn, type Served } from './read-served.ts';
import type { AlarmOn } from './world.ts';

type Found = {
  readonly look: Look | undefined;
  readonly served: readonly Served[];
  readonly alarms: readonly AlarmOn[];
  readonly holds: readonly Hold[];
  readonly lines: readonly Line[];
  /** The last break-glass of each model that ever had one. */
  readonly glasses: readonly BreakGlass[];
  readonly directory: DirectoryRecord;
  readonly now: Instant;
};

export const wrongOf = (found: Found): Wrong[] => {
  const all = [
    ...alertsOf(found),
    ...found.alarms.map(alarmOf),
    ...found.glasses.flatMap((glass) => glassOf(glass, found)),
    ...found.lines.flatMap((line) => stopOf(line, found.directory)),
    ...found.served.flatMap(rollbackOf),
    ...found.holds.map(holdOf),
  ];
  return all.sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
};

/** A look that is old says so itself: it is judged by the clock of now. Before the first look nobody knows, and nothing is said. */
const alertsOf = ({ look, now }: Found): Wrong[] =>
  look === undefined
    ? []
    : holding({ ...momentOf(look), seconds: millisecondsOf(now) / 1000 }).flatMap(({ name, on }) => {
        const about = new Map(
          on.map(({ labels: { model_name: model = '', endpoint = '' } }) => [model || endpoint, { model, endpoint }]),
        );
        return [...about.values()].map((one) => alertOn(name, one));
      });

type About = { readonly model: string; readonly endpoint: string };

/** An endpoint of no model is found in the inventory. */
const alertOn = (name: AlertName, { model, endpoint }: About): Wrong => ({
  severity: ALERTS[name].severity,
  what: model === '' && endpoint !== '' ? `${endpoint}: ${ALERTS[name].summary}` : ALERTS[name].summary,
  ...(model === ''
    ? endpoint !== '' && { path: '/console/inventory', act: 'Look' }
    : { modelName: model, path: modelPath(model), act: 'Look' }),
});

/** `assay/<environment>/<model>/<symptom>`. */
const alarmOf = ({ name, since, why }: AlarmOn): Wrong => {
  const [, , modelName = '', symptom = name] = name.split('/');
  return {
    severity: 'critical',
    what: `the alarm ${symptom} is on: ${why}`,
    modelName,
    since,
    path: modelPath(modelName),
    act: 'Look',
  };
};

const stopOf = (line: Line, directory: DirectoryRecord): Wrong[] =>
  stopsOf(line).map(({ by, at, reason, linkedIncident }) => ({
    severity: 'warning',
    what: `the line ${line.scope === ALL_MODELS ? 'of all models ' : ''}is stopped by ${nameIn(directory, by)} (${linkedIncident}): ${reason}`,
    ...(line.scope === ALL_MODELS ? {} : { modelName: line.scope }),
    since: at,
  }));

/** What waits for a second person or is open is for everybody to see at once; what is owed, until it is documented. */
const glassOf = (glass: BreakGlass, { directory, now }: Pick<Found, 'directory' | 'now'>): Wrong[] => {
  const { requested, confirmed, used, linkedIncident, modelName, releaseId } = glass;
  const status = breakGlassStatus(glass, now);
  const isOfNow = status === 'requested' || status === 'open';
  if (!isOfNow && !isOwed(glass)) return [];
  const people = [requested, ...(confirmed === undefined ? [] : [confirmed])].map(({ by }) => nameIn(directory, by));
  const until = confirmed === undefined ? `to be confirmed by ${glass.confirmBy}` : `open until ${confirmed.until}`;
  const owed = used === undefined ? [] : [`used, and to be documented by ${used.documentBy}`];
  return [
    {
      severity: isOfNow || (used !== undefined && used.documentBy <= now) ? 'critical' : 'warning',
      what: `break-glass by ${people.join(' and ')} (${linkedIncident}), ${[...(isOfNow ? [until] : []), ...owed].join('; ')}: ${requested.reason}`,
      modelName,
      since: requested.at,
      path: releasePath(releaseId),
      act: 'Look',
    },
  ];
};

const rollbackOf = ({ modelName, rollback }: Served): Wrong[] =>
  isUnderWay(rollback)
    ? [
        {
          severity: 'warning',
          what: `${rollback.rollbackId} is under way: ${rollback.reason}`,
          modelName,
          since: rollback.requestedAt,
          path: `${rollbackPath(modelName)}s/${rollback.epoch}`,
          act: 'Watch',
        },
      ]
    : [];

const holdOf = (hold: Hold): Wrong => ({
  severity: 'warning',
  what: `held after a rollback: nothing is promoted. ${yetToRelease(hold)}`,
  modelName: hold.modelName,
  since: hold.heldSince,
  path: holdPath(hold.modelName),
  act: 'Release the hold',
});

const yetToRelease = ({ operatorsNeeded, consents }: Hold): string => {
  const left = operatorsNeeded - consents.length;
  return `${left} of ${operatorsNeeded} operators ${left === 1 ? 'has' : 'have'} yet to release it`;
};
