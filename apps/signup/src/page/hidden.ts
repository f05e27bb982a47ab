import { markup } from '@tributary/http';

/** The attribute, for what a script will show. */
export const hidden = markup`hidden`;
