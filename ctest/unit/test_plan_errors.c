/* Plans that mean nothing: what is said about them, and where. */
/* groups: errors yaml limits */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/plan.h"
#include "groups.h"
#include "plan_files.h"

/* --- errors ----------------------------------------------------------------------------------- */

struct bad {
    const char *text, *place, *part;
};

static void expect_errors(const struct bad *bad, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        plan_refused(bad[i].text, bad[i].place, bad[i].part);
    }
}
#define EXPECT_ERRORS(bad) expect_errors(bad, sizeof(bad) / sizeof((bad)[0]))

static void test_unknown_words(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {BASE "imagse: {}\n", "3:1",
         "unknown key in the plan: \"imagse\"; did you mean \"images\"?"},
        {BASE "zzz: 1\n", "3:1", "expected name, about, engine"},
        {BASE "device: {flash: {bnk: 1}}\n", "3:18", "did you mean \"bank\"?"},
        {BASE "device: {falsh: {}}\n", "3:10", "did you mean \"flash\"?"},
        {BASE "explore:\n  depht: 2\n", "4:3", "did you mean \"depth\"?"},
        {BASE "limits: {boot: 2}\n", "3:10", "did you mean \"boots\"?"},
        {NAMED "images: {odl: {}}\n", "2:10", "did you mean \"old\"?"},
        {NAMED "images:\n  old: {pattern: 1, sise: 4K}\n", "3:21", "did you mean \"size\"?"},
        {BASE "variants: [{name: a, key: test}]\n", "3:22", "unknown key in the variant: \"key\""},
        {BASE "start: [factroy]\n", "3:9", "unknown start state \"factroy\"; did you mean"},
        {BASE "start: [z]\n", "3:9", "expected factory, updated, aborted or stale"},
        {BASE "memory: [volatile, batery]\n", "3:20", "did you mean \"battery\"?"},
        {BASE "faults:\n  - cut-before\n  - torn-erasse\n", "5:5",
         "unknown fault class \"torn-erasse\"; did you mean \"torn-erase\"?"},
        {BASE "properties: [hole]\n", "3:14", "unknown property \"hole\"; did you mean \"whole\"?"},
        {BASE "explore: {reuse: merged}\n", "3:18", "did you mean \"merge\"?"},
        {BASE "explore: {tear: [none]}\n", "3:18", "expected between or full"},
        {BASE "world: {adaptors: 2}\n", "3:9", "did you mean \"adapters\"?"},
        {BASE "world: {source: hots}\n", "3:17", "did you mean \"host\"?"},
        {BASE "world: {light: on}\n", "3:16", "expected off or kept"},
        {BASE "world: {staging: flush}\n", "3:18", "did you mean \"flushed\"?"},
        {BASE "world: {key: z}\n", "3:14", "expected readable or unreadable"},
        {BASE "expect: {refuse: any}\n", "3:10", "did you mean \"refused\"?"},
        {BASE "expect: {}\n", "3:9", "such as {refused: hardware}"},
    };
    EXPECT_ERRORS(bad);
}

