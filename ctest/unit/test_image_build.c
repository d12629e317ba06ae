/* Building, signing, loading and inspecting images; keys and their files. */
/* groups: build sign inspect files keys values */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/image.h"
#include "groups.h"
#include "fastload/image.h"
#include "images/build.h"
#include "images/file.h"
#include "images/inspect.h"
#include "images/keyfile.h"
#include "images/load.h"

#define PAYLOAD 4000u /* no multiple of 256: is padded to 4096 */

static char folder[64];
static uint8_t payload[PAYLOAD];
static struct rl_key test_key;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/relight-image-XXXXXX");
    rl_payload_pattern(7, payload, sizeof payload);
    rl_key_test(&test_key);
    return mkdtemp(folder) == NULL ? -1 : 0;
}

/* Path of a file in the test's folder; valid until the eighth call after this one. */
static const char *in_folder(const char *name)
{
    static char paths[8][sizeof folder + 256];
    static unsigned next;
    char *path = paths[next++ % 8u];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* Removes the folder's files; returns how many there were. */
static int empty_folder(void)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    int count = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.') {
            assert_int_equal(unlink(in_folder(entry->d_name)), 0);
            count++;
        }
    }
    closedir(directory);
    return count;
}

static int tear_down(void **state)
{
    (void)state;
    empty_folder();
    return rmdir(folder);
}

static struct rl_recipe recipe_of(size_t size)
{
    struct rl_recipe recipe;

    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = size;
    strcpy(recipe.name, "unit");
    return recipe;
}

static uint8_t *build(const struct rl_recipe *recipe, size_t *size)
{
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *image = NULL;

    assert_true(rl_image_build(recipe, &test_key, &image, size, why));
    return image;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    char why[RL_IMAGE_WHY_SIZE];

    assert_true(rl_file_replace(path, bytes, size, 0644, why));
}

/* build */

static void image_says_what_its_recipe_says(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    uint8_t *image;
    size_t size;

    (void)state;
    recipe.version = 0x01020003;
    recipe.level = 4;
    recipe.capabilities = 5;
    recipe.data_format = 6;
    recipe.init_requires = 7;
    recipe.hardware_min = 8;
    recipe.security_counter = 9;
    recipe.start_address = 0x1000;
    recipe.data_size = 768;
    image = build(&recipe, &size);
    rl_image_inspect(image, size, test_key.public_key, &in);
    assert_int_equal(in.problem_count, 0);
    assert_int_equal(in.signature, RL_SIGNATURE_GOOD);
    assert_int_equal(size, 0x400 + 4096);
    assert_int_equal(in.total_size, size);
    assert_int_equal(in.version, 0x01020003);
    assert_int_equal(in.level, 4);
    assert_int_equal(in.capabilities, 5);
    assert_int_equal(in.data_format, 6);
    assert_int_equal(in.init_requires, 7);
    assert_int_equal(in.hardware_min, 8);
    assert_int_equal(in.security_counter, 9);
    assert_int_equal(in.start_address, 0x1000);
    assert_string_equal((const char *)in.name, "unit");
    assert_int_equal(in.segments[1].range.size, 768);
    assert_memory_equal(image + 0x400, payload, PAYLOAD);
    for (size_t i = 0x400 + PAYLOAD; i < size; i++) {
        assert_int_equal(image[i], 0xFF);
    }
    free(image);
}

static void defaults_are_those_of_the_header(void **state)
{
    struct rl_recipe recipe;

    (void)state;
    memset(&recipe, 0xEE, sizeof recipe);
    rl_recipe_defaults(&recipe);
    assert_null(recipe.payload);
    assert_int_equal(recipe.payload_size, 0);
    assert_int_equal(recipe.data_size, 0);
    assert_string_equal(recipe.name, "");
    assert_int_equal(recipe.version, 0x01000000);
    assert_int_equal(recipe.level, 1);
    assert_int_equal(recipe.capabilities, 1);
    assert_int_equal(recipe.data_format, 1);
    assert_int_equal(recipe.init_requires, 0xF);
    assert_int_equal(recipe.hardware_min, 1);
    assert_int_equal(recipe.security_counter, 1);
    assert_int_equal(recipe.start_address, 0);
    assert_int_equal(recipe.runtime_place, 0);
    assert_int_equal(recipe.extent_count, 0);
    assert_false(recipe.reads_range);
    assert_int_equal(recipe.level_min, 0);
    assert_int_equal(recipe.init_fast, 0xE);
    assert_int_equal(recipe.prepares, 0);
    assert_int_equal(recipe.configurations[0].level + recipe.configurations[1].level, 0);
}

