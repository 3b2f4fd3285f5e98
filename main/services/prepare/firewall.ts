/**
 * The firewall of the machine as one script and one systemd unit. Docker opens published ports in chains of its
 * own, before any other rule of the machine is asked; DOCKER-USER is the one place it leaves for the owner, and
 * it stays as it is when the engine restarts.
 */
import { FIREWALL_VERSION } from './facts';
import { writeFile } from './files';

const SCRIPT_PATH = '/usr/local/sbin/bizosaas-firewall';
const UNIT = 'bizosaas-firewall.service';
const UNIT_PATH = `/etc/systemd/system/${UNIT}`;
const REVERT = 'bizosaas-firewall-revert';
/** Rules that lock the owner out take themselves back: only a new connection confirms them. */
export const REVERT_SECONDS = 60;
const SSH_PORT = 22;

export interface FirewallNeeds {
  /** Where the SSH server was reached; 22 stays open beside it. */
  sshPort: number;
  hasUfw: boolean;
  revertSeconds: number;
}

const openPorts = (sshPort: number) => [...new Set([SSH_PORT, sshPort, 80, 443])];

/** Where containers live. A bridge with a name of its own is known by the address its packets were sent to (DNAT). */
const INSIDE = 'docker0 br-+ docker_gwbridge';

/** Established connections go on, SSH, 80 and 443 are open, containers and loopback are free, the rest is dropped. */
function rules({ sshPort, hasUfw }: FirewallNeeds): string {
  return `#!/bin/sh
# Made by the BizOSaaS Console. Version ${FIREWALL_VERSION}.
set -u
PATH="$PATH:/usr/sbin:/sbin"
v4() { iptables -w 10 "$@"; }
v6() { if [ -e /proc/net/if_inet6 ]; then ip6tables -w 10 "$@"; fi; }
each() { v4 "$@" || return 1; v6 "$@"; }
quiet() { v4 "$@" 2>/dev/null || true; v6 "$@" 2>/dev/null || true; }
stop() {
  quiet -D INPUT -j BIZOSAAS-INPUT; quiet -F BIZOSAAS-INPUT; quiet -X BIZOSAAS-INPUT
  quiet -D DOCKER-USER -j BIZOSAAS-FORWARD; quiet -F BIZOSAAS-FORWARD; quiet -X BIZOSAAS-FORWARD
  rm -f /run/bizosaas-firewall
}
forward() {
  quiet -N DOCKER-USER
  each -N BIZOSAAS-FORWARD
  each -A BIZOSAAS-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
  for inside in ${INSIDE}; do each -A BIZOSAAS-FORWARD -i "$inside" -j RETURN; done
  for port in 80 443; do each -A BIZOSAAS-FORWARD -p tcp -m conntrack --ctstate DNAT --ctorigdstport "$port" -j RETURN; done
  each -A BIZOSAAS-FORWARD -p udp -m conntrack --ctstate DNAT --ctorigdstport 443 -j RETURN
  each -A BIZOSAAS-FORWARD -m conntrack --ctstate DNAT -j DROP
  for inside in ${INSIDE}; do each -A BIZOSAAS-FORWARD -o "$inside" -j DROP; done
  each -I DOCKER-USER -j BIZOSAAS-FORWARD
}
input() {
  each -N BIZOSAAS-INPUT
  each -A BIZOSAAS-INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
  for inside in lo ${INSIDE}; do each -A BIZOSAAS-INPUT -i "$inside" -j RETURN; done
  for port in ${openPorts(sshPort).join(' ')}; do each -A BIZOSAAS-INPUT -p tcp --dport "$port" -j RETURN; done
  each -A BIZOSAAS-INPUT -p udp --dport 443 -j RETURN
  v4 -A BIZOSAAS-INPUT -p icmp -j RETURN
  v4 -A BIZOSAAS-INPUT -p udp --dport 68 -j RETURN
  v6 -A BIZOSAAS-INPUT -p ipv6-icmp -j RETURN
  v6 -A BIZOSAAS-INPUT -p udp --dport 546 -j RETURN
  each -A BIZOSAAS-INPUT -j DROP
  each -I INPUT -j BIZOSAAS-INPUT
}
start() {
  stop
  trap 'code=$?; [ "$code" = 0 ] || stop; exit "$code"' EXIT
  set -e
  forward
${hasUfw ? '  : ufw guards the machine itself' : '  input'}
  echo ${FIREWALL_VERSION} > /run/bizosaas-firewall
}
case "$1" in start) start ;; stop) stop ;; esac
`;
}

/** Before the engine, so that no published port is open for a moment at boot. */
const UNIT_TEXT = `[Unit]
Description=Closes published container ports to the outside
Before=docker.service
After=ufw.service nftables.service netfilter-persistent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${SCRIPT_PATH} start
ExecStop=${SCRIPT_PATH} stop

[Install]
WantedBy=multi-user.target
`;

export function firewallCommands(needs: FirewallNeeds): string[] {
  const ports = openPorts(needs.sshPort);
  return [
    'command -v iptables >/dev/null || { export DEBIAN_FRONTEND=noninteractive; dpkg --configure -a || true; apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends iptables; }',
    ...(needs.hasUfw ? ports.map((port) => `ufw allow ${port}/tcp`) : []),
    writeFile(SCRIPT_PATH, rules(needs)),
    `chmod 755 ${SCRIPT_PATH}`,
    writeFile(UNIT_PATH, UNIT_TEXT),
    'systemctl daemon-reload',
    `systemctl stop ${REVERT}.timer ${REVERT}.service 2>/dev/null || true`,
    `systemd-run --quiet --collect --unit=${REVERT} --on-active=${needs.revertSeconds} --timer-property=AccuracySec=1s systemctl stop ${UNIT}`,
    `systemctl restart ${UNIT}`,
  ];
}

/** Run over a connection made after the rules: whoever gets in isn't locked out. Only then they hold over a restart. */
export const FIREWALL_CONFIRM = [
  `systemctl stop ${REVERT}.timer`,
  `systemctl is-active --quiet ${UNIT}`,
  `systemctl enable --quiet ${UNIT}`,
];

export const FIREWALL_UNDO = [
  `systemctl stop ${REVERT}.timer ${REVERT}.service 2>/dev/null || true`,
  `if [ -e ${UNIT_PATH} ]; then systemctl disable --now ${UNIT}; fi`,
  `rm -f ${UNIT_PATH} ${SCRIPT_PATH}`,
  'systemctl daemon-reload',
];