static void test_wrong_types(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"[a, b]\n", "1:1", "expected a mapping for the plan, found a list"},
        {"text\n", "1:1", "expected a mapping for the plan, found a single value"},
        {"name: [a]\n", "1:7", "expected a name, found a list"},
        {BASE "about: {a: 1}\n", "3:8", "expected text, found a mapping"},
        {BASE "start: factory\n", "3:8", "expected a list such as [factory]"},
        {BASE "start: []\n", "3:8", "found an empty one"},
        {BASE "start: [factory, factory]\n", "3:18", "listed twice"},
        {BASE "start: [[factory]]\n", "3:9", "expected a start state, found a list"},
        {BASE "device: [a]\n", "3:9", "expected a mapping for the device, found a list"},
        {BASE "device: {flash: 512K}\n", "3:17", "expected a mapping for the flash"},
        {BASE "explore: 2\n", "3:10", "expected a mapping for the exploration"},
        {BASE "variants: {name: a}\n", "3:11", "expected a list of mappings"},
        {BASE "variants: [a]\n", "3:12", "expected a mapping for the variant"},
        {BASE "variants: []\n", "3:11", "expected a list of mappings"},
        {NAMED "images: [a]\n", "2:9", "expected a mapping for the images"},
        {NAMED "images: {old: a.img, new: a.img}\n", "2:15", "expected a mapping for the image"},
        {BASE "key: [test]\n", "3:6", "expected test, or the path"},
        {BASE "explore: {tear: full}\n", "3:17", "one word for each cut"},
        {BASE "device: {cache: {lines: [1]}}\n", "3:25", "expected a number from 4 to 4096"},
        {BASE "device: {flash: {bank: {}}}\n", "3:24", "expected a size from 8K to 64M"},
    };
    EXPECT_ERRORS(bad);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {BASE "explore: {depth: 0, sample: 10}\n", "1:1", "depth 0 is the golden run alone"},
        {BASE "explore: {depth: 3}\n", "3:18", "expected a number from 0 to 2"},
        {BASE "explore: {depth: -1}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: +1}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: 01}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: 1.0}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: 0x1}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: \"1\"}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: one}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: 2, sample: 9}\n", "1:1", "expected depth: 1"},
        {BASE "explore: {depth: 2, reuse: none}\n", "1:1", "expected depth: 1"},
        {BASE "explore: {sample: 0}\n", "3:19", "expected a number from 1 to 1000000000"},
        {BASE "explore: {sample: 4294967297}\n", "3:19", "expected a number"},
        {BASE "explore: {seed: 18446744073709551616}\n", "3:17", "expected a number"},
        {BASE "limits: {operations: 999}\n", "3:22", "from 1000 to 100000000"},
        {BASE "limits: {operations: 100000001}\n", "3:22", "from 1000 to 100000000"},
        {BASE "limits: {boots: 101}\n", "3:17", "from 1 to 100"},
        {BASE "limits: {erases: 1000001}\n", "3:18", "from 1 to 1000000"},
        {BASE "limits: {offline: 0ms}\n", "3:19", "expected a duration from 1ms to 86400s"},
        {BASE "limits: {dark: 500}\n", "3:16", "such as 500ms or 1s"},
        {BASE "limits: {dark: 1h}\n", "3:16", "such as 500ms or 1s"},
        {BASE "limits: {dark: 25000min}\n", "3:16", "to 86400s"},
        {BASE "limits: {dark: [1s]}\n", "3:16", "expected a duration"},
        {BASE "world: {adapters: 5}\n", "3:19", "from 1 to 4"},
        {BASE "world: {hosts: 9}\n", "3:16", "from 0 to 8"},
        {BASE "world: {source: relay}\n", "3:8", "expected adapters: 2 or more"},
        {BASE "world: {data_every: -1}\n", "3:21", "from 0 to 1000000"},
        {BASE "world: {data_least: 9}\n", "3:8", "expected data_every: 1 or more"},
        {BASE "world: {data_item: 32}\n", "3:20", "from 0 to 31"},
        {BASE "expect: {refused: any}\nworld: {adapters: 2}\n", "3:9", "expected adapters: 1"},
        {BASE "properties: [data-kept]\n", "3:13", "data-kept has nothing to judge here"},
        {BASE "properties: [refusal]\n", "3:13", "expected expect: {refused: WORD}"},
        {BASE "world: {hosts: 0}\nproperties: [io-kept]\n", "4:13", "world: {hosts: 1} or more"},
        {BASE "expect: {refused: a-word-of-more-than-23-bytes}\n", "3:19", "at most 23"},
        {BASE "expect: {refused: \"\"}\n", "3:19", "expected 1 to 63 characters"},
        {BASE "device: {hardware_level: 0}\n", "3:26", "from 1 to 4294967295"},
        {BASE "device: {cache: {lines: 3}}\n", "3:25", "from 4 to 4096"},
        {BASE "device: {flash: {bank: 512k}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: 512 K}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: 1G}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: K}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: 18014398509481985K}}\n", "3:24", "expected a size"},
        {BASE "device: {flash: {bank: 4K}}\n", "3:24",
         "bank is 4K; expected a size from 8K to 64M"},
        {BASE "device: {flash: {bank: 128M}}\n", "3:24", "expected a size from 8K to 64M"},
        {BASE "device: {sender: {chunk: 1000}}\n", "3:26", "a multiple of 256"},
    };
    EXPECT_ERRORS(bad);
}

