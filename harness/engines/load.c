/* Finds engines and says what code they are.
 *
 * The digest of a shared object covers what is loaded of it: code, constants, relocations. Names,
 * notes and debug information are left out, because they tell where it was built, and a token must
 * replay in another folder. A built-in engine's digest is that of its own sources, which the build
 * gives as RELIGHT_IDENTITY_NAME. */
#include "engines/load.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xxhash.h>

/* Tools that read this file by itself know no build. */
#ifndef RELIGHT_IDENTITY_FASTLOAD
#define RELIGHT_IDENTITY_FASTLOAD RELIGHT_VERSION
#endif
#ifndef RELIGHT_IDENTITY_CONVENTIONAL
#define RELIGHT_IDENTITY_CONVENTIONAL RELIGHT_VERSION
#endif

#define CONTEXT_MAX  65536u
#define LOAD_SECONDS 20u
/* How the child that tries to load an engine ends, when it ends as it should. */
#define LOADED       42
#define REFUSED      43
#define PHASE_MAX    256u

extern const struct relight_engine rl_fastload_engine;
extern const struct relight_engine rl_conventional_engine;

static const struct {
    const struct relight_engine *engine;
    const char *identity; /* of its sources */
} builtin[] = {
    {&rl_fastload_engine, RELIGHT_IDENTITY_FASTLOAD},
    {&rl_conventional_engine, RELIGHT_IDENTITY_CONVENTIONAL},
};
#define BUILTIN_COUNT (sizeof builtin / sizeof builtin[0])

/* What tokens can carry. */
static bool is_word(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");

    return length > 0 && length < 24 && name[length] == '\0';
}

/* What is wrong with a descriptor; NULL when nothing is. A name in other characters would break
 * the tokens and command lines that carry it. */
static const char *descriptor_fault(const struct relight_engine *engine)
{
    if (engine->context_size > CONTEXT_MAX) {
        return "its context_size is above 65536";
    }
    if (engine->name == NULL || engine->name[0] == '\0' ||
        engine->name[strspn(engine->name, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0') {
        return "its name is not of the characters a-z, 0-9 and '-'";
    }
    if (engine->boot == NULL || engine->step == NULL || engine->request == NULL ||
        engine->cancel == NULL || engine->phase == NULL || engine->reason == NULL) {
        return "one of boot, step, request, cancel, phase and reason is NULL";
    }
    if (engine->phase_names == NULL || engine->phase_count == 0 ||
        engine->phase_count > PHASE_MAX) {
        return "it names no phases, or more than 256";
    }
    for (uint32_t i = 0; i < engine->phase_count; i++) {
        if (engine->phase_names[i] == NULL) {
            return "one of its phase_names is NULL";
        }
        if (!is_word(engine->phase_names[i])) {
            return "one of its phase_names is not 1 to 23 of the characters a-z, 0-9, '-' and '_'";
        }
    }
    return NULL;
}

/* Whether `size` bytes at `offset` lie inside of a file of `total` bytes. */
static bool inside(uint64_t offset, uint64_t size, uint64_t total)
{
    return offset <= total && size <= total - offset;
}

static bool is_loaded_code(const Elf64_Shdr *section)
{
    bool content = section->sh_type == SHT_PROGBITS || section->sh_type == SHT_RELA ||
                   section->sh_type == SHT_INIT_ARRAY || section->sh_type == SHT_FINI_ARRAY;
    return content && (section->sh_flags & SHF_ALLOC) != 0;
}

/* Digest of the loaded sections of an ELF file, in their order; of the whole file when it is laid
 * out in another way. */
static uint64_t elf_digest(const uint8_t *bytes, uint64_t size)
{
    Elf64_Ehdr header;
    uint64_t digest = 0;
    unsigned used = 0;
    if (size < sizeof header) {
        return XXH3_64bits(bytes, size);
    }
    memcpy(&header, bytes, sizeof header);
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_shentsize != sizeof(Elf64_Shdr) ||
        !inside(header.e_shoff, (uint64_t)header.e_shnum * sizeof(Elf64_Shdr), size)) {
        return XXH3_64bits(bytes, size);
    }
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section;
        memcpy(&section, bytes + header.e_shoff + (uint64_t)i * sizeof section, sizeof section);
        if (is_loaded_code(&section) && inside(section.sh_offset, section.sh_size, size)) {
            digest = XXH3_64bits_withSeed(bytes + section.sh_offset, section.sh_size, digest);
            used++;
        }
    }
    return used > 0 ? digest : XXH3_64bits(bytes, size);
}

/* Digest of the engine in the file at `path`. False: `error` says why it cannot be read. */
static bool file_digest(const char *path, uint64_t *digest, char *error, size_t error_size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        snprintf(error, error_size, "engine %s: cannot be read: %s", path, strerror(errno));
        if (file >= 0) {
            close(file);
        }
        return false;
    }
    bool usable = S_ISREG(status.st_mode) && status.st_size > 0;
    void *bytes =
        usable ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    close(file);
    if (bytes == MAP_FAILED) {
        snprintf(error, error_size, "engine %s: not a shared object", path);
        return false;
    }
    *digest = elf_digest(bytes, (uint64_t)status.st_size);
    munmap(bytes, (size_t)status.st_size);
    return true;
}

