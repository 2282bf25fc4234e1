import * as z from 'zod';
import type { Surroundings } from '../command.ts';
import { AwaitedApprovals, awaitedFacts } from './awaited-approvals.ts';
import { localTime } from './local-time.ts';
import { columns } from './text.ts';

export const ModelStatus = z.object({
  model_name: z.string(),
  production: z
    .object({
      release_id: z.string(),
      model_version: z.string(),
      endpoint: z.string(),
      since: z.string(),
      approved_until: z.string().default(''),
    })
    .optional(),
  way_back: z
    .object({ to: z.string(), release_id: z.string().default(''), model_version: z.string().default('') })
    .optional(),
  coming: z.array(
    z.object({
      release_id: z.string(),
      model_version: z.string(),
      state: z.string(),
      promotion: z.object({ under_way: z.boolean(), waits: z.boolean().default(false) }).optional(),
      approval_request: AwaitedApprovals.optional(),
    }),
  ),
  found: z.object({ deviations: z.array(z.object({ explanation: z.string() })) }).optional(),
  rollback: z.object({ rollback_id: z.string(), to_version: z.string(), status: z.string() }).optional(),
  endpoint_move: z.object({ to_endpoint: z.string(), status: z.string() }).optional(),
  hold: z.object({ held_since: z.string(), rollback_id: z.string() }).optional(),
});
export type ModelStatus = z.infer<typeof ModelStatus>;

/** What a model serves, since when and until when, what comes next, and the way back. */
export const modelAccount = (model: ModelStatus, around: Pick<Surroundings, 'env'>): string => {
  const { production, found, rollback, endpoint_move: move, hold } = model;
  const facts: string[][] = [
    ['serves', production === undefined ? 'nothing' : `${production.model_version} (${production.release_id})`],
    ['found', found?.deviations.map(({ explanation }) => explanation).join('; ') ?? ''],
    ['from', production?.endpoint ?? ''],
    ['since', production === undefined ? '' : localTime(production.since, around)],
    ['approved until', production === undefined ? '' : localTime(production.approved_until, around)],
    ['way back', wayBack(model)],
    ['rollback', rollback === undefined ? '' : `to ${rollback.to_version || 'nothing'}, ${rollback.status}`],
    ['move', move === undefined ? '' : `to ${move.to_endpoint}, ${move.status}`],
    ['held', hold === undefined ? '' : `since ${localTime(hold.held_since, around)} by rollback ${hold.rollback_id}`],
    ...comingFacts(model, around),
  ];
  return columns(
    ['model', model.model_name],
    facts.filter(([, value]) => value !== ''),
  );
};

const wayBack = ({ way_back: back }: ModelStatus): string => {
  if (back === undefined) return '';
  return back.to === 'release'
    ? `${back.model_version} (${back.release_id}), by assay rollback`
    : 'to nothing, by assay rollback --to-nothing';
};

const comingFacts = ({ coming }: ModelStatus, around: Pick<Surroundings, 'env'>): string[][] =>
  coming.length === 0
    ? [['next', 'nothing']]
    : coming.flatMap(({ model_version: version, release_id: id, state, promotion, approval_request: request }) => [
        [
          'next',
          `${version} (${id}), ${state}${state === 'approved' && promotion !== undefined ? howFar(promotion) : ''}`,
        ],
        ...awaitedFacts(request, around),
      ]);

const howFar = ({ under_way: isUnderWay, waits }: NonNullable<ModelStatus['coming'][number]['promotion']>): string => {
  if (isUnderWay) return ', on its way';
  return waits ? ', waits for the end of a freeze' : '';
};
