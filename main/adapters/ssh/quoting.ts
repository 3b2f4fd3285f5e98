import { quote } from '../../words/shell';

export { quote } from '../../words/shell';

export function commandLine(command: string, args: readonly string[]): string {
  return [command, ...args].map(quote).join(' ');
}
