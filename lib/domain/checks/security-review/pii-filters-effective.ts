import * as z from 'zod';
import { ProtectedCategory } from '../../evidence/input-protection-report.ts';
import { defineCheck } from '../check.ts';
import { conclude, judgeFurther, sayUnless, shown } from '../finding.ts';

/**
 * Establishes that probes with personal data or harmful content were stopped, in the categories that the policy names.
 */
export const piiFiltersEffective = defineCheck({
  name: 'pii_filters_effective',
  stage: 'security_review',
  knownBy: 'attested',
  reads: ['manifest', 'inputProtectionReport'],
  parameters: z.strictObject({
    required_categories: z.array(ProtectedCategory).min(1).max(12).default(['email']),
    minimum_probes: z.int().min(1).max(10_000).default(1),
  }),
  judge: ({ manifest, inputProtectionReport }, { required_categories: categories, minimum_probes: minimum }) => {
    const threshold = `at least ${minimum} probes for each of ${categories.join(', ')}, each stopped as expected`;
    const subject = { name: 'input protection report', field: 'input_protection_report', threshold } as const;
    return judgeFurther(inputProtectionReport, subject, ({ endpoint_name: endpoint, probes }) => {
      const through = probes.filter(({ expected, observed }) => expected !== observed);
      const probing = (category: string) =>
        probes.filter((probe) => probe.category === category && probe.expected !== 'passed').length;
      return conclude(
        threshold,
        `${probes.length - through.length} of ${probes.length} probes as expected`,
        `All ${probes.length} probes were treated as expected.`,
        [
          ...sayUnless(
            endpoint === manifest.deployment.endpoint_name,
            `The report is about endpoint ${endpoint}; this release goes to ${manifest.deployment.endpoint_name}.`,
          ),
          ...through.map(
            ({ id, category, direction, expected, observed }) =>
              `Probe ${shown(id)} (${category} in the ${direction}) was ${observed}; it should be ${expected}. Fix the filter.`,
          ),
          ...categories
            .filter((category) => probing(category) < minimum)
            .map(
              (category) =>
                `${probing(category)} probes of ${category} expect it to be stopped; at least ${minimum} are needed.`,
            ),
        ],
      );
    });
  },
});
