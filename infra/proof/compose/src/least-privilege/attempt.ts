/** Something that a service's login tries. */
export interface Attempt<Tool> {
  /** In general: a row of the matrix. */
  what: string;
  /** In particular, for reports. */
  detail: string;
  /** It is allowed to. Everything else has to be refused. */
  may?: boolean;
  run: (tool: Tool) => unknown;
}

/** What became of an attempt: allowed, refused for want of rights, or what else came in between. */
export type Outcome = 'allowed' | 'refused' | Error;

/** Sentences about the attempts that went otherwise than they should. All at once: a broker takes 3 s to turn a login away. */
export async function disagreements<Tool>(
  who: string,
  attempts: readonly Attempt<Tool>[],
  outcomeOf: (attempt: Attempt<Tool>) => Promise<Outcome>,
): Promise<string[]> {
  const outcomes = attempts.map(async (attempt) => {
    const outcome = await outcomeOf(attempt);
    if (outcome === (attempt.may ? 'allowed' : 'refused')) return [];
    const words = outcome instanceof Error ? `neither allowed nor refused (${outcome.message})` : outcome;
    return [`${who} was ${words} to ${attempt.what} (${attempt.detail})`];
  });
  return (await Promise.all(outcomes)).flat();
}
