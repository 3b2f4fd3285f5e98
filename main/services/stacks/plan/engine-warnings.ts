import { apiAtLeast } from '../../../words/api-version';
import type { ComposeProject, ComposeService } from '../compose-file/model';

interface NeedsVersion {
  attribute: string;
  /** The Engine API that knows it first; older ones are not sent it. */
  since: string;
  isUsed: (service: ComposeService) => boolean;
}

const NEEDS: NeedsVersion[] = [
  {
    attribute: 'healthcheck.start_interval',
    since: '1.44',
    isUsed: ({ healthcheck }) => healthcheck?.start_interval !== undefined,
  },
  {
    attribute: 'annotations',
    since: '1.43',
    isUsed: ({ annotations }) => Object.keys(annotations ?? {}).length > 0,
  },
  {
    attribute: 'volumes.*.volume.subpath',
    since: '1.45',
    isUsed: ({ volumes }) => volumes.some(({ volume }) => volume?.subpath !== undefined),
  },
  {
    attribute: 'networks.*.mac_address',
    since: '1.44',
    isUsed: ({ networks }) => Object.values(networks).some(({ mac_address }) => mac_address !== undefined),
  },
];

/** What the file says and this engine is too old for; the file alone can't tell. */
export function engineWarnings(project: ComposeProject, apiVersion: string): string[] {
  return Object.values(project.services).flatMap((service) =>
    NEEDS.filter(({ since, isUsed }) => isUsed(service) && !apiAtLeast(apiVersion, since)).map(
      ({ attribute, since }) =>
        `services.${service.name}.${attribute} is not applied: it needs API ${since}, and the engine offers ${apiVersion}.`,
    ),
  );
}
