/**
 * The code-cache room: the command line is over within a quarter second, and compiling its code was a third of that.
 * So what most commands need is built as one script, run once while it is built, and what V8 compiled meanwhile is
 * kept beside it. What few commands need lies in scripts of its own, which require that one. This file is plain
 * JavaScript because the build runs it as it stands.
 *
 * The cache serves the very V8 that made it; another one refuses it and compiles as if there were none. V8 believes
 * the rest of what it reads and dies of what the disk made of it, so a digest stands before it.
 *
 * V8 optimises what has run for a millisecond, which a command of a hundred never gets back, least of all beside an
 * engine that wants both cores. It waits ten times as long here; what runs for minutes is optimised all the same.
 */

// Not imported: a module's view of node:fs reads its every property, which loads all streams.
const { createHash } = process.getBuiltinModule('node:crypto');
const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
const { createRequire, Module } = process.getBuiltinModule('node:module');
const { dirname } = process.getBuiltinModule('node:path');
const { Script } = process.getBuiltinModule('node:vm');

const DIGEST = 'sha256';
const DIGEST_BYTES = 32;
/** Bytes of bytecode; V8 says 66 KiB. */
const RUN_BEFORE_OPTIMISED = 1_000_000;

/** @param {string} file a CommonJS script */
export function startScript(file) {
  const cachedData = readCache(file);
  // Node maps the stack traces of what its own loader has loaded, and of nothing else.
  if (cachedData === undefined || process.sourceMapsEnabled) createRequire(file)(file);
  else runScript(compileScript(file, cachedData), file);
  // Not before: code that was compiled under other flags is refused, Node's own too.
  process.getBuiltinModule('node:v8').setFlagsFromString(`--interrupt-budget=${RUN_BEFORE_OPTIMISED}`);
}

/** Runs the script too, and keeps what was compiled until it ends. @param {string} file */
export function recordScript(file) {
  const script = compileScript(file);
  process.on('exit', () => writeCache(file, script.createCachedData()));
  runScript(script, file);
}

/**
 * The file is ASCII, which is read fastest and kept in one byte a character.
 * @param {string} file @param {Buffer} [cachedData]
 */
function compileScript(file, cachedData) {
  const source = `(function (exports, require, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`;
  return new Script(source, { filename: file, cachedData });
}

/**
 * Node knows the script as loaded before it runs, or another that requires it would run it once more.
 * @param {import('node:vm').Script} script @param {string} file
 */
function runScript(script, file) {
  const require = createRequire(file);
  const module = new Module(file);
  module.loaded = true;
  require.cache[file] = module;
  script.runInThisContext()(module.exports, require, file, dirname(file));
}

/** @param {string} file @param {Buffer} compiled */
function writeCache(file, compiled) {
  writeFileSync(cacheOf(file), Buffer.concat([digestOf(compiled), compiled]));
}

/** Undefined when there is none, or not the one that was written. @param {string} file */
function readCache(file) {
  try {
    const bytes = readFileSync(cacheOf(file));
    const compiled = bytes.subarray(DIGEST_BYTES);
    return digestOf(compiled).equals(bytes.subarray(0, DIGEST_BYTES)) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function cacheOf(file) {
  return `${file}.cache`;
}

/** @param {Buffer} compiled */
function digestOf(compiled) {
  return createHash(DIGEST).update(compiled).digest();
}
