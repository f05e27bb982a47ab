import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';
import { prepareRun } from './run/prepare-run.ts';

const { signal } = new AbortController();
const prepare = (...args: string[]) => prepareRun(readOptions(args), signal);

describe('the options of npm run chaos', () => {
  it('are a selection with a seed of the moment when nothing is asked for', () => {
    const { seed, scenarios, soakMs } = readOptions([]);
    expect(Number.isSafeInteger(seed)).toBe(true);
    expect({ scenarios, soakMs }).toEqual({ scenarios: [], soakMs: undefined });
  });

  it.each([
    [['--seed', '7'], { seed: 7 }],
    [['--scenario', 'kill-email', '--scenario', 'burst'], { scenarios: ['kill-email', 'burst'] }],
    [['--soak', '90s'], { soakMs: 90_000 }],
    [['--soak', '15m'], { soakMs: 900_000 }],
    [['--crash-points', '--only', 'email'], { crashPoints: true, only: 'email' }],
  ])('%j is understood', (args, options) => {
    expect(readOptions(args)).toMatchObject(options);
  });

  it.each([
    [['--sed', '7'], /Unknown option '--sed'/],
    [['kill-email'], /Unexpected argument 'kill-email'/],
    [['--seed', 'seven'], /--seed is a whole number/],
    [['--seed=-1'], /--seed is a whole number/],
    [['--soak', '15'], /--soak takes a duration such as 90s, 15m or 1h, not "15"/],
    [['--soak', '0m'], /--soak takes a duration/],
    [['--only', 'email'], /--only belongs to --crash-points/],
    [['--soak', '1m', '--scenario', 'kill-email'], /--soak and --scenario are two different runs/],
  ])('%j is refused with what is wrong and what there is', (args, problem) => {
    expect(() => readOptions(args)).toThrow(problem);
    expect(() => readOptions(args)).toThrow('npm run chaos -- --list');
  });

  it('name a scenario that exists, or are told which do', () => {
    expect(() => prepare('--scenario', 'kill-emial')).toThrow(/no scenario "kill-emial".*kill-email/s);
  });

  it('say when containers cannot do what is asked', () => {
    expect(() => prepare('--compose', '--scenario', 'burst')).toThrow(/burst needs processes/);
    expect(() => prepare('--compose', '--cluster')).toThrow(/one broker node/);
  });

  it('come back as the command that repeats the run', () => {
    const command = 'npm run chaos -- --seed 7 --scenario kill-email --scenario kill-broker';
    expect(prepare(...command.split(' ').slice(4)).command).toBe(command);
    expect(prepare('--seed', '7', '--soak', '15m').command).toBe('npm run chaos -- --seed 7 --soak 900s');
  });
});
