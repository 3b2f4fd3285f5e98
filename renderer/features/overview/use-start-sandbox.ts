import { useState } from 'react';
import type { PreflightReport } from '../../../preload/contract';
import { useApply } from '../../rpc/actions';
import { useRpc } from '../../rpc/context';
import { type Explained, explainError } from '../../rpc/errors';
import { useChangeSettings, useWorkspace } from '../../rpc/workspace';

const SANDBOX_ID = 'sandbox';

type Phase = 'idle' | 'checking' | 'review' | 'starting';

/** A failed check that names no service concerns the whole stack. */
export function isBlocked(report: PreflightReport | null): boolean {
  return report?.checks.some((check) => check.result === 'fail' && check.services.length === 0) ?? false;
}

/**
 * One click: choose the sandbox, check the host, start. A clean pre-flight goes straight on;
 * anything else waits for the reader, because nothing may change before it has been seen.
 */
export function useStartSandbox() {
  const { client } = useRpc();
  const { host, stacks } = useWorkspace();
  const change = useChangeSettings();
  const apply = useApply();
  const [phase, setPhase] = useState<Phase>('idle');
  const [report, setReport] = useState<PreflightReport | null>(null);
  const [failure, setFailure] = useState<Explained | null>(null);

  const sandbox = stacks.items.find((stack) => stack.sandbox && stack.builtIn);
  const on = { hostId: host?.id ?? '', stackId: sandbox?.id ?? SANDBOX_ID };

  const guard = async (work: () => Promise<void>) => {
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(explainError(error));
      setPhase('idle');
    }
  };
  const startNow = async () => {
    setPhase('starting');
    await apply.mutateAsync(on);
  };
  const check = async () => {
    setReport(null);
    setPhase('checking');
    await change.mutateAsync({ selectedStackId: on.stackId });
    const found = await client.stacks.preflight(on);
    setReport(found);
    if (found.result === 'pass') await startNow();
    else setPhase('review');
  };
  return {
    phase,
    report,
    failure,
    blocked: isBlocked(report),
    begin: () => void guard(check),
    confirm: () => void guard(startNow),
  };
}
