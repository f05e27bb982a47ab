// The management API answers 5 to 15 s late by default; a check that waits for an empty queue would wait that long for nothing.
export const promptFigures = [
  'collect_statistics_interval = 500',
  ...['global', 'basic', 'detailed'].map((level) => `management.sample_retention_policies.${level}.minute = 1`),
];

const ERLANG_SETTINGS = [
  '{quorum_tick_interval, 500}',
  // What was on its way out of a backoff tier when the broker was killed is otherwise tried again after three minutes.
  '{dead_letter_worker_publisher_confirm_timeout, 10000}',
];

/** The content of `advanced.config`. */
export const advancedConfig = `[{rabbit, [${ERLANG_SETTINGS.join(', ')}]}].\n`;