static void same_recipe_gives_same_bytes(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    size_t size, other_size;
    uint8_t *image = build(&recipe, &size);
    uint8_t *other = build(&recipe, &other_size);

    (void)state;
    assert_int_equal(size, other_size);
    assert_memory_equal(image, other, size);
    free(other);
    recipe.security_counter++;
    other = build(&recipe, &other_size);
    assert_memory_not_equal(image, other, FL_HEADER_SIZE);
    free(other);
    free(image);
}

static void every_size_gives_a_sound_image(void **state)
{
    (void)state;
    for (size_t size = RL_PAYLOAD_MIN; size <= PAYLOAD; size += 31) {
        struct rl_recipe recipe = recipe_of(size);
        struct rl_inspection in;
        struct fl_image parsed;
        size_t image_size;
        uint8_t *image = build(&recipe, &image_size);

        rl_image_inspect(image, image_size, test_key.public_key, &in);
        assert_int_equal(in.problem_count, 0);
        assert_int_equal(fl_image_parse(image, (uint32_t)image_size, UINT32_MAX, &parsed), FL_OK);
        assert_int_equal(parsed.modules[0].offset, 0x400);
        assert_int_equal(parsed.modules[1].offset, 0x400 + parsed.modules[0].size);
        assert_int_equal(parsed.modules[2].offset,
                         parsed.modules[1].offset + parsed.modules[1].size);
        assert_int_equal(parsed.modules[2].offset + parsed.modules[2].size,
                         parsed.segments[1].range.offset);
        free(image);
    }
}

static void expect_refused(const struct rl_recipe *recipe, const char *word)
{
    char why[RL_IMAGE_WHY_SIZE] = "";
    uint8_t *image = NULL;
    size_t size = 0;

    assert_false(rl_image_build(recipe, &test_key, &image, &size, why));
    assert_null(image);
    assert_non_null(strstr(why, word));
}

static void impossible_recipes_are_refused(void **state)
{
    struct rl_recipe recipe = recipe_of(RL_PAYLOAD_MIN - 1);

    (void)state;
    expect_refused(&recipe, "payload has 1023 bytes; expected 1024 to 67108864");
    recipe = recipe_of((size_t)RL_PAYLOAD_MAX + 1u);
    expect_refused(&recipe, "payload has 67108865 bytes");
    recipe = recipe_of(SIZE_MAX);
    expect_refused(&recipe, "payload has");

    recipe = recipe_of(PAYLOAD);
    recipe.data_size = 255;
    expect_refused(&recipe, "data size 255 does not fit; expected a multiple of 256 up to 3328");
    recipe.data_size = 3328 + 256;
    expect_refused(&recipe, "data size 3584");
    recipe.data_size = 0xFFFFFF00u;
    expect_refused(&recipe, "data size 4294967040");

    recipe = recipe_of(PAYLOAD);
    memset(recipe.name, 'n', sizeof recipe.name);
    expect_refused(&recipe, "at most 31 printable");
    strcpy(recipe.name, "tab\t");
    expect_refused(&recipe, "at most 31 printable");
    strcpy(recipe.name, "\xC3\xA4");
    expect_refused(&recipe, "at most 31 printable");
}

static void largest_data_segment_fits(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    uint8_t *image;
    size_t size;

    (void)state;
    recipe.data_size = 3328;
    image = build(&recipe, &size);
    rl_image_inspect(image, size, test_key.public_key, &in);
    assert_int_equal(in.problem_count, 0);
    assert_int_equal(in.segments[0].range.size, 768);
    free(image);
}

