# Sends numbered messages to the queue of an id, as many as it is told on a line, until its input
# ends. With a pause it waits that many microseconds, at random up to it, between two.
#   sender.pl ID [PAUSE-MICROSECONDS] < "COUNT\n"...    answers "sent" to each line
# A text is the number and a checksum, 32 bits each, and a payload that the number decides.
use strict;
use warnings;

my ($queue, $pause) = @ARGV;
my $number = 0;
$| = 1;

sub text_of {
  my ($number) = @_;
  my $payload = pack("N", $number) x ($number * 7919 % 120);
  return pack("NN a*", $number, unpack("%32C*", $payload), $payload);
}

while (my $count = <STDIN>) {
  for (1 .. $count) {
    msgsnd($queue, pack("q a*", 1, text_of($number++)), 0) or die "msgsnd: $!";
    select undef, undef, undef, rand($pause) / 1e6 if $pause;
  }
  print "sent\n";
}
