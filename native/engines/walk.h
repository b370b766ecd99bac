/* One pass over /proc on threads of ours; calls/walk.c offers it to JavaScript. */
#ifndef LINUX_IPC_WALK_H
#define LINUX_IPC_WALK_H

#include "../records.h"

/* What to read; the same numbers stand in src/sys/walk.ts. */
enum { WALK_FILES = 1, WALK_THREADS = 2, WALK_NAMESPACES = 4, WALK_DESCRIPTORS = 8 };
enum { WALK_MAPPINGS = 16, WALK_ALL = 31 };

struct walk;

/* 0 or -errno. */
int walk_begin(int64_t what, struct walk **begun);

/* A descriptor of the eventfd that each piece adds one to; the caller closes it. Or -errno. */
int walk_eventfd(const struct walk *walk);

/* The next piece, whose memory is the caller's: 0. None yet: -EAGAIN. That was all: -ENODATA. */
int walk_take(struct walk *walk, struct records *records);

/* Gives up the workers that still are where they were at the last rescue; how many. */
int walk_rescue(struct walk *walk);

/* The caller lets go of it; threads under way end by themselves. */
void walk_end(struct walk *walk);

#endif
