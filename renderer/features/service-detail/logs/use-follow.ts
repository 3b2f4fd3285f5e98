import { useCallback, useReducer, useRef } from 'react';
import { followStart, reduceFollow } from '../../../lib/follow';

export interface Follow {
  following: boolean;
  unseen: number;
  /** Lines cut at the start since last asked: the view moves up by their height. */
  takeCut: () => number;
  appended: (change: { added: number; cut: number }) => void;
  scrolled: (fromBottomPx: number, upward: boolean) => void;
  jump: () => void;
}

export function useFollow(): Follow {
  const [state, dispatch] = useReducer(reduceFollow, followStart);
  const cut = useRef(0);
  const takeCut = useCallback(() => {
    const taken = cut.current;
    cut.current = 0;
    return taken;
  }, []);
  const appended = useCallback((change: { added: number; cut: number }) => {
    cut.current += change.cut;
    dispatch({ type: 'appended', count: change.added });
  }, []);
  const scrolled = useCallback(
    (fromBottomPx: number, upward: boolean) => dispatch({ type: 'scrolled', fromBottomPx, upward }),
    [],
  );
  const jump = useCallback(() => dispatch({ type: 'jumped' }), []);
  return { ...state, takeCut, appended, scrolled, jump };
}
