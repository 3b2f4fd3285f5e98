import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { NAVIGATE_MESSAGE } from '../../preload/channels';

function routeOf(event: MessageEvent<unknown>): string | null {
  if (event.source !== window || typeof event.data !== 'object' || event.data === null) return null;
  const { type, route } = event.data as { type?: unknown; route?: unknown };
  if (type !== NAVIGATE_MESSAGE || typeof route !== 'string') return null;
  return route.startsWith('/') ? route : null;
}

/** Menu, notifications and deep links ask for a place; the preload passes their route on. */
export function useNavigateMessages() {
  const navigate = useNavigate();
  useEffect(() => {
    const follow = (event: MessageEvent<unknown>) => {
      const route = routeOf(event);
      if (route !== null) void navigate(route);
    };
    window.addEventListener('message', follow);
    return () => window.removeEventListener('message', follow);
  }, [navigate]);
}
