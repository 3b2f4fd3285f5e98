#!/bin/sh
# Makes the root file system of debian:trixie-slim as a tar archive at the path given as $1, from
# Debian's packages alone, for hosts that cannot pull the image from a registry. Import it with
#   docker import ARCHIVE debian:trixie-slim
# DEBIAN_MIRROR and DEBIAN_SECURITY_MIRROR replace the mirrors. Works as root, and with mmdebstrap also without (user namespaces). Exit status: 0 made, 1 failed,
# 2 wrong call, 3 something is missing.
# Without -f the rules below would match the files of this machine.
set -euf

SUITE=trixie
MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
SECURITY_MIRROR=${DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
# The keys that Debian 13 and its security updates are signed with, from Debian's package debian-archive-keyring; a
# release older than them, such as Ubuntu 22.04, has not got them:
#   04B5 4C3C DCA7 9751 B16B C6B5 2256 29DF 75B1 88BD, 5E04 A1E3 223A 19A2 0706 E20F 9904 613D 4CCE 68C6
KEYS=$(dirname "$0")/debian-archive-trixie.gpg
# Within the image; from the same package.
KEYS_INSIDE=/usr/share/keyrings/debian-archive-keyring.gpg
# What the slim image leaves out as well. Copyright files stay: licences ask for them.
UNUSED='/usr/share/man/* /usr/share/locale/* /usr/share/info/* /usr/share/doc/*'
KEPT='/usr/share/doc/*/copyright'

missing() {
  echo "The base image debian:$SUITE-slim cannot be made here: $1" >&2
  exit 3
}

is_root() { [ "$(id -u)" -eq 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

dpkg_rules() {
  for path in $UNUSED; do echo "path-exclude=$path"; done
  for path in $KEPT; do echo "path-include=$path"; done
}

# With the path of the keys.
sources() {
  echo "deb [signed-by=$1] $MIRROR $SUITE main"
  echo "deb [signed-by=$1] $SECURITY_MIRROR $SUITE-security main"
}

# mmdebstrap itself names the step that failed; why it did is in the lines of apt and others before.
explain() {
  grep -E '^[A-Za-z]+: ' "$work/log" | grep -v '^I: ' >&2 || tail -n 5 "$work/log" >&2
  exit 1
}

with_mmdebstrap() {
  mode=root
  if ! is_root; then
    mode=unshare
    has newuidmap || missing 'without root, mmdebstrap needs newuidmap (apt-get install uidmap).'
    grep -q "^$(id -un):" /etc/subuid 2>/dev/null ||
      missing "the user $(id -un) has no range in /etc/subuid (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un))."
  fi
  sources "$work/keys.gpg" >"$work/sources.list"
  sources "$KEYS_INSIDE" >"$work/inside.list"
  # One option per rule: rules in a file would come too late for the first unpacking.
  set -- $(dpkg_rules | sed 's/^/--dpkgopt=/')
  mmdebstrap --mode="$mode" --variant=apt --format=tar "$@" \
    --customize-hook='rm -f "$1"/etc/apt/sources.list.d/*' \
    --customize-hook="upload $work/inside.list /etc/apt/sources.list" \
    "$SUITE" "$work/base.tar" "$work/sources.list" >"$work/log" 2>&1 || explain
}

with_debootstrap() {
  is_root || missing 'debootstrap needs root; without root install mmdebstrap (apt-get install mmdebstrap uidmap).'
  debootstrap --variant=minbase --keyring="$work/keys.gpg" "$SUITE" "$work/root" "$MIRROR" 1>&2
  dpkg_rules >"$work/root/etc/dpkg/dpkg.cfg.d/slim"
  sources "$KEYS_INSIDE" >"$work/root/etc/apt/sources.list"
  (cd "$work/root/usr/share" && find man locale info -mindepth 1 -delete && find doc -type f ! -name copyright -delete)
  find "$work/root/var/cache/apt/archives" "$work/root/var/lib/apt/lists" -type f -delete
  tar --create --numeric-owner --directory "$work/root" --file "$work/base.tar" .
}

[ $# -eq 1 ] || { echo "usage: $0 ARCHIVE" >&2; exit 2; }
# newuidmap refuses whoever has another main group than /etc/passwd says, as within `sg docker`.
if ! is_root && [ -z "${BASE_SCRIPT:-}" ] && [ "$(id -g)" != "$(id -g "$(id -un)")" ] && has sg; then
  BASE_SCRIPT=$0 BASE_ARCHIVE=$1
  export BASE_SCRIPT BASE_ARCHIVE
  exec sg "$(id -gn "$(id -un)")" -c 'exec sh "$BASE_SCRIPT" "$BASE_ARCHIVE"'
fi

work=$(mktemp -d)
# The name-spaced root of mmdebstrap has to reach the rules and the archive in here, and apt's own user the keys.
chmod 0755 "$work"
cp "$KEYS" "$work/keys.gpg"
chmod 0644 "$work/keys.gpg"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if has mmdebstrap; then
  echo "Making debian:$SUITE-slim with mmdebstrap from $MIRROR"
  with_mmdebstrap
elif has debootstrap; then
  echo "Making debian:$SUITE-slim with debootstrap from $MIRROR"
  with_debootstrap
else
  missing 'neither mmdebstrap nor debootstrap is installed (apt-get install mmdebstrap).'
fi
mv "$work/base.tar" "$1"
echo "Made debian:$SUITE-slim, $(($(wc -c <"$1") / 1000000)) MB"
