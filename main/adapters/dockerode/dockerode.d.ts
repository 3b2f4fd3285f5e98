/** The published types know neither `modem` nor a session; these are the parts in use, of dockerode 5.0. */
declare module 'dockerode' {
  import type { Readable } from 'node:stream';
  import type { Modem } from './modem';

  export default class Docker {
    constructor(options: { modem: Modem });
    /** Resolves with the progress of the build, one JSON value per line. */
    buildImage(context: Readable, options: { version: '2' }): Promise<Readable>;
  }
}
