/** What served, what waited for people, and which states releases were in at an instant: `assay as-of`. */
import * as z from 'zod';
import { ReleaseId } from '../identifiers.ts';
import type { StateAt } from './state-at.ts';

const ReleaseRow = z.object({
  releaseId: z.string(),
  modelName: z.string(),
  modelVersion: z.string(),
  state: z.string(),
});
const PointerRow = z.object({
  modelName: z.string(),
  releaseId: z.string(),
  endpointName: z.string(),
  since: z.string(),
});
const RequestRow = z.object({
  releaseId: z.string(),
  modelName: z.string(),
  status: z.string(),
  expiresAt: z.string(),
});

export type AsOf = {
  readonly serving: readonly z.infer<typeof PointerRow>[];
  /** The open requests: who was asked had until then to decide. */
  readonly waiting: readonly Omit<z.infer<typeof RequestRow>, 'status'>[];
  readonly releases: readonly z.infer<typeof ReleaseRow>[];
};

/** Of one model, or of all. */
export const asOf = ({ rows }: Pick<StateAt, 'rows'>, model?: string): AsOf => {
  const of = <T extends { readonly modelName: string }>(entity: string, schema: z.ZodType<T>): T[] =>
    rows
      .filter((row) => row.entity === entity)
      .map((row) => schema.parse(row))
      .filter(({ modelName }) => model === undefined || modelName === model);
  return {
    serving: of('pointer', PointerRow).filter(({ releaseId }) => ReleaseId.safeParse(releaseId).success),
    waiting: of('request', RequestRow).flatMap(({ status, ...request }) => (status === 'pending' ? [request] : [])),
    releases: of('release', ReleaseRow),
  };
};
