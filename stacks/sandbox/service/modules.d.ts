/** The parts of Debian's node-pg and node-redis that are used here; neither package ships types. */
declare module 'pg' {
  export interface QueryResult {
    rows: Record<string, unknown>[];
  }
  export interface ConnectionSettings {
    host: string;
    database: string;
    user: string;
    password: string;
    connectionTimeoutMillis?: number;
    query_timeout?: number;
    max?: number;
    application_name?: string;
  }
  class Client {
    constructor(settings: ConnectionSettings);
    connect(): Promise<void>;
    query(text: string, values?: unknown[]): Promise<QueryResult>;
    end(): Promise<void>;
    escapeIdentifier(text: string): string;
    escapeLiteral(text: string): string;
  }
  class Pool {
    constructor(settings: ConnectionSettings);
    query(text: string, values?: unknown[]): Promise<QueryResult>;
    on(event: 'error', listener: (error: Error) => void): this;
  }
  const pg: { Client: typeof Client; Pool: typeof Pool };
  export default pg;
  export type { Client };
}

declare module 'redis' {
  export interface RedisClient {
    connect(): Promise<unknown>;
    ping(): Promise<string>;
    hGet(key: string, field: string): Promise<string | undefined>;
    hGetAll(key: string): Promise<Record<string, string>>;
    hSet(key: string, field: string, value: string): Promise<number>;
    hDel(key: string, field: string): Promise<number>;
    on(event: 'error', listener: (error: Error) => void): this;
  }
  const redis: {
    createClient(settings: {
      password: string;
      disableOfflineQueue: boolean;
      socket: { host: string; connectTimeout: number; reconnectStrategy: () => number };
    }): RedisClient;
  };
  export default redis;
}
