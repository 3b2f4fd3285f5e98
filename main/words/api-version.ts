/**
 * Words room: numbers and versions as people and engines write them. Pure, imports nothing, so that services,
 * adapters and the command line say the same thing the same way.
 */

/** Engine API versions are `major.minor`, compared as numbers: 1.9 is older than 1.41. Negative when `a` is the older one. */
export function compareApiVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

export function apiAtLeast(version: string, wanted: string): boolean {
  return compareApiVersions(version, wanted) >= 0;
}
