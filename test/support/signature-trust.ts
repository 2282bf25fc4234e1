import type { SignatureTrust } from '../../lib/domain/evidence/artifact-signature.ts';
import type { TrustedKey } from '../../lib/domain/evidence/signatures/trusted-key.ts';
import { Instant } from '../../lib/domain/identifiers.ts';

/** What a policy that names these keys accepts. The certificates of the vectors are valid from 2026 to 2036. */
export const trusting = (keys: readonly TrustedKey[], more: Partial<SignatureTrust> = {}): SignatureTrust => ({
  keys,
  roots: [],
  allowedUnsigned: [],
  at: Instant.parse('2027-01-01T00:00:00.000Z'),
  ...more,
});
