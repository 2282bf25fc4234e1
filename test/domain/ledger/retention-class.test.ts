import { describe, expect, it } from 'vitest';
import {
  classesText,
  classOf,
  classProblem,
  daysOf,
  RetentionClasses,
} from '../../../lib/domain/ledger/retention-class.ts';

describe('the classes of the audit trail (AU-6)', () => {
  it('are read from a setting, and written as one', () => {
    expect(RetentionClasses.parse('')).toEqual({});
    expect(RetentionClasses.parse('routine=400, low=730')).toEqual({ low: 730, routine: 400 });
    expect(classesText(RetentionClasses.parse('routine=400,low=730'))).toBe('low=730,routine=400');
    expect(classesText({})).toBe('');
  });

  it.each(['low', 'low=', 'low=x', 'low=0', 'low=36501', 'low=1,low=2', 'minor=3', 'low=1;routine=2'])(
    'are not read from %s',
    (text) => {
      expect(RetentionClasses.safeParse(text).success).toBe(false);
    },
  );

  it('are by kind first, then by tier, and else the longest', () => {
    expect(classOf('release_approved', 'high')).toBe('high');
    expect(classOf('release_approved', 'low')).toBe('low');
    expect(classOf('approval_reminded', 'high')).toBe('routine');
    expect(classOf('log_heartbeat', undefined)).toBe('routine');
    expect(classOf('configuration_changed', undefined)).toBeUndefined();
    expect(classOf('release_approved', 'a tier of another version')).toBeUndefined();
  });

  it('have days of their own, or the longest', () => {
    const days = { longest: 3650, classes: { low: 730 } };

    expect(daysOf('low', days)).toBe(730);
    expect(daysOf('medium', days)).toBe(3650);
    expect(daysOf(undefined, days)).toBe(3650);
  });

  it('must not outlive what proves them, nor turn the tiers around', () => {
    expect(classProblem({ longest: 10, classes: {} })).toBeUndefined();
    expect(classProblem({ longest: 10, classes: { low: 1, medium: 5, high: 10, routine: 10 } })).toBeUndefined();
    expect(classProblem({ longest: 10, classes: { routine: 11 } })).toContain('for 10 only');
    expect(classProblem({ longest: 10, classes: { medium: 3 } })).toContain('a higher tier');
    expect(classProblem({ longest: 10, classes: { low: 5, medium: 3 } })).toContain('a higher tier');
  });
});
