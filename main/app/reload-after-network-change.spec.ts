import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FailedRequest, reloadAfterNetworkChange } from './reload-after-network-change';

const URL = 'http://127.0.0.1:5173';
const LONG_MS = 10_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function page() {
  let report: (failed: FailedRequest) => void = () => undefined;
  const loadURL = vi.fn((_url: string) => Promise.reject<void>(new Error('dropped again')));
  const onErrorOccurred = vi.fn((_filter: { urls: string[] }, listener: typeof report) => {
    report = listener;
  });
  reloadAfterNetworkChange({ loadURL, session: { webRequest: { onErrorOccurred } } }, URL);
  const fail = (resourceType: string, error: string) => report({ resourceType, error });
  return { loadURL, onErrorOccurred, fail };
}

describe('the page of the development server', () => {
  it('is loaded once more when a part of it was dropped, once for all parts', () => {
    const { loadURL, onErrorOccurred, fail } = page();
    expect(onErrorOccurred.mock.calls[0]?.[0]).toEqual({ urls: [`${URL}/*`] });
    for (const part of ['mainFrame', 'script', 'stylesheet']) fail(part, 'net::ERR_NETWORK_CHANGED');
    expect(loadURL).not.toHaveBeenCalled();
    vi.advanceTimersByTime(LONG_MS);
    expect(loadURL).toHaveBeenCalledExactlyOnceWith(URL);
  });

  it('is left alone by other failures, and by what is asked for again by itself', () => {
    const { loadURL, fail } = page();
    fail('script', 'net::ERR_ABORTED');
    fail('webSocket', 'net::ERR_NETWORK_CHANGED');
    vi.advanceTimersByTime(LONG_MS);
    expect(loadURL).not.toHaveBeenCalled();
  });
});
