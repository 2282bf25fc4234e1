import * as z from 'zod';

/** What a model decides about: the areas that EU AI Act Annex III lists, and those around them. */
export const Domain = z.enum([
  'biometrics',
  'credit',
  'critical_infrastructure',
  'education',
  'finance',
  'healthcare',
  'hiring',
  'housing',
  'insurance',
  'justice',
  'law_enforcement',
  'marketing',
  'migration',
  'operations',
  'public_benefits',
  'other',
]);
export type Domain = z.infer<typeof Domain>;

export const YES_OR_NO = [
  'customer_facing',
  'automated_decision',
  'affects_individuals',
  'personal_data',
  'sensitive_data',
  'safety_component',
] as const;
export type YesOrNo = (typeof YES_OR_NO)[number];

/**
 * What a manifest declares about a model, so that its tier can be computed. All of it or nothing: a fact that is left
 * out must not read as a no.
 */
export const RiskFacts = z.strictObject({
  domain: Domain.describe('What the model decides about.'),
  customer_facing: z.boolean().describe('Customers see the output of the model, or are affected by it.'),
  automated_decision: z.boolean().describe('The output of the model takes effect without a human decision.'),
  affects_individuals: z.boolean().describe('It has legal or similarly significant effects on people (GDPR Art. 22).'),
  personal_data: z.boolean().describe('Trained on, or fed with, data about people who can be recognised.'),
  sensitive_data: z.boolean().describe('Special categories of personal data (GDPR Art. 9), or proxies for them.'),
  safety_component: z.boolean().describe('Its failure endangers health or safety (EU AI Act Art. 6(1)).'),
} satisfies Record<YesOrNo | 'domain', unknown>);
export type RiskFacts = z.infer<typeof RiskFacts>;
