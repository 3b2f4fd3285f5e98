/** Has the host's engine take the staged files: they don't cross the wire a second time. */
import { quote } from '../../words/shell';
import type { BulkChannel } from '../hosts/ssh/face';
import { type Output, runScript } from './remote';
import { inStaging } from './staging';

/** Where there is no docker command. perl-base is on every Debian and Ubuntu; the archive comes on its standard input. */
const PERL_LOADER = `use strict; use Socket; $SIG{PIPE} = "IGNORE"; my $p = shift;
socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\\n";
connect($s, pack_sockaddr_un($p)) or die "connect $p: $!\\n";
sub put { my ($d, $o) = (shift, 0); while ($o < length $d) { my $n = syswrite($s, $d, length($d) - $o, $o); return 0 unless defined $n; $o += $n; } return 1; }
put("POST /images/load?quiet=1 HTTP/1.1\\r\\nHost: engine\\r\\nContent-Type: application/x-tar\\r\\nTransfer-Encoding: chunked\\r\\nConnection: close\\r\\n\\r\\n");
my $b;
while (sysread(STDIN, $b, 65536)) { put(sprintf("%x\\r\\n", length $b) . $b . "\\r\\n") or last; }
put("0\\r\\n\\r\\n");
my $a = "";
while (sysread($s, $b, 65536)) { $a .= $b; }
my ($h, $t) = split /\\r\\n\\r\\n/, $a, 2;
if ($h =~ m{^HTTP/1\\.[01] 2} && $t !~ /"errorDetail"/) { print $t; exit 0; }
print STDERR $t || $h || "the engine closed the connection"; exit 1;`;

export interface LoadRequest {
  /** Folder inside the staging folder that holds manifest.json and the configuration. */
  folder: string;
  configuration: string;
  /** Staged files in any order. */
  layers: string[];
}

/** Every exit code is an answer; 0 means that the engine took it. */
export async function loadStaged(
  bulk: BulkChannel,
  { folder, configuration, layers }: LoadRequest,
  signal: AbortSignal,
): Promise<Output> {
  const { path, asRoot } = await bulk.engineSocket(signal);
  const sudo = asRoot ? 'sudo -n ' : '';
  const files = ['manifest.json', configuration, ...(layers.length > 0 ? ['-C', '..', ...layers] : [])];
  const archive = `tar -cf - -C ${folder} ${files.join(' ')}`;
  const docker = `${sudo}docker -H ${quote(`unix://${path}`)} load -q`;
  const perl = `${sudo}perl -e ${quote(PERL_LOADER)} ${quote(path)}`;
  const either = `if command -v docker > /dev/null; then ${docker}; else ${perl}; fi`;
  return runScript(bulk, inStaging(`${archive} | ${either}`), { signal });
}
