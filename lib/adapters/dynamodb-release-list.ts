/** Lists of releases, from the index of one model or from those of the states, which are merged in the order of the last change. */
import type { DynamoDBDocumentClient, QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { type PageAsked, type ReleaseFilter, type ReleasePage, ReleasePlace } from '../domain/change/page.ts';
import { ReleaseState } from '../domain/release/lifecycle.ts';
import { ReleaseSummary, SUMMARY_ATTRIBUTES } from '../domain/release/release-summary.ts';
import { idIn, liesIn, readHints } from './dynamodb-hints.ts';
import { recordKey } from './dynamodb-keys.ts';
import { isWithin, meet, type Range, rangeCondition, rangeOf } from './dynamodb-range.ts';
import type { Item } from './dynamodb-reads.ts';

/** As many queries as one page may take: without a filter, one of each state. */
const CALLS_MAX = ReleaseState.options.length;
/** So many rows of a model a filter looks at in one call: they are narrow. */
const FILTERED_AT_ONCE = 300;
/** Of a state, each row is a whole release: a filter looks at so many for each that the page may have. */
const LOOKED_AT_FOR_ONE = 3;

/** A partition of an index, and how it spells the place of a release. */
type Source = {
  readonly index: Pick<QueryCommandInput, 'IndexName' | 'ProjectionExpression'>;
  readonly hash: { readonly name: string; readonly value: string };
  readonly range: string;
};

const ofModel = (model: string): Source => ({
  index: { IndexName: 'by-model' },
  hash: { name: 'listed_model', value: model },
  range: 'updatedAt',
});
const ofState = (state: ReleaseState): Source => ({
  index: {
    IndexName: 'by-state',
    ProjectionExpression: ['pk', 'sk', ...SUMMARY_ATTRIBUTES.map((name) => `#${name}`)].join(', '),
  },
  hash: { name: 'gsi_state_pk', value: `STATE#${state}` },
  range: 'gsi_state_sk',
});

/** What one source has after a place. If it has more, `end` is the last place that it looked at. */
type Found = {
  readonly items: readonly ReleaseSummary[];
  readonly end: ReleasePlace | undefined;
  readonly leftOut: number;
};

type Table = { readonly TableName: string; readonly client: DynamoDBDocumentClient };

/** A page costs one call, or one of each state that is asked for, however many releases there are. */
export const releasePage = async (
  table: Table,
  filter: ReleaseFilter,
  { limit, after }: PageAsked<ReleasePlace>,
): Promise<ReleasePage> => {
  const states = ReleaseState.options.filter((state) => filter.states?.includes(state) ?? true);
  if (states.length === 0) return { items: [], next: undefined };
  const sources = filter.model === undefined ? states.map(ofState) : [ofModel(filter.model)];
  const items: ReleaseSummary[] = [];
  let leftOut = 0;
  let next = after;
  // The releases of a state are many: what a filter leaves out of them is gone through page by page, each at the price of a full one.
  const most = filter.model === undefined ? sources.length : CALLS_MAX;
  for (let calls = sources.length; calls <= most; calls += sources.length) {
    const place = next;
    const found = await Promise.all(
      sources.map((source, index) => {
        const start = startOf(place, filter.model === undefined ? states[index] : undefined);
        return readSource(table, source, filter, { limit: limit - items.length, start });
      }),
    );
    const merged = merge(found, limit - items.length, filter.order === 'oldest');
    items.push(...merged.items);
    leftOut += found.reduce((sum, one) => sum + one.leftOut, 0);
    next = merged.next;
    if (next === undefined || items.length >= limit) break;
  }
  return { items, next, leftOut: leftOut || undefined };
};

/** Where a source goes on: after this release of its own, or at this time, or after it. */
type Start = { readonly place: ReleasePlace; readonly from: 'after it' | 'at its time' | 'after its time' };

/** Of two releases that changed at one time, that of the earlier state comes first. */
const startOf = (place: ReleasePlace | undefined, state: ReleaseState | undefined): Start | undefined => {
  if (place === undefined) return undefined;
  const order = state === undefined ? 0 : ReleaseState.options.indexOf(state) - orderOf(place);
  if (order === 0) return { place, from: 'after it' };
  return { place, from: order > 0 ? 'at its time' : 'after its time' };
};
const orderOf = ({ state }: ReleasePlace): number => ReleaseState.options.indexOf(state);

const readSource = async (
  { TableName, client }: Table,
  source: Source,
  filter: ReleaseFilter,
  { limit, start }: { readonly limit: number; readonly start: Start | undefined },
): Promise<Found> => {
  const { index, hash, range } = source;
  const isOldestFirst = filter.order === 'oldest';
  const wanted = filterOf(filter);
  const within = meet(rangeOf(filter), behind(start, isOldestFirst));
  if (within === undefined) return { items: [], end: undefined, leftOut: 0 };
  const key = rangeCondition(range, within);
  const names = index.ProjectionExpression === undefined ? wanted.used : SUMMARY_ATTRIBUTES;
  const { rows, isMore, last, leftOut } = await readHints(
    client,
    {
      TableName,
      ...index,
      KeyConditionExpression: `${hash.name} = :hash${key.expression}`,
      FilterExpression: wanted.expression || undefined,
      ExpressionAttributeNames:
        names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':hash': hash.value,
        ...key.values,
        ...wanted.values,
      },
      // A place outside the period is that of another list: this one begins where its period does.
      ExclusiveStartKey:
        start?.from === 'after it' && isWithin(within, start.place.at) ? keyAt(source, start.place) : undefined,
      ScanIndexForward: isOldestFirst,
      Limit:
        wanted.expression === '' ? limit : filter.model === undefined ? limit * LOOKED_AT_FOR_ONE : FILTERED_AT_ONCE,
    },
    {
      read: (item) => summaryIn(source, item),
      isPlace: (key) => liesIn('release', key) && placeAt(source, key) !== undefined,
    },
  );
  const lastRow = rows.at(-1);
  const end = last === undefined ? lastRow && placeOf(lastRow) : placeAt(source, last);
  return { items: rows, end: isMore ? end : undefined, leftOut };
};

