import { readFile } from 'node:fs/promises';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import protobuf from 'protobufjs';
import { createServer, type Plugin } from 'vite';
import { commandLinePlugin } from './main/cli/code-cache/build-plugin';
import { composeSchemaPlugin } from './main/services/stacks/compose-file/schema/build-plugin';

const root = import.meta.dirname;

/** The oldest Node that runs main, preload and the command line: the one inside the stand-in Electron. */
const NODE_TARGET = 'node20.18';
/** Chrome of the stand-in runtime (Electron 33). */
const RENDERER_TARGET = 'chrome130';

/** dockerode's own HTTP client with its ssh2, and its reader of progress: the adapter has both of its own. */
const UNUSED_MODULES = [/^docker-modem$/, /^\.\/buildkit$/];
const UNUSED = '\0unused-by-dockerode';
const PROTO_FILE = /protoLoader\.loadSync\(\s*path\.resolve\(__dirname, "proto", "auth\.proto"\)\s*\)/;

/** Bundled, dockerode can't read the .proto file beside its source, so the definition goes into the code. */
function dockerodeInOneChunk(): Plugin {
  return {
    name: 'dockerode-in-one-chunk',
    enforce: 'pre',
    resolveId(id, importer) {
      const unused =
        importer?.includes('/node_modules/dockerode/') && UNUSED_MODULES.some((one) => one.test(id));
      return unused ? UNUSED : null;
    },
    load: (id) => (id === UNUSED ? 'module.exports = {};' : null),
    async transform(code, id) {
      if (!id.endsWith('/node_modules/dockerode/lib/session.js')) return null;
      if (!PROTO_FILE.test(code))
        this.error('dockerode/lib/session.js no longer loads auth.proto as expected.');
      const proto = await readFile(path.join(path.dirname(id), 'proto/auth.proto'), 'utf8');
      const definition = JSON.stringify(protobuf.parse(proto, { keepCase: false }).root.toJSON());
      return { code: code.replace(PROTO_FILE, () => `protoLoader.fromJSON(${definition})`), map: null };
    },
  };
}

/** Faster where a compiler was at hand, which the package must not depend on; ssh2 does without. */
const NATIVE_PARTS = [/^cpu-features$/, /\/sshcrypto\.node$/];
const NO_NATIVE_PART = '\0ssh2-native-part';

function ssh2WithoutNativeParts(): Plugin {
  return {
    name: 'ssh2-without-native-parts',
    enforce: 'pre',
    resolveId(id, importer) {
      const native = importer?.includes('/node_modules/ssh2/') && NATIVE_PARTS.some((one) => one.test(id));
      return native ? NO_NATIVE_PART : null;
    },
    load: (id) => (id === NO_NATIVE_PART ? "throw new Error('not built in');\nmodule.exports = {};" : null),
  };
}

const FIRST_FRAME = '<!--first-frame-->';

/** The shell stands in the document itself: it is painted before the application's script has come. */
function firstFrame(): Plugin {
  return {
    name: 'first-frame',
    apply: 'build',
    async transformIndexHtml(html) {
      if (!html.includes(FIRST_FRAME)) throw new Error(`renderer/index.html holds no ${FIRST_FRAME}.`);
      const server = await createServer({
        root: path.join(root, 'renderer'),
        configFile: false,
        plugins: [react()],
        logLevel: 'error',
        server: { middlewareMode: true, ws: false, watch: null },
        optimizeDeps: { noDiscovery: true },
        appType: 'custom',
      });
      const page = await server.ssrLoadModule('/app/first-frame.tsx').finally(() => server.close());
      // Vite types every module it loads as any.
      const { markup, css } = (page as typeof import('./renderer/app/first-frame')).drawFirstFrame();
      return {
        html: html.replace(FIRST_FRAME, () => markup),
        tags: [{ tag: 'style', children: css, injectTo: 'head' }],
      };
    },
  };
}

export default defineConfig({
  main: {
    plugins: [
      dockerodeInOneChunk(),
      ssh2WithoutNativeParts(),
      composeSchemaPlugin(),
      commandLinePlugin({
        root,
        outDir: path.join(root, 'dist/main'),
        target: NODE_TARGET,
        plugins: () => [dockerodeInOneChunk(), ssh2WithoutNativeParts(), composeSchemaPlugin()],
      }),
    ],
    build: {
      outDir: 'dist/main',
      target: NODE_TARGET,
      /** Everything is bundled, so the package ships no node_modules and start-up reads few files. */
      externalizeDeps: false,
      /** Half the bytes to read at every start of the command line; names stay for stack traces. */
      minify: true,
      sourcemap: true,
      rolldownOptions: {
        input: { index: path.join(root, 'main/index.ts') },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          keepNames: true,
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
    plugins: [react(), firstFrame()],
    build: {
      outDir: path.join(root, 'dist/renderer'),
      emptyOutDir: true,
      minify: true,
      target: RENDERER_TARGET,
      rolldownOptions: { input: { index: path.join(root, 'renderer/index.html') } },
    },
  },
});
