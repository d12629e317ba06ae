/* How far a campaign is, on stderr. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_SECONDS 10.0 /* between two plain lines */
#define LINE_SIZE    256u

/* Time left, "?" while nothing is known. */
static void format_left(const struct rl_campaign_progress *now, char *text, size_t size)
{
    if (!(now->fraction > 0.0) || now->fraction > 1.0) {
        snprintf(text, size, "?");
        return;
    }
    double left = now->seconds * (1.0 - now->fraction) / now->fraction;
    uint64_t seconds = left < 1e9 ? (uint64_t)(left + 0.5) : 1000000000u;
    if (seconds < 60) {
        snprintf(text, size, "%" PRIu64 "s", seconds);
    } else if (seconds < 3600) {
        snprintf(text, size, "%" PRIu64 "m%02" PRIu64 "s", seconds / 60, seconds % 60);
    } else {
        snprintf(text, size, "%" PRIu64 "h%02" PRIu64 "m", seconds / 3600, seconds / 60 % 60);
    }
}

void rl_progress_line(const struct rl_campaign_progress *now, char *line, size_t size)
{
    char left[32];
    format_left(now, left, sizeof left);
    double rate = now->seconds > 0.0 ? (double)now->crash_states / now->seconds : 0.0;
    snprintf(line, size,
             "cells %" PRIu32 "/%" PRIu32 ", crash states %" PRIu64 " (%.0f/s), violations %" PRIu64
             ", left %s",
             now->cells_done, now->cells, now->crash_states, rate, now->violations, left);
}

void rl_progress_begin(struct rl_progress *progress, bool quiet)
{
    const char *term = getenv("TERM");
    memset(progress, 0, sizeof *progress);
    progress->terminal =
        isatty(STDERR_FILENO) == 1 && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
    progress->shown = progress->terminal || !quiet;
}

/* A line longer than the terminal would wrap, and then not be rewritten but repeated. */
static int terminal_width(void)
{
    struct winsize window;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1) {
        return window.ws_col - 1;
    }
    return 79;
}

void rl_progress_show(void *user, const struct rl_campaign_progress *now)
{
    struct rl_progress *progress = user;
    char line[LINE_SIZE];
    if (!progress->shown) {
        return;
    }
    if (!progress->terminal && now->seconds - progress->last < LINE_SECONDS) {
        return;
    }
    rl_progress_line(now, line, sizeof line);
    if (progress->terminal) {
        fprintf(stderr, "\r%.*s\x1b[K", terminal_width(), line);
        progress->dirty = true;
    } else {
        fprintf(stderr, "%s\n", line);
    }
    fflush(stderr);
    progress->last = now->seconds;
}

void rl_progress_end(struct rl_progress *progress)
{
    if (progress->dirty) {
        fputs("\r\x1b[K", stderr);
        fflush(stderr);
        progress->dirty = false;
    }
}
