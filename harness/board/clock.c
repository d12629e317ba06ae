#include "board/clock.h"

#include "board/pages.h"

#define BUFFERS (1024u * 1024u) /* bytes of frame buffers */

static uint64_t memory_time(uint64_t bytes)
{
    return bytes / RL_PAGE * RL_NS_MEMORY_256B;
}

static uint64_t registers_time(void)
{
    return (uint64_t)RL_REGISTERS_OF_DEVICE * RL_NS_REGISTER;
}

static uint64_t standard_handshake(void)
{
    return (uint64_t)RL_NS_BUS_RESET + registers_time() + RL_NS_SFP_INIT + RL_NS_SPEED_NEGOTIATION +
           RL_NS_LINK_RESET;
}

uint64_t rl_clock_init(relight_init_step step, bool fast, bool lit, uint64_t post_bytes)
{
    switch (step) {
    case RELIGHT_INIT_REGISTERS:
        return 2u * registers_time();
    case RELIGHT_INIT_POST:
        return fast ? registers_time()
                    : post_bytes / RL_WORD * RL_MARCH_OPERATIONS * RL_NS_MEMORY_ROW;
    case RELIGHT_INIT_VARIABLES:
        return memory_time(fast ? RL_POINTERS : post_bytes);
    default:
        return fast ? (lit ? 0 : (uint64_t)RL_NS_R_T_TOV) + RL_NS_LINK_RESET : standard_handshake();
    }
}

uint64_t rl_clock_prepare(relight_preparation what)
{
    return what == RELIGHT_PREPARE_REGISTERS ? registers_time() : memory_time(BUFFERS);
}

uint64_t rl_clock_refresh(uint32_t size, uint64_t read_ns)
{
    return RL_NS_REFRESH_CLEAR + (uint64_t)(size / RL_PAGE) * read_ns;
}
