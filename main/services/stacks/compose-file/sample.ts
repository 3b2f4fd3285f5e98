import type { ComposeService } from './model';

/** A service with nothing but its name, for tests that are about something else. */
export function sampleService(name: string, rest: Partial<ComposeService> = {}): ComposeService {
  return {
    name,
    environment: {},
    labels: {},
    ports: [],
    volumes: [],
    networks: {},
    depends_on: {},
    secrets: [],
    configs: [],
    extensions: {},
    ...rest,
  };
}
