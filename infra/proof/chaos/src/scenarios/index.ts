import { broker } from './broker.ts';
import { database } from './database.ts';
import { load } from './load.ts';
import type { Scenario } from './scenario.ts';
import { services } from './services.ts';
import { several } from './several.ts';
import { smtp } from './smtp.ts';

/** Everything that can be done, in the order of `--list`. */
export const scenarios: Scenario[] = [...services, ...several, ...broker, ...database, ...smtp, ...load];
