import * as z from 'zod';

/** Texts in a variable of the environment, with commas between them; none where it is empty. */
export const EnvList = z.string().transform((text) => text.split(',').filter((one) => one !== ''));
