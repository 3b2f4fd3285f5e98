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
  known: readonly Known[];
}

interface Known {
  fingerprint: string;
  file: string;
  line: number;
  /** The names of a line that is for other machines too. */
  patterns?: string;
}

/** A machine that is not the known one, or an impostor: both fingerprints, and no way past them from here. */
export function KeyChanged({ machine, name, fingerprint, revoked, known }: KeyChangedProps) {
  const onFile = name ?? keyNameOf(machine);
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
          <Removal name={onFile} known={known} />
        )}
      </div>
    </Notice>
  );
}

/** The command would remove a line with patterns for all machines it is for: that one is edited before. */
function Removal({ name, known }: { name: string; known: readonly Known[] }) {
  const shared = known.filter(({ patterns }) => patterns !== undefined);
  const own = known.filter(({ patterns }) => patterns === undefined);
  const files = [...new Set(own.map(({ file }) => file))];
  return (
    <>
      <p>
        A machine that was set up anew has a new key; so has an impostor in between. Ask who runs the machine
        for its fingerprint. Only when it is the one shown now, remove the old key and check again:
      </p>
      {shared.map(({ file, line, patterns }) => (
        <p key={`${file}:${line}`}>
          Line {line} of <code>{file}</code> is for other machines too. Add <code>{`,!${name}`}</code> to its
          names, <code>{patterns}</code>.
        </p>
      ))}
      {files.map((file) => (
        <Command key={file} text={forgetKeyCommand(name, file)} />
      ))}
    </>
  );
}
