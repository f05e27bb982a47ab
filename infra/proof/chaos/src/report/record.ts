/** Everything that is known about a run, for the page and for whoever wants the figures. Times are milliseconds since the run began. */
export interface RunRecord {
  seed: number;
  /** ISO 8601. */
  beganAt: string;
  target: 'processes' | 'containers';
  /** Replays the run. */
  command: string;
  /** By name: `RabbitMQ` → `3.10.8`. */
  versions: Record<string, string>;
  samples: Sample[];
  marks: Mark[];
  scenarios: ScenarioOutcome[];
  total: RunVerdict & {
    /** Signups refused because the address was taken. */
    refused: number;
    /** How often a request was sent again, by the reason: `no answer`, `503`. */
    repeats: Record<string, number>;
  };
}

/** How things stood at one moment. */
export interface Sample {
  atMs: number;
  /** Signups since the beginning. */
  accepted: number;
  /** Of them, those for whom every reaction came. */
  completed: number;
  /** Messages that wait now, by queue. */
  backlog: Record<string, number>;
  /** Rows in the outbox now, by service. */
  unpublished: Record<string, number>;
}

/** Something that was done to the system. Without an end it was over at once. */
export interface Mark {
  fromMs: number;
  toMs?: number;
  /** `SIGKILL email` */
  what: string;
}

export interface ScenarioOutcome {
  name: string;
  /** One sentence. */
  expected: string;
  fromMs: number;
  toMs: number;
  verdict: RunVerdict;
}

/** The ledger's verdict. */
export interface RunVerdict {
  accepted: number;
  lost: number;
  doubled: number;
  unexpected: number;
  /** Mails taken twice with one Message-ID. */
  extraCopies: number;
  /** One per discrepancy. */
  lines: string[];
}
