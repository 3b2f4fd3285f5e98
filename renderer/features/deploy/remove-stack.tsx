import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { formatBytes, formatCount } from '../../lib/format';
import { useRemoveStack } from '../../rpc/actions';
import { explainError } from '../../rpc/errors';
import { useRemovalPreview } from '../../rpc/queries';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { FailureNotice } from '../../ui/notice';
import { ScrollRegion } from '../../ui/scroll-region';
import { Skeleton } from '../../ui/skeleton';
import { TypedConfirmation } from '../../ui/typed-confirmation';
import classes from './deploy.module.css';

/** Names what goes and how large it is; volumes need their own tick. */
export function RemoveStack({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { stack } = useWorkspace();
  const remove = useRemoveStack();
  const [volumes, setVolumes] = useState(false);
  const close = () => {
    setVolumes(false);
    onClose();
  };
  if (stack === null) return null;
  return (
    <TypedConfirmation
      opened={opened}
      title={`Remove ${stack.title}`}
      expected={stack.project}
      action={volumes ? 'Remove with its data' : 'Remove'}
      busy={remove.isPending}
      onClose={close}
      onConfirm={(confirm) => remove.mutate({ volumes, confirm }, { onSuccess: close })}
    >
      <Preview enabled={opened} volumes={volumes} onVolumes={setVolumes} />
    </TypedConfirmation>
  );
}

interface PreviewProps {
  enabled: boolean;
  volumes: boolean;
  onVolumes: (on: boolean) => void;
}

function Preview({ enabled, volumes, onVolumes }: PreviewProps) {
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
          <Checkbox
            label={`Also delete ${formatCount(found.length, 'volume')} and the data in them`}
            checked={volumes}
            onChange={(event) => onVolumes(event.currentTarget.checked)}
          />
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
