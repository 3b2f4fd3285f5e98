/**
 * The firewall of the machine as one script and one systemd unit. Docker opens published ports in chains of its
 * own, before any other rule of the machine is asked; DOCKER-USER is the one place it leaves for the owner.
 */
import { FIREWALL_VERSION } from './facts';

const SCRIPT_PATH = '/usr/local/sbin/bizosaas-firewall';
const UNIT = 'bizosaas-firewall.service';
const UNIT_PATH = `/etc/systemd/system/${UNIT}`;
const REVERT = 'bizosaas-firewall-revert';
/** Rules that lock the owner out take themselves back: only a new connection confirms them. */
const REVERT_SECONDS = 60;

/** Established connections go on, SSH, 80 and 443 are open, containers and loopback are free, the rest is dropped. */
function rules(sshPort: number, hasUfw: boolean): string {
  return String.raw`#!/bin/sh
# Made by the BizOSaaS Console. Version ${FIREWALL_VERSION}.
set -u
each() { iptables -w 10 "$@"; if [ -e /proc/net/if_inet6 ]; then ip6tables -w 10 "$@"; fi; }
quiet() { each "$@" 2>/dev/null || true; }
stop() {
  quiet -D INPUT -j BIZOSAAS-INPUT; quiet -F BIZOSAAS-INPUT; quiet -X BIZOSAAS-INPUT
  quiet -D DOCKER-USER -j BIZOSAAS-FORWARD; quiet -F BIZOSAAS-FORWARD; quiet -X BIZOSAAS-FORWARD
  rm -f /run/bizosaas-firewall
}
start() {
  stop
  set -e
  quiet -N DOCKER-USER
  each -N BIZOSAAS-FORWARD
  each -A BIZOSAAS-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
  for inside in docker0 br-+ docker_gwbridge; do each -A BIZOSAAS-FORWARD -i "$inside" -j RETURN; done
  for port in 80 443; do each -A BIZOSAAS-FORWARD -p tcp -m conntrack --ctorigdstport "$port" -j RETURN; done
  each -A BIZOSAAS-FORWARD -j DROP
  each -I DOCKER-USER -j BIZOSAAS-FORWARD
${hasUfw ? `  ufw allow ${sshPort}/tcp; ufw allow 80/tcp; ufw allow 443/tcp` : inputRules(sshPort)}
  echo ${FIREWALL_VERSION} > /run/bizosaas-firewall
}
case "$1" in start) start ;; stop) stop ;; esac
`;
}

function inputRules(sshPort: number): string {
  return String.raw`  each -N BIZOSAAS-INPUT
  each -A BIZOSAAS-INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
  for inside in lo docker0 br-+ docker_gwbridge; do each -A BIZOSAAS-INPUT -i "$inside" -j RETURN; done
  for port in ${sshPort} 80 443; do each -A BIZOSAAS-INPUT -p tcp --dport "$port" -j RETURN; done
  iptables -w 10 -A BIZOSAAS-INPUT -p icmp -j RETURN
  if [ -e /proc/net/if_inet6 ]; then ip6tables -w 10 -A BIZOSAAS-INPUT -p ipv6-icmp -j RETURN; fi
  each -A BIZOSAAS-INPUT -p udp --dport 68 -j RETURN
  each -A BIZOSAAS-INPUT -j DROP
  each -I INPUT -j BIZOSAAS-INPUT`;
}

const UNIT_TEXT = `[Unit]
Description=Closes published container ports to the outside
After=docker.service network-online.target
PartOf=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${SCRIPT_PATH} start
ExecStop=${SCRIPT_PATH} stop

[Install]
WantedBy=multi-user.target docker.service
`;

export function firewallCommands(sshPort: number, hasUfw: boolean): string[] {
  return [
    'command -v iptables >/dev/null || apt-get install -y --no-install-recommends iptables',
    writeFile(SCRIPT_PATH, rules(sshPort, hasUfw)),
    `chmod 755 ${SCRIPT_PATH}`,
    writeFile(UNIT_PATH, UNIT_TEXT),
    'systemctl daemon-reload',
    `systemctl stop ${REVERT}.timer 2>/dev/null || true`,
    `systemd-run --quiet --collect --unit=${REVERT} --on-active=${REVERT_SECONDS} ${SCRIPT_PATH} stop`,
    `systemctl enable ${UNIT}`,
    `systemctl restart ${UNIT}`,
  ];
}

/** Run over a connection made after the rules: whoever gets in can't be locked out. */
export const FIREWALL_CONFIRM = `systemctl stop ${REVERT}.timer`;

export const FIREWALL_UNDO = [
  `systemctl disable --now ${UNIT}`,
  `rm -f ${UNIT_PATH} ${SCRIPT_PATH}`,
  'systemctl daemon-reload',
];

/** A here-document whose content is taken as it stands. */
export function writeFile(path: string, content: string): string {
  return `cat > ${path} <<'BIZOSAAS_END'\n${content.replace(/\n?$/, '\n')}BIZOSAAS_END`;
}
