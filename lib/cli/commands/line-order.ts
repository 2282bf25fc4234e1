/** What stopping the line and starting it again have in common. */
import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import type { Surroundings } from '../command.ts';
import { columns } from '../terminal/text.ts';

export const LINE_OPTIONS = {
  model: { type: 'string', description: 'only the promotions of this model, and not those of all' },
  reason: { type: 'string', isRequired: true, description: 'why, for the record' },
  incident: { type: 'string', isRequired: true, description: 'the incident that it belongs to' },
  json: { type: 'boolean', description: 'print the answer of the API as JSON' },
} as const;

type Order = { readonly model?: string | undefined; readonly reason: string; readonly incident: string };

export const orderLine = async <Answer>(
  act: 'stop' | 'start',
  { model, reason, incident }: Order,
  around: Surroundings,
  answer: z.ZodType<Answer>,
): Promise<Answer> => {
  const body = { reason, incident, ...(model === undefined ? {} : { model_name: model }) };
  const connection = await connect(around);
  return callApi(connection, { method: 'POST', path: ['line', act], role: 'operator', body }, answer);
};

const Stop = z.object({
  since: z.string(),
  operator_id: z.string(),
  linked_incident: z.string(),
  reason: z.string(),
});

/** A line as the API shows it: the last act, and what it is stopped for. */
export const Line = z.looseObject({
  model_name: z.string().optional(),
  status: z.string().optional(),
  stops: z.array(Stop).optional(),
});
export type Line = z.infer<typeof Line>;

/** What a line is stopped for. An API of a version that knew one incident at a time shows the last act alone. */
export const stopsOf = (line: Line): readonly z.infer<typeof Stop>[] => {
  if (line.stops !== undefined) return line.stops;
  const { data: act } = Stop.safeParse(line);
  return act === undefined || line.status === 'running' ? [] : [act];
};

/** A row for each stop, under the names of the columns. */
export const stopsTable = (lines: readonly Line[]): string =>
  columns(
    ['stopped', 'since', 'by', 'incident', 'reason'],
    lines.flatMap((line) =>
      stopsOf(line).map((stop) => [
        nameOf(line.model_name),
        stop.since,
        stop.operator_id,
        stop.linked_incident,
        stop.reason,
      ]),
    ),
  );

/** Whose line it is. */
export const nameOf = (model: string | undefined): string => model ?? 'all models';
