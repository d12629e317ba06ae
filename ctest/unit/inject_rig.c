#include "inject_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "images/build.h"

struct rig rig;
struct rl_injecting injecting;

int inject_rig_set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    rl_inject_clear(&injecting);
    return 0;
}

int inject_rig_tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

void inject_rig_arm(const char *text)
{
    struct rl_injection what;

    assert_true(rl_injection_parse(text, &what));
    rl_inject_clear(&injecting);
    rl_inject_arm(&injecting, &what, rig.board.operations + 1u, 1);
    rl_inject_attach(&injecting, &rig.board);
}

void inject_rig_assert_hits(uint32_t hits, bool over)
{
    assert_true(injecting.list[0].fired);
    assert_int_equal(injecting.list[0].hits, hits);
    assert_int_equal(injecting.list[0].over, over);
}

static void count(void *user, const struct rl_injection *injection)
{
    (void)injection;
    ++*(uint32_t *)user;
}

uint32_t inject_rig_variants(rl_class fault_class, uint32_t lasts, uint32_t shows)
{
    const struct rl_site site = {
        .device = &rig.board.device, .log = &rig.log, .index = rig.log.count - 1u};
    uint32_t found = 0;

    rl_injections_at(fault_class, &site, lasts, shows, 0, count, &found);
    return found;
}

void inject_rig_build(uint64_t seed, uint8_t **image, size_t *size)
{
    uint8_t payload[2048];
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_recipe recipe;
    struct rl_key key;

    rl_payload_pattern(seed, payload, sizeof payload);
    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = sizeof payload;
    recipe.security_counter = 2;
    recipe.capabilities = 3;
    recipe.data_format = 2;
    rl_key_test(&key);
    assert_true(rl_image_build(&recipe, &key, image, size, why));
    assert_int_equal(*size, RIG_CHUNKS * RIG_CHUNK);
}

relight_result inject_rig_receive(uint32_t chunk, uint32_t *received)
{
    *received = UINT32_MAX;
    return CALL(&rig, receive, chunk * RIG_CHUNK, RIG_STAGING + chunk * RIG_CHUNK, RIG_CHUNK,
                received);
}

rl_slot inject_rig_staged(uint32_t page)
{
    return rig.board.planes[RL_PLANE_CPU].slots[RIG_STAGED + page];
}
