import { beforeEach, describe, expect, it } from '@jest/globals';
import { watchQueries } from './watch-queries.ts';

class Client {
  rowCount = 1;
  query(...args: unknown[]): unknown {
    const callback = args.at(-1);
    if (typeof callback === 'function') return void callback(null, { rowCount: this.rowCount });
    return Promise.resolve({ rowCount: this.rowCount });
  }
}

let passed: string[];
let client: Client;
beforeEach(() => {
  passed = [];
  class Watched extends Client {}
  Watched.prototype.query = Client.prototype.query;
  watchQueries(Watched.prototype, (point) => passed.push(point));
  client = new Watched();
});

describe('what is seen of the statements of a process', () => {
  it('each has a moment before it and one after its answer', async () => {
    await client.query({ text: 'INSERT INTO users VALUES ($1)' }, [1]);
    expect(passed).toEqual(['before INSERT users', 'after INSERT users']);
  });

  it('the answer may come to a callback', () => {
    client.query('DELETE FROM users', [], () => passed.push('told'));
    expect(passed).toEqual(['before DELETE users', 'after DELETE users', 'told']);
  });

  it('a commit counts only when there is something to commit', async () => {
    await client.query('BEGIN');
    await client.query('COMMIT');
    expect(passed).toEqual([]);
    await client.query('UPDATE users SET name = $1');
    await client.query('COMMIT');
    await client.query('COMMIT');
    expect(passed.slice(2)).toEqual(['before COMMIT', 'after COMMIT']);
    await client.query('DELETE FROM users');
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    await client.query('COMMIT');
    expect(passed.slice(4)).toEqual(['before DELETE users', 'after DELETE users']);
  });

  it('a lock counts when it holds something', async () => {
    await client.query('SELECT FROM users FOR UPDATE');
    client.rowCount = 0;
    await client.query('SELECT FROM users FOR UPDATE');
    expect(passed).toEqual(['after lock users']);
  });
});
