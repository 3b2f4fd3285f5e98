/** The tray icon: one shape per state, so that it reads without colour. */
import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';

export type TrayState = 'ok' | 'attention' | 'unknown' | 'working';

export interface TrayFace {
  state: TrayState;
  /** One line, shown as the tool tip. */
  text: string;
}

export interface TrayActions {
  open: () => void;
  quit: () => void;
}

/** Answers the setter. The icon exists while the app runs; the system drops it on exit. */
export function createTray(assetsDirectory: string, actions: TrayActions): (face: TrayFace) => void {
  const image = (state: TrayState) => nativeImage.createFromPath(join(assetsDirectory, `tray-${state}.png`));
  let shown: TrayFace | null = null;
  const tray = new Tray(image('unknown'));
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open the console', click: actions.open },
      { type: 'separator' },
      { label: 'Quit', click: actions.quit },
    ]),
  );
  tray.on('click', actions.open);
  return (face) => {
    // Each setting is a message to the system's panel, which draws the icon anew.
    if (face.state !== shown?.state) tray.setImage(image(face.state));
    if (face.text !== shown?.text) tray.setToolTip(`BizOSaaS Console: ${face.text}`);
    shown = face;
  };
}