static void pattern_depends_on_seed_and_place(void **state)
{
    uint8_t one[64], other[64], start[21];

    (void)state;
    rl_payload_pattern(1, one, sizeof one);
    rl_payload_pattern(2, other, sizeof other);
    rl_payload_pattern(1, start, sizeof start);
    assert_memory_not_equal(one, other, 8);
    assert_memory_not_equal(one, one + 8, 8);
    assert_memory_equal(one, start, sizeof start);
    assert_memory_not_equal(payload, payload + 256, 8);
    assert_memory_equal(one, "\x0F\x11\xF0\x15\xFD\x6A\xC7\x22", 8); /* of every machine */
}

/* sign */

static void signing_again_repairs_a_changed_header(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    size_t size;
    uint8_t *image = build(&recipe, &size);

    (void)state;
    fl_put32(image + FL_H_SECURITY_COUNTER, 12);
    rl_image_inspect(image, size, test_key.public_key, &in);
    assert_int_equal(in.manifest, FL_E_HEADER_CRC);
    assert_int_equal(in.problem_count, 2);
    assert_int_equal(in.problems[1].status, FL_E_SIGNATURE);
    rl_image_sign(image, size, &test_key);
    rl_image_inspect(image, size, test_key.public_key, &in);
    assert_int_equal(in.problem_count, 0);
    assert_int_equal(in.security_counter, 12);
    free(image);
}

static void only_the_right_key_verifies(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    struct rl_key other;
    size_t size;
    uint8_t *image = build(&recipe, &size);

    (void)state;
    assert_true(rl_key_generate("another", &other));
    assert_true(rl_image_signed_by(image, test_key.public_key));
    assert_false(rl_image_signed_by(image, other.public_key));
    rl_image_inspect(image, size, other.public_key, &in);
    assert_int_equal(in.problem_count, 1);
    assert_int_equal(in.problems[0].status, FL_E_SIGNATURE);
    assert_int_equal(in.signature, RL_SIGNATURE_BAD);
    rl_image_inspect(image, size, NULL, &in);
    assert_int_equal(in.problem_count, 0);
    assert_int_equal(in.signature, RL_SIGNATURE_UNJUDGED);
    free(image);
}

static void too_little_is_not_signed(void **state)
{
    uint8_t bytes[FL_METADATA_SIZE - 1];

    (void)state;
    memset(bytes, 0x11, sizeof bytes);
    rl_image_sign(bytes, sizeof bytes, &test_key);
    for (size_t i = 0; i < sizeof bytes; i++) {
        assert_int_equal(bytes[i], 0x11);
    }
}

static void identity_is_that_of_the_manifest(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    uint8_t identity[32], other[32];
    struct rl_inspection in;
    size_t size;
    uint8_t *image = build(&recipe, &size);

    (void)state;
    rl_image_identity(image, identity);
    rl_image_inspect(image, size, NULL, &in);
    assert_memory_equal(identity, in.identity, 32);
    image[FL_SIGNATURE] ^= 1u; /* just behind the manifest */
    rl_image_identity(image, other);
    assert_memory_equal(identity, other, 32);
    image[FL_SIGNATURE - 1] ^= 1u; /* its last byte */
    rl_image_identity(image, other);
    assert_memory_not_equal(identity, other, 32);
    free(image);
}

/* inspect */

/* The status of the one problem that the image has once `byte` of it is flipped. */
static fl_status flip(size_t byte)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    size_t size;
    uint8_t *image = build(&recipe, &size);

    assert_true(byte < size);
    image[byte] ^= 0x40u;
    rl_image_inspect(image, size, test_key.public_key, &in);
    free(image);
    assert_int_equal(in.problem_count, 1);
    assert_int_equal(in.manifest, FL_OK);
    return in.problems[0].status;
}

static void bytes_outside_of_the_manifest_are_judged(void **state)
{
    (void)state;
    assert_int_equal(flip(FL_SIGNATURE), FL_E_SIGNATURE);
    assert_int_equal(flip(FL_SIGNATURE + 63), FL_E_SIGNATURE);
    assert_int_equal(flip(0x2C0), FL_E_FORMAT);
    assert_int_equal(flip(0x2FF), FL_E_FORMAT);
    assert_int_equal(flip(FL_KEY_SLOT), FL_E_FORMAT);
    assert_int_equal(flip(0x3FF), FL_E_FORMAT);
    assert_int_equal(flip(0x400), FL_E_DIGEST);
    assert_int_equal(flip(0x400 + 4095), FL_E_DIGEST);
}

