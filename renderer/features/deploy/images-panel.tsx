import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { DeliveryPlan, ImageWay } from '../../../preload/contract';
import { useDeliver, useDeliveryPlan } from '../../rpc/delivery';
import { explainError } from '../../rpc/errors';
import { useServiceTitles } from '../../rpc/service-titles';
import { ActButton } from '../../ui/act-button';
import { Age } from '../../ui/age';
import { FailureNotice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './deploy.module.css';
import { RUNNING } from './gate';
import { deliverLabel, inOrder, sizeWords, toDeliver, ways, waysSummary } from './image-ways';
import { usersOf } from './task-rows';

/** Only for a host over SSH: how each image gets there, and delivering what it cannot get by itself. */
export function ImagesPanel({ busy }: { busy: boolean }) {
  const look = useDeliveryPlan();
  const deliver = useDeliver();
  const plan = look.data ?? null;
  const some = plan !== null && toDeliver(plan).length > 0;
  return (
    <Panel
      title="Images"
      flush
      aside={<span>{plan === null ? 'asking both engines' : <Told plan={plan} />}</span>}
      actions={
        some ? (
          <ActButton
            variant="default"
            blocked={busy ? RUNNING : null}
            busy={look.isFetching || deliver.isPending}
            onClick={() => deliver.mutate()}
          >
            {deliverLabel(plan)}
          </ActButton>
        ) : undefined
      }
    >
      {look.isError ? <FailureNotice failure={explainError(look.error)} /> : null}
      {plan === null && !look.isError ? <Skeleton height={64} /> : null}
      {plan === null ? null : <Ways plan={plan} />}
    </Panel>
  );
}

function Told({ plan }: { plan: DeliveryPlan }) {
  return (
    <>
      {waysSummary(plan)} ·{' '}
      {plan.source === null ? 'no engine here to deliver from' : `from ${plan.source.title}`}
      {' · '}
      <Age at={plan.at} />
    </>
  );
}

/** What is there already is folded away: it needs no reading. */
function Ways({ plan }: { plan: DeliveryPlan }) {
  const [open, setOpen] = useState(false);
  const images = inOrder(plan.images);
  const present = images.filter(({ way }) => way === 'present');
  const missing = images.filter(({ way }) => way !== 'present');
  return (
    <>
      {open || missing.length > 0 ? <Table images={open ? images : missing} /> : null}
      {present.length === 0 ? null : (
        <UnstyledButton className={classes.passed} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          <StatusLabel status="pass" word="Present" />
          <span>{present.length}</span>
        </UnstyledButton>
      )}
    </>
  );
}

function Table({ images }: { images: readonly ImageWay[] }) {
  const titleOf = useServiceTitles();
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Image</th>
          <th scope="col">Way</th>
          <th scope="col" title="Uncompressed">
            Size
          </th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {images.map((image) => (
          <tr key={image.reference}>
            <td>
              <code title={usersOf(image, titleOf)}>{image.reference}</code>
            </td>
            <td>
              <StatusLabel {...ways[image.way]} />
            </td>
            <td>{sizeWords(image)}</td>
            <td className={classes.summary}>{image.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
