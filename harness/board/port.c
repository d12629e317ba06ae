/* The I/O port with its light, and the steps of initialization. */
#include "board/board.h"

#include "board/clock.h"

static relight_result init_step(void *host, uint32_t step, bool fast)
{
    struct rl_board *board = host;
    struct rl_operation *operation;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    operation = rl_board_begin(board, RL_KIND_INIT, RL_MEMORY, step, fast);
    operation->value = fast;
    if (board->monitor.init_step != NULL) {
        board->monitor.init_step(board->monitor.user, step, fast);
    }
    return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
}

static relight_result raise_interrupt(void *host)
{
    struct rl_board *board = host;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    return rl_board_end(board, rl_board_begin(board, RL_KIND_IO, RL_MEMORY, 0, 0), RL_NS_ACCESS,
                        RELIGHT_OK);
}

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
    return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
}

static relight_result set_light(void *host, bool on)
{
    struct rl_board *board = host;
    struct rl_operation *operation;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    operation = rl_board_begin(board, RL_KIND_LIGHT, RL_MEMORY, 0, 0);
    operation->value = on;
    board->light = on;
    return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
}

void rl_port_services(struct relight_services *services)
{
    services->init_step = init_step;
    services->raise_interrupt = raise_interrupt;
    services->set_io = set_io;
    services->set_light = set_light;
}
