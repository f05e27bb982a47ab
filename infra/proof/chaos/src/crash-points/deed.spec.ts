import { describe, expect, it } from '@jest/globals';
import { deedOf } from './deed.ts';

describe('what a statement does', () => {
  it.each([
    ['INSERT INTO "public"."users" ("id","email") VALUES ($1,$2) RETURNING "id"', 'INSERT users'],
    ['\n  INSERT INTO messaging.inbox (consumer, event_id)\n  VALUES ($1, $2::uuid)', 'INSERT inbox'],
    ['INSERT INTO people (user_id) VALUES ($1) ON CONFLICT (user_id) DO UPDATE SET user_id = $1', 'INSERT people'],
    ['insert into facts SELECT * FROM records FOR SHARE', 'INSERT facts'],
    ['UPDATE "public"."mails" SET "status" = $1', 'UPDATE mails'],
    ['UPDATE ONLY messaging.outbox SET attempts = 1', 'UPDATE outbox'],
    ['DELETE FROM messaging.outbox\n  WHERE event_id = ANY ($1::uuid[])', 'DELETE outbox'],
    ['DELETE FROM inbox WHERE id IN (SELECT id FROM inbox FOR UPDATE SKIP LOCKED)', 'DELETE inbox'],
    ['WITH gone AS (DELETE FROM expectations RETURNING *) SELECT count(*) FROM gone', 'DELETE expectations'],
    ['WITH due AS (SELECT * FROM messaging.outbox LIMIT $1 FOR UPDATE SKIP LOCKED) SELECT * FROM due', 'lock outbox'],
    ['SELECT FROM users WHERE id = $1::uuid FOR NO KEY UPDATE', 'lock users'],
    ['COMMIT', 'COMMIT'],
  ])('%s', (sql, name) => {
    expect(deedOf(sql)?.name).toBe(name);
  });

  it.each([
    'SELECT 1',
    'BEGIN',
    'ROLLBACK',
    'NOTIFY tributary_outbox',
    "SET LOCAL lock_timeout = '2s'",
    'SELECT * FROM updates',
  ])('%s is nothing that anybody notices', (sql) => {
    expect(deedOf(sql)).toBeUndefined();
  });
});
