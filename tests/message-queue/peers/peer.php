<?php
// A queue spoken to by PHP's sysvmsg extension; the commands are those of peer.pl. Messages are
// raw bytes: PHP would otherwise serialize them.
$queue = msg_get_queue((int) $argv[1], 0600);
foreach (file("/proc/sysvipc/msg") as $row) {
    $fields = preg_split('/ +/', trim($row));
    if ($fields[0] === $argv[1] || (int) $fields[0] === (int) $argv[1]) echo $fields[1], "\n";
}

$names = [11 => "EAGAIN", 42 => "ENOMSG", 43 => "EIDRM", 7 => "E2BIG", 22 => "EINVAL", 13 => "EACCES"];
$flags = ["nowait" => MSG_IPC_NOWAIT, "except" => MSG_EXCEPT, "noerror" => MSG_NOERROR];

function flags_of(array $words): int {
    global $flags;
    return array_reduce($words, fn ($sum, $word) => $sum | $flags[$word], 0);
}

function refused(int $errno): string {
    global $names;
    return $names[$errno] ?? "errno $errno";
}

function send(string $type, string $hex = "", string ...$flags): string {
    global $queue;
    $wait = !in_array("nowait", $flags, true);
    $sent = @msg_send($queue, (int) $type, hex2bin($hex), false, $wait, $errno);
    return $sent ? "sent" : refused($errno);
}

function receive(string $type, string $size, string ...$flags): string {
    global $queue;
    $done = @msg_receive(
        $queue, (int) $type, $got, (int) $size, $text, false, flags_of($flags), $errno
    );
    return $done ? $got . " " . bin2hex($text) : refused($errno);
}

function stat_queue(): string {
    global $queue;
    $pairs = [];
    foreach (msg_stat_queue($queue) as $name => $value) {
        $pairs[] = str_replace(["msg_perm.", "msg_"], "", $name) . "=" . $value;
    }
    return implode(" ", $pairs);
}

function set_queue(string $mode, string $bytes): string {
    global $queue;
    $change = ["msg_perm.mode" => octdec($mode), "msg_qbytes" => (int) $bytes];
    return msg_set_queue($queue, $change) ? "done" : "EPERM";
}

function remove(): string {
    global $queue;
    return msg_remove_queue($queue) ? "done" : "EIDRM";
}

$commands = [
    "send" => "send", "receive" => "receive", "stat" => "stat_queue",
    "set" => "set_queue", "remove" => "remove",
];
while (($line = fgets(STDIN)) !== false) {
    $words = explode(" ", rtrim($line, "\n"));
    $command = $commands[array_shift($words)];
    echo $command(...$words), "\n";
}
