import type { ReactNode, Ref, UIEventHandler } from 'react';

interface ScrollRegionProps {
  label: string;
  className?: string | undefined;
  children: ReactNode;
  role?: 'region' | 'log';
  wrap?: boolean;
  onScroll?: UIEventHandler<HTMLDivElement>;
  ref?: Ref<HTMLDivElement>;
}

// A part that scrolls on its own must take the focus, or the keyboard cannot reach what is below.
const reachable = { tabIndex: 0, 'aria-live': 'off' } as const;

export function ScrollRegion({ label, children, role = 'region', wrap = false, ...rest }: ScrollRegionProps) {
  const named = { ...reachable, role, 'aria-label': label };
  return (
    <div {...named} {...rest} data-wrap={wrap}>
      {children}
    </div>
  );
}
