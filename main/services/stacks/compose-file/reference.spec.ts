/** For every fixture, the model means what the real `docker compose config` printed (fixtures/reference-version.txt). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { canonicalJson, formatCanonical, loadCompose } from '.';
import { meaning } from './fixtures/meaning';

const FIXTURES = path.join(import.meta.dirname, 'fixtures/valid');
/** Stands in the recording for the fixture's own directory. */
const DIRECTORY = '<fixture>';
/** For the directory above it, which some fixtures point into. */
const PARENT = '<fixtures>';

const fixtureSchema = z.object({
  files: z.array(z.string()).default(['compose.yaml']),
  profiles: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  envFiles: z.array(z.string()).default([]),
  project: z.string().optional(),
});

function loadFixture(name: string) {
  const directory = path.join(FIXTURES, name);
  const file = path.join(directory, 'fixture.json');
  const fixture = fixtureSchema.parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  return loadCompose({
    files: fixture.files.map((each) => path.join(directory, each)),
    envFiles: fixture.envFiles.map((each) => path.join(directory, each)),
    environment: { HOME: '/home/fixture', ...fixture.environment },
    projectName: fixture.project,
    profiles: fixture.profiles,
  });
}

describe('the reference', () => {
  it.each(readdirSync(FIXTURES))('agrees on %s', async (name) => {
    const directory = path.join(FIXTURES, name);
    const { project } = await loadFixture(name);
    const reference: unknown = JSON.parse(readFileSync(path.join(directory, 'reference.json'), 'utf8'));
    const printed = JSON.stringify(canonicalJson(project));
    const ours: unknown = JSON.parse(printed.replaceAll(directory, DIRECTORY).replaceAll(FIXTURES, PARENT));
    expect(meaning(ours)).toEqual(meaning(reference));
  });

  it.each(readdirSync(FIXTURES))('prints YAML of %s that reads back as the same', async (name) => {
    const { project } = await loadFixture(name);
    expect(parse(formatCanonical(project), { version: '1.1' })).toEqual(canonicalJson(project));
  });
});
