/** Runs work per service along dependency edges: each one begins when those it needs have ended well. */
export interface GraphResult {
  /** Service → what stopped it; services that were done are not in here. */
  failed: Map<string, unknown>;
  /** Not tried, because one they need failed. */
  blocked: string[];
}

export async function runGraph(
  names: string[],
  needs: (name: string) => string[],
  work: (name: string) => Promise<void>,
): Promise<GraphResult> {
  const failed = new Map<string, unknown>();
  const blocked: string[] = [];
  const runs = new Map<string, Promise<boolean>>();
  const run = async (name: string): Promise<boolean> => {
    const before = await Promise.all(
      needs(name)
        .filter((one) => names.includes(one))
        .map(start),
    );
    if (before.includes(false)) {
      blocked.push(name);
      return false;
    }
    return work(name).then(
      () => true,
      (error: unknown) => {
        failed.set(name, error);
        return false;
      },
    );
  };
  function start(name: string): Promise<boolean> {
    const known = runs.get(name) ?? run(name);
    runs.set(name, known);
    return known;
  }
  await Promise.all(names.map(start));
  return { failed, blocked };
}
