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

function toAgentKey({ driver, asking }: AgentOptions, agent: BaseAgent, key: ParsedKey): AgentKey {
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
  const words = `agent key ${key.type} ${fingerprintOf(blob)}${key.comment ? ` (${key.comment})` : ''}`;
  return { blob, words, agent: new OneKey(), signed: () => asked };
}

export interface AgentOptions {
  driver: Ssh2;
  /** Called around every signature, so that no time limit runs meanwhile. */
  asking: (waiting: boolean) => void;
}

export async function listAgentKeys(
  options: AgentOptions,
  path: string,
): Promise<{ keys: AgentKey[]; note: string | null }> {
  try {
    const agent = options.driver.createAgent(path);
    const keys = await identities(agent);
    return { keys: keys.map((key) => toAgentKey(options, agent, key)), note: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { keys: [], note: `The agent at ${path} could not be used: ${detail}.` };
  }
}