/* dlopen() searches the system's folders for a name without '/'; here it means the current one. */
static void *open_library(const char *name)
{
    if (strchr(name, '/') != NULL) {
        return dlopen(name, RTLD_NOW | RTLD_LOCAL);
    }
    size_t size = strlen(name) + sizeof "./";
    char *path = malloc(size);
    if (path == NULL) {
        return NULL;
    }
    snprintf(path, size, "./%s", name);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    free(path);
    return library;
}

/* Loading runs code of the library, and a file that is cut off takes the loader down with it: a
 * child process tries first. False when it did not come back in order. */
static bool loads_in_order(const char *name)
{
    int status = 0;
    pid_t child;

    (void)fflush(NULL);
    child = fork();
    if (child == 0) {
        void *library;

        (void)alarm(LOAD_SECONDS);
        library = open_library(name);
        _exit(library != NULL ? LOADED : REFUSED);
    }
    if (child < 0) {
        return true; /* no second process: the first has to do */
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && (WEXITSTATUS(status) == LOADED || WEXITSTATUS(status) == REFUSED);
}

static int load_file(const char *name, struct rl_engine_handle *handle, char *error,
                     size_t error_size)
{
    if (!file_digest(name, &handle->digest, error, error_size)) {
        return -1;
    }
    if (!loads_in_order(name)) {
        snprintf(error, error_size,
                 "engine %s: loading it crashes, exits or does not end; expected a whole shared "
                 "object whose constructors return",
                 name);
        return -1;
    }
    handle->library = open_library(name);
    if (handle->library == NULL) {
        const char *why = dlerror();
        snprintf(error, error_size, "engine %s: cannot be loaded: %s", name,
                 why == NULL ? "out of memory" : why);
        return -1;
    }
    handle->engine = dlsym(handle->library, RELIGHT_ENGINE_SYMBOL);
    if (handle->engine == NULL) {
        snprintf(error, error_size,
                 "engine %s: exports no symbol %s; an engine exports a struct relight_engine "
                 "of that name",
                 name, RELIGHT_ENGINE_SYMBOL);
        return -1;
    }
    return 0;
}

static int find_builtin(const char *name, struct rl_engine_handle *handle, char *error,
                        size_t error_size)
{
    for (unsigned i = 0; i < BUILTIN_COUNT; i++) {
        if (strcmp(builtin[i].engine->name, name) == 0) {
            handle->engine = builtin[i].engine;
            handle->digest = XXH3_64bits(builtin[i].identity, strlen(builtin[i].identity));
            return 0;
        }
    }
    int used = snprintf(error, error_size, "no built-in engine \"%s\"; built in:", name);
    for (unsigned i = 0; i < BUILTIN_COUNT && used > 0 && (size_t)used < error_size; i++) {
        used += snprintf(error + used, error_size - (size_t)used, " %s", builtin[i].engine->name);
    }
    if (used > 0 && (size_t)used < error_size) {
        snprintf(error + used, error_size - (size_t)used,
                 "; a file's name has a '/' or ends in .so");
    }
    return -1;
}

static bool is_file(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') != NULL || (length > 3 && strcmp(name + length - 3, ".so") == 0);
}

/* The version comes first: nothing after it can be read before it is known. */
static int judge(const char *name, const struct relight_engine *engine, char *error,
                 size_t error_size)
{
    if (engine->api != RELIGHT_ENGINE_API) {
        snprintf(error, error_size,
                 "engine %s: made for version %u of the engine API, this program has version %u; "
                 "build it again with this program's relight/engine.h",
                 name, (unsigned)engine->api, (unsigned)RELIGHT_ENGINE_API);
        return -1;
    }
    const char *fault = descriptor_fault(engine);
    if (fault != NULL) {
        snprintf(error, error_size, "engine %s: its descriptor is wrong: %s", name, fault);
        return -1;
    }
    return 0;
}

int rl_engine_open(const char *name, struct rl_engine_handle *handle, char *error,
                   size_t error_size)
{
    memset(handle, 0, sizeof *handle);
    if (strlen(name) >= sizeof handle->label) {
        snprintf(error, error_size, "engine: a name has at most %zu characters",
                 sizeof handle->label - 1);
        return -1;
    }
    snprintf(handle->label, sizeof handle->label, "%s", name);
    int result = is_file(name) ? load_file(name, handle, error, error_size)
                               : find_builtin(name, handle, error, error_size);
    if (result == 0) {
        result = judge(name, handle->engine, error, error_size);
    }
    if (result != 0) {
        rl_engine_close(handle);
    }
    return result;
}

void rl_engine_close(struct rl_engine_handle *handle)
{
    if (handle->library != NULL) {
        dlclose(handle->library);
    }
    memset(handle, 0, sizeof *handle);
}
