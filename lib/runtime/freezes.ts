import * as z from 'zod';
import type { Instant } from '../domain/identifiers.ts';
import { type ActiveFreeze, activeFreezes } from '../domain/policy/active-freezes.ts';
import { type BreakGlassRule, breakGlassRule } from '../domain/policy/break-glass.ts';
import type { Release } from '../domain/release/release.ts';
import { policiesAt } from './configuration.ts';
import { PolicyEnv } from './configuration-env.ts';

/** The deployed policy, whose windows count, and the name of the environment that they may be about. */
export const FreezeEnv = z.object({ ...PolicyEnv.shape, ENVIRONMENT: z.string().min(1) });

type About = Pick<Release, 'modelName' | 'riskTier'>;

/**
 * The windows that are on for a release. They are those of the deployed policy, and not of the one that the release pins: a window
 * is about a time, and not about what people approved. An overlay has none of its own.
 */
export const freezesOf = (
  env: z.output<typeof FreezeEnv>,
): ((release: About, now: Instant) => Promise<readonly ActiveFreeze[]>) => {
  const windows = windowsOf(env);
  return async (release, now) => (await windows()).activeAt(release, now);
};

/** The deployed policy, whose windows count, the environment, and the windows that are on for a release. */
export const windowsOf = (env: z.output<typeof FreezeEnv>) => {
  const policies = policiesAt(env);
  const { ENVIRONMENT: environment } = env;
  return async () => {
    const { base: policy } = await policies();
    return {
      deployed: { policy, environment },
      activeAt: ({ modelName, riskTier: tier }: About, now: Instant): readonly ActiveFreeze[] =>
        activeFreezes(policy.freezes, { modelName, tier, environment }, now),
    };
  };
};

/** What the deployed policy says of break-glass, and the environment that is deployed. */
export const breakGlassRuleOf = (
  env: z.output<typeof FreezeEnv>,
): (() => Promise<{ readonly rule: BreakGlassRule; readonly environment: string }>) => {
  const policies = policiesAt(env);
  return async () => ({ rule: breakGlassRule((await policies()).base), environment: env.ENVIRONMENT });
};
