import { emptyLedger, type Ledger, type Signup } from './ledger.ts';
import { perfectWorld } from './perfect-world.fixture.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { audit, type Verdict } from './verdict.ts';

const person = (n: number, names: string[], withdrawn?: Signup['withdrawn']): Signup => ({
  who: `7-000${n}`,
  id: `${n}a0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11`,
  key: `mix-7-000${n}`,
  address: `p${n}@example.com`,
  displayName: `Person ${n}`,
  names,
  ...(withdrawn && { withdrawn }),
});
export const ada = person(1, ['Engines']);
export const renamed = person(2, ['admin', 'API', '東京']);
export const stuck = person(3, ['admin']);
export const gone = person(4, ['Engines'], 'when-settled');
export const renamedAndGone = person(5, ['admin', 'Engines'], 'when-settled');
export const atOnce = person(6, ['Engines'], 'at-once');
export const everybody: Ledger = { ...emptyLedger(), accepted: [ada, renamed, stuck, gone, renamedAndGone, atOnce] };

/** Something that goes wrong in a perfect world. */
export type Fault = (world: Snapshot) => void;
const rows = (world: Snapshot, table: string) => (world.tables[table] ??= []);
const at = (world: Snapshot, table: string, match: Row) =>
  rows(world, table).findIndex((row) =>
    Object.entries(match).every(([key, value]) => JSON.stringify(row[key]) === JSON.stringify(value)),
  );
/** The fault must hit something: a misspelt one would prove nothing. */
export function pick(world: Snapshot, table: string, match: Row): [number, Row] {
  const index = at(world, table, match);
  const row = rows(world, table)[index];
  if (!row) throw new Error(`no such row in ${table}`);
  return [index, row];
}
export const loses =
  (table: string, match: Row): Fault =>
  (world) =>
    void rows(world, table).splice(pick(world, table, match)[0], 1);
export const doubles =
  (table: string, match: Row): Fault =>
  (world) =>
    void rows(world, table).push({ ...pick(world, table, match)[1] });
export const changes =
  (table: string, match: Row, to: Row): Fault =>
  (world) =>
    void Object.assign(pick(world, table, match)[1], to);
export const adds =
  (table: string, row: Row): Fault =>
  (world) =>
    void rows(world, table).push(row);

export function verdictOn(fault: Fault): Verdict {
  const world = perfectWorld(everybody.accepted);
  fault(world);
  return audit(everybody, world);
}

export const theirs = ({ id }: Signup) => ({ user_id: id });
export const owned = ({ id }: Signup) => ({ owner_id: id });
export const fact = ({ id }: Signup, type: string) => ({ subject: id, type });
export const other = '9a0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11';
