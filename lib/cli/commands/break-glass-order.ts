/** What the commands about break-glass have in common. */
import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { EXIT, type ExitCode, type Surroundings } from '../command.ts';
import { BreakGlass, breakGlassTable } from '../terminal/break-glass-account.ts';
import { jsonText, plain } from '../terminal/text.ts';

export const REASON = { type: 'string', isRequired: true, description: 'why, for the record' } as const;
export const JSON_OPTION = { type: 'boolean', description: 'print the answer of the API as JSON' } as const;

type Order = {
  readonly release: string;
  readonly act?: 'confirm' | 'end' | 'document';
  readonly body: { readonly account?: string; readonly [field: string]: unknown };
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
  const next = body.account === undefined ? nextOf(glass) : notTaken(glass, body.account);
  if (next !== undefined) around.err(next);
  return EXIT.ok;
};

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

/** What was documented first stands. */
const notTaken = ({ account, documented_by: by, documented_at: at }: BreakGlass, said: string): string | undefined =>
  account === said.trim() ? undefined : `${plain(by)} documented it at ${at}: that stands, and this text was not taken`;
