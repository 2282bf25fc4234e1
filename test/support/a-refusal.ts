import { intakeRefusal } from '../../lib/domain/intake/refuse-claim.ts';
import type { IntakeRefusal } from '../../lib/domain/records/intake.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { NOW } from './approval-case.ts';

/** A refused claim for a release of this id, as the intake keeps it. */
export const refuseClaimOf = (release_id: string): IntakeRefusal =>
  intakeRefusal(
    { manifest: { release_id }, door: 'event_bus' },
    new Refusal('ManifestInvalid', 'the manifest does not describe a release', [
      { field: 'git_commit', problem: 'is missing' },
    ]),
    NOW,
  );
