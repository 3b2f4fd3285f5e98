import { Checkbox } from '@mantine/core';
import { formatBytes, formatCount } from '../../lib/format';
import { explainError } from '../../rpc/errors';
import { useRemovalPreview } from '../../rpc/queries';
import { Age } from '../../ui/age';
import { FailureNotice } from '../../ui/notice';
import { ScrollRegion } from '../../ui/scroll-region';
import { Skeleton } from '../../ui/skeleton';
import classes from './deploy.module.css';

interface RemovalPreviewProps {
  enabled: boolean;
  volumes: boolean;
  /** Absent where the choice was made before. */
  onVolumes?: (on: boolean) => void;
}

/** What a removal takes, by name; volumes with size and age. */
export function RemovalPreview({ enabled, volumes, onVolumes }: RemovalPreviewProps) {
  const preview = useRemovalPreview(enabled);
  if (preview.isError) return <FailureNotice failure={explainError(preview.error)} />;
  if (preview.data === undefined) return <Skeleton height={96} />;
  const { containers, networks, volumes: found } = preview.data;
  return (
    <div className={classes.removal}>
      <p>
        {formatCount(containers.length, 'container')} and {formatCount(networks.length, 'network')} are
        removed. Images and this console’s record of what was applied stay.
      </p>
      <ScrollRegion className={classes.names} label="What is removed">
        {[...containers, ...networks].join(', ')}
      </ScrollRegion>
      {found.length === 0 ? (
        <p>No volumes belong to this stack.</p>
      ) : (
        <>
          {onVolumes === undefined ? (
            <p>{chosenWords(formatCount(found.length, 'volume'), volumes)}</p>
          ) : (
            <Checkbox
              label={`Also delete ${formatCount(found.length, 'volume')} and the data in them`}
              checked={volumes}
              onChange={(event) => onVolumes(event.currentTarget.checked)}
            />
          )}
          <ScrollRegion className={classes.volumes} label="Volumes">
            <ul>
              {found.map((volume) => (
                <li key={volume.name}>
                  <code>{volume.name}</code>
                  <span>{volume.sizeBytes === null ? 'size not known' : formatBytes(volume.sizeBytes)}</span>
                  <span>
                    {volume.createdAt === null ? (
                      'age not known'
                    ) : (
                      <>
                        created <Age at={volume.createdAt} />
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </ScrollRegion>
          <p className={classes.quiet}>
            This console keeps no backups of these volumes: deleted data cannot be brought back from here.
          </p>
        </>
      )}
    </div>
  );
}

function chosenWords(counted: string, volumes: boolean): string {
  if (!volumes) return `Kept with their data, as was chosen when the removal began: ${counted}.`;
  return `Deleted with the data in them, as was chosen when the removal began: ${counted}. To keep them, dismiss this removal and begin another.`;
}
