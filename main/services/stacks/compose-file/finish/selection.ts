/** Which services of a project take part, and what they need of it. */
import type { ComposeProject, ComposeService } from '../model';

/** Services without profiles always take part; `*` means every profile. */
export function selectProfiles(project: ComposeProject, profiles: string[]): ComposeProject {
  const active = new Set(profiles);
  const takesPart = ({ profiles = [] }: ComposeService) =>
    profiles.length === 0 || active.has('*') || profiles.some((profile) => active.has(profile));
  const services = Object.entries(project.services).filter(([, service]) => takesPart(service));
  const inactive = Object.keys(project.services).filter(
    (name) => !services.some(([taken]) => taken === name),
  );
  return {
    ...project,
    services: Object.fromEntries(services),
    ...(inactive.length > 0 && { inactive }),
  };
}

/** Networks, volumes, secrets and configs that no service uses are not made. */
export function keepUsed(project: ComposeProject): ComposeProject {
  const services = Object.values(project.services);
  const used = (of: (service: ComposeService) => (string | undefined)[]) => new Set(services.flatMap(of));
  const networks = used((service) => Object.keys(service.networks));
  const volumes = used(({ volumes }) => volumes.map(({ source }) => source));
  const secrets = used((service) => [
    ...service.secrets.map(({ source }) => source),
    ...buildSecrets(service),
  ]);
  const configs = used((service) => service.configs.map(({ source }) => source));
  return {
    ...project,
    networks: only(project.networks, networks),
    volumes: only(project.volumes, volumes),
    secrets: only(project.secrets, secrets),
    configs: only(project.configs, configs),
  };
}

/** Sources of the secrets a build is given. */
export function buildSecrets({ build }: ComposeService): string[] {
  const secrets = build?.secrets;
  if (!Array.isArray(secrets)) return [];
  return secrets.flatMap((item: unknown) =>
    typeof item === 'object' && item !== null && 'source' in item ? [String(item.source)] : [],
  );
}

function only<T>(all: Record<string, T>, used: Set<string | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}