/**
 * What is left of a source from a place on. All instants are texts of one length, so that one with more lies between it and the next, and
 * one with less between it and the one before: also at both ends of time, where a cursor may name any.
 */
const behind = (start: Start | undefined, isOldestFirst: boolean): Range => {
  if (start === undefined) return {};
  const { place, from } = start;
  if (from !== 'after its time') return isOldestFirst ? { from: place.at } : { to: place.at };
  return isOldestFirst ? { from: `${place.at}~` } : { to: place.at.slice(0, -1) };
};

/** A release is in the list of its own model, or of its own state. */
const summaryIn = ({ hash }: Source, item: Item): ReleaseSummary | undefined => {
  const { data } = ReleaseSummary.safeParse(item);
  if (data === undefined) return undefined;
  const { pk, sk } = recordKey('release', data.releaseId);
  const isOwn = [data.modelName, `STATE#${data.state}`].includes(hash.value);
  return isOwn && item['pk'] === pk && item['sk'] === sk ? data : undefined;
};

type Condition = {
  readonly text: string;
  readonly name: string;
  readonly values: readonly (readonly [string, string])[];
};

const equals = (name: string, value: string | undefined): Condition[] =>
  value === undefined ? [] : [{ name, text: `#${name} = :${name}`, values: [[`:${name}`, value]] }];

const filterOf = ({ model, version, states, tier, requester, endsBy }: ReleaseFilter) => {
  const values = (states ?? []).map((state, index): readonly [string, string] => [`:state${index}`, state]);
  const isOneOf = `#state IN (${values.map(([name]) => name).join(', ')})`;
  const hasNoMore = '(attribute_not_exists(#approvedUntil) OR #approvedUntil <= :endsBy)';
  const conditions: Condition[] = [
    ...equals('modelVersion', version),
    ...equals('riskTier', tier),
    ...equals('requestedBy', requester),
    // Without a model, each state is a source.
    ...(model === undefined || values.length === 0 ? [] : [{ name: 'state', text: isOneOf, values }]),
    ...(endsBy === undefined
      ? []
      : [{ name: 'approvedUntil', text: hasNoMore, values: [[':endsBy', endsBy] as const] }]),
  ];
  return {
    expression: conditions.map(({ text }) => text).join(' AND '),
    used: conditions.map(({ name }) => name),
    values: Object.fromEntries(conditions.flatMap((condition) => condition.values)),
  };
};

const keyAt = ({ hash, range }: Source, { at, releaseId }: ReleasePlace) => ({
  ...recordKey('release', releaseId),
  [hash.name]: hash.value,
  [range]: at,
});

/** The index as DynamoDB named its last place; undefined if it is none of ours. That of a model is one source, and any state will do. */
const placeAt = ({ hash, range }: Source, last: Item): ReleasePlace | undefined => {
  const state = stateOr(hash.value.replace('STATE#', ''));
  return ReleasePlace.safeParse({ at: last[range], state, releaseId: idIn(last['pk']) }).data;
};

/** A state that only another version knows is in no source of states. */
const stateOr = (state: string): ReleaseState => ReleaseState.safeParse(state).data ?? 'draft';

/** The first of all sources, up to where every source has been looked at. */
const merge = (found: readonly Pick<Found, 'items' | 'end'>[], limit: number, isOldestFirst: boolean): ReleasePage => {
  const rows = found.flatMap(({ items }, source) => items.map((item) => ({ at: item.updatedAt, source, item })));
  const isBefore = (one: { at: string; source: number }, other: { at: string; source: number }): number =>
    one.at === other.at ? one.source - other.source : one.at < other.at === isOldestFirst ? -1 : 1;
  const ends = found.flatMap(({ end }, source) => (end === undefined ? [] : [{ at: end.at, source, end }]));
  const [first] = ends.sort(isBefore);
  const known = rows.sort(isBefore).filter((row) => first === undefined || isBefore(row, first) <= 0);
  const items = known.slice(0, limit).map(({ item }) => item);
  const last = items.at(-1);
  const next = known.length > limit && last !== undefined ? placeOf(last) : first?.end;
  return { items, next };
};

const placeOf = ({ updatedAt, state, releaseId }: ReleaseSummary): ReleasePlace => ({
  at: updatedAt,
  state: stateOr(state),
  releaseId,
});