static void file_must_end_where_the_image_ends(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    size_t size;
    uint8_t *image = build(&recipe, &size);
    uint8_t *longer = malloc(size + 1);

    (void)state;
    assert_non_null(longer);
    memcpy(longer, image, size);
    longer[size] = 0xFF;
    rl_image_inspect(longer, size + 1, test_key.public_key, &in);
    assert_int_equal(in.problem_count, 1);
    assert_int_equal(in.problems[0].status, FL_E_SIZE);
    assert_int_equal(in.manifest, FL_OK);
    rl_image_inspect(image, size - 1, test_key.public_key, &in);
    assert_int_equal(in.manifest, FL_E_SIZE);
    free(longer);
    free(image);
}

static void every_length_is_looked_at(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    size_t size;
    uint8_t *image = build(&recipe, &size);

    (void)state;
    for (size_t length = 0; length < size; length += 13) {
        uint8_t *piece = malloc(length > 0 ? length : 1u); /* a read beyond it is noticed */

        assert_non_null(piece);
        memcpy(piece, image, length);
        rl_image_inspect(length > 0 ? piece : NULL, length, test_key.public_key, &in);
        assert_int_equal(in.manifest, FL_E_SIZE);
        assert_int_equal(in.is_image, length >= FL_METADATA_SIZE);
        free(piece);
    }
    free(image);
}

/* All fields at once, so that as many checks as possible fail. */
static void all_problems_have_room(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    struct rl_inspection in;
    size_t size;
    uint8_t *image = build(&recipe, &size);

    (void)state;
    for (unsigned value = 0; value < 256; value++) {
        memset(image + FL_H_TOTAL_SIZE, (int)value, size - FL_H_TOTAL_SIZE);
        for (uint32_t count = 1; count <= 5; count++) {
            fl_put32(image + FL_H_SEGMENT_COUNT, count);
            rl_image_inspect(image, size, test_key.public_key, &in);
            assert_in_range(in.problem_count, 8, RL_INSPECT_PROBLEMS);
        }
    }
    free(image);
}

static void names_are_shown_escaped(void **state)
{
    uint8_t name[RL_INSPECT_NAME] = "a\\b\x1b[31m\n";
    char text[RL_NAME_TEXT_SIZE];

    (void)state;
    rl_image_name_text(name, text);
    assert_string_equal(text, "a\\\\b\\x1B[31m\\x0A");
    memset(name, 0xFF, sizeof name);
    rl_image_name_text(name, text);
    assert_int_equal(strlen(text), RL_NAME_TEXT_SIZE - 1);
    memset(name, 0, sizeof name);
    rl_image_name_text(name, text);
    assert_string_equal(text, "");
    name[2] = 'x'; /* what a reader that stops at the first zero would not see */
    rl_image_name_text(name, text);
    assert_string_equal(text, "\\x00\\x00x");
}

/* files */

static void expect_no_image(const char *path, const char *word)
{
    char why[RL_IMAGE_WHY_SIZE] = "";
    uint8_t *bytes = payload;
    size_t size = 1;

    assert_false(rl_image_load(path, &bytes, &size, why));
    assert_null(bytes);
    assert_int_equal(size, 0);
    assert_non_null(strstr(why, word));
    assert_null(strchr(why, '\n'));
}

static void sound_images_are_loaded(void **state)
{
    struct rl_recipe recipe = recipe_of(PAYLOAD);
    char why[RL_IMAGE_WHY_SIZE];
    size_t size, loaded_size;
    uint8_t *image = build(&recipe, &size), *loaded;

    (void)state;
    image[FL_SIGNATURE] ^= 1u; /* whose signature it is, the caller judges */
    write_file(in_folder("good"), image, size);
    assert_true(rl_image_load(in_folder("good"), &loaded, &loaded_size, why));
    assert_int_equal(loaded_size, size);
    assert_memory_equal(loaded, image, size);
    free(loaded);

    image[size - 1] ^= 1u;
    write_file(in_folder("bad"), image, size);
    expect_no_image(in_folder("bad"), "not a sound image: segment 1: SHA-256");
    write_file(in_folder("short"), image, size - 1);
    expect_no_image(in_folder("short"), "not a sound image: total size");
    free(image);
}

