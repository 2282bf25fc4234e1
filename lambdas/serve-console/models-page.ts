/** A page of models, by the read that the API pages by, whatever the fleet. */
import { ModelName } from '../../lib/domain/identifiers.ts';
import type { Look } from '../../lib/domain/metrics/look.ts';
import type { ConsoleWorld } from './world.ts';

/** As many models as are read in one or two calls. */
export const MODELS_PAGE = 25;

export type ModelsPage = {
  readonly names: readonly ModelName[];
  /** The name that the next page begins after; undefined if this is the last. */
  readonly next: string | undefined;
};

/** Every model that has a chain, and every one that was last found to serve: nothing that serves is missing. */
export const readModels = async (
  { store }: Pick<ConsoleWorld, 'store'>,
  look: Look | undefined,
  asked: string | undefined,
): Promise<ModelsPage> => {
  // It comes from outside, and can be nothing but the name of a model.
  const { data: after = '' } = ModelName.safeParse(asked);
  const { items, next } = await store.models({ limit: MODELS_PAGE, ...(after === '' ? {} : { after }) });
  const serving = (look?.serving ?? [])
    .map(({ modelName }) => modelName)
    .filter((name) => name > after && (next === undefined || name <= next));
  const all = [...new Set([...items, ...serving])].sort();
  const names = all.slice(0, MODELS_PAGE).map((name) => ModelName.parse(name));
  return { names, next: all.length > MODELS_PAGE ? names.at(-1) : next };
};
