/** What setting and lifting a legal hold have in common. */
import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import type { Surroundings } from '../command.ts';
import { columns, plain } from '../terminal/text.ts';

export const LEGAL_HOLD_OPTIONS = {
  matter: { type: 'string', isRequired: true, description: 'the case, inquiry or request that it is for' },
  reason: { type: 'string', isRequired: true, description: 'why, for the record' },
  json: { type: 'boolean', description: 'print the answer of the API as JSON' },
} as const;

export const LegalHold = z.object({
  model_name: z.string(),
  matter: z.string(),
  status: z.string(),
  set_by: z.string(),
  set_at: z.string(),
  reason: z.string(),
  people_needed: z.int(),
  lifting: z.array(z.object({ person_id: z.string() })),
});
export type LegalHold = z.infer<typeof LegalHold>;

type Order = { readonly model: string; readonly matter: string; readonly reason: string };

export const orderLegalHold = async (
  path: readonly string[],
  { model, matter, reason }: Order,
  around: Surroundings,
): Promise<unknown> =>
  callApi(
    await connect(around),
    { method: 'POST', path: ['models', model, 'legal-hold', ...path], role: 'auditor', body: { matter, reason } },
    z.unknown(),
  );

export const legalHoldTable = (holds: readonly LegalHold[]): string =>
  columns(
    ['model', 'matter', 'status', 'set by', 'since', 'agreed to lift', 'reason'],
    holds.map((hold) => [
      hold.model_name,
      hold.matter,
      hold.status,
      hold.set_by,
      hold.set_at,
      [`${hold.lifting.length} of ${hold.people_needed}`, ...hold.lifting.map((one) => one.person_id)].join(' '),
      hold.reason,
    ]),
  );

/** What is still to be done after somebody agreed to lift a hold: nobody lifts one alone. */
export const liftNeeds = ({ model_name, matter, status, lifting }: LegalHold): string | undefined => {
  if (status === 'lifted') return undefined;
  return (
    `not lifted yet: another auditor than ${lifting.map(({ person_id: id }) => plain(id)).join(', ')} must agree, by ` +
    `assay audit hold lift ${plain(model_name)} --matter ${plain(matter)} --reason REASON`
  );
};

/** That a hold was in force before, and keeps the reason that it was set with. */
export const heldBefore = (
  { model_name, matter, set_by, set_at, reason }: LegalHold,
  given: string,
): string | undefined =>
  reason === given.trim()
    ? undefined
    : `${plain(model_name)} was held for ${plain(matter)} before, by ${plain(set_by)} since ${set_at}: the reason given now is not on record; another --matter has a reason of its own`;
