/**
 * What Lambdas ask of the table, compared with what the template lets them: no emulator refuses what IAM would. `withinRights` bounds
 * what is committed, and nothing else: these readers and notes are given the table itself.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamodbAccessNotes } from '../../lib/adapters/dynamodb-access.ts';
import { noteTampering } from '../../lib/adapters/dynamodb-event-counts.ts';
import { dynamodbFleet, keepLook, lookReader, readLook } from '../../lib/adapters/dynamodb-fleet.ts';
import { dynamodbGateAnswers } from '../../lib/adapters/dynamodb-gate-answers.ts';
import { entityKey, indexAttributes } from '../../lib/adapters/dynamodb-keys.ts';
import { latestEvents } from '../../lib/adapters/dynamodb-latest-events.ts';
import { dynamodbDispatching } from '../../lib/adapters/dynamodb-leases.ts';
import { logIndexes } from '../../lib/adapters/dynamodb-log-index.ts';
import { dynamodbLogRows } from '../../lib/adapters/dynamodb-log-rows.ts';
import { readLogState } from '../../lib/adapters/dynamodb-log-state.ts';
import { awaitLogging, isShipped } from '../../lib/adapters/dynamodb-log-store.ts';
import { noteNotices, noteSlackMessage, noteSync } from '../../lib/adapters/dynamodb-notices.ts';
import { dynamodbOnces } from '../../lib/adapters/dynamodb-once.ts';
import { dynamodbOutbox } from '../../lib/adapters/dynamodb-outbox.ts';
import { parkedAt, parkedIntents, parkedPage } from '../../lib/adapters/dynamodb-parked.ts';
import { noteReading } from '../../lib/adapters/dynamodb-readings.ts';
import { readsAlone, readsTogether } from '../../lib/adapters/dynamodb-reads.ts';
import { dynamodbReleaseReader } from '../../lib/adapters/dynamodb-release-store.ts';
import { findSentMail } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { leaveToMinute, readSweep, writeSweepState } from '../../lib/adapters/dynamodb-sweep-state.ts';
import { waitingReleases } from '../../lib/adapters/dynamodb-waiting.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { hourOf, minuteOf, UNLISTED } from '../../lib/domain/ledger/access.ts';
import { handlerFolders, PROJECT } from '../../lib/infra/bundling.ts';
import { aDraft, sealAll } from '../domain/ledger/a-ledger.ts';
import { aLook } from '../domain/metrics/a-look.ts';
import { lambdaIn, tableRights } from '../infra/table-allows.ts';
import { coreTemplate, PRODUCTION } from '../infra/template.ts';
import { digestOf, NOW } from '../support/approval-case.ts';
import { ofContent } from '../support/denials.ts';
import { everyKind, kindNames } from '../support/every-kind.ts';
import { recordingTable, type TableCall } from '../support/recording-table.ts';
import { anApprovalOf, inProduction, keptPolicy } from '../support/release-life.ts';

const template = coreTemplate(PRODUCTION);
const { allows, boundsOf } = tableRights(template);
const TABLE = 'fleet';
type Client = DynamoDBDocumentClient;

const mail = { pk: 'OUTBOX#send_approval_mail#0', sk: 'credit#000000000001#1' };
const ship = { pk: 'OUTBOX#ship_event#0', sk: 'credit#000000000002#0' };
const row = { ...ship, intent: { kind: 'ship_event' }, attempts: 0 };
const once = { sender: digestOf('sender'), key: digestOf('key'), request: digestOf('request'), at: NOW, until: NOW };
const access = { at: NOW, who: 'ada', what: 'r-1/model_card', sha256: digestOf('card') } as const;
const place = { releaseId: inProduction.releaseId, at: NOW, sha256: digestOf('answer') };
const [sealed] = sealAll([{ model: 'credit', draft: aDraft({ event_type: 'release_requested' }) }]);
if (sealed === undefined) throw new Error('nothing was sealed');
const page = { limit: 5, after: undefined };

/** A release whose approver denied the same bytes in another one, and what is kept around it. */
const denial = ofContent({
  artifactSha256: inProduction.pinned?.artifactSha256 ?? digestOf('artifact'),
  decidedBy: 'grace',
  role: 'risk_owner',
});
const around: Entity[] = [
  inProduction,
  keptPolicy,
  denial,
  anApprovalOf('ada', 'ml_lead'),
  anApprovalOf('grace', 'risk_owner'),
];
const ROWS = around.map((entity) => ({ ...entityKey(entity), ...indexAttributes(entity), ...entity }));

