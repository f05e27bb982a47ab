import { z } from 'zod';

/**
 * Which name of the person's this is about: 1 for the one given at signup, one more for every name chosen after a failure.
 * It tells a late fact about an earlier name from news about the current one.
 */
export const attempt = z.int().min(1).max(1_000);
