/** Keys an SSH agent holds, each offered by itself so that it is known which one the server took. */
import type {
  BaseAgent,
  ParsedKey,
  SignCallback,
  SigningRequestOptions as SigningOptions,
  Ssh2,
} from './driver';
import { fingerprintOf } from './key-files';

/** An agent that waits for a hardware key or a person may take its time; one that hangs must not stop the sign-in. */
const LIST_LIMIT_MS = 10_000;
/** The named pipe of PuTTY's agent. */
const PAGEANT = /[\\/]pageant\.[^\\/]+$/i;

type PublicKey = string | Buffer | ParsedKey;

export interface AgentKey {
  blob: Buffer;
  words: string;
  /** For ssh2: an agent that holds this key only. */
  agent: BaseAgent;
  /** The agent was asked to sign, so the server had accepted the key. */
  signed(): boolean;
}

function identities(agent: BaseAgent): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it does not answer')), LIST_LIMIT_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) return reject(error);
      resolve(
        (keys ?? []).filter((key): key is ParsedKey => typeof key === 'object' && 'getPublicSSH' in key),
      );
    });
  });
}

interface HeldKey {
  agent: BaseAgent;
  key: ParsedKey;
  /** What holds it. */
  holder: string;
}

function toAgentKey({ driver, asking }: AgentOptions, { agent, key, holder }: HeldKey): AgentKey {
  const blob = key.getPublicSSH();
  let asked = false;
  class OneKey extends driver.BaseAgent {
    override getIdentities(done: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      done(null, [key]);
    }
    override sign(wanted: PublicKey, data: Buffer, options: SigningOptions, done?: SignCallback): void;
    override sign(wanted: PublicKey, data: Buffer, done: SignCallback): void;
    override sign(
      wanted: PublicKey,
      data: Buffer,
      options: SigningOptions | SignCallback,
      done?: SignCallback,
    ): void {
      asked = true;
      // It may wait for a finger on a key or a yes on the screen.
      asking(true);
      const finish: SignCallback = (error, signature) => {
        asking(false);
        (typeof options === 'function' ? options : done)?.(error, signature);
      };
      if (typeof options === 'function') agent.sign(wanted, data, finish);
      else agent.sign(wanted, data, options, finish);
    }
  }
  const words = `${holder} key ${key.type} ${fingerprintOf(blob)}${key.comment ? ` (${key.comment})` : ''}`;
  return { blob, words, agent: new OneKey(), signed: () => asked };
}

export interface AgentOptions {
  driver: Ssh2;
  /** Called around every signature, so that no time limit runs meanwhile. */
  asking: (waiting: boolean) => void;
}

interface AgentKeys {
  keys: AgentKey[];
  notes: string[];
}

/** Of all agents in their order; a key that several hold once. */
export async function listAllAgentKeys(options: AgentOptions, paths: string[]): Promise<AgentKeys> {
  const all = await Promise.all(paths.map((path) => listAgentKeys(options, path)));
  const keys = all.flatMap((one) => one.keys);
  const isFirst = ({ blob }: AgentKey, at: number) => keys.findIndex((key) => key.blob.equals(blob)) === at;
  return { keys: keys.filter(isFirst), notes: all.flatMap(({ notes }) => notes) };
}

async function listAgentKeys(options: AgentOptions, path: string): Promise<AgentKeys> {
  const isPageant = PAGEANT.test(path);
  try {
    const agent = options.driver.createAgent(path);
    const keys = await identities(agent);
    const holder = isPageant ? 'Pageant' : 'agent';
    return { keys: keys.map((key) => toAgentKey(options, { agent, key, holder })), notes: [] };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const name = isPageant ? 'Pageant' : 'The agent';
    return { keys: [], notes: [`${name} at ${path} could not be used: ${detail}.`] };
  }
}
