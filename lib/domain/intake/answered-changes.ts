import { readAnswered } from '../change/read-former-decisions.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { Refusal, type Violation } from '../refusal.ts';
import type { ReleaseManifest } from '../release/manifest.ts';

/**
 * Refuses a release that answers another one of which nobody has asked for changes, or that does not say what was changed:
 * people read the question and the answer side by side.
 */
export const assertChangesAnswered = async (
  manifest: ReleaseManifest,
  store: Pick<ReleaseStore, 'get'>,
): Promise<void> => {
  const { answers, change_note: note, model_name: modelName } = manifest;
  if (answers === undefined) return;
  const asked = await readAnswered(store, { manifest });
  const violations: Violation[] = [];
  if (asked?.modelName !== modelName) {
    const problem = `names ${answers}, but nobody has asked for changes to a release of ${modelName} under this id`;
    violations.push({ field: 'answers', problem });
  }
  if (note === undefined) {
    violations.push({ field: 'change_note', problem: 'is missing: say how the changes that were asked for were made' });
  }
  if (violations.length > 0) {
    throw new Refusal('ManifestInvalid', 'the manifest does not answer what was asked', violations);
  }
};
