/** What containers are called, as far as this connection has seen: messages name them as people do. */

/** Far more than a host runs; the longest unseen goes first. */
const REMEMBERED_NAMES = 4000;
const SHORT_ID_LENGTH = 12;
const WHOLE_ID = /^[0-9a-f]{64}$/;

export interface ContainerNames {
  /** Only by whole ids: a name passed for an id may be another container's tomorrow. */
  learn(id: string, name: string): void;
  forget(id: string): void;
  /** The name, else the short id as `docker ps` prints it; what is no id stays as it is. */
  of(idOrName: string): string;
}

export function createContainerNames(): ContainerNames {
  const names = new Map<string, string>();
  return {
    learn(id, name) {
      if (!WHOLE_ID.test(id)) return;
      names.delete(id);
      names.set(id, name);
      const [oldest] = names.keys();
      if (names.size > REMEMBERED_NAMES && oldest !== undefined) names.delete(oldest);
    },
    forget: (id) => void names.delete(id),
    of: (idOrName) =>
      names.get(idOrName) ?? (WHOLE_ID.test(idOrName) ? idOrName.slice(0, SHORT_ID_LENGTH) : idOrName),
  };
}
