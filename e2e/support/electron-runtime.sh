#!/bin/sh
# Starts the Electron named by CONSOLE_ELECTRON so that Chrome's sandbox stays on: as root, in a user name space that shows a
# plain user. It replaces itself, so the process that a test starts, signals and kills is Electron.
set -eu
if [ "$(id -u)" -eq 0 ]; then
  exec unshare --user --map-user=1000 --map-group=1000 "$CONSOLE_ELECTRON" "$@"
fi
exec "$CONSOLE_ELECTRON" "$@"
