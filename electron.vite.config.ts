import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { composeSchemaPlugin } from './main/services/stacks/compose-file/schema/build-plugin';

const root = import.meta.dirname;

/** The oldest Node that runs main, preload and the command line: the one inside the stand-in Electron. */
const NODE_TARGET = 'node20.18';
/** Chrome of the stand-in runtime (Electron 33). */
const RENDERER_TARGET = 'chrome130';

export default defineConfig({
  main: {
    plugins: [composeSchemaPlugin()],
    build: {
      outDir: 'dist/main',
      target: NODE_TARGET,
      /** Everything is bundled, so the package ships no node_modules and start-up reads few files. */
      externalizeDeps: false,
      /** Half the bytes to read at every start of the command line; names stay for stack traces. */
      minify: true,
      sourcemap: true,
      rolldownOptions: {
        input: { index: path.join(root, 'main/index.ts'), cli: path.join(root, 'main/cli.ts') },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          keepNames: true,
          banner: (chunk) => (chunk.name === 'cli' && chunk.isEntry ? '#!/usr/bin/env node' : ''),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'dist/preload',
      target: NODE_TARGET,
      externalizeDeps: false,
      minify: false,
      rolldownOptions: {
        input: { index: path.join(root, 'preload/index.ts') },
        /** Chrome's sandbox loads one CommonJS file and nothing besides. */
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: path.join(root, 'renderer'),
    plugins: [react()],
    build: {
      outDir: path.join(root, 'dist/renderer'),
      emptyOutDir: true,
      target: RENDERER_TARGET,
      rolldownOptions: { input: { index: path.join(root, 'renderer/index.html') } },
    },
  },
});
