/** What the commands about break-glass have in common. */
import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { EXIT, type ExitCode, type Surroundings } from '../command.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

export const REASON = { type: 'string', isRequired: true, description: 'why, for the record' } as const;
export const JSON_OPTION = { type: 'boolean', description: 'print the answer of the API as JSON' } as const;

export const BreakGlass = z.object({
  model_name: z.string(),
  number: z.int(),
  release_id: z.string(),
  environment: z.string(),
  endpoint: z.string(),
  status: z.string(),
  incident: z.string(),
  requested_by: z.string(),
  confirm_by: z.string(),
  confirmed_by: z.string().optional(),
  open_until: z.string().optional(),
  document_by: z.string().optional(),
  is_undocumented: z.boolean(),
});
export type BreakGlass = z.infer<typeof BreakGlass>;

type Order = {
  readonly release: string;
  readonly act?: 'confirm' | 'end' | 'document';
  readonly body: object;
  readonly isJson: boolean | undefined;
};

/** Orders it, prints what it is then, and says what is still to be done. */
export const orderBreakGlass = async (
  { release, act, body, isJson }: Order,
  around: Surroundings,
): Promise<ExitCode> => {
  const path = ['releases', release, 'break-glass', ...(act === undefined ? [] : [act])];
  const answer = await callApi(await connect(around), { method: 'POST', path, role: 'operator', body }, z.unknown());
  const glass = BreakGlass.parse(answer);
  around.out(isJson ? jsonText(answer) : breakGlassTable([glass]));
  const next = nextOf(glass);
  if (next !== undefined) around.err(next);
  return EXIT.ok;
};

export const breakGlassTable = (glasses: readonly BreakGlass[]): string =>
  columns(
    ['release', 'endpoint', 'status', 'incident', 'asked by', 'confirmed by', 'open until', 'document by'],
    glasses.map((glass) => [
      glass.release_id,
      `${glass.endpoint} (${glass.environment})`,
      glass.status,
      glass.incident,
      glass.requested_by,
      glass.confirmed_by ?? '',
      glass.open_until ?? '',
      glass.is_undocumented ? (glass.document_by ?? '') : '',
    ]),
  );

/** What is still to be done, and by whom. */
const nextOf = ({
  status,
  release_id: id,
  requested_by: by,
  confirm_by: until,
  ...glass
}: BreakGlass): string | undefined => {
  const release = plain(id);
  if (status === 'requested')
    return `it opens nothing yet: another person than ${plain(by)} confirms it by ${until}, with assay break-glass confirm ${release} --reason REASON`;
  if (status === 'open' && !glass.is_undocumented)
    return `it promotes nothing by itself: assay promote ${release} --reason REASON, before ${glass.open_until}`;
  return glass.is_undocumented
    ? `it was used: document it by ${glass.document_by}, with assay break-glass document ${release} --text TEXT`
    : undefined;
};
