/** A program of the other machine that joins its input and output to a socket there. */
import { quote } from './quoting';

/** Said on stderr once a TCP connection stands. */
export const RELAY_CONNECTED = 'bizosaas-connected\n';

/**
 * perl-base is on every Debian and Ubuntu; it has the call below IO::Poll, and not the module. Each side ends for
 * itself; all ends when the socket does, with 1 where it was reset, or when nobody reads the output any more: a session
 * of the server is taken for as long as this runs, whoever left.
 */
const PERL = `use strict; use Socket qw(:DEFAULT getaddrinfo IPPROTO_TCP TCP_NODELAY); use IO::Handle;
my ($kind, $to, $port) = @ARGV; $SIG{PIPE} = "IGNORE";
sub fail { print STDERR "connect: $_[0]\\n"; exit 1 }
sub ready {
  my %want = @_; my @p = (1, $want{1} || 0, map { $want{$_} ? ($_, $want{$_}) : () } grep { $_ != 1 } keys %want);
  return () unless IO::Poll::_poll(-1, @p) > 0;
  my %got = @p; exit 1 if $got{1} & 24; return %got;
}
sub dial {
  my ($family, $address) = @_; socket(my $s, $family, SOCK_STREAM, 0) or return;
  if ($kind eq "unix") { connect($s, $address) or return; $s->blocking(0); return $s }
  $s->blocking(0); setsockopt($s, IPPROTO_TCP, TCP_NODELAY, 1); return $s if connect($s, $address);
  $!{EINPROGRESS} or return; my %got; %got = ready(fileno $s, 4) until $got{fileno $s};
  $! = unpack("i", getsockopt($s, SOL_SOCKET, SO_ERROR)); return $! ? undef : $s;
}
my @found;
if ($kind eq "unix") { @found = ([PF_UNIX, pack_sockaddr_un($to)]) }
else { my ($no, @all) = getaddrinfo($to, $port, { socktype => SOCK_STREAM }); fail($no) if $no; @found = map { [$_->{family}, $_->{addr}] } @all }
my ($s, $why); for (@found) { $s = dial(@$_); last if $s; $why = "$!" } fail($why) unless $s;
print STDERR "${RELAY_CONNECTED.trim()}\\n" if $kind eq "tcp";
my ($up, $down, $lost, $in, $open, $fd) = ("", "", "", 1, 1, fileno $s); STDIN->blocking(0); STDOUT->blocking(0);
while ($open || length $down) {
  my %got = ready(0, $in && !length $up ? 1 : 0, 1, length $down ? 4 : 0, $fd, ($open && !length $down ? 1 : 0) | (length $up ? 4 : 0));
  if ($got{0}) { my $n = sysread STDIN, $up, 65536; unless ($n || (!defined $n && $!{EAGAIN})) { $in = 0; shutdown $s, 1 } }
  if ($got{$fd} && length $up) { my $n = syswrite $s, $up; if (defined $n) { substr $up, 0, $n, "" } elsif (!$!{EAGAIN}) { ($up, $in) = ("", 0); $lost = "$!" if $!{ECONNRESET} } }
  if ($got{$fd} && !length $down) { my $n = sysread $s, $down, 65536; unless ($n || (!defined $n && $!{EAGAIN})) { $open = 0; $lost = "$!" unless defined $n } }
  if (length $down) { my $n = syswrite STDOUT, $down; if (defined $n) { substr $down, 0, $n, "" } elsif (!$!{EAGAIN}) { exit 1 } }
}
if ($lost) { print STDERR "$lost\\n"; exit 1 }`;

/** As the one in perl, for machines of other distributions. */
const PYTHON = `import errno,os,select,socket,sys
kind,to=sys.argv[1:3]
def fail(why): sys.stderr.write("connect: %s\\n"%why); sys.exit(1)
def ready(*want):
    poll=select.poll(); poll.register(1,0)
    for fd,events in want:
        if events: poll.register(fd,events)
    got=dict(poll.poll())
    if got.get(1,0)&24: sys.exit(1)
    return got
def dial(family,address):
    s=socket.socket(family,socket.SOCK_STREAM)
    if kind=="unix": s.connect(address); s.setblocking(False); return s
    s.setblocking(False); s.setsockopt(socket.IPPROTO_TCP,socket.TCP_NODELAY,1)
    no=s.connect_ex(address)
    if no==errno.EINPROGRESS:
        while not ready((s.fileno(),4)).get(s.fileno()): pass
        no=s.getsockopt(socket.SOL_SOCKET,socket.SO_ERROR)
    if no: raise OSError(no,os.strerror(no))
    return s
try: found=[(socket.AF_UNIX,to)] if kind=="unix" else [(one[0],one[4]) for one in socket.getaddrinfo(to,int(sys.argv[3]),0,socket.SOCK_STREAM)]
except OSError as no: fail(no.strerror)
s=None
for one in found:
    try: s=dial(*one); break
    except OSError as no: why=no.strerror
if s is None: fail(why)
if kind=="tcp": sys.stderr.write("${RELAY_CONNECTED.trim()}\\n"); sys.stderr.flush()
up=down=b""; lost=""; more=alive=True; fd=s.fileno()
for one in (0,1): os.set_blocking(one,False)
while alive or down:
    got=ready((0,1 if more and not up else 0),(1,4 if down else 0),(fd,(1 if alive and not down else 0)|(4 if up else 0)))
    try:
        if got.get(0):
            up=os.read(0,65536)
            if not up: more=False; s.shutdown(1)
    except BlockingIOError: pass
    except OSError: more=False
    try:
        if got.get(fd) and up: up=up[s.send(up):]
    except BlockingIOError: pass
    except OSError as no:
        up=b""; more=False
        if no.errno==errno.ECONNRESET: lost=no.strerror
    try:
        if got.get(fd) and not down:
            down=s.recv(65536)
            if not down: alive=False
    except BlockingIOError: pass
    except OSError as no: alive=False; lost=no.strerror
    try:
        if down: down=down[os.write(1,down):]
    except BlockingIOError: pass
if lost: sys.stderr.write(lost+"\\n"); sys.exit(1)`;

type Programs = ReadonlySet<string>;

function scripted(programs: Programs, words: readonly string[]): string | null {
  const rest = words.map(quote).join(' ');
  // A system's own language would hide what went wrong.
  if (programs.has('perl')) return `env LC_ALL=C perl -e ${quote(PERL)} ${rest}`;
  if (programs.has('python3')) return `env LC_ALL=C python3 -c ${quote(PYTHON)} ${rest}`;
  return null;
}

/** Null when the machine has none of the programs that could do it. */
export function relayCommand(programs: Programs, path: string): string | null {
  if (programs.has('docker')) return `docker -H ${quote(`unix://${path}`)} system dial-stdio`;
  const script = scripted(programs, ['unix', path]);
  if (script) return script;
  if (programs.has('socat')) return `socat - ${quote(`UNIX-CONNECT:${path}`)}`;
  if (programs.has('nc')) return `nc -U ${quote(path)}`;
  return null;
}

/** As above, to a TCP port. Others than these two don't tell when the connection stands, or stay when nobody reads. */
export function tcpRelayCommand(programs: Programs, address: string, port: number): string | null {
  return scripted(programs, ['tcp', address, String(port)]);
}
