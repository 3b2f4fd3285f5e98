import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MissingVariable, parseTemplate, substitute, TemplateError, variablesOf } from './template';

const ENVIRONMENT: Record<string, string> = { SET: 'value', EMPTY: '' };

function expand(template: string): string {
  return substitute(
    parseTemplate(template),
    (name) => ENVIRONMENT[name],
    () => undefined,
  );
}

describe('a template', () => {
  it.each([
    ['$SET', 'value'],
    ['${SET}', 'value'],
    ['a${SET}b', 'avalueb'],
    ['$SET-$SET', 'value-value'],
    ['$$SET', '$SET'],
    ['$${SET}', '${SET}'],
    ['${GONE}', ''],
    ['${SET:-d}', 'value'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${GONE-d}', 'd'],
    ['${GONE:-}', ''],
    ['${GONE:-${EMPTY:-${SET}}}', 'value'],
    ['${GONE:-a ${SET} b}', 'a value b'],
    ['${GONE:-$$x}', '$x'],
    ['${SET:+r}', 'r'],
    ['${EMPTY:+r}', ''],
    ['${EMPTY+r}', 'r'],
    ['${GONE+r}', ''],
    ['${SET:?m}', 'value'],
    ['${EMPTY?m}', ''],
    ['${GONE:-{"a":1}}', '{"a":1}'],
  ])('%s becomes %j', (template, result) => expect(expand(template)).toBe(result));

  it.each(['${GONE:?m}', '${GONE?m}', '${EMPTY:?m}'])('%s needs a value', (template) => {
    expect(() => expand(template)).toThrow(MissingVariable);
  });

  it.each(['$', '$1', '${}', '${SET', '${SET!}', '${SET:x}', '${ SET}', '${GONE:-${SET}'])(
    '%s is refused',
    (template) => {
      expect(() => parseTemplate(template)).toThrow(TemplateError);
    },
  );

  it('keeps every text in which the dollars are doubled', () => {
    fc.assert(fc.property(fc.string(), (text) => expand(text.replaceAll('$', '$$$$')) === text));
  });

  it('puts any value in for its name, unread', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[_a-zA-Z][_a-zA-Z0-9]*$/), fc.string(), (name, value) => {
        const lookup = (asked: string) => (asked === name ? value : undefined);
        const forms = [`\${${name}}`, `\${${name}-x}`, `\${${name}?x}`];
        for (const form of forms)
          expect(substitute(parseTemplate(form), lookup, () => undefined)).toBe(value);
      }),
    );
  });

  it('either parses or says where it cannot', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', ':', '-', '?', '+', 'A', ' ') }),
        (text) => {
          try {
            for (const { at } of variablesOf(parseTemplate(text))) expect(text[at]).toBe('$');
          } catch (error) {
            if (!(error instanceof TemplateError)) throw error;
            expect(text[error.at]).toBe('$');
          }
        },
      ),
    );
  });
});
