<?php
// A semaphore of PHP's extension sysvsem, one command a line:
//   get KEY MAX [keep]                       -> done; keep: without auto_release
//   acquire | try | release | remove | drop  -> true or false; drop forgets it, as PHP does at the end
$semaphore = null;
$commands = [
    "get" => function (string $key, string $max, string ...$words) use (&$semaphore) {
        $semaphore = sem_get((int) $key, (int) $max, 0666, $words === []);
        return $semaphore !== false;
    },
    "acquire" => function () use (&$semaphore) {
        return @sem_acquire($semaphore);
    },
    "try" => function () use (&$semaphore) {
        return @sem_acquire($semaphore, true);
    },
    "release" => function () use (&$semaphore) {
        return @sem_release($semaphore);
    },
    "remove" => function () use (&$semaphore) {
        return @sem_remove($semaphore);
    },
    "drop" => function () use (&$semaphore) {
        $semaphore = null;
        return true;
    },
];
while (($line = fgets(STDIN)) !== false) {
    $words = explode(" ", rtrim($line, "\n"));
    echo json_encode($commands[array_shift($words)](...$words)), "\n";
}
