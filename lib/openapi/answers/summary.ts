import * as z from 'zod';
import { Instant, ModelName, ReleaseId, RiskTier } from '../../domain/identifiers.ts';
import { answer } from '../named.ts';

export const ReleaseSummary = answer('ReleaseSummary', {
  release_id: ReleaseId,
  model_name: ModelName,
  model_version: z.string(),
  state: z.string(),
  risk_tier: RiskTier,
  updated_at: Instant,
});
