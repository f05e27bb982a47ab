import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/**
 * The options of a command line, by name. Arguments that are no options are refused.
 * @throws Error that says what is wrong, and then `help`
 */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
  help: string,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    // Node adds advice about positional arguments, which are none here.
    const problem = (error as Error).message.split('. ')[0];
    throw new Error(`${problem}.\n\n${help}`, { cause: error });
  }
}
