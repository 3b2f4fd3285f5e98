/** A program of the other machine that joins its input and output to a socket there. */
import { quote } from './quoting';

/** perl-base is on every Debian and Ubuntu. Ends its side for writing when the input ends, and all when the socket does. */
const PERL = `use strict; use Socket; my $p = shift;
socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\\n";
connect($s, pack_sockaddr_un($p)) or die "connect $p: $!\\n";
my ($in, $b) = (1, "");
sub put { my ($f, $d) = @_; my $o = 0; while ($o < length $d) { my $n = syswrite($f, $d, length($d) - $o, $o); exit 1 unless defined $n; $o += $n; } }
while (1) {
  my $r = ""; vec($r, fileno($s), 1) = 1; vec($r, 0, 1) = 1 if $in;
  select($r, undef, undef, undef) > 0 or next;
  if (vec($r, fileno($s), 1)) { my $n = sysread($s, $b, 65536); exit 0 unless $n; put(\\*STDOUT, $b); }
  if ($in && vec($r, 0, 1)) { my $n = sysread(STDIN, $b, 65536); if ($n) { put($s, $b); } else { $in = 0; shutdown($s, 1); } }
}`;

const PYTHON = `import os,select,socket,sys
s=socket.socket(socket.AF_UNIX);s.connect(sys.argv[1]);i=[0]
def put(d):
    while d: d=d[os.write(1,d):]
while 1:
    r=select.select([s]+i,[],[])[0]
    if s in r:
        d=s.recv(65536)
        if not d: sys.exit(0)
        put(d)
    if 0 in r:
        d=os.read(0,65536)
        if d: s.sendall(d)
        else: i=[];s.shutdown(1)`;

/** Null when the machine has none of the programs that could do it. */
export function relayCommand(programs: ReadonlySet<string>, path: string): string | null {
  if (programs.has('docker')) return `docker -H ${quote(`unix://${path}`)} system dial-stdio`;
  if (programs.has('perl')) return `perl -e ${quote(PERL)} ${quote(path)}`;
  if (programs.has('python3')) return `python3 -c ${quote(PYTHON)} ${quote(path)}`;
  if (programs.has('socat')) return `socat - ${quote(`UNIX-CONNECT:${path}`)}`;
  if (programs.has('nc')) return `nc -U ${quote(path)}`;
  return null;
}
