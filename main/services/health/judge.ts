import type { ProbeResult } from '../../../preload/contract';
import type { ProbeSpec } from '../stacks/extension';
import { describeField, holds, type Judgement, parseBody, valueAt } from './json-path';

/** What came back over the wire, before anyone says what it means. */
export type Answer =
  | { kind: 'http'; status: number; body: string }
  /** The protocol's own yes: `accepting connections`, `answers PONG`. */
  | { kind: 'accepting'; detail: string }
  /** The protocol's own not yet. */
  | { kind: 'starting'; detail: string }
  /** A TCP connection, nothing more was asked. */
  | { kind: 'open' }
  | { kind: 'other-protocol'; expected: string; excerpt: string }
  | { kind: 'refused'; detail: string; code?: string }
  | { kind: 'timeout'; afterMs: number };

export interface Judged {
  outcome: ProbeResult['outcome'];
  /** A sentence without subject: "answers 200 but reports database: disconnected". */
  reason: string;
}

const PROVES_ONLY_THE_SOCKET = new Set([301, 302, 303, 307, 308, 401, 403, 405]);

/** Pure: what an answer means for a service that should answer as `spec` says. */
export function judge(answer: Answer, spec: ProbeSpec): Judged {
  switch (answer.kind) {
    case 'http':
      return judgeHttp(answer.status, answer.body, spec);
    case 'accepting':
      return { outcome: 'healthy', reason: answer.detail };
    case 'starting':
      return { outcome: 'unhealthy', reason: answer.detail };
    case 'open':
      return { outcome: 'listening', reason: `accepts connections on port ${spec.port}` };
    case 'other-protocol':
      return { outcome: 'foreign', reason: `answers on port ${spec.port}, but not as ${answer.expected}` };
    case 'refused':
      return { outcome: 'refused', reason: answer.detail };
    case 'timeout':
      return { outcome: 'timeout', reason: `gave no answer within ${seconds(answer.afterMs)}` };
  }
}

function judgeHttp(status: number, text: string, spec: ProbeSpec): Judged {
  const body = parseBody(text);
  if (status >= 200 && status < 300) return judgeSuccess({ status, text, body }, spec);
  const stranger = body && spec.identity.find((rule) => contradicts(body, rule));
  if (stranger) return foreign(status, body, stranger);
  if (PROVES_ONLY_THE_SOCKET.has(status))
    return { outcome: 'listening', reason: `answers ${status}, ${socketOnly(status)}` };
  const unmet = body ? spec.healthy.filter((rule) => contradicts(body, rule)) : [];
  const detail = body && unmet.length > 0 ? ` and reports ${describeFields(body, unmet)}` : '';
  return { outcome: 'unhealthy', reason: `answers ${status}${detail}` };
}

interface Success {
  status: number;
  text: string;
  body: object | null;
}

function judgeSuccess({ status, text, body }: Success, spec: ProbeSpec): Judged {
  if (spec.text !== undefined && text.trim() !== spec.text) {
    return {
      outcome: 'lying',
      reason: `answers ${status} with ${quoted(text)} instead of ${quoted(spec.text)}`,
    };
  }
  const rules = [...spec.identity, ...spec.degraded, ...spec.healthy];
  if (rules.length === 0) return { outcome: 'healthy', reason: `answers ${status}` };
  if (body === null) return { outcome: 'lying', reason: `answers ${status} but ${notJson(text)}` };
  return judgeBody(status, body, spec);
}

function judgeBody(status: number, body: object, spec: ProbeSpec): Judged {
  const stranger = spec.identity.find((rule) => !holds(body, rule));
  if (stranger) return foreign(status, body, stranger);
  const degraded = spec.degraded.find((rule) => holds(body, rule));
  if (degraded)
    return {
      outcome: 'degraded',
      reason: `answers ${status} and reports ${describeField(body, degraded.path)}`,
    };
  const unmet = spec.healthy.filter((rule) => !holds(body, rule));
  if (unmet.length > 0)
    return { outcome: 'lying', reason: `answers ${status} but reports ${describeFields(body, unmet)}` };
  const shown = describeFields(body, spec.healthy);
  return {
    outcome: 'healthy',
    reason: shown ? `answers ${status} and reports ${shown}` : `answers ${status}`,
  };
}

function describeFields(body: object, rules: Judgement[]): string {
  return rules.map((rule) => describeField(body, rule.path)).join(', ');
}

function foreign(status: number, body: object, rule: Judgement): Judged {
  const reason = `answers ${status} with ${describeField(body, rule.path)}, expected ${rule.in.join(' or ')}: another program`;
  return { outcome: 'foreign', reason };
}

/** Present and wrong. An error page that lacks the field proves nothing about who wrote it. */
function contradicts(body: object, rule: Judgement): boolean {
  return valueAt(body, rule.path) !== undefined && !holds(body, rule);
}

function socketOnly(status: number): string {
  if (status === 401 || status === 403) return 'a refusal that proves only the socket';
  if (status === 405) return 'a refused method that proves only the socket';
  return 'a redirect that proves only the socket';
}

function notJson(text: string): string {
  return text.trim() === '' ? 'the body is empty' : `the body is no JSON: ${quoted(text)}`;
}

function quoted(text: string): string {
  const flat = text.trim().replaceAll(/\s+/g, ' ');
  return `"${flat.length > 40 ? `${flat.slice(0, 40)}…` : flat}"`;
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
