#!/bin/sh
# Installs the named packages for tests without starting any service of theirs, now or at the next boot:
# the tests run an SSH server of their own, and the machine must not be opened by them.
set -eu
policy=/usr/sbin/policy-rc.d
if [ -d /etc/systemd/system ] && ! [ -x /usr/sbin/sshd ]; then
  for unit in ssh.service ssh.socket; do
    [ -e "/etc/systemd/system/$unit" ] || ln -s /dev/null "/etc/systemd/system/$unit"
  done
fi
if ! [ -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
