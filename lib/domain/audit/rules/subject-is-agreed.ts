import type { Rule } from '../history.ts';

/** From the first approval on, the artifact and the evidence digest must be those that people agreed to. */
export const subjectIsAgreed: Rule = ({ event_type: type, subject }, { agreed }) => {
  if (agreed === undefined) return undefined;
  const isDecisive = type === 'release_approved' || type === 'deployment_promoted';
  const changed = (['artifact_sha256', 'evidence_digest'] as const).find(
    (name) => subject[name] !== agreed[name] && (isDecisive || subject[name] !== ''),
  );
  return changed && `${changed} is not the one that was approved`;
};
