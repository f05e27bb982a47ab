import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '@tributary/e2e';
import { comeAgain, crew } from './crew.ts';
import type { CrashPoint } from './orders.ts';
import type { Stage } from './plan.ts';
import { Victim } from './victim.ts';

/** While somebody has not come to their point, another crew is sent after so long, and so often. */
const NEXT_CREW_MS = 10_000;
const CREWS = 3;
/** Others give up for them. */
const LIFETIME_MS = 600_000;

/** Which process is to be started with what, when it has died there. */
export type Next = (process: string) => CrashPoint | undefined;

export interface Played {
  /** Points that a process was to die at and did not come to. */
  missed: CrashPoint[];
  /** Seeds of the crews: their people's names begin with it. */
  seeds: number[];
  /** Resolves when the last of them is through, with what went wrong for them. */
  lives: Promise<string[]>;
}

/** The system in which one crew after the other plays, and processes die. */
export class Scene {
  readonly world: World;
  readonly #folder: string;
  readonly #victims = new Map<string, Victim>();
  #seed: number;

  /** @param folder for the processes' reports */
  constructor(world: World, { seed, folder }: { seed: number; folder: string }) {
    this.world = world;
    this.#seed = seed * 1_000;
    this.#folder = folder;
  }

  victim(process: string): Victim {
    const victim = this.#victims.get(process) ?? new Victim(this.world, this.#folder, process);
    this.#victims.set(process, victim);
    return victim;
  }

  /** People who do everything that there is to do. `giveUp` ends their waiting for news. */
  playCrew(giveUp: AbortSignal): { seed: number; life: Promise<string[]> } {
    const seed = this.#seed++;
    this.world.smtp.behave(comeAgain(seed));
    const playing = this.world.play(crew(seed), { patienceMs: LIFETIME_MS, giveUp }).then(
      () => [],
      (error: Error) => [error.message],
    );
    const { promise: givenUp, resolve } = Promise.withResolvers<string[]>();
    giveUp.addEventListener('abort', () => resolve([`some of crew ${seed} still waited`]));
    return { seed, life: Promise.race([playing, givenUp]) };
  }

  /** Plays crews until every process of the stage has died at its point and is up again. They were started with their orders before. */
  async play(stage: Stage, next: Next, giveUp: AbortSignal): Promise<Played> {
    await Promise.all(stage.map(({ process }) => this.victim(process).count()));
    const kills = Promise.all(stage.map((crash) => this.#killed(crash, next, giveUp)));
    const over = kills.then(
      () => true,
      () => true, // awaited below
    );
    const crews: ReturnType<Scene['playCrew']>[] = [];
    const dies = (name: string) => stage.some(({ process }) => process === name);
    do {
      crews.push(this.playCrew(giveUp));
      // All that analytics ever states is that it has joined.
      if (dies('analytics-relay') && !dies('analytics')) await this.victim('analytics').start(next('analytics'));
    } while (!(await Promise.race([over, delay(NEXT_CREW_MS, false, { ref: false })])) && crews.length < CREWS);
    const missed = (await kills).flat();
    this.world.smtp.behave({});
    return {
      missed,
      seeds: crews.map(({ seed }) => seed),
      lives: Promise.all(crews.map(({ life }) => life)).then((problems) => problems.flat()),
    };
  }

  async #killed(crash: CrashPoint, next: Next, signal: AbortSignal): Promise<CrashPoint[]> {
    const victim = this.victim(crash.process);
    const died = await victim.died(crash.point, { timeoutMs: CREWS * NEXT_CREW_MS, signal });
    await victim.start(next(crash.process));
    return died ? [] : [crash];
  }
}
