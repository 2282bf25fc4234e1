import * as z from 'zod';
import { readObject } from '../adapters/s3-objects.ts';
import { parseDocument } from '../domain/evidence/document.ts';
import { ApproverDirectory } from '../domain/policy/directory.ts';
import { GovernancePolicy } from '../domain/policy/policy.ts';

const CONFIGURATION_MAX_BYTES = 262_144;

type Place = { readonly bucket: string; readonly key: string };

/** The policy that new releases start with. Deployed under the digest of its file, so a container may keep it. */
export const policyAt = (place: Place): (() => Promise<GovernancePolicy>) => onceFrom(place, GovernancePolicy);

/** Who may be asked to approve, today. */
export const directoryAt = (place: Place): (() => Promise<ApproverDirectory>) => onceFrom(place, ApproverDirectory);

const onceFrom = <Schema extends z.ZodType>(place: Place, schema: Schema): (() => Promise<z.output<Schema>>) => {
  let read: Promise<z.output<Schema>> | undefined;
  return () => {
    read ??= load(place, schema).catch((cause: unknown) => {
      read = undefined;
      throw cause;
    });
    return read;
  };
};

const load = async <Schema extends z.ZodType>(place: Place, schema: Schema): Promise<z.output<Schema>> => {
  const bytes = await readObject(place, CONFIGURATION_MAX_BYTES);
  const parsed = schema.safeParse(parseDocument(bytes, CONFIGURATION_MAX_BYTES));
  if (parsed.success) return parsed.data;
  throw new Error(`could not read ${place.key}: ${z.prettifyError(parsed.error)}`);
};
