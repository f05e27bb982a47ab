import type { Progress, Watcher } from '../run/progress.ts';
import { span } from './figures.ts';
import { figuresLine, liveLines } from './live-lines.ts';

const REDRAW_MS = 300;
const FIGURES_EVERY_MS = 10_000;

/** On a terminal a view that is drawn anew in place, below the lines that stay; elsewhere lines only, with the figures every 10 s. */
export function watch(progress: Progress, out: NodeJS.WriteStream = process.stdout): Watcher {
  const tell = out.isTTY ? livingBelow(progress, out) : plain(progress, out);
  return {
    say: tell.say,
    over({ act: { scenario, people }, fromMs, toMs = fromMs, problems }) {
      tell.say(
        `${scenario.name.padEnd(40)} ${String(people).padStart(5)} people   recovered after ${span(toMs - fromMs)}`,
      );
      for (const problem of problems) tell.say(`  ${problem}`);
    },
    [Symbol.dispose]: tell.end,
  };
}

interface Teller {
  say: (line: string) => void;
  end: () => void;
}

function plain(progress: Progress, out: NodeJS.WriteStream): Teller {
  const say = (line: string) => void out.write(`${span(Date.now() - progress.beganMs).padStart(11)}  ${line}\n`);
  const timer = setInterval(() => progress.samples().length > 0 && say(figuresLine(progress)), FIGURES_EVERY_MS);
  say(`seed ${progress.seed}`);
  return { say, end: () => clearInterval(timer) };
}

function livingBelow(progress: Progress, out: NodeJS.WriteStream): Teller {
  let height = 0;
  const erase = () => (height > 0 ? `\x1b[${height}A\x1b[J` : '');
  const draw = (before = '') => {
    const lines = liveLines(progress).map((line) => line.slice(0, out.columns - 1)); // a line that wraps would be two
    out.write(`${erase()}${before}${lines.join('\n')}\n`);
    height = lines.length;
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    say: (line) => draw(`${line}\n`),
    end() {
      clearInterval(timer);
      out.write(erase());
      height = 0;
    },
  };
}