static void test_impossible_geometry(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {BASE "device: {flash: {sector: 3K}}\n", "3:26", "expected a power of two"},
        {BASE "device: {flash: {sector: 256}}\n", "3:26", "a size from 512 to 256K"},
        {BASE "device: {flash: {sector: 512K}}\n", "3:26", "a size from 512 to 256K"},
        {BASE "device: {flash: {page: 128}}\n", "3:24", "a size from 256 to 256K"},
        {BASE "device: {flash: {page: 384}}\n", "3:24", "expected a power of two"},
        {BASE "device: {flash: {page: 8K}}\n", "3:24",
         "a page of 8192 bytes is larger than a sector of 4096 bytes"},
        {BASE "device: {flash: {granule: 4}}\n", "3:27", "a size from 8 to 32"},
        {BASE "device: {flash: {granule: 24}}\n", "3:27", "expected a power of two"},
        {BASE "device: {flash: {granule: 64}}\n", "3:27", "a size from 8 to 32"},
        {BASE "device: {flash: {bank: 10K}}\n", "3:24",
         "a bank of 10240 bytes is not whole sectors of 4096 bytes"},
        {BASE "device: {flash: {data: 5K}}\n", "3:24",
         "data of 5120 bytes is not whole sectors of 4096 bytes"},
        {BASE "device: {flash: {data: 4K}}\n", "3:24",
         "data of 4096 bytes is less than two sectors of 4096 bytes"},
        {BASE "device: {flash: {data: 32M}}\n", "3:24", "expected a size from 1K to 16M"},
        {BASE "device: {flash: {pla: 6K}}\n", "3:23",
         "pla of 6144 bytes is not whole sectors of 4096 bytes"},
        {BASE "device: {flash: {phy: 2M}}\n", "3:23", "expected a size from 0 to 1M"},
        {BASE "device: {memory: {staging_device: dram}}\n", "3:35",
         "unknown staging_device \"dram\"; did you mean \"sram\"?"},
        {BASE "device: {memory: {staging_executes: maybe}}\n", "3:37",
         "unknown staging_executes \"maybe\""},
        {BASE "device: {memory: {post: 100}}\n", "3:25", "expected a size from 1K to 16384M"},
        {BASE "device: {cache: {line: 48}}\n", "3:24", "expected a power of two"},
        {BASE "device: {cache: {line: 256}}\n", "3:24", "a size from 32 to 128"},
        {BASE "device: {memory: {staging: 256K}}\n", "3:28",
         "a staging place of 262144 bytes is smaller than a bank of 524288 bytes"},
        {BASE "device: {memory: {resident: 256K}}\n", "3:29", "smaller than a bank"},
        /* The figure that was written down is blamed, where the other is a default. */
        {BASE "device: {flash: {bank: 32K, sector: 64K}}\n", "3:24", "not whole sectors"},
        {BASE "variants:\n- {name: a, device: {flash: {bank: 9K}}}\n", "4:36", "not whole sectors"},
    };
    EXPECT_ERRORS(bad);
}

static void test_bad_images(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {NAMED, "1:1", "the old image is missing"},
        {NAMED "images: {old: {pattern: 1, size: 4K}}\n", "1:1", "the new image is missing"},
        {NAMED "images: {old: {}, new: {}}\n", "2:15", "one of payload, pattern or image"},
        {NAMED "images: {old: {pattern: 1, payload: a}, new: {}}\n", "2:15", "found several"},
        {NAMED "images: {old: {pattern: 1}, new: {}}\n", "2:25", "a pattern needs a size"},
        {NAMED "images: {old: {payload: a, size: 4K}, new: {}}\n", "2:34", "goes with pattern"},
        {NAMED "images: {old: {image: a, level: 1}, new: {}}\n", "2:15", "says the rest itself"},
        {NAMED "images: {old: {payload: none.bin}, new: {}}\n", "2:25", "none.bin\" cannot be"},
        {NAMED "images: {old: {payload: /usr/share/seabios/none.bin}, new: {}}\n", "2:25",
         "install Debian's package seabios"},
        {NAMED "images: {old: {payload: .}, new: {}}\n", "2:25", "is not a regular file"},
        {NAMED "images: {old: {pattern: 1, size: 1000}, new: {}}\n", "2:34", "from 1K to 64M"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 1.2}, new: {}}\n", "2:47",
         "expected MAJOR.MINOR.PATCH"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 256.0.0}, new: {}}\n", "2:47",
         "at most 255.255.65535"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 1.0.65536}, new: {}}\n", "2:47",
         "at most 255.255.65535"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 1.0.0x}, new: {}}\n", "2:47",
         "expected MAJOR.MINOR.PATCH"},
        {NAMED "images: {old: {pattern: 1, size: 4K, data_size: 300}, new: {}}\n", "2:49",
         "a multiple of 256"},
        {NAMED "images: {old: {pattern: 1, size: 4K, data_size: 4K}, new: {}}\n", "2:15",
         "this image cannot be built: "},
        {NAMED "images: {old: {pattern: 1, size: 4K}, new: {pattern: 1, size: 8K}}\n"
               "device: {flash: {bank: 8K}}\n",
         "2:44", "the new image has 9216 bytes and does not fit into a bank of 8192 bytes"},
        /* Also an image that no variant uses. */
        {NAMED "images: {old: {pattern: 1, size: 4K}, new: {payload: none.bin}}\n"
               "variants: [{name: a, images: {new: {pattern: 1, size: 4K}}}]\n",
         "2:54", "none.bin\" cannot be"},
    };
    EXPECT_ERRORS(bad);
}

