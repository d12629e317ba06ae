/* Reads a file that a plan names. */
#define _GNU_SOURCE
#include "plan/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(char *why, int number)
{
    snprintf(why, RL_FILE_WHY_SIZE, "cannot be read: %s", strerror(number));
    return false;
}

/* Fills `bytes` from `file`. A file that shrinks meanwhile is an error: its size was believed. */
static bool fill(int file, uint8_t *bytes, size_t size, char *why)
{
    size_t done = 0;
    while (done < size) {
        ssize_t count = read(file, bytes + done, size - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return refuse(why, count < 0 ? errno : EIO);
        }
        done += (size_t)count;
    }
    return true;
}

static bool read_open(int file, size_t limit, uint8_t **bytes, size_t *size, char *why)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        return refuse(why, errno);
    }
    if (!S_ISREG(status.st_mode)) {
        snprintf(why, RL_FILE_WHY_SIZE, "is no regular file");
        return false;
    }
    if ((uint64_t)status.st_size > limit) {
        snprintf(why, RL_FILE_WHY_SIZE, "has %llu bytes; at most %zu are allowed",
                 (unsigned long long)status.st_size, limit);
        return false;
    }
    size_t length = (size_t)status.st_size;
    uint8_t *content = malloc(length + 1);
    if (content == NULL) {
        return refuse(why, ENOMEM);
    }
    if (!fill(file, content, length, why)) {
        free(content);
        return false;
    }
    content[length] = 0;
    *bytes = content;
    *size = length;
    return true;
}

bool rl_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size, char *why)
{
    /* Without O_NONBLOCK the open of a pipe would wait for somebody to write to it. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return refuse(why, errno);
    }
    bool read_whole = read_open(file, limit, bytes, size, why);
    close(file);
    return read_whole;
}

char *rl_file_beside(const char *from, const char *path)
{
    const char *slash = strrchr(from, '/');
    if (path[0] == '/' || slash == NULL) {
        return strdup(path);
    }
    char *joined = NULL;
    if (asprintf(&joined, "%.*s/%s", (int)(slash - from), from, path) < 0) {
        return NULL;
    }
    return joined;
}

const char *rl_file_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
