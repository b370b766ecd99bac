<?php
// A segment spoken to by PHP's shmop, one command a line: read, write and remove as in peer.pl, and
//   size -> the segment's size
[, $key, $size] = $argv;
$segment = shmop_open((int) $key, "c", 0600, (int) $size);
// shmop knows no id: the kernel's table has it, by the key.
foreach (file("/proc/sysvipc/shm") as $row) {
    $fields = preg_split('/\s+/', trim($row));
    if ($fields[0] === (string) (int) $key) {
        echo $fields[1], "\n";
    }
}
$commands = [
    "read" => function (string $offset, string $size) use ($segment) {
        return bin2hex(shmop_read($segment, (int) $offset, (int) $size));
    },
    "write" => function (string $offset, string $hex = "") use ($segment) {
        shmop_write($segment, hex2bin($hex), (int) $offset);
        return "done";
    },
    "size" => function () use ($segment) {
        return (string) shmop_size($segment);
    },
    "remove" => function () use ($segment) {
        return shmop_delete($segment) ? "done" : "refused";
    },
];
while (($line = fgets(STDIN)) !== false) {
    $words = explode(" ", rtrim($line, "\n"));
    echo $commands[array_shift($words)](...$words), "\n";
}
