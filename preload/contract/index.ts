/**
 * The contract: the only thing the window and the main process share. Schemas, inferred types,
 * error codes and the procedure table; nothing here runs. May import zod and @orpc/contract only.
 */
export * from './delivery';
export * from './errors';
export * from './forwards';
export * from './hosts';
export * from './live';
export * from './prepare';
export * from './services';
export * from './settings';
export * from './stacks';
export * from './tasks';