const everyRead = async (store: ReturnType<typeof dynamodbReleaseReader>): Promise<void> => {
  const { releaseId, modelName } = inProduction;
  const kinds = everyKind({ releaseId, modelName });
  await Promise.all([
    ...kindNames.map((name) => store.get(name, ...(kinds[name].id as never))),
    store.list('check', releaseId),
    store.releasePage({}, page),
    ...(['refusal', 'hold', 'line', 'endpoint', 'watched_endpoint'] as const).map((name) => store.page(name, page)),
    store.models(page),
    store.legalHolds({}, page),
    store.releasesInProduction(),
    store.releasesOfPackage('arn:of-a-package'),
    store.refusalsOf(releaseId),
    store.recorded(modelName, 1),
    store.event(modelName, 1),
    store.eventsOf(inProduction, page),
    store.events(modelName),
  ]);
};
const committing = (client: Client) => everyRead(dynamodbReleaseReader(TABLE, client, readsTogether(TABLE, client)));

/** Everything that a handler can be given of the table, by the name that it imports, and all that it asks then. */
const ASKED: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  releaseStoreOf: committing,
  listingStoreOf: committing,
  releaseReaderOf: (client) => everyRead(dynamodbReleaseReader(TABLE, client)),
  dynamodbFleet: async (client) => {
    const fleet = dynamodbFleet(TABLE, expect.unreachable, client);
    await Promise.all([fleet.lastLook(), fleet.counts(), fleet.leftProduction(NOW), fleet.pending(), fleet.parked()]);
    await Promise.all([fleet.oldestDueAt(NOW), fleet.monitored(), fleet.sweep(), fleet.inProduction(NOW)]);
    for (const release of await fleet.inProduction(undefined)) await fleet.around(release);
    await fleet.around(inProduction);
  },
  keepLook: (client) => keepLook(TABLE, aLook(), client),
  readLook: (client) => readLook(TABLE, client),
  lookReader: (client) => lookReader(TABLE, client)(),
  readSweep: (client) => readSweep(TABLE, NOW, client),
  leaveToMinute: (client) => leaveToMinute(TABLE, 'credit', NOW, client),
  writeSweepState: (client) =>
    writeSweepState(TABLE, { version: 1, listedUntil: NOW, allListedAt: NOW, waiting: [] }, client),
  noteSync: (client) => noteSync(TABLE, inProduction, NOW, client),
  waitingReleases: (client) => waitingReleases(TABLE, undefined, 'validated', client),
  readLogState: (client) => readLogState(TABLE, readsAlone(TABLE, client)),
  latestEvents: (client) => latestEvents(TABLE, 'credit', 5, client),
  logIndexes: (client) => logIndexes(TABLE, 'credit', [1, 2], client),
  parkedIntents: (client) => parkedIntents(TABLE, client),
  parkedAt: (client) => parkedAt(TABLE, 'credit:1', client),
  parkedPage: (client) => parkedPage(TABLE, page, client),
  noteReading: (client) => noteReading(TABLE, client)({ at: minuteOf(NOW), who: UNLISTED, what: 'GET /v1/releases' }),
  dynamodbAccessNotes: async (client) => {
    const notes = dynamodbAccessNotes(TABLE, client);
    await notes.taken(access as never);
    await notes.note(access as never, 1);
  },
  dynamodbOnces: async (client) => {
    const onces = dynamodbOnces(TABLE, client);
    await onces.find(once);
    await onces.take(once);
    await onces.keep(once, { status: 200, body: '' });
  },
  dynamodbGateAnswers: async (client) => {
    const answers = dynamodbGateAnswers(TABLE, client);
    await answers.find(place);
    await answers.take(place, { of: 'own', number: 1 });
    await answers.keep(place, { payloadType: '', payload: '', signatures: [] } as never);
  },
  noteTampering: (client) => noteTampering(TABLE, NOW, client),
  dynamodbLogRows: async (client) => {
    const { log, accesses, count } = dynamodbLogRows(TABLE, client);
    const batch = { before: { size: 0 }, entries: [{ model: 'credit', seq: 1 }] };
    const next = { version: 1, batch } as never;
    await Promise.all([log.state(), log.waiting(new Set()), accesses.state(), accesses.list(hourOf(NOW))]);
    await log.extend(next, [sealed]);
    await log.published(next);
    await count(7, [sealed]);
    await accesses.save({ version: 1 } as never);
    await accesses.remove(hourOf(NOW), NOW);
  },
  dynamodbOutbox: async (client) => {
    const outbox = dynamodbOutbox(TABLE, client);
    await outbox.due(NOW);
    await outbox.claim(ship, NOW);
    await outbox.complete(row, NOW);
    await outbox.postpone(row, 'failed', { dueAt: NOW });
    await outbox.redrive(ship, NOW);
  },
  dynamodbDispatching: async (client) => {
    const { leases, shipping } = dynamodbDispatching(TABLE, client);
    const event = { row: ship, sealed, isNext: true };
    await leases.readDue([mail], NOW);
    await leases.claimTogether([mail, ship], NOW);
    await leases.completeTogether([row], NOW);
    await shipping.read([ship], NOW);
    await shipping.readWaiting({ ...event, sealed: { ...sealed, event: { ...sealed.event, seq: 3 } } }, NOW);
    await shipping.note([event], NOW, [{ ...mail, intent: { kind: 'send_approval_mail' }, attempts: 0 }]);
  },
  awaitLogging: (client) => awaitLogging(TABLE, sealed, client),
  isShipped: (client) => isShipped(TABLE, 'credit', 1, client),
  noteNotices: (client) =>
    noteNotices(TABLE, 'credit', [{ kind: 'send_notice', personId: 'ada' } as never], NOW, client),
  noteSlackMessage: (client) =>
    noteSlackMessage(TABLE, mail, { kind: 'send_slack_message', personId: 'ada' } as never, NOW, client),
  findSentMail: (client) => findSentMail(TABLE, mail, client),
};
/** They are exported beside what asks, and ask nothing. */
const ASK_NOTHING = [
  ...['OutboxKey', 'ParkedPlace', 'isInPlace', 'rowOfTag', 'tagOfRow'],
  ...['LEASED_TOGETHER_MAX', 'NOTED_TOGETHER_MAX', 'SHIPPED_TOGETHER_MAX'],
];

