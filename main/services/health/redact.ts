import { createMasker, isSecretName, MASK } from '../secrets/face';

const CONTROL_CHARACTERS = /\p{Cc}+/gu;
/** An excerpt may end within a value. */
const JSON_MEMBER = /"([^"\\]+)"(\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/g;
const byShape = createMasker([]);

/** Bodies are shown and kept as evidence; a service that prints its own credentials must not make them ours. */
export function redact(text: string): string {
  const members = text
    .replaceAll(CONTROL_CHARACTERS, ' ')
    .replaceAll(JSON_MEMBER, (whole, name: string, between: string) =>
      isSecretName(name) ? `"${name}"${between}"${MASK}"` : whole,
    );
  return byShape.text(members);
}
