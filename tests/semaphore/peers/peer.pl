# A set spoken to by perl's own semget, semop and semctl, one command a line:
#   operate INDEX:BY[:nowait][:undo] ...       -> done, all at once
#   value INDEX | pid INDEX | ncnt INDEX | zcnt INDEX | values
#   setval INDEX VALUE | setall VALUE ...      -> done
#   stat                                       -> FIELD=NUMBER ...
#   set MODE | remove                          -> done
#   become PROGRAM                             -> becoming; the program takes its place, by exec
#   child                                      -> done; a child was born and has ended
# What the kernel refuses is answered by the name of its errno.
use strict;
use warnings;
use Errno;
use IPC::SysV qw(IPC_RMID IPC_CREAT IPC_NOWAIT SEM_UNDO GETALL GETNCNT GETPID GETVAL GETZCNT SETALL SETVAL);
use IPC::Semaphore;

my %flags = (nowait => IPC_NOWAIT, undo => SEM_UNDO);
my $set = semget($ARGV[0], $ARGV[1] // 0, IPC_CREAT | 0600);
defined $set or die "semget: $!";
$| = 1;
print "$set\n";

sub refused {
  my ($name) = grep { $!{$_} } qw(EAGAIN EIDRM E2BIG EFBIG ERANGE EINVAL EACCES ENOSPC);
  return $name // "errno " . ($! + 0);
}

sub operate {
  my $operations = join "", map {
    my ($index, $by, @words) = split /:/;
    my $sum = 0;
    $sum |= $flags{$_} for @words;
    pack "s3", $index, $by, $sum;
  } @_;
  return semop($set, $operations) ? "done" : refused();
}

sub number {
  my ($command, $index, $value) = @_;
  my $answer = semctl($set, $index, $command, $value // 0);
  return defined $answer ? $answer + 0 : refused();
}

sub all_values {
  my $values = "";
  semctl($set, 0, GETALL, $values) or return refused();
  return join " ", unpack "S*", $values;
}

sub stat_set {
  my $stat = IPC::Semaphore::stat(bless \(my $id = $set), "IPC::Semaphore") or return refused();
  return join " ", map { "$_=" . $stat->$_ } qw(uid gid cuid cgid mode nsems otime ctime);
}

sub set_mode {
  my $semaphore = bless \(my $id = $set), "IPC::Semaphore";
  return defined $semaphore->set(mode => oct $_[0]) ? "done" : refused();
}

sub child {
  my $pid = fork // die "fork: $!";
  exit 0 if $pid == 0;
  waitpid $pid, 0;
  return "done";
}

my %commands = (
  operate => \&operate,
  value => sub { number(GETVAL, @_) },
  pid => sub { number(GETPID, @_) },
  ncnt => sub { number(GETNCNT, @_) },
  zcnt => sub { number(GETZCNT, @_) },
  values => \&all_values,
  setval => sub { my $answer = number(SETVAL, @_); $answer eq "0" ? "done" : $answer },
  setall => sub { semctl($set, 0, SETALL, pack("S*", @_)) ? "done" : refused() },
  stat => \&stat_set,
  set => \&set_mode,
  remove => sub { semctl($set, 0, IPC_RMID, 0) ? "done" : refused() },
  child => \&child,
  become => sub { print "becoming\n"; exec @_ or die "exec: $!" },
);

while (my $line = <STDIN>) {
  my ($command, @words) = split / +/, $line =~ s/\n//r;
  print $commands{$command}->(@words), "\n";
}
