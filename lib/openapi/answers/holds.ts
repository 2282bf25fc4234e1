import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../../domain/identifiers.ts';
import { Matter } from '../../domain/records/legal-hold.ts';
import { answer, page } from '../named.ts';
import { ReleaseSummary } from './summary.ts';

export const Hold = answer('Hold', {
  model_name: ModelName,
  status: z.string(),
  rollback_id: z.string(),
  rolled_back: ReleaseId,
  initiated_by: z.string(),
  held_since: Instant,
  operators_needed: z.int().min(1),
  consents: z.array(
    z.object({ operator_id: z.string(), reason: z.string(), linked_incident: z.string(), timestamp: Instant }),
  ),
  released_at: Instant.optional(),
});

export const HoldPage = page('HoldPage', { holds: z.array(Hold) });

export const LegalHold = answer('LegalHold', {
  model_name: ModelName,
  matter: Matter,
  status: z.string(),
  set_by: z.string(),
  set_at: Instant,
  reason: z.string(),
  people_needed: z.int(),
  lifting: z.array(z.object({ person_id: z.string(), timestamp: Instant, reason: z.string() })),
  lifted_at: Instant.optional(),
});

export const LegalHoldPage = page('LegalHoldPage', { legal_holds: z.array(LegalHold) });

/** A break-glass of a model: what it is about, who asked for it and confirmed it, and what became of it. */
export const BreakGlass = answer('BreakGlass', {
  model_name: ModelName,
  number: z.int().min(1),
  release_id: ReleaseId,
  environment: z.string(),
  endpoint: z.string(),
  status: z.string(),
  incident: z.string(),
  requested_by: z.string(),
  requested_at: Instant,
  reason: z.string(),
  confirm_by: Instant,
  open_hours: z.int().min(1),
  confirmed_by: z.string().optional(),
  confirmed_at: Instant.optional(),
  confirmed_because: z.string().optional(),
  open_until: Instant.optional(),
  used_at: Instant.optional(),
  document_by: Instant.optional(),
  ended_by: z.string().optional(),
  ended_at: Instant.optional(),
  documented_by: z.string().optional(),
  documented_at: Instant.optional(),
  account: z.string().optional(),
  is_undocumented: z.boolean(),
});

export const BreakGlassPage = page('BreakGlassPage', { break_glass: z.array(BreakGlass) });

const act = { since: Instant, operator_id: z.string(), reason: z.string(), linked_incident: z.string() };

/** The line of one model, or, without a name, of all. */
export const Line = answer('Line', {
  model_name: ModelName.optional(),
  status: z.string(),
  since: act.since.optional(),
  operator_id: act.operator_id.optional(),
  reason: act.reason.optional(),
  linked_incident: act.linked_incident.optional(),
  stops: z.array(z.object(act)),
});

export const LinePage = page('LinePage', { stopped: z.array(Line) });

export const StartedLine = answer('StartedLine', {
  ...Line.shape,
  waiting: z.array(ReleaseSummary),
  more_waiting: z.literal(true).optional(),
});
