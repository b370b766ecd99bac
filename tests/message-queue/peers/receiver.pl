# Takes every message of the queue of an id and prints its number; says "ready" first. A text that
# does not fit its checksum is printed as "torn".
use strict;
use warnings;

my ($queue) = @ARGV;
$| = 1;
print "ready\n";
while (msgrcv($queue, my $message, 8192, 1, 0)) {
  my (undef, $number, $sum, $payload) = unpack("q N N a*", $message);
  print unpack("%32C*", $payload) == $sum ? "$number\n" : "torn\n";
}
