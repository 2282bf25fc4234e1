import * as z from 'zod';

export const IN_ORDER = 'in_order';
export const SIDE_BY_SIDE = 'side_by_side';

/** Whether the reviews of a tier are made one after the other, or all at once. */
export const ReviewOrder = z.enum([IN_ORDER, SIDE_BY_SIDE]);
