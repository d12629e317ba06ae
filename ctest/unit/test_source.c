/* Sources of images: what they send, and what it takes. */
/* groups: source relay */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board/clock.h"
#include "groups.h"
#include "board_rig.h"
#include "world/source.h"

#define PAGES 6u

static struct rig rig;
static struct rl_board other; /* an adapter that was updated before */
static uint32_t image[PAGES];

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    rl_board_init(&other, &rig.board.device);
    for (uint32_t i = 0; i < PAGES; i++) {
        image[i] = board_rig_page(i);
        rl_plane_set(&other.planes[RL_PLANE_FLASH], RIG_BANK_B / RL_PAGE + i,
                     rl_slot_make(image[i], RL_MARKS_FULL));
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_board_free(&other);
    board_rig_free(&rig);
    return 0;
}

/* Receives `size` bytes from `offset` on, as an engine does; returns the time that it took. */
static uint64_t receive(struct rl_image_source *source, uint32_t offset, uint32_t size,
                        uint32_t expected)
{
    uint64_t before = rig.board.now_ns;
    uint32_t received = UINT32_MAX;

    rig.board.link = rl_source_link(source);
    assert_int_equal(CALL(&rig, receive, offset, RIG_STAGING, size, &received), RELIGHT_OK);
    assert_int_equal(received, expected);
    return rig.board.now_ns - before;
}

static void assert_staged(uint32_t page, uint32_t data)
{
    rl_slot slot = rig.board.planes[RL_PLANE_CPU].slots[RIG_STAGING / RL_PAGE + page];

    assert_int_equal(rl_slot_data(slot), data);
}

static void stored_images_arrive_and_end(void **state)
{
    struct rl_image_source sources[] = {rl_source_storage(image, PAGES),
                                        rl_source_host(image, PAGES)};

    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        (void)receive(&sources[i], 0, RIG_CHUNK, RIG_CHUNK);
        assert_staged(0, image[0]);
        assert_staged(3, image[3]);
        (void)receive(&sources[i], RIG_CHUNK, RIG_CHUNK, 2 * RL_PAGE);
        assert_staged(1, image[5]);
        (void)receive(&sources[i], PAGES * RL_PAGE, RIG_CHUNK, 0);
        (void)receive(&sources[i], 0, RL_PAGE, RL_PAGE); /* again from the beginning */
        assert_staged(0, image[0]);
    }
}

static void nobody_sends_nothing(void **state)
{
    struct rl_image_source nobody = rl_source_storage(NULL, 0);

    (void)state;
    (void)receive(&nobody, 0, RIG_CHUNK, 0);
}

static void time_is_the_source_s(void **state)
{
    struct rl_image_source storage = rl_source_storage(image, PAGES);
    struct rl_image_source host = rl_source_host(image, PAGES);
    struct rl_image_source relay = rl_source_relay(&other, RIG_BANK_B / RL_PAGE, PAGES);
    uint64_t request = receive(&storage, PAGES * RL_PAGE, RIG_CHUNK, 0);

    (void)state;
    assert_true(request > 0);
    /* 10 Mbyte/s: 25.6 us for 256 bytes. */
    assert_int_equal(receive(&storage, 0, RIG_CHUNK, RIG_CHUNK), request + 4 * 25600u);
    assert_true(receive(&host, 0, RIG_CHUNK, RIG_CHUNK) < request + 4 * 25600u);
    /* The other adapter reads its flash, too. */
    assert_int_equal(receive(&relay, 0, RIG_CHUNK, RIG_CHUNK),
                     request + 4 * (25600u + RL_NS_FLASH_READ_256B));
}

static void a_relay_sends_what_it_holds(void **state)
{
    struct rl_image_source relay = rl_source_relay(&other, RIG_BANK_B / RL_PAGE, PAGES);

    (void)state;
    (void)receive(&relay, 0, RIG_CHUNK, RIG_CHUNK);
    assert_staged(2, image[2]);
    rl_plane_set(&other.planes[RL_PLANE_FLASH], RIG_BANK_B / RL_PAGE + 2,
                 rl_slot_make(board_rig_page(77), RL_MARKS_FULL));
    (void)receive(&relay, 0, RIG_CHUNK, RIG_CHUNK);
    assert_staged(2, board_rig_page(77));
    (void)receive(&relay, RIG_CHUNK, RIG_CHUNK, 2 * RL_PAGE);
}

static void a_relay_ends_where_its_flash_does_not_read(void **state)
{
    struct rl_image_source relay = rl_source_relay(&other, RIG_BANK_B / RL_PAGE, PAGES);
    uint32_t page = RIG_BANK_B / RL_PAGE + 2;
    rl_slot slot = other.planes[RL_PLANE_FLASH].slots[page];
    struct rl_marks marks = rl_slot_marks_of(slot);

    (void)state;
    marks.bad = 1;
    rl_plane_set(&other.planes[RL_PLANE_FLASH], page,
                 rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks)));
    (void)receive(&relay, 0, RIG_CHUNK, 2 * RL_PAGE);
    (void)receive(&relay, 2 * RL_PAGE, RIG_CHUNK, 0);
}

static void a_relay_ends_with_its_flash(void **state)
{
    struct rl_image_source relay = rl_source_relay(&other, RIG_FLASH / RL_PAGE - 1, PAGES);

    (void)state;
    (void)receive(&relay, 0, RIG_CHUNK, RL_PAGE);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest source_group[] = {
        TEST(stored_images_arrive_and_end),
        TEST(nobody_sends_nothing),
        TEST(time_is_the_source_s),
    };
    const struct CMUnitTest relay_group[] = {
        TEST(a_relay_sends_what_it_holds),
        TEST(a_relay_ends_where_its_flash_does_not_read),
        TEST(a_relay_ends_with_its_flash),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, source);
    RUN_GROUP(groups, relay);
    return groups_end(&groups);
}
