/* The I/O port with its light, the steps of initialization and what prepares for them, and the
 * interrupt that enters another image's bootstrap. */
#include "board/board.h"

#include "board/clock.h"

void rl_port_note(struct rl_board *board, bool reset)
{
    if (board->history != NULL) {
        rl_port_history_add(board->history, (struct rl_port_event){.at_ns = board->now_ns,
                                                                   .accepting = board->light,
                                                                   .processing = board->processing,
                                                                   .light = board->light,
                                                                   .reset = reset});
    }
}

static relight_result init_step(void *host, uint32_t step, bool fast)
{
    struct rl_board *board = host;
    struct rl_operation *operation;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    operation = rl_board_begin(board, RL_KIND_INIT, RL_MEMORY, step, fast);
    operation->value = fast;
    if (step >= RELIGHT_INIT_STEPS) {
        return rl_board_refuse(board, operation,
                               "a step of initialization that the board does not have", RL_MEMORY,
                               step);
    }
    if (board->monitor.init_step != NULL) {
        board->monitor.init_step(board->monitor.user, step, fast);
    }
    if (step == RELIGHT_INIT_HANDSHAKE && !fast) {
        board->refreshed = 0;
    }
    return rl_board_end(
        board, operation,
        rl_clock_init((relight_init_step)step, fast, board->light, board->device.post_bytes),
        RELIGHT_OK);
}

static relight_result prepare(void *host, relight_preparation what)
{
    struct rl_board *board = host;
    struct rl_operation *operation;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    operation = rl_board_begin(board, RL_KIND_PREPARE, RL_MEMORY, 0, 0);
    operation->value = what;
    if ((unsigned)what >= RELIGHT_PREPARATIONS) {
        return rl_board_refuse(board, operation, "a preparation that the board does not have",
                               RL_MEMORY, what);
    }
    board->prepared |= 1u << what;
    return rl_board_end(board, operation, rl_clock_prepare(what), RELIGHT_OK);
}

static relight_result raise_interrupt(void *host)
{
    struct rl_board *board = host;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    board->interrupt = true;
    return rl_board_end(board, rl_board_begin(board, RL_KIND_INTERRUPT, RL_MEMORY, 0, 0),
                        RL_NS_ACCESS, RELIGHT_OK);
}

/* What was prepared holds as long as no command touches it. */
static relight_result set_io(void *host, bool processing)
{
    struct rl_board *board = host;
    struct rl_operation *operation;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    operation = rl_board_begin(board, RL_KIND_IO, RL_MEMORY, 0, 0);
    operation->value = processing;
    board->processing = processing;
    board->prepared = 0;
    rl_port_note(board, false);
    return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
}

/* The light counts as off from the beginning of switching it off, and as on at the end of switching
 * it on. */
static relight_result set_light(void *host, bool on)
{
    struct rl_board *board = host;
    struct rl_operation *operation;
    relight_result result;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    operation = rl_board_begin(board, RL_KIND_LIGHT, RL_MEMORY, 0, 0);
    operation->value = on;
    board->light = on;
    if (!on) {
        rl_port_note(board, false);
    }
    result = rl_board_end(board, operation, on ? RL_NS_LIGHT_ON : RL_NS_LIGHT_OFF, RELIGHT_OK);
    if (on) {
        rl_port_note(board, false);
    }
    return result;
}

void rl_port_services(struct relight_services *services)
{
    services->init_step = init_step;
    services->prepare = prepare;
    services->raise_interrupt = raise_interrupt;
    services->set_io = set_io;
    services->set_light = set_light;
}
