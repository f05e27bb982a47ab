-- A row is a redelivered message that is being handled, or was when its process ended. Deleted with the outcome, whatever it is.
CREATE TABLE messaging.crash_marks (
  queue text NOT NULL,
  event_id uuid NOT NULL,
  marks integer NOT NULL DEFAULT 1,
  marked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (queue, event_id)
);
