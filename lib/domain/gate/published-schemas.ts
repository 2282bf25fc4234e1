/** The files that editors help with, and what they help by: JSON Schema made from the schemas that read the files. */
import * as z from 'zod';
import { ApproverDirectory } from '../policy/directory.ts';
import { GovernancePolicy } from '../policy/policy.ts';
import { PolicyCases } from './cases.ts';

const PUBLISHED = [
  { file: 'governance-policy.schema.json', title: 'Assay governance policy', schema: GovernancePolicy },
  { file: 'approvers.schema.json', title: 'Assay directory of approvers', schema: ApproverDirectory },
  { file: 'policy-cases.schema.json', title: 'Assay policy cases', schema: PolicyCases },
] as const;

/** The content of every published schema, by the name of its file. Draft 7, because that is what editors know best. */
export const publishedSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    PUBLISHED.map(({ file, title, schema }) => {
      const { $schema, ...shape } = z.toJSONSchema(schema, { io: 'input', target: 'draft-07' });
      return [file, `${JSON.stringify({ $schema, title, ...shape }, null, 2)}\n`];
    }),
  );
