import { styleText } from 'node:util';

export interface Terminal {
  /** How wide a line may be. */
  columns: number;
  /** Colour where the terminal has it, and NO_COLOR does not ask for none. */
  paint: (colour: Colour, text: string) => string;
}

export type Colour = 'green' | 'yellow' | 'red' | 'bold';

/** As it is at this moment: a window changes its size. Output that goes to no terminal is 80 columns wide. */
export function terminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
  return {
    columns: stream.columns || 80, // 0 from a terminal that does not know
    paint: (colour, text) => styleText(colour, text, { stream }),
  };
}
