import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type IConfiguration } from 'dependency-cruiser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './paths.mjs';

const { forbidden, options }: IConfiguration = createRequire(import.meta.url)(
  '../../.dependency-cruiser.cjs',
);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-rules-'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Names of the rules that a tree of these files breaks. */
async function broken(files: Record<string, string>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const { doNotFollow, exclude, tsPreCompilationDeps, enhancedResolveOptions } = options ?? {};
  const roots = [...new Set(Object.keys(files).map((name) => name.split('/')[0] ?? ''))];
  const { output } = await cruise(
    roots,
    { baseDir: folder, ruleSet: { forbidden }, validate: true, doNotFollow, exclude, tsPreCompilationDeps },
    enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new Error(output);
  return output.summary.violations.map((violation) => violation.rule.name);
}

const LEAF = 'export const leaf = 1;\n';
const uses = (file: string) => `import { leaf } from '${file}';\nexport const used = leaf;\n`;

describe('the import rules catch', () => {
  it.each([
    ['contract-only-schemas', 'preload/contract/a.ts', 'main/x.ts'],
    ['preload-only-electron-and-channels', 'preload/index.ts', 'preload/contract/x.ts'],
    ['renderer-no-main-no-node', 'renderer/lib/a.ts', 'main/x.ts'],
    ['ui-and-lib-know-no-application', 'renderer/ui/a.ts', 'renderer/rpc/x.ts'],
    ['feature-not-into-feature', 'renderer/features/one/a.ts', 'renderer/features/two/x.ts'],
    ['feature-not-into-app', 'renderer/features/one/a.ts', 'renderer/app/x.ts'],
    ['services-no-shell-no-driver', 'main/services/one/a.ts', 'main/adapters/x.ts'],
    ['services-only-faces-of-others', 'main/services/one/a.ts', 'main/services/two/inner.ts'],
    ['adapter-not-into-adapter', 'main/adapters/one/a.ts', 'main/adapters/two/x.ts'],
    ['adapters-only-ports', 'main/adapters/one/a.ts', 'main/rpc/x.ts'],
    ['streams-are-pure', 'main/streams/a.ts', 'main/services/one/x.ts'],
    ['words-are-pure', 'main/words/a.ts', 'main/services/one/x.ts'],
    ['rpc-only-interfaces', 'main/rpc/a.ts', 'main/adapters/one/x.ts'],
    ['rpc-no-service-values', 'main/rpc/a.ts', 'main/services/one/inner.ts'],
    ['console-without-electron', 'main/console.ts', 'main/app/x.ts'],
    ['index-no-driver-no-service', 'main/index.ts', 'main/services/one/face.ts'],
    ['nothing-imports-tests', 'main/a.ts', 'e2e/x.ts'],
  ])('%s: %s → %s', async (rule, from, to) => {
    const relative = path.relative(path.dirname(from), to).replace(/\.ts$/, '');
    const specifier = relative.startsWith('.') ? relative : `./${relative}`;
    expect(await broken({ [from]: uses(specifier), [to]: LEAF })).toContain(rule);
  });

  it.each([
    ['services-no-shell-no-driver', 'main/services/one/a.ts', 'electron-log'],
    ['driver-only-in-its-adapter', 'main/console.ts', 'electron-log'],
    ['electron-only-in-the-shell', 'main/platform.ts', 'electron'],
    ['renderer-no-main-no-node', 'renderer/lib/a.ts', 'electron'],
    ['renderer-no-node-modules-of-node', 'renderer/lib/a.ts', 'node:fs'],
    ['orpc-client-only-in-rpc', 'renderer/features/one/a.ts', '@orpc/client'],
    ['bootstrap-stands-alone', 'main/bootstrap/a.mjs', 'zod'],
    ['contract-only-schemas', 'preload/contract/a.ts', 'node:fs'],
  ])('%s: %s → %s', async (rule, from, to) => {
    expect(await broken({ [from]: `import * as used from '${to}';\nexport default used;\n` })).toContain(
      rule,
    );
  });

  it('no-cycle', async () => {
    const files = { 'main/a.ts': `${uses('./b')}${LEAF}`, 'main/b.ts': `${uses('./a')}${LEAF}` };
    expect(await broken(files)).toContain('no-cycle');
  });

  it('nothing in a tree that keeps to them', async () => {
    const files = {
      'main/services/one/a.ts': uses('../two/face'),
      'main/services/two/face.ts': LEAF,
      'main/adapters/one/index.ts': uses('../../services/two/face'),
    };
    expect(await broken(files)).toEqual([]);
  });
});
