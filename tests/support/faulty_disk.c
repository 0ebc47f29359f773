/* Makes the N-th system call of a program fail, or changes files under the program at that call.

   It is loaded into a process before the C library (LD_PRELOAD). A file that is mapped into all
   processes says what happens when: `struct control`, which is `Control` in faulty_disk.py. Only
   calls on files below one folder are counted.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum kind { OPEN = 1, CREATE = 2, READ = 4, WRITE = 8, SYNC = 16, TRUNCATE = 32, NAME = 64 };
enum action { NOTHING, COUNT, FAIL, MEDDLE, CLOCK };

struct control {
    int32_t action, error, lasting, kinds;
    int64_t at, count, shift;
    int32_t fired, unused;
    char folder[1024];
    char script[8192];
    char where[1024];
};

static struct control *control;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void map_control(void)
{
    const char *file = getenv("FAULTY_DISK");
    int fd = file ? (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *found = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    control = found == MAP_FAILED ? NULL : found;
    syscall(SYS_close, fd);
}

static void copy_over(const char *from, const char *to)
{
    char data[65536];
    ssize_t size;
    /* A child process copies, because closing the file here would release SQLite's locks on it. */
    pid_t child = fork();
    if (child) {
        waitpid(child, NULL, 0);
        return;
    }
    int in = (int)syscall(SYS_openat, AT_FDCWD, from, O_RDONLY);
    int out = (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_TRUNC);
    while ((size = syscall(SYS_read, in, data, sizeof data)) > 0) syscall(SYS_write, out, data, size);
    _exit(0);
}

/* What another program does to the files: u PATH removes, r FROM TO renames, t SIZE PATH
   truncates, to half its size where SIZE is -1, c FROM TO writes the content of one over
   another. One a line, with tabs between. */
static void meddle(void)
{
    char script[sizeof control->script], *line, *rest = script;
    memcpy(script, control->script, sizeof script);
    while ((line = strsep(&rest, "\n")) && *line) {
        char *what = strsep(&line, "\t"), *one = strsep(&line, "\t"), *two = line;
        if (*what == 'u') syscall(SYS_unlinkat, AT_FDCWD, one, 0);
        if (*what == 'r') syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, two, 0);
        if (*what == 'c') copy_over(one, two);
        if (*what == 't') {
            long size = atol(one);
            struct stat found;
            if (size < 0) size = stat(two, &found) ? 0 : (long)found.st_size / 2;
            syscall(SYS_truncate, two, size);
        }
    }
}

/* Returns the errno with which a call has to fail, or 0 where it goes on. */
static int before(int kind, const char *path)
{
    if (!control || !control->action || !path) return 0;
    size_t length = strlen(control->folder);
    if (strncmp(path, control->folder, length)) return 0;
    int lasts = control->action == FAIL && control->lasting && control->fired;
    if (!(control->kinds & kind)) return 0;
    /* The log is written at any time: it fails as everything else, but is not counted. */
    if (strstr(path, "/classroom.log")) return lasts ? control->error : 0;
    int64_t number = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (number == control->at) {
        snprintf(control->where, sizeof control->where, "%d %s", kind, path + length);
        if (control->action == MEDDLE) meddle();
        control->fired = 1;
        return control->action == FAIL ? control->error : 0;
    }
    return lasts ? control->error : 0;
}

static const char *path_of(int folder, const char *path, char *found)
{
    if (path && (*path == '/' || folder == -1)) return path;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, found, PATH_MAX - 1);
    if (length < 0) return NULL;
    found[length] = 0;
    if (path) snprintf(found + length, PATH_MAX - length, "/%s", path);
    return found;
}

static int before_file(int kind, int fd)
{
    char found[PATH_MAX];
    if (!control || !control->action || fd < 3) return 0;
    return before(kind, path_of(fd, NULL, found));
}

