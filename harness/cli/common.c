/* What the subcommands share: options, messages, plans and engines. */
#include "cli/commands.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void rl_cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    argp_err_exit_status = RL_EXIT_USAGE;
    error_t result = argp_parse(argp, argc, argv, 0, NULL, input);
    if (result != 0) {
        exit(
            rl_cli_fail(result == ENOMEM ? RL_EXIT_FAILED : RL_EXIT_USAGE, "%s", strerror(result)));
    }
}

static void print_line(const char *format, va_list arguments)
{
    fputs("relight: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

int rl_cli_fail(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    return code;
}

void rl_cli_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
}

int rl_cli_finish(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        return rl_cli_fail(RL_EXIT_FAILED, "standard output cannot be written: %s",
                           strerror(errno));
    }
    return code;
}

int rl_cli_engines(const char *name, const struct rl_plan *plan, struct rl_engines *engines)
{
    char error[RL_ERROR_SIZE];
    if (rl_engines_open(plan, name, engines, error, sizeof error) != 0) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
    }
    return 0;
}

#define BUDGET_MAX 1000000000u /* seconds */
#define JOBS_MAX   256u

unsigned rl_cli_jobs(const char *text, struct argp_state *state)
{
    char *rest = NULL;
    errno = 0;
    unsigned long jobs = strtoul(text, &rest, 10);
    if (text[0] < '0' || text[0] > '9' || *rest != '\0' || errno != 0 || jobs == 0 ||
        jobs > JOBS_MAX) {
        argp_error(state, "--jobs: a number from 1 to %u expected, got \"%s\"", JOBS_MAX, text);
    }
    return (unsigned)jobs;
}

unsigned rl_cli_cpus(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1u : count > (long)JOBS_MAX ? JOBS_MAX : (unsigned)count;
}

double rl_cli_budget(const char *text, struct argp_state *state)
{
    char *rest = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &rest, 10);
    bool is_number = text[0] >= '0' && text[0] <= '9' && errno == 0 && value <= BUDGET_MAX;
    double seconds = is_number ? (double)value : 0;
    if (strcmp(rest, "h") == 0) {
        seconds *= 3600;
    } else if (strcmp(rest, "m") == 0) {
        seconds *= 60;
    } else if (strcmp(rest, "s") != 0) {
        seconds = 0;
    }
    if (!(seconds > 0)) {
        argp_error(state, "--budget: a number with s, m or h expected, such as 10m, got \"%s\"",
                   text);
    }
    return seconds;
}

struct rl_plan *rl_cli_plan(const char *path)
{
    char error[RL_ERROR_SIZE];
    struct rl_plan *plan = rl_plan_load(path, error, sizeof error);
    if (plan == NULL) {
        /* The line starts with file:line:column, where editors and CI look for it. */
        fprintf(stderr, "%s\n", error);
    }
    return plan;
}

bool rl_cli_colour(int descriptor)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool wanted = no_colour == NULL || no_colour[0] == '\0';
    bool able = term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
    return wanted && able && isatty(descriptor) == 1;
}

#define TEXT_WIDTH   78u
#define LABEL_WIDTH  12
#define LABEL_INDENT 2

void rl_cli_field(const char *label, const char *text)
{
    unsigned column = LABEL_INDENT + LABEL_WIDTH;
    printf("%*s%-*s", LABEL_INDENT, "", LABEL_WIDTH, label);
    for (const char *word = text; *word != '\0';) {
        unsigned length = (unsigned)strcspn(word, " ");
        if (word != text && column + 1 + length > TEXT_WIDTH) {
            printf("\n%*s", LABEL_INDENT + LABEL_WIDTH, "");
            column = LABEL_INDENT + LABEL_WIDTH;
        } else if (word != text) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, word);
        column += length;
        word += length + strspn(word + length, " ");
    }
    putchar('\n');
}

bool rl_cli_is_same_file(const char *one, const char *other)
{
    struct stat a, b;

    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

int rl_cli_with_plan(struct rl_plan *plan, const char *engine, rl_cli_work *work, void *user)
{
    struct rl_engines engines;
    if (plan == NULL) {
        return RL_EXIT_USAGE;
    }
    int code = rl_cli_engines(engine, plan, &engines);
    if (code == 0) {
        code = work(plan, &engines, user);
        rl_engines_close(&engines);
    }
    rl_plan_free(plan);
    return code;
}

error_t rl_cli_one_word(int key, const char *argument, struct argp_state *state, const char **word,
                        const char *one, const char *missing)
{
    switch (key) {
    case ARGP_KEY_ARG:
        if (*word != NULL) {
            argp_error(state, "%s", one);
        }
        *word = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "%s", missing);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}
