import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, listed, sayUnless, sentences } from '../finding.ts';

/**
 * Establishes that everything that the policy requires at this tier is there: every check was run, and there is a
 * person for each role. It also names evidence that no check has read, so that nobody takes it for judged.
 */
export const requiredControlsForTierPresent = defineCheck({
  name: 'required_controls_for_tier_present',
  stage: 'risk_classification',
  knownBy: 'verified',
  reads: ['controls'],
  parameters: z.strictObject({
    /** Further checks that must be run, whatever the stages of the policy require. */
    required_checks: z.array(z.string().min(1).max(64)).max(100).default([]),
  }),
  judge: ({ controls }, { required_checks: further }) => {
    const { tier, required, roles, unfilled, unread } = controls;
    const threshold = `every check of tier ${tier} run, and an eligible approver for ${roles.join(', ')}`;
    const missing = required.filter(({ made }) => !made);
    const absent = further.filter((name) => !required.some(({ check, made }) => check === name && made));
    const verdict = conclude(
      threshold,
      [
        `${required.length - missing.length} of ${required.length} checks, ${roles.length - unfilled.length} of ${roles.length} roles`,
        ...(unread.length > 0 ? [`read by no check: ${listed(unread)}`] : []),
      ].join('; '),
      sentences([
        `All ${required.length} checks that the policy requires of the other stages at tier ${tier} were run, and ${listed(roles)} can be filled.`,
        ...(unread.length > 0 ? [`No check of the policy reads ${listed(unread)}, so nothing in it was judged.`] : []),
      ]),
      [
        ...sayUnless(required.length > 0, `The policy requires no check at tier ${tier}. Add stages to it.`),
        ...missing.map(
          ({ stage, check }) => `Check ${check} of ${stage} was not run. Look for the fault in that stage.`,
        ),
        ...absent.map((name) => `Check ${name} must be run at tier ${tier}, but no stage of the policy runs it.`),
        ...unfilled.map(({ role, problem }) => `Nobody can approve as ${role}: ${problem}.`),
      ],
    );
    return { ...verdict, evidenceSha256: '' };
  },
});
