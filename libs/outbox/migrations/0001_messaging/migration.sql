-- What ties events to a database transaction. Every service's database has these tables; none of them is a service's own.
CREATE SCHEMA IF NOT EXISTS messaging;

-- A row is a fact that is not known to be published; the relay deletes it when the broker has confirmed it.
CREATE TABLE messaging.outbox (
  event_id uuid PRIMARY KEY,
  type text NOT NULL,
  stated_at timestamptz NOT NULL,
  -- JSON of the envelope: the bytes that go on the wire. Text, because jsonb would reorder and reformat it.
  body text NOT NULL,
  -- W3C trace context of what stated the fact.
  traceparent text,
  tracestate text,
  -- Written when publishing this row fails, and only then.
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  last_error text
) WITH (
  -- Every row dies young. Waiting for a share of the table would leave the claim to walk over the dead ones.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 10000
);
CREATE INDEX outbox_due ON messaging.outbox (next_attempt_at);
-- Together with outbox_due it finds the oldest fact without reading a million of them.
CREATE INDEX outbox_failed ON messaging.outbox (stated_at) WHERE attempts > 0;

-- A row is an event that a consumer has handled: its effect is in the same commit.
CREATE TABLE messaging.inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_handled_at ON messaging.inbox (handled_at);

-- What `setup` applied, for `serve` to compare.
CREATE TABLE messaging.setup (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
