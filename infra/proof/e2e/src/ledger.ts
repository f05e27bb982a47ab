import type { Person, World } from './world.ts';

export interface Account {
  /** Accepted signups that the person's status does not show as done. */
  unfinished: Person[];
  /** Accepted signups whose welcome mail the mail server never took. */
  lost: Person[];
  /** Mails taken more than once, with the number of copies. */
  copied: { person: Person; copies: number }[];
  /** Copies of one mail that differ in Message-ID, which no reader could recognise as one. */
  unrecognisable: Person[];
  /** Rows in the databases beyond one user and one mail per accepted signup. */
  surplusRows: { users: number; mails: number };
  deadLetters: Record<string, number>;
}

/** What exists, held against what was accepted. Ask when the world is quiet. */
export async function accountFor(world: World, accepted: Person[]): Promise<Account> {
  const rowsIn = async (service: string, table: string) => {
    const [counted] = await world.query<{ rows: number }>(service, `SELECT count(*)::int AS rows FROM ${table}`);
    return counted?.rows ?? NaN;
  };
  const taken = Map.groupBy(world.smtp.mails, ({ to }) => to.join());
  const mails = accepted.map((person) => ({ person, mails: taken.get(person.email) ?? [] }));
  const statuses = await Promise.all(accepted.map(async (person) => ({ person, status: await world.status(person) })));
  return {
    unfinished: statuses
      .filter(({ status }) => status.steps.some(({ state }) => state !== 'done'))
      .map(({ person }) => person),
    lost: mails.filter(({ mails }) => mails.length === 0).map(({ person }) => person),
    copied: mails
      .filter(({ mails }) => mails.length > 1)
      .map(({ person, mails }) => ({ person, copies: mails.length })),
    unrecognisable: mails
      .filter(({ mails }) => new Set(mails.map(({ headers }) => headers['message-id'])).size > 1)
      .map(({ person }) => person),
    surplusRows: {
      users: (await rowsIn('signup', 'users')) - accepted.length,
      mails: (await rowsIn('email', 'mails')) - accepted.length,
    },
    deadLetters: await world.deadLetters(),
  };
}

/** Lost 0, doubled 0. */
export const NOTHING_LOST_NOTHING_DOUBLED: Account = {
  unfinished: [],
  lost: [],
  copied: [],
  unrecognisable: [],
  surplusRows: { users: 0, mails: 0 },
  deadLetters: {},
};
