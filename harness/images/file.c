/* Files read and written whole. */
#define _GNU_SOURCE
#include "images/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "images/build.h"

static bool fail(char *why, const char *what, int error)
{
    snprintf(why, RL_IMAGE_WHY_SIZE, "%s: %s", what, strerror(error));
    return false;
}

/* Reads until the end or until `limit` bytes; returns how many, or -1 with errno. */
static ssize_t read_all(int descriptor, uint8_t *bytes, size_t limit)
{
    size_t done = 0;

    while (done < limit) {
        ssize_t got = read(descriptor, bytes + done, limit - done);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static bool read_open(int descriptor, size_t limit, uint8_t **bytes, size_t *size, char *why)
{
    struct stat status;
    ssize_t got;

    if (fstat(descriptor, &status) != 0) {
        return fail(why, "cannot be read", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "is not a regular file");
        return false;
    }
    if ((uintmax_t)status.st_size > limit) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "is too large: %jd bytes, expected at most %zu",
                 (intmax_t)status.st_size, limit);
        return false;
    }
    /* One byte more, so that a file that grows meanwhile is noticed. */
    *bytes = malloc((size_t)status.st_size + 1u);
    if (*bytes == NULL) {
        return fail(why, "cannot be read", ENOMEM);
    }
    got = read_all(descriptor, *bytes, (size_t)status.st_size + 1u);
    if (got != (ssize_t)status.st_size) {
        fail(why, "cannot be read", got < 0 ? errno : EBUSY);
        free(*bytes);
        *bytes = NULL;
        return false;
    }
    *size = (size_t)got;
    return true;
}

bool rl_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size, char *why)
{
    /* Without O_NONBLOCK the open of a named pipe would wait for a writer. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool done;

    *bytes = NULL;
    *size = 0;
    if (descriptor < 0) {
        return fail(why, "cannot be opened", errno);
    }
    done = read_open(descriptor, limit, bytes, size, why);
    close(descriptor);
    return done;
}

/* Writes everything and forces it to disk; false with errno. */
static bool write_all(int descriptor, const uint8_t *bytes, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t put = write(descriptor, bytes + done, size - done);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return false;
        }
        done += (size_t)put;
    }
    return fsync(descriptor) == 0;
}

/* Creates a temporary file beside `path` with these bytes; returns its allocated name. */
static char *write_beside(const char *path, const uint8_t *bytes, size_t size, unsigned mode,
                          char *why)
{
    char *name = NULL;
    int descriptor, error;
    bool done;

    if (asprintf(&name, "%s.%ld.tmp", path, (long)getpid()) < 0) {
        fail(why, "cannot be written", ENOMEM);
        return NULL;
    }
    descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (descriptor < 0) {
        fail(why, "cannot be written", errno);
        free(name);
        return NULL;
    }
    done = write_all(descriptor, bytes, size);
    error = errno;
    if (close(descriptor) != 0 && done) {
        done = false;
        error = errno;
    }
    if (!done) {
        unlink(name);
        free(name);
        fail(why, "cannot be written", error);
        return NULL;
    }
    return name;
}

static bool replace_resolved(const char *path, const uint8_t *bytes, size_t size, unsigned mode,
                             bool keep_mode, char *why)
{
    char *name = write_beside(path, bytes, size, mode, why);
    bool done;

    if (name == NULL) {
        return false;
    }
    /* The umask took bits from what open() made; an existing file's mode is not subject to it. */
    done = (!keep_mode || chmod(name, (mode_t)mode) == 0) && rename(name, path) == 0;
    if (!done) {
        fail(why, "cannot be written", errno);
        unlink(name);
    }
    free(name);
    return done;
}

bool rl_file_replace(const char *path, const uint8_t *bytes, size_t size, unsigned mode, char *why)
{
    struct stat status;
    char *resolved;
    bool done;

    if (lstat(path, &status) != 0) {
        if (errno != ENOENT) {
            return fail(why, "cannot be written", errno);
        }
        return replace_resolved(path, bytes, size, mode, false, why);
    }
    resolved = realpath(path, NULL);
    if (resolved == NULL || stat(resolved, &status) != 0) {
        fail(why, "cannot be written", errno);
        free(resolved);
        return false;
    }
    /* Renaming over a device would replace the device. */
    done = S_ISREG(status.st_mode);
    if (!done) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "cannot be written: is not a regular file");
    } else {
        done = replace_resolved(resolved, bytes, size, status.st_mode & 07777u, true, why);
    }
    free(resolved);
    return done;
}

bool rl_file_create(const char *path, const uint8_t *bytes, size_t size, unsigned mode, char *why)
{
    char *name = write_beside(path, bytes, size, mode, why);
    bool done;

    if (name == NULL) {
        return false;
    }
    /* link(), unlike rename(), fails when the name is taken. */
    done = link(name, path) == 0;
    if (!done) {
        fail(why, "cannot be created", errno);
    }
    unlink(name);
    free(name);
    return done;
}
