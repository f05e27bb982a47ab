import { brokerGuarantees } from './broker-guarantees.ts';
import { effectGuarantees } from './effect-guarantees.ts';
import type { Guarantee } from './guarantee.ts';

/** What may be taken away with `--without`. A spec holds every edit against the sources. */
export const guarantees: Guarantee[] = [...effectGuarantees, ...brokerGuarantees];