static int before_open(int folder, const char *path, int flags)
{
    char found[PATH_MAX];
    if (!control || !control->action) return 0;
    const char *whole = path_of(folder == AT_FDCWD ? -1 : folder, path, found);
    int creates = (flags & O_CREAT) && whole && syscall(SYS_faccessat, AT_FDCWD, whole, F_OK);
    return before(creates ? CREATE : OPEN, whole);
}

#define REFUSE(check) do { int refused = (check); if (refused) { errno = refused; return -1; } } while (0)

#define OPENING(name) \
    int name(const char *path, int flags, ...) \
    { \
        REAL(name); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        REFUSE(before_open(AT_FDCWD, path, flags)); \
        return real(path, flags, mode); \
    }
#define OPENING_AT(name) \
    int name(int folder, const char *path, int flags, ...) \
    { \
        REAL(name); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        REFUSE(before_open(folder, path, flags)); \
        return real(folder, path, flags, mode); \
    }
OPENING(open)
OPENING(open64)
OPENING_AT(openat)
OPENING_AT(openat64)

/* A full disk takes half of what is written, and fails only at the next call. */
static int half_of(int fd, size_t *size)
{
    int fired = control && control->fired;
    int error = before_file(WRITE, fd);
    int half = error == ENOSPC && !fired && control->lasting && *size > 1;
    if (half) *size /= 2;
    return half ? 0 : error;
}

ssize_t write(int fd, const void *data, size_t size)
{
    REAL(write);
    REFUSE(half_of(fd, &size));
    return real(fd, data, size);
}

#define WRITING_AT(name, offset) \
    ssize_t name(int fd, const void *data, size_t size, offset where) \
    { \
        REAL(name); \
        REFUSE(half_of(fd, &size)); \
        return real(fd, data, size, where); \
    }
WRITING_AT(pwrite, off_t)
WRITING_AT(pwrite64, off64_t)

ssize_t read(int fd, void *data, size_t size)
{
    REAL(read);
    REFUSE(before_file(READ, fd));
    return real(fd, data, size);
}

#define READING_AT(name, offset) \
    ssize_t name(int fd, void *data, size_t size, offset where) \
    { \
        REAL(name); \
        REFUSE(before_file(READ, fd)); \
        return real(fd, data, size, where); \
    }
READING_AT(pread, off_t)
READING_AT(pread64, off64_t)

#define SYNCING(name) \
    int name(int fd) \
    { \
        REAL(name); \
        REFUSE(before_file(SYNC, fd)); \
        return real(fd); \
    }
SYNCING(fsync)
SYNCING(fdatasync)

#define CUTTING(name, offset) \
    int name(int fd, offset size) \
    { \
        REAL(name); \
        REFUSE(before_file(TRUNCATE, fd)); \
        return real(fd, size); \
    }
CUTTING(ftruncate, off_t)
CUTTING(ftruncate64, off64_t)

int rename(const char *from, const char *to)
{
    REAL(rename);
    REFUSE(before(NAME, to));
    return real(from, to);
}

int unlink(const char *path)
{
    REAL(unlink);
    REFUSE(before(NAME, path));
    return real(path);
}

int rmdir(const char *path)
{
    REAL(rmdir);
    REFUSE(before(NAME, path));
    return real(path);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    REFUSE(before(CREATE, path));
    return real(path, mode);
}

int unlinkat(int folder, const char *path, int flags)
{
    char found[PATH_MAX];
    REAL(unlinkat);
    REFUSE(before(NAME, path_of(folder == AT_FDCWD ? -1 : folder, path, found)));
    return real(folder, path, flags);
}

static int64_t shift(void)
{
    return control && control->action == CLOCK && control->fired ? control->shift : 0;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
    REAL(clock_gettime);
    int answer = real(which, now);
    if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE) now->tv_sec += shift();
    return answer;
}

int gettimeofday(struct timeval *now, void *zone)
{
    REAL(gettimeofday);
    int answer = real(now, zone);
    now->tv_sec += shift();
    return answer;
}

time_t time(time_t *now)
{
    REAL(time);
    time_t found = real(NULL) + shift();
    if (now) *now = found;
    return found;
}
