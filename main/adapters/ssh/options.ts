import type { HostTrust, SignInPrompts, SshTarget } from '../../services/hosts/ssh/face';
import type { Log } from '../../services/log';
import type { RegistryAuth } from '../engine-api';

export interface SshSessionOptions {
  hostId: string;
  /** `ssh://user@host`, for messages. */
  endpoint: string;
  resolve: (signal?: AbortSignal) => Promise<SshTarget>;
  trust: HostTrust;
  prompts: SignInPrompts;
  registryAuth?: RegistryAuth;
  /** Socket of the engine on the other machine; found by itself when left out. */
  enginePath?: string;
  log: Log;
  now: () => number;
}
