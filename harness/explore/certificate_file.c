/* Certificates as files: sections of workers, and the whole. */
#include "explore/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "board/heap.h"
#include "explore/encode.h"
#include "images/build.h"
#include "images/file.h"

/* Before each section in the file of sections. */
struct section_head {
    uint32_t cell;
    uint64_t size;
};

bool rl_certificate_begin(struct rl_certificate_sections *sections)
{
    FILE *file = tmpfile();

    sections->descriptor = -1;
    if (file == NULL) {
        return false;
    }
    sections->descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    (void)fclose(file);
    return sections->descriptor >= 0;
}

void rl_certificate_end(struct rl_certificate_sections *sections)
{
    if (sections->descriptor >= 0) {
        (void)close(sections->descriptor);
    }
    sections->descriptor = -1;
}

static bool write_all(int to, off_t place, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    while (size > 0) {
        ssize_t written = pwrite(to, at, size, place);

        if (written < 0 && errno != EINTR) {
            return false;
        }
        if (written > 0) {
            at += written;
            place += written;
            size -= (size_t)written;
        }
    }
    return true;
}

static bool append(int to, const struct section_head *head, const uint8_t *bytes)
{
    struct stat status;

    return fstat(to, &status) == 0 && write_all(to, status.st_size, head, sizeof *head) &&
           write_all(to, status.st_size + (off_t)sizeof *head, bytes, head->size);
}

bool rl_certificate_add(const struct rl_certificate_sections *sections, uint32_t cell,
                        const uint8_t *bytes, size_t size)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct section_head head;
    bool done;

    memset(&head, 0, sizeof head);
    head.cell = cell;
    head.size = size;
    if (fcntl(sections->descriptor, F_SETLKW, &lock) != 0) {
        return false;
    }
    done = append(sections->descriptor, &head, bytes);
    lock.l_type = F_UNLCK;
    (void)fcntl(sections->descriptor, F_SETLK, &lock);
    return done;
}

uint8_t *rl_certificate_join(const struct rl_certificate_head *head,
                             const struct rl_certificate_part *sections, uint32_t count,
                             size_t *size)
{
    struct rl_encoded bytes = {0};
    XXH128_hash_t hash;

    rl_encode_bytes(&bytes, RL_CERTIFICATE_MAGIC, 8);
    rl_encode_number(&bytes, RL_CERTIFICATE_VERSION);
    rl_encode_text(&bytes, RELIGHT_VERSION);
    rl_encode_text(&bytes, head->plan);
    rl_encode_word(&bytes, head->plan_digest);
    rl_encode_text(&bytes, head->engine);
    rl_encode_word(&bytes, head->engine_digest);
    rl_encode_number(&bytes, count);
    for (uint32_t i = 0; i < count; i++) {
        rl_encode_number(&bytes, sections[i].size);
        rl_encode_bytes(&bytes, sections[i].bytes, sections[i].size);
    }
    hash = XXH3_128bits(bytes.bytes, bytes.count);
    rl_encode_sum(&bytes, (struct rl_sum){hash.low64, hash.high64});
    *size = bytes.count;
    return bytes.bytes;
}

/* The section of a cell in what the workers wrote; NULL bytes: it is not there, whole. */
static struct rl_certificate_part find_section(const uint8_t *bytes, size_t size, uint32_t cell)
{
    struct rl_certificate_part part = {NULL, 0};
    struct section_head head;

    while (size >= sizeof head) {
        memcpy(&head, bytes, sizeof head);
        bytes += sizeof head;
        size -= sizeof head;
        if (head.size > size) {
            break;
        }
        if (head.cell == cell) {
            part = (struct rl_certificate_part){bytes, head.size};
        }
        bytes += head.size;
        size -= head.size;
    }
    return part;
}

static uint8_t *read_sections(const struct rl_certificate_sections *sections, size_t *size)
{
    off_t end = lseek(sections->descriptor, 0, SEEK_END);
    uint8_t *bytes = rl_malloc((size_t)(end > 0 ? end : 0) + 1u);

    *size = 0;
    while (end > 0 && *size < (size_t)end) {
        ssize_t got = pread(sections->descriptor, bytes + *size, (size_t)end - *size, (off_t)*size);

        if (got == 0 || (got < 0 && errno != EINTR)) {
            break;
        }
        *size += got > 0 ? (size_t)got : 0;
    }
    return bytes;
}

static bool join_to(const struct rl_certificate_head *head, const struct rl_certificate_part *parts,
                    uint32_t count, const char *path, char *why, size_t why_size)
{
    char reason[RL_IMAGE_WHY_SIZE] = "";
    size_t size;
    uint8_t *bytes = rl_certificate_join(head, parts, count, &size);
    bool done = rl_file_replace(path, bytes, size, 0666, reason);

    if (!done) {
        (void)snprintf(why, why_size, "%s", reason);
    }
    free(bytes);
    return done;
}

bool rl_certificate_write(const struct rl_certificate_sections *sections,
                          const struct rl_plan *plan, const struct rl_engines *engines,
                          const uint32_t *cells, uint32_t count, const char *path, char *why,
                          size_t why_size)
{
    struct rl_certificate_head head = {plan->name, plan->digest, rl_engines_name(engines),
                                       rl_engines_digest(engines, plan->cell_count)};
    struct rl_certificate_part *parts = rl_calloc(count, sizeof *parts);
    size_t size;
    uint8_t *bytes = read_sections(sections, &size);
    bool whole = true;

    for (uint32_t i = 0; i < count && whole; i++) {
        parts[i] = find_section(bytes, size, cells[i]);
        whole = parts[i].bytes != NULL;
        if (!whole) {
            (void)snprintf(why, why_size, "cell %s is not closed", plan->cells[cells[i]].name);
        }
    }
    whole = whole && join_to(&head, parts, count, path, why, why_size);
    free(parts);
    free(bytes);
    return whole;
}
