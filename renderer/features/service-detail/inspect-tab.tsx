import { explainError } from '../../rpc/errors';
import { useInspect } from '../../rpc/queries';
import { CopyButton } from '../../ui/copy-button';
import { FailureNotice } from '../../ui/notice';
import { ScrollRegion } from '../../ui/scroll-region';
import classes from './detail.module.css';
import { Waiting } from './waiting';

export function InspectTab({ service }: { service: string }) {
  const inspect = useInspect(service);
  if (inspect.isError) return <FailureNotice failure={explainError(inspect.error)} />;
  if (inspect.data === undefined) return <Waiting height={320} />;
  const { json } = inspect.data;
  return (
    <div className={classes.column}>
      <div className={classes.bar}>
        <span className={classes.quiet}>As the engine reports it, secrets masked. Read-only.</span>
        <CopyButton text={() => json} label="Copy the whole text" title="Copy" />
      </div>
      <ScrollRegion className={classes.json} label="Inspect">
        <pre className={classes.text}>{json}</pre>
      </ScrollRegion>
    </div>
  );
}
