import { forgetKeyCommand, keyNameOf } from '../lib/ssh-words';
import { Command } from './command';
import classes from './key-changed.module.css';
import { Notice } from './notice';

interface KeyChangedProps {
  /** `user@host:port`. */
  machine: string;
  /** What known_hosts calls it: the name of HostKeyAlias, or `[host]:port`; left out: as `machine` says. */
  name?: string;
  /** What the machine showed. */
  fingerprint: string;
  revoked: boolean;
  known: readonly { fingerprint: string; file: string; line: number }[];
}

/** A machine that is not the known one, or an impostor: both fingerprints, and no way past them from here. */
export function KeyChanged({ machine, name, fingerprint, revoked, known }: KeyChangedProps) {
  const onFile = name ?? keyNameOf(machine);
  const files = [...new Set(known.map(({ file }) => file))];
  return (
    <Notice
      tone="bad"
      urgent
      title={
        revoked
          ? `${machine} showed a host key that is revoked. The connection is blocked.`
          : `${machine} showed another host key than the known one. The connection is blocked.`
      }
    >
      <div className={classes.body}>
        <p>No password, passphrase or signature was sent.</p>
        <dl className={classes.keys}>
          <dt>Shown now</dt>
          <dd>
            <code className={classes.fingerprint}>{fingerprint}</code>
          </dd>
          <dt>On file as</dt>
          <dd>
            <code>{onFile}</code>
          </dd>
          {known.map((key) => (
            <div key={`${key.file}:${key.line}`} className={classes.known}>
              <dt>{revoked ? 'Revoked in' : 'Known from'}</dt>
              <dd>
                {revoked ? null : <code className={classes.fingerprint}>{key.fingerprint}</code>}
                <code>
                  {key.file}:{key.line}
                </code>
              </dd>
            </div>
          ))}
        </dl>
        {revoked ? (
          <p>Do not sign in. Ask who runs the machine for a new key.</p>
        ) : (
          <>
            <p>
              A machine that was set up anew has a new key; so has an impostor in between. Ask who runs the
              machine for its fingerprint. Only when it is the one shown now, remove the old key and check
              again:
            </p>
            {files.map((file) => (
              <Command key={file} text={forgetKeyCommand(onFile, file)} />
            ))}
          </>
        )}
      </div>
    </Notice>
  );
}
