/**
 * Compiles the Compose Specification's JSON schema to a validator while the console is built.
 * Compiling it at run time costs 160 ms; a command that changes nothing has 240 ms for everything.
 * The schema comes from the package dclint, which ships the specification's current one.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'vite';
import { z } from 'zod';

const MODULE = 'virtual:compose-schema';

type Schema = { [keyword: string]: unknown };

export function composeSchemaPlugin(): Plugin {
  return {
    name: 'compose-schema',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load: (id) => (id === `\0${MODULE}` ? compile() : null),
  };
}

function compile(): string {
  const schema = relaxed(readSchema());
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    inlineRefs: false,
    code: { source: true, esm: true, lines: false },
  });
  return standalone(ajv, ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' }));
}

function readSchema(): Schema {
  const manifest = createRequire(import.meta.url).resolve('dclint/package.json');
  const file = path.join(path.dirname(manifest), 'schemas/compose.schema.json');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Each file is validated before it is merged, so that an error has a place. Hence what merging can
 * still repair is left to the checks after it: repeated list items, and a dependency without its
 * condition in an overriding file. Descriptions only cost bytes.
 */
function relaxed(value: Schema): Schema;
function relaxed(value: unknown): unknown;
function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => relaxed(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([keyword, content]) => !isDropped(keyword, content));
  return Object.fromEntries(kept.map(([keyword, content]) => [keyword, relaxed(content)]));
}

function isDropped(keyword: string, content: unknown): boolean {
  if (keyword === 'description' || keyword === 'title') return typeof content === 'string';
  if (keyword === 'uniqueItems') return true;
  return keyword === 'required' && Array.isArray(content) && content.join() === 'condition';
}
