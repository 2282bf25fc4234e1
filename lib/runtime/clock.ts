import { Instant } from '../domain/identifiers.ts';

/** The one place where the product looks at a clock. */
export const now = (): Instant => Instant.parse(new Date().toISOString());
