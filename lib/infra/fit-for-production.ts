import type { ApproverDirectory } from '../domain/policy/directory.ts';
import type { Settings } from './settings.ts';

/** Domains that belong to nobody (RFC 2606). The people of the example have their addresses there. */
const NOBODYS = /@(?:[^@]+\.)?example\.(?:com|net|org)$/i;

/**
 * Refuses production with what only the example can have: approvals would wait for mails that reach nobody, and be open
 * to people who do not exist.
 */
export const assertFitForProduction = (
  { production, mailFrom, approversFile }: Pick<Settings, 'production' | 'mailFrom' | 'approversFile'>,
  { people }: Pick<ApproverDirectory, 'people'>,
): void => {
  if (!production) return;
  const strangers = people.filter(({ email }) => NOBODYS.test(email)).map(({ id }) => id);
  const problems = [
    ...(mailFrom === undefined ? ['mailFrom is not set, so that approvers get no mail'] : []),
    ...(mailFrom !== undefined && NOBODYS.test(mailFrom) ? [`mailFrom is ${mailFrom}, an address of nobody`] : []),
    ...(strangers.length === 0
      ? []
      : [`${approversFile} has people of the example, whose mails reach nobody: ${strangers.join(', ')}`]),
  ];
  if (problems.length > 0) throw new Error(`this is not fit for production: ${problems.join('; ')}`);
};
