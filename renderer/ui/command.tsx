import classes from './command.module.css';
import { CopyButton } from './copy-button';

/** One command to run elsewhere, ready to be copied. */
export function Command({ text, label = 'Copy the command' }: { text: string; label?: string }) {
  return (
    <div className={classes.command}>
      <code>{text}</code>
      <CopyButton text={() => text} label={label} />
    </div>
  );
}
