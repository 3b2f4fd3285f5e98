import classes from './skeleton.module.css';

/** Holds the room of what has not arrived yet. Sizes in pixels; without a width it fills the line. Still: motion would say nothing. */
export function Skeleton({ height, width }: { height: number; width?: number }) {
  return <span className={classes.skeleton} style={{ height, width }} />;
}