static void test_contradictions(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {IMAGES, "1:1", "name is missing"},
        {"name: Power\n" IMAGES, "1:7", "expected 1 to 63 characters out of a-z"},
        {"name: \"\"\n" IMAGES, "1:7", "expected 1 to 63 characters"},
        {"name: a/b\n" IMAGES, "1:7", "expected 1 to 63 characters"},
        {BASE "engine: \"\"\n", "3:9", "engine has 0 characters"},
        {BASE "variants: [{memory: [battery]}]\n", "3:12", "expected a name for the variant"},
        {BASE "variants:\n- {name: a}\n- {name: b}\n- {name: a}\n", "6:10", "called \"a\" already"},
        {BASE "explore: {depth: 2, tear: [full]}\n", "3:27", "tear lists 1 cuts, but depth is 2"},
        {BASE "explore: {tear: [full, full]}\n", "3:17", "tear lists 2 cuts, but depth is 1"},
        {BASE "faults: [cut-before, nested-cut]\n", "3:9", "nested-cut needs depth 2"},
        {BASE "faults: [cut-before]\nexplore: {depth: 2}\n", "3:9",
         "nested-cut is not among the faults"},
        {BASE "device: none.yaml\n", "3:9", "none.yaml\" cannot be"},
        {BASE "device: {profile: none.yaml}\n", "3:19", "none.yaml\" cannot be"},
    };
    EXPECT_ERRORS(bad);
}

static void test_profile_has_no_profile(void **state)
{
    (void)state;
    static const char profile[] = "profile: device.yaml\n";
    char error[ERROR_SIZE];
    plan_write("device.yaml", profile, strlen(profile));
    assert_null(plan_try(BASE "device: device.yaml\n", error));
    assert_non_null(strstr(error, "/device.yaml:1:1: unknown key in the device profile:"));
}

static void test_missing_plan(void **state)
{
    (void)state;
    char error[ERROR_SIZE];
    assert_null(rl_plan_load(plan_path("none.yaml"), error, sizeof error));
    assert_non_null(strstr(error, "none.yaml:1:1: the file cannot be"));
    assert_null(rl_plan_load(plan_folder(), error, sizeof error));
    assert_non_null(strstr(error, ":1:1: the file is not a regular file"));
}

/* --- yaml ------------------------------------------------------------------------------------- */

static void test_refused_yaml(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"", "1:1", "the file is empty"},
        {"# nothing\n", "1:1", "the file is empty"},
        {"name: &a p\n", "1:7", "anchors are not allowed"},
        {"name: *a\n", "1:7", "aliases are not allowed"},
        {"name: !!str p\n", "1:7", "tags are not allowed"},
        {"device: !d\n  flash: {}\n", "1:9", "tags are not allowed"},
        {BASE "device: {<<: {flash: {}}}\n", "3:10", "merge keys are not allowed"},
        {"name: a\nabout: b\nname: c\n", "3:1", "key \"name\" was already given in line 1"},
        {BASE "? [a]\n: b\n", "3:3", "a key must be a word"},
        {BASE "---\nname: q\n", "3:1", "a second document"},
        {"name:\nabout: x\n", "1:1", "a value is missing here"},
        {"name: [a, b\n", "2:1", "not valid YAML: "},
        {"name: \"a\n", "1:8", "not valid YAML: "},
        {"name: a: b\n", "1:8", "not valid YAML: "},
        {"name: \"a\\0b\"\n", "1:7", "NUL characters are not allowed"},
        {"about: \xC3\xBC\nname: a\xFFz\n", "2:8", "byte 0xFF is no UTF-8 text"},
        {"name: a\x01z\n", "1:8", "byte 0x01 is no UTF-8 text"},
        {"a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n", "1:19", "nested deeper than 16 levels"},
    };
    EXPECT_ERRORS(bad);
}

