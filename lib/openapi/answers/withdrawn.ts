import * as z from 'zod';
import { Reason } from '../../domain/release/release.ts';
import { answer } from '../named.ts';
import { ReleaseSummary } from './summary.ts';

export const WithdrawnRelease = answer('WithdrawnRelease', { ...ReleaseSummary.shape, reasons: z.array(Reason) });