static void other_files_are_no_images(void **state)
{
    (void)state;
    expect_no_image(in_folder("missing"), "cannot be opened: No such file");
    expect_no_image(folder, "is not a regular file");
    expect_no_image("/dev/zero", "is not a regular file");
    write_file(in_folder("empty"), "", 0);
    expect_no_image(in_folder("empty"), "has 0 bytes");
    write_file(in_folder("payload"), payload, PAYLOAD);
    expect_no_image(in_folder("payload"), "this is no image");
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    expect_no_image(in_folder("pipe"), "is not a regular file"); /* and does not wait */
}

static void reading_has_a_limit(void **state)
{
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *bytes;
    size_t size;

    (void)state;
    write_file(in_folder("five"), "12345", 5);
    assert_true(rl_file_read(in_folder("five"), 5, &bytes, &size, why));
    assert_int_equal(size, 5);
    assert_memory_equal(bytes, "12345", 5);
    free(bytes);
    assert_false(rl_file_read(in_folder("five"), 4, &bytes, &size, why));
    assert_string_equal(why, "is too large: 5 bytes, expected at most 4");
}

static void replacing_keeps_mode_and_link(void **state)
{
    char why[RL_IMAGE_WHY_SIZE];
    struct stat status;
    uint8_t *bytes;
    size_t size;

    (void)state;
    empty_folder();
    write_file(in_folder("file"), "old", 3);
    assert_int_equal(chmod(in_folder("file"), 0666), 0);
    assert_int_equal(symlink("file", in_folder("link")), 0);
    assert_true(rl_file_replace(in_folder("link"), (const uint8_t *)"new!", 4, 0600, why));
    assert_int_equal(lstat(in_folder("link"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(stat(in_folder("file"), &status), 0);
    assert_int_equal(status.st_mode & 07777u, 0666);
    assert_true(rl_file_read(in_folder("file"), 10, &bytes, &size, why));
    assert_int_equal(size, 4);
    assert_memory_equal(bytes, "new!", 4);
    free(bytes);
    assert_int_equal(empty_folder(), 2);
}

static void failed_writing_leaves_nothing_behind(void **state)
{
    char why[RL_IMAGE_WHY_SIZE];

    (void)state;
    empty_folder();
    assert_false(rl_file_replace(in_folder("no/such"), payload, 1, 0644, why));
    assert_non_null(strstr(why, "No such file"));
    assert_false(rl_file_replace(folder, payload, 1, 0644, why));
    assert_non_null(strstr(why, "not a regular file"));
    assert_false(rl_file_replace("/dev/full", payload, 1, 0644, why));
    assert_false(rl_file_create(folder, payload, 1, 0644, why));
    assert_int_equal(empty_folder(), 0);

    write_file(in_folder("taken"), "old", 3);
    assert_false(rl_file_create(in_folder("taken"), payload, 1, 0644, why));
    assert_non_null(strstr(why, "File exists"));
    assert_int_equal(empty_folder(), 1);
}

/* keys */

static void keys_come_back_from_their_files(void **state)
{
    uint8_t public_key[RL_KEY_PUBLIC_SIZE];
    struct rl_key key, loaded;
    char why[RL_IMAGE_WHY_SIZE];
    struct stat status;

    (void)state;
    assert_true(rl_key_generate(NULL, &key));
    assert_true(rl_key_save(in_folder("key"), &key, why));
    assert_true(rl_key_load_secret(in_folder("key"), &loaded, why));
    assert_memory_equal(&loaded, &key, sizeof key);
    assert_true(rl_key_load_public(in_folder("key.pub"), public_key, why));
    assert_memory_equal(public_key, key.public_key, sizeof public_key);
    assert_int_equal(stat(in_folder("key"), &status), 0);
    assert_int_equal(status.st_mode & 0777u, 0600);
    assert_int_equal(empty_folder(), 2);
}

static void existing_key_files_stay(void **state)
{
    struct rl_key key;
    char why[RL_IMAGE_WHY_SIZE];

    (void)state;
    assert_true(rl_key_generate("existing", &key));
    write_file(in_folder("key"), "precious", 8);
    assert_false(rl_key_save(in_folder("key"), &key, why));
    assert_string_equal(why, "cannot be created: File exists");
    assert_int_equal(empty_folder(), 1);

    write_file(in_folder("key.pub"), "precious", 8);
    assert_false(rl_key_save(in_folder("key"), &key, why));
    assert_string_equal(why, "its .pub file cannot be created: File exists");
    assert_int_equal(empty_folder(), 1); /* no secret key without its public one */
}

static void seeds_give_the_same_keys(void **state)
{
    struct rl_key one, same, other, random_one, random_other;

    (void)state;
    assert_true(rl_key_generate("seed", &one));
    assert_true(rl_key_generate("seed", &same));
    assert_true(rl_key_generate("Seed", &other));
    assert_memory_equal(&one, &same, sizeof one);
    assert_memory_not_equal(one.public_key, other.public_key, 32);
    assert_memory_not_equal(one.public_key, test_key.public_key, 32);
    assert_true(rl_key_generate(NULL, &random_one));
    assert_true(rl_key_generate(NULL, &random_other));
    assert_memory_not_equal(random_one.public_key, random_other.public_key, 32);
}

static void expect_no_key(const char *text, const char *word)
{
    char why[RL_IMAGE_WHY_SIZE] = "";
    struct rl_key key;
    uint8_t zero[sizeof key] = {0};

    memset(&key, 0xEE, sizeof key);
    write_file(in_folder("key"), text, strlen(text));
    assert_false(rl_key_load_secret(in_folder("key"), &key, why));
    assert_memory_equal(&key, zero, sizeof key);
    assert_non_null(strstr(why, word));
}

#define HEX_63 "123456789012345678901234567890123456789012345678901234567890abc"

static void other_files_are_no_keys(void **state)
{
    (void)state;
    expect_no_key("", "not a key file");
    expect_no_key("relight-ed25519-secret", "not a key file");
    expect_no_key("relight-ed25519-secret " HEX_63, "not a key file");
    expect_no_key("relight-ed25519-secret " HEX_63 "g", "not a key file");
    expect_no_key("relight-ed25519-secret " HEX_63 "def", "not a key file");
    expect_no_key("relight-ed25519-secret " HEX_63 "d\n\n", "not a key file");
    expect_no_key("relight-ed25519-secret_" HEX_63 "d", "not a key file");
    expect_no_key("relight-ed25519-secret  " HEX_63, "not a key file");
    expect_no_key("relight-ed25519-secreT " HEX_63 "d", "not a key file");
    expect_no_key("relight-ed25519-public " HEX_63 "d", "wrong kind");
    expect_no_key("relight-ed25519-secret " HEX_63 HEX_63 HEX_63 HEX_63 HEX_63, "too large");
}

static void key_lines_are_read_with_and_without_newline(void **state)
{
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_key key, same;

    (void)state;
    write_file(in_folder("one"), "relight-ed25519-secret " HEX_63 "d\n", 88);
    write_file(in_folder("two"), "relight-ed25519-secret " HEX_63 "D", 87);
    assert_true(rl_key_load_secret(in_folder("one"), &key, why));
    assert_true(rl_key_load_secret(in_folder("two"), &same, why));
    assert_memory_equal(&key, &same, sizeof key);
}

static void public_keys_are_points(void **state)
{
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t key[RL_KEY_PUBLIC_SIZE];
    char line[128];

    (void)state;
    snprintf(line, sizeof line, "relight-ed25519-public %064d", 0); /* a point of small order */
    write_file(in_folder("zero.pub"), line, strlen(line));
    assert_false(rl_key_load_public(in_folder("zero.pub"), key, why));
    assert_non_null(strstr(why, "no Ed25519 public key"));
    assert_false(rl_key_load_public(in_folder("none.pub"), key, why));
    assert_non_null(strstr(why, "No such file"));
}

/* values */

static void sizes_have_units(void **state)
{
    uint32_t value = 0;

    (void)state;
    assert_true(rl_value_size("16K", &value));
    assert_int_equal(value, 16384);
    assert_true(rl_value_size("4095M", &value));
    assert_int_equal(value, 4095u * 1048576u);
    assert_true(rl_value_size("0x1f", &value));
    assert_int_equal(value, 31);
    assert_true(rl_value_size("4294967295", &value));
    assert_int_equal(value, UINT32_MAX);
    assert_false(rl_value_size("4294967296", &value));
    assert_false(rl_value_size("4096M", &value));
    assert_false(rl_value_size("18446744073709551617", &value));
    assert_false(rl_value_size("", &value));
    assert_false(rl_value_size("K", &value));
    assert_false(rl_value_size("1k", &value));
    assert_false(rl_value_size("1KB", &value));
    assert_false(rl_value_size("-1", &value));
    assert_false(rl_value_size(" 1", &value));
    assert_false(rl_value_number("1K", &value));
    assert_false(rl_value_number("0x", &value));
    assert_false(rl_value_number("0x100000000", &value));
    assert_false(rl_value_number("1f", &value));
}

static void versions_have_three_parts(void **state)
{
    uint32_t value = 0;

    (void)state;
    assert_true(rl_value_version("1.2.3", &value));
    assert_int_equal(value, 0x01020003);
    assert_true(rl_value_version("255.255.65535", &value));
    assert_int_equal(value, UINT32_MAX);
    assert_false(rl_value_version("256.0.0", &value));
    assert_false(rl_value_version("0.256.0", &value));
    assert_false(rl_value_version("0.0.65536", &value));
    assert_false(rl_value_version("1.2", &value));
    assert_false(rl_value_version("1.2.", &value));
    assert_false(rl_value_version("1.2.3.4", &value));
    assert_false(rl_value_version("", &value));
    assert_false(rl_value_version("1..3", &value));
}

#define T cmocka_unit_test

static const struct CMUnitTest build_group[] = {
    T(image_says_what_its_recipe_says),  T(defaults_are_those_of_the_header),
    T(same_recipe_gives_same_bytes),     T(every_size_gives_a_sound_image),
    T(impossible_recipes_are_refused),   T(largest_data_segment_fits),
    T(pattern_depends_on_seed_and_place)};
static const struct CMUnitTest sign_group[] = {
    T(signing_again_repairs_a_changed_header), T(only_the_right_key_verifies),
    T(too_little_is_not_signed), T(identity_is_that_of_the_manifest)};
static const struct CMUnitTest inspect_group[] = {
    T(bytes_outside_of_the_manifest_are_judged), T(file_must_end_where_the_image_ends),
    T(every_length_is_looked_at), T(all_problems_have_room), T(names_are_shown_escaped)};
static const struct CMUnitTest files_group[] = {
    T(sound_images_are_loaded), T(other_files_are_no_images), T(reading_has_a_limit),
    T(replacing_keeps_mode_and_link), T(failed_writing_leaves_nothing_behind)};
static const struct CMUnitTest keys_group[] = {T(keys_come_back_from_their_files),
                                               T(existing_key_files_stay),
                                               T(seeds_give_the_same_keys),
                                               T(other_files_are_no_keys),
                                               T(key_lines_are_read_with_and_without_newline),
                                               T(public_keys_are_points)};
static const struct CMUnitTest values_group[] = {T(sizes_have_units), T(versions_have_three_parts)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP_WITH(groups, build, set_up, tear_down);
    RUN_GROUP_WITH(groups, sign, set_up, tear_down);
    RUN_GROUP_WITH(groups, inspect, set_up, tear_down);
    RUN_GROUP_WITH(groups, files, set_up, tear_down);
    RUN_GROUP_WITH(groups, keys, set_up, tear_down);
    RUN_GROUP_WITH(groups, values, set_up, tear_down);
    return groups_end(&groups);
}