static void test_control_characters_stay_out_of_messages(void **state)
{
    (void)state;
    plan_refused(BASE "\"a\\nb\\e[31m\": 1\n", "3:1", "\"a?b?[31m\"");
}

/* --- limits ----------------------------------------------------------------------------------- */

static void test_long_lists(void **state)
{
    (void)state;
    char text[8192] = BASE "variants:\n";
    for (unsigned i = 0; i < 129; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "- {name: v%u}\n", i);
        if (i == 127) {
            struct rl_plan *plan = plan_load(text);
            assert_int_equal(plan->cell_count, 128);
            rl_plan_free(plan);
        }
    }
    plan_refused(text, "132:3", "more than 128 entries in one list");
}

static void test_largest_product(void **state)
{
    (void)state;
    char text[4096] = BASE "start: [factory, updated, aborted, stale]\n"
                           "memory: [volatile, battery]\nvariants:\n";
    for (unsigned i = 0; i < 64; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "- {name: v%u}\n", i);
    }
    struct rl_plan *plan = plan_load(text);
    assert_int_equal(plan->cell_count, 512);
    rl_plan_free(plan);
}

static void test_large_file(void **state)
{
    (void)state;
    const size_t limit = 1048576;
    char *text = malloc(limit + 1), error[ERROR_SIZE];
    assert_non_null(text);
    memset(text, '#', limit + 1);
    for (size_t i = 0; BASE[i] != '\0'; i++) {
        text[i] = BASE[i];
    }
    plan_write("plan.yaml", text, limit);
    struct rl_plan *plan = rl_plan_load(plan_path("plan.yaml"), error, sizeof error);
    assert_non_null(plan);
    rl_plan_free(plan);
    plan_write("plan.yaml", text, limit + 1);
    assert_null(rl_plan_load(plan_path("plan.yaml"), error, sizeof error));
    assert_non_null(strstr(error, "1048576"));
    free(text);
}

/* A plan cut off anywhere is a plan or an error with a position, never anything else. */
static void test_every_prefix(void **state)
{
    (void)state;
    static const char text[] = BASE "device: {flash: {bank: 16K}}\nstart: [factory, stale]\n"
                                    "variants:\n- name: a\n  explore: {depth: 2}\n";
    for (size_t length = 0; length < strlen(text); length++) {
        char error[ERROR_SIZE];
        plan_write("plan.yaml", text, length);
        struct rl_plan *plan = rl_plan_load(plan_path("plan.yaml"), error, sizeof error);
        assert_true((plan == NULL) == (error[0] != '\0'));
        assert_true(plan != NULL || strstr(error, "plan.yaml:") != NULL);
        rl_plan_free(plan);
    }
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, plan_files_begin, plan_files_end)

static const struct CMUnitTest errors_group[] = {
    WITH_FOLDER(test_unknown_words),
    WITH_FOLDER(test_wrong_types),
    WITH_FOLDER(test_numbers),
    WITH_FOLDER(test_impossible_geometry),
    WITH_FOLDER(test_bad_images),
    WITH_FOLDER(test_contradictions),
    WITH_FOLDER(test_profile_has_no_profile),
    WITH_FOLDER(test_missing_plan),
};
static const struct CMUnitTest yaml_group[] = {
    WITH_FOLDER(test_refused_yaml),
    WITH_FOLDER(test_control_characters_stay_out_of_messages),
};
static const struct CMUnitTest limits_group[] = {
    WITH_FOLDER(test_long_lists),
    WITH_FOLDER(test_largest_product),
    WITH_FOLDER(test_large_file),
    WITH_FOLDER(test_every_prefix),
};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, errors);
    RUN_GROUP(groups, yaml);
    RUN_GROUP(groups, limits);
    return groups_end(&groups);
}