const sourcesOf = (folder: string): string[] => {
  const files = readdirSync(join(PROJECT, 'lambdas', folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(PROJECT, 'lambdas', folder, file), 'utf8'));
};
const IMPORTS = /import \{([^}]*)\} from '[^']*\/(?:adapters\/dynamodb-[a-z-]+|runtime\/release-store)\.ts'/g;
/** What the files of a Lambda import that is given the table. */
const importsOf = (folder: string): string[] => {
  const named = sourcesOf(folder).flatMap((source) => [...source.matchAll(IMPORTS)].map(([, names = '']) => names));
  const values = named.flatMap((names) => names.split(',').map((name) => name.trim()));
  return [...new Set(values)].filter((name) => name !== '' && !name.startsWith('type ') && !ASK_NOTHING.includes(name));
};

/** All that it asks of an empty table, and of one with a release whose approval was taken back. */
const callsOf = async (folder: string): Promise<readonly TableCall[]> => {
  const tables = [recordingTable(), recordingTable(ROWS)];
  const asked = importsOf(folder).map(
    (name) => ASKED[name] ?? expect.unreachable(`${folder} is given ${name}, and nobody knows what that asks`),
  );
  for (const { client } of tables) for (const ask of asked) await ask(client);
  return tables.flatMap(({ calls }) => calls);
};

const GIVEN = handlerFolders().filter((folder) => importsOf(folder).length > 0);

describe('what a Lambda asks of the table (SD-2)', () => {
  it.each(GIVEN)('is allowed by the template: %s', async (folder) => {
    const calls = await callsOf(folder);

    expect(calls).not.toEqual([]);
    expect(calls.filter((call) => !allows(lambdaIn(folder), call))).toEqual([]);
  });

  it('is known of all that are given more of it than a store within rights', () => {
    const [all, bounded] = [GIVEN.flatMap(importsOf), ['releaseStoreOf', 'listingStoreOf', 'releaseReaderOf']];
    const beside = GIVEN.filter((folder) => importsOf(folder).some((name) => !bounded.includes(name)));

    expect(Object.keys(ASKED).filter((name) => !all.includes(name))).toEqual([]);
    expect(beside).toEqual([
      ...['dispatch-outbox', 'extend-log', 'measure-fleet', 'review-registry', 'serve-api', 'serve-approval'],
      ...['serve-console', 'serve-gate', 'serve-questions', 'sweep-endpoints'],
    ]);
  });

  it('is all that MeasureFleet may, which reads no more than it says', async () => {
    const calls = await callsOf('measure-fleet');
    const isUsed = ({ action, pattern }: { action: string; pattern: string }) =>
      calls.some(
        (call) => call.action === action && call.partitions.some((pk) => pk.startsWith(pattern.replace('*', ''))),
      );

    expect(boundsOf('MeasureFleet').filter((bound) => !isUsed(bound))).toEqual([]);
    for (const secret of ['REQUEST#r', 'RELEASE#r', 'OUTBOX#ship_event#0', 'ACCESS#2026-11-29T13']) {
      for (const action of ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:PartiQLSelect']) {
        expect(allows('MeasureFleet', { action, partitions: [secret], index: undefined }), secret).toBe(false);
      }
    }
  });
});
