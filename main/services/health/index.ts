export { createGateProbe } from './gate';
export { createHealthService, type HealthDeps } from './health';
