/** The JSON Schemas that editors and auditors use, generated from the schemas that Assay itself reads and writes with. */
import * as z from 'zod';
import { cataloguePage, eventSchema } from '../ledger/catalogue/published.ts';
import { ApproverDirectory } from '../policy/directory.ts';
import { ModelInventory } from '../policy/model-inventory.ts';
import { PolicyOverlay } from '../policy/overlay.ts';
import { GovernancePolicy } from '../policy/policy.ts';
import { Regime } from '../policy/regime.ts';
import { PolicyCases } from './cases.ts';

const PUBLISHED = [
  { file: 'governance-policy.schema.json', title: 'Assay governance policy', schema: GovernancePolicy },
  { file: 'policy-overlay.schema.json', title: 'Assay overlay of a governance policy', schema: PolicyOverlay },
  { file: 'model-inventory.schema.json', title: 'Assay list of models and their tags', schema: ModelInventory },
  { file: 'approvers.schema.json', title: 'Assay directory of approvers', schema: ApproverDirectory },
  { file: 'regime.schema.json', title: 'Assay regime: clauses, dated', schema: Regime },
  { file: 'policy-cases.schema.json', title: 'Assay policy cases', schema: PolicyCases },
] as const;

/** Every published schema by its file name, and the page of those of events. Draft 7, because editors support it best. */
export const publishedSchemas = (): ReadonlyMap<string, string> =>
  new Map([
    ...PUBLISHED.map(({ file, title, schema }): [string, string] => {
      const { $schema, ...shape } = z.toJSONSchema(schema, { io: 'input', target: 'draft-07' });
      return [file, `${JSON.stringify({ $schema, title, ...shape }, null, 2)}\n`];
    }),
    ['audit-event.schema.json', eventSchema()],
    ['event-catalogue.md', cataloguePage()],
  ]);
