# A segment spoken to by perl's own shmget, shmread, shmwrite and shmctl, one command a line:
#   read OFFSET SIZE        -> HEX
#   write OFFSET HEX        -> done
#   attach | detach         -> done; once, for what stat shows
#   stat                    -> FIELD=NUMBER ...
#   set MODE | remove       -> done
# What the kernel refuses is answered by the name of its errno.
use strict;
use warnings;
use Errno;
use IPC::SharedMem;
use IPC::SysV qw(IPC_RMID IPC_CREAT shmat shmdt);

my ($key, $size) = @ARGV;
my $segment = shmget($key, $size, IPC_CREAT | 0600);
defined $segment or die "shmget: $!";
my $memory = bless \(my $id = $segment), "IPC::SharedMem";
my $attached;
$| = 1;
print "$segment\n";

sub refused {
  my ($name) = grep { $!{$_} } qw(EIDRM EINVAL EACCES EPERM);
  return $name // "errno " . ($! + 0);
}

sub read_segment {
  my ($offset, $size) = @_;
  my $bytes = "";
  return shmread($segment, $bytes, $offset, $size) ? unpack("H*", $bytes) : refused();
}

sub write_segment {
  my ($offset, $hex) = @_;
  my $bytes = pack "H*", $hex;
  return shmwrite($segment, $bytes, $offset, length $bytes) ? "done" : refused();
}

sub stat_segment {
  my $buffer = "";
  shmctl($segment, IPC::SysV::IPC_STAT(), $buffer) or return refused();
  my $stat = IPC::SharedMem::stat::->new->unpack($buffer);
  return join " ", map { "$_=" . $stat->$_ }
    qw(uid gid cuid cgid mode segsz lpid cpid nattch atime dtime ctime);
}

sub set_mode {
  my $buffer = "";
  shmctl($segment, IPC::SysV::IPC_STAT(), $buffer) or return refused();
  my $stat = IPC::SharedMem::stat::->new->unpack($buffer);
  $stat->mode(oct $_[0]);
  return shmctl($segment, IPC::SysV::IPC_SET(), $stat->pack) ? "done" : refused();
}

my %commands = (
  read => \&read_segment,
  write => \&write_segment,
  attach => sub { $attached = shmat($segment, undef, 0); defined $attached ? "done" : refused() },
  detach => sub { defined shmdt($attached) ? "done" : refused() },
  stat => \&stat_segment,
  set => \&set_mode,
  remove => sub { shmctl($segment, IPC_RMID, 0) ? "done" : refused() },
);

while (my $line = <STDIN>) {
  my ($command, @words) = split / +/, $line =~ s/\n//r;
  print $commands{$command}->(@words), "\n";
}
