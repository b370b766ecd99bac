# Animals of Perl's, in the same words as zoo.c.
use strict;
use warnings;
use Cwd;
use Fcntl ":flock";
use IPC::SysV qw(IPC_CREAT IPC_RMID S_IRUSR S_IWUSR);
use Socket;

# prctl(PR_SET_PDEATHSIG, SIGKILL) by its number, which perl has no name for.
sub end_with_parent { my $prctl = `uname -m` =~ /x86_64/ ? 157 : 167; syscall $prctl, 1, 9, 0, 0, 0 }

sub say_it {
    my ($out, $name, $object, $operation, $call, $partner) = @_;
    syswrite $out, "$name $$ $object $operation $call $partner\n";
    close $out;
}

sub partner_without {
    my (@closed) = @_;
    my $pid = fork // die;
    return $pid if $pid;
    end_with_parent();
    close $_ for @closed;
    sleep 1000 while 1;
}

sub pl_pipe {
    my ($out) = @_;
    pipe(my $reading, my $writing) or die;
    my $partner = partner_without($out, $reading);
    close $writing;
    say_it($out, "pl-pipe", "pipe:" . (stat $reading)[1], "read", "read", $partner);
    sysread $reading, my $byte, 1;
}

sub pl_socket {
    my ($out) = @_;
    socketpair(my $ours, my $theirs, AF_UNIX, SOCK_STREAM, 0) or die;
    my $partner = partner_without($out, $ours);
    close $theirs;
    say_it($out, "pl-socket", "unix:" . (stat $ours)[1], "read", "read", $partner);
    sysread $ours, my $byte, 1;
}

sub pl_flock {
    my ($out) = @_;
    open my $file, ">", "perl-lock" or die;
    pipe(my $ready, my $go) or die;
    my $partner = fork // die;
    if (!$partner) {
        end_with_parent();
        open my $held, ">", "perl-lock" or die;
        flock $held, LOCK_EX;
        syswrite $go, "x";
        close $out;
        sleep 1000 while 1;
    }
    sysread $ready, my $byte, 1;
    close $ready;
    close $go;
    say_it($out, "pl-flock", "lock:" . getcwd . "/perl-lock", "lock", "flock", $partner);
    flock $file, LOCK_EX;
}

sub pl_queue {
    my ($out) = @_;
    my $id = msgget(0x2001, IPC_CREAT | S_IRUSR | S_IWUSR) // die;
    say_it($out, "pl-queue", "msg:$id", "receive", "msgrcv", 0);
    msgrcv $id, my $message, 10, 4, 0;
}

sub pl_semaphore {
    my ($out) = @_;
    my $id = semget(0x2001, 1, IPC_CREAT | S_IRUSR | S_IWUSR) // die;
    say_it($out, "pl-semaphore", "sem:$id", "operate", "semtimedop", 0);
    semop $id, pack("s*", 0, -1, 0);
}

pipe(my $reading, my $writing) or die;
for my $animal (\&pl_pipe, \&pl_socket, \&pl_flock, \&pl_queue, \&pl_semaphore) {
    next if fork // die;
    end_with_parent();
    close $reading;
    $animal->($writing);
    exit 1;
}
close $writing;
print while <$reading>;
$| = 1;
print "open\n";
<STDIN>;
msgctl msgget(0x2001, 0), IPC_RMID, 0;
semctl semget(0x2001, 0, 0), 0, IPC_RMID, 0;
