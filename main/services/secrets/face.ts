/**
 * Public face of the secrets room: makes the secrets a stack asks for, and masks the known ones
 * wherever a definition, a container or a command is shown. One table of patterns, in patterns.ts.
 */
export { ensureSecrets, generatedBytes } from './generate';
export { knownSecretValues } from './known';
export { createMasker, isSecretName, MASK, type Masker } from './mask';
