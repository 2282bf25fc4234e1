/** What commands say of a break-glass. */
import * as z from 'zod';
import type { Surroundings } from '../command.ts';
import { localTime } from './local-time.ts';
import { columns, plain } from './text.ts';

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
  confirmed_by: z.string().default(''),
  open_until: z.string().default(''),
  document_by: z.string().default(''),
  is_undocumented: z.boolean(),
  documented_by: z.string().default(''),
  documented_at: z.string().default(''),
  account: z.string().default(''),
});
export type BreakGlass = z.infer<typeof BreakGlass>;

const isOverdue = ({ is_undocumented: isOwed, document_by: by }: BreakGlass): boolean =>
  isOwed && Date.parse(by) <= Date.now();

export const breakGlassTable = (glasses: readonly BreakGlass[]): string =>
  columns(
    ['release', 'endpoint', 'status', 'incident', 'asked by', 'confirmed by', 'open until', 'document by'],
    glasses.map((glass) => [
      glass.release_id,
      `${glass.endpoint} (${glass.environment})`,
      glass.status,
      glass.incident,
      glass.requested_by,
      glass.confirmed_by,
      // One that was ended is over before its time.
      glass.status === 'open' ? glass.open_until : '',
      glass.is_undocumented ? `${glass.document_by}${isOverdue(glass) ? ', overdue' : ''}` : '',
    ]),
  );

/** What somebody has to know or do about the break-glass of a release; nothing of one that is over and owed nothing. */
export const breakGlassInWords = (glass: BreakGlass | undefined, around: Pick<Surroundings, 'env'>): string => {
  if (glass === undefined) return '';
  const { status, confirm_by: confirmBy, open_until: until, document_by: by } = glass;
  const words = [
    status === 'requested' ? `another person confirms it by ${localTime(confirmBy, around)}` : '',
    status === 'open' ? `open until ${localTime(until, around)}` : '',
    glass.is_undocumented ? `it was used, and has to be documented by ${localTime(by, around)}` : '',
    isOverdue(glass) ? 'that is overdue, and closes the gate of the model' : '',
  ].filter((word) => word !== '');
  const people = [glass.requested_by, glass.confirmed_by].filter((one) => one !== '').join(' and ');
  return words.length === 0 ? '' : plain(`${glass.incident}, by ${people}: ${words.join('; ')}`);
};
