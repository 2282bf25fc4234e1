/** The ids in an address. The table is asked only for what can be an id, however long or strange the text is. */
import * as z from 'zod';
import { cut } from '../../lib/domain/cut.ts';
import { ModelName, ReleaseId } from '../../lib/domain/identifiers.ts';
import { Refusal } from '../../lib/domain/refusal.ts';

/** The refusal of an id that names nothing, with no more of it than a person reads. */
export const notFound = (what: string, id: string): Refusal =>
  new Refusal('NotFound', `there is no ${what} ${cut(id, 80)}`);

const nameIn = <Shape extends z.ZodType>(shape: Shape, what: string, text: string): z.output<Shape> => {
  const parsed = shape.safeParse(text);
  if (parsed.success) return parsed.data;
  throw notFound(what, text);
};

export const releaseIdIn = (text: string): ReleaseId => nameIn(ReleaseId, 'release', text);
export const modelNameIn = (text: string): ModelName => nameIn(ModelName, 'model', text);
/** SageMaker takes the same names for endpoints as for models. */
export const endpointNameIn = (text: string): string => nameIn(ModelName, 'endpoint', text);
/** A request is named by its own id, or by that of its release. */
export const requestIdIn = (text: string): string =>
  nameIn(z.string().regex(/^[A-Za-z0-9._-]{1,80}$/), 'request', text);
/** That of an approver, and a number. */
export const conditionIdIn = (text: string): string =>
  nameIn(z.string().regex(/^[a-z0-9._-]{1,80}$/), 'condition', text);
/** Assay makes these ids itself; an execution is named by each. */
export const rotationIdIn = (text: string): string =>
  nameIn(z.string().regex(/^[A-Za-z0-9._-]{1,80}$/), 'rotation', text);
export const checkNameIn = (text: string): string => nameIn(z.string().regex(/^[a-z0-9_]{1,64}$/), 'check', text);
