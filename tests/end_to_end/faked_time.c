/* Preloaded into a process: its wall clock is off by what a file says, at any moment; everything else stays true. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000LL

static volatile const int64_t *off;

__attribute__((constructor)) static void look(void)
{
    const char *path = getenv("FAKED_TIME");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *found = mmap(NULL, sizeof *off, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (found != MAP_FAILED)
        off = found;
}

int clock_gettime(clockid_t clock, struct timespec *to)
{
    int failed = syscall(SYS_clock_gettime, clock, to);
    if (!failed && off && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t ns = to->tv_sec * NS + to->tv_nsec + *off;
        to->tv_sec = ns / NS;
        to->tv_nsec = ns % NS;
    }
    return failed;
}

int gettimeofday(struct timeval *to, void *zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    to->tv_sec = now.tv_sec;
    to->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to)
        *to = now.tv_sec;
    return now.tv_sec;
}
