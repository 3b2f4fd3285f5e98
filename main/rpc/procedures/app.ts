import { rpc } from '../context';

export const app = {
  info: rpc.app.info.handler(({ context: { desktop, paths, services } }) => ({
    version: paths.version,
    ...desktop.versions,
    platform: process.platform,
    logFile: paths.logFile,
    dataDirectory: paths.dataDirectory,
    settingsFile: services.settings.path,
    runtimeNotice: desktop.runtimeNotice,
  })),
  openExternal: rpc.app.openExternal.handler(async ({ context, input }) => ({
    opened: await context.desktop.openExternal(input.url),
  })),
  chooseComposeFiles: rpc.app.chooseComposeFiles.handler(async ({ context }) => ({
    files: await context.desktop.chooseComposeFiles(),
  })),
  showInFolder: rpc.app.showInFolder.handler(({ context: { desktop, paths, services }, input }) => {
    const places = { log: paths.logFile, data: paths.dataDirectory, settings: services.settings.path };
    desktop.showInFolder(places[input.what]);
  }),
};
