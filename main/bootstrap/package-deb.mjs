#!/usr/bin/env node
/** Stands in for fpm, which Debian does not have: takes the words electron-builder gives fpm and calls dpkg-deb. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.mjs';

const REPEATED = new Set(['-d', '--deb-recommends']);
const WITHOUT_VALUE = new Set(['--force']);
const ICON_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
/** A tenth of the time of the usual level for a few per cent more bytes. */
const COMPRESSION = ['-Zxz', '-z1'];

/**
 * @typedef {object} DebRequest
 * @property {Map<string, string>} options
 * @property {string[]} depends
 * @property {string[]} recommends
 * @property {{ source: string, target: string }[]} trees
 */

/** @param {string[]} words @returns {DebRequest} */
export function parseWords(words) {
  /** @type {DebRequest} */
  const request = { options: new Map(), depends: [], recommends: [], trees: [] };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (WITHOUT_VALUE.has(word)) continue;
    if (!word.startsWith('-')) request.trees.push(splitTree(word));
    else {
      at += 1;
      takeOption(request, word, words[at] ?? '');
    }
  }
  return request;
}

/** @param {string} word */
function splitTree(word) {
  const [source = '', target = ''] = word.split('=');
  return { source, target };
}

/** @param {DebRequest} request @param {string} name @param {string} value */
function takeOption(request, name, value) {
  if (!REPEATED.has(name)) request.options.set(name, value);
  else (name === '-d' ? request.depends : request.recommends).push(value);
}

/** @param {DebRequest} request @param {number} installedKilobytes */
export function controlFile({ options, depends, recommends }, installedKilobytes) {
  const fields = {
    Package: options.get('--name'),
    Version: options.get('--version'),
    Architecture: options.get('--architecture'),
    Maintainer: options.get('--maintainer'),
    'Installed-Size': String(installedKilobytes),
    Depends: depends.join(', '),
    Recommends: recommends.join(', '),
    Section: 'admin',
    Priority: options.get('--deb-priority'),
    Homepage: options.get('--url'),
    Description: options.get('--description')?.trimEnd(),
  };
  const lines = Object.entries(fields).filter(([, value]) => value);
  return `${lines.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`;
}

/** @param {DebRequest} request */
function makeDeb(request) {
  const stage = mkdtempSync(path.join(tmpdir(), 'console-deb-'));
  try {
    for (const { source, target } of [...request.trees, ...icons(request)]) {
      const into = path.join(stage, target);
      mkdirSync(path.dirname(into), { recursive: true });
      cpSync(source, into, { recursive: true, verbatimSymlinks: true });
    }
    writeControl(stage, request);
    const target = request.options.get('--package') ?? '';
    execFileSync('dpkg-deb', ['--root-owner-group', ...COMPRESSION, '--build', stage, target], {
      stdio: 'inherit',
    });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Desktops take the size they show; electron-builder passes one only. @param {DebRequest} request */
function icons({ options }) {
  return ICON_SIZES.map((size) => ({
    source: path.join(ROOT, `assets/icon-${size}.png`),
    target: `/usr/share/icons/hicolor/${size}x${size}/apps/${options.get('--name')}.png`,
  }));
}

/** @param {string} stage @param {DebRequest} request */
function writeControl(stage, request) {
  const size = execFileSync('du', ['-sk', stage], { encoding: 'utf8' });
  const folder = path.join(stage, 'DEBIAN');
  mkdirSync(folder);
  chmodSync(stage, 0o755);
  writeFileSync(path.join(folder, 'control'), controlFile(request, Number.parseInt(size, 10)));
  for (const [option, name] of [
    ['--after-install', 'postinst'],
    ['--after-remove', 'postrm'],
  ]) {
    const script = request.options.get(option ?? '');
    if (!script) continue;
    cpSync(script, path.join(folder, name ?? ''));
    chmodSync(path.join(folder, name ?? ''), 0o755);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) makeDeb(parseWords(process.argv.slice(2)));
