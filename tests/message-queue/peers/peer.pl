# A queue spoken to by perl's own msgget, msgsnd, msgrcv and msgctl, one command a line:
#   send TYPE HEX [nowait]                            -> sent
#   receive TYPE SIZE [nowait] [except] [noerror]     -> TYPE HEX
#   stat                                              -> FIELD=NUMBER ...
#   set MODE QBYTES | remove                          -> done
# What the kernel refuses is answered by the name of its errno.
use strict;
use warnings;
use Errno;
use IPC::SysV qw(IPC_STAT IPC_RMID IPC_CREAT IPC_NOWAIT MSG_NOERROR);
use IPC::Msg;

# Perl has no name for this one; the number is from linux/msg.h.
my %flags = (nowait => IPC_NOWAIT, noerror => MSG_NOERROR, except => 020000);
my $queue = msgget($ARGV[0], IPC_CREAT | 0600);
defined $queue or die "msgget: $!";
$| = 1;
print "$queue\n";

sub refused {
  my ($name) = grep { $!{$_} } qw(EAGAIN ENOMSG EIDRM E2BIG EINVAL EACCES);
  return $name // "errno " . ($! + 0);
}

sub flags_of {
  my $sum = 0;
  $sum |= $flags{$_} for @_;
  return $sum;
}

sub send_message {
  my ($type, $hex, @flags) = @_;
  my $message = pack("q a*", $type, pack("H*", $hex // ""));
  return msgsnd($queue, $message, flags_of(@flags)) ? "sent" : refused();
}

sub receive_message {
  my ($type, $size, @flags) = @_;
  my $message;
  msgrcv($queue, $message, $size, $type, flags_of(@flags)) or return refused();
  my ($got, $text) = unpack("q a*", $message);
  return "$got " . unpack("H*", $text);
}

sub stat_queue {
  my $stat = IPC::Msg::stat(bless \(my $id = $queue), "IPC::Msg") or return refused();
  return join " ", map { "$_=" . $stat->$_ }
    qw(uid gid cuid cgid mode qnum qbytes lspid lrpid stime rtime ctime);
}

sub set_queue {
  my ($mode, $qbytes) = @_;
  my $msg = bless \(my $id = $queue), "IPC::Msg";
  return $msg->set(mode => oct $mode, qbytes => $qbytes) ? "done" : refused();
}

my %commands = (
  send => \&send_message,
  receive => \&receive_message,
  stat => \&stat_queue,
  set => \&set_queue,
  remove => sub { msgctl($queue, IPC_RMID, 0) ? "done" : refused() },
);

while (my $line = <STDIN>) {
  my ($command, @words) = split / +/, $line =~ s/\n//r;
  print $commands{$command}->(@words), "\n";
}
