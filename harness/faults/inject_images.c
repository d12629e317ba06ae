/* Images that come broken, or that do not fit, from the beginning or in the middle of an update. */
#include "faults/inject_parts.h"

#include <stdio.h>

#include "faults/stock.h"
#include "images/versions.h"

#define ALL_KINDS ((1u << (unsigned)RL_KIND_SPOIL) - 1u)

/* What `a` of a variant counts. */
typedef const struct rl_stock_image *stock_image(struct rl_stock *stock, uint32_t number);

/* The pages that a receive at this site asks for. */
static void asked_at(const struct rl_site *site, uint32_t *first, uint32_t *count)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    uint32_t most = site->device->chunk_size;

    *first = operation->value / RL_PAGE;
    *count = (operation->size < most ? operation->size : most) / RL_PAGE;
}

/* The sender has another image from here on. Whether it had it in earlier chunks makes a difference
 * only where they differ: there it is a site of its own. An image that may be taken is an update to
 * that image, which is for plans. */
static void visit_sent(const struct rl_site *site, const struct rl_injection *base, uint32_t total,
                       stock_image *get, rl_variant_visit *visit, void *user)
{
    struct rl_stock *stock = site->device->stock;
    uint32_t first, count;

    asked_at(site, &first, &count);
    for (uint32_t i = 0; i < total; i++) {
        const struct rl_stock_image *image = get(stock, i);

        if (image != NULL && rl_stock_differs(stock, image, first, count) &&
            rl_stock_owed(stock, image, first) != NULL) {
            rl_visit_variant(base, i, 0, visit, user);
        }
    }
}

static void corruptions_at(const struct rl_site *site, const struct rl_injection *base,
                           rl_variant_visit *visit, void *user)
{
    if (site->device->stock != NULL) {
        visit_sent(site, base, rl_stock_corruptions(site->device->stock), rl_stock_corruption,
                   visit, user);
    }
}

/* The step boundaries behind the last chunk: the first of them are before the check of what came,
 * which begins with its signature. */
enum { SENT = 0, BEFORE_CHECK = 1, BEHIND_CHECK = 2 };

static uint32_t where_is(const struct rl_site *site)
{
    uint32_t pages = rl_stock_new_pages(site->device->stock);
    uint32_t where = BEFORE_CHECK;

    for (size_t i = site->index + 1u; i > 0; i--) {
        const struct rl_operation *operation = &site->log->operations[i - 1u];

        if (operation->kind == RL_KIND_SIGNATURE) {
            where = BEHIND_CHECK;
        } else if (operation->kind == RL_KIND_RECEIVE) {
            return (operation->value + operation->size) / RL_PAGE >= pages ? where : SENT;
        }
    }
    return SENT;
}

/* Between two steps staging comes to hold another image. Before the check it must not be one that
 * may be taken: that would be an update to it. */
static void visit_staged(const struct rl_site *site, const struct rl_injection *base,
                         rl_variant_visit *visit, void *user)
{
    struct rl_stock *stock = site->device->stock;
    uint32_t where = where_is(site);

    for (uint32_t i = 0; where != SENT && i < RL_VERSION_ROWS; i++) {
        const struct rl_stock_image *image = rl_stock_version(stock, i);

        if (image != NULL && (where == BEHIND_CHECK || image->owed != NULL)) {
            rl_visit_variant(base, i, where, visit, user);
        }
    }
}

static void versions_at(const struct rl_site *site, const struct rl_injection *base,
                        rl_variant_visit *visit, void *user)
{
    struct rl_stock *stock = site->device->stock;

    if (stock == NULL) {
        return;
    }
    if (site->log->operations[site->index].kind == RL_KIND_RECEIVE) {
        visit_sent(site, base, rl_stock_versions(stock), rl_stock_version, visit, user);
    }
    if (site->ends_step) {
        visit_staged(site, base, visit, user);
    }
}

static const struct rl_stock_image *image_of(const struct rl_armed *armed,
                                             const struct rl_board *board)
{
    struct rl_stock *stock = board->device.stock;

    if (stock == NULL) {
        return NULL;
    }
    return armed->what.fault_class == RL_CLASS_CORRUPT_IMAGE
               ? rl_stock_corruption(stock, armed->what.a)
               : rl_stock_version(stock, armed->what.a);
}

/* Once lasts for one offer: whoever asks for the beginning again gets the right image. */
static void send_other(struct rl_armed *armed, struct rl_board *board,
                       const struct rl_operation *operation, struct rl_effect *effect)
{
    const struct rl_stock_image *image = image_of(armed, board);
    uint32_t first = board->offset / RL_PAGE;

    if (operation->kind != RL_KIND_RECEIVE || image == NULL || armed->what.b != SENT) {
        return;
    }
    if (armed->fired && board->offset == 0 && armed->what.lasts == RL_LASTS_ONCE) {
        armed->over = true;
        return;
    }
    if (!armed->fired || board->offset == 0) {
        armed->keep[0] = first;
    }
    armed->fired = true;
    armed->hits++;
    effect->sender = &image->link;
    if (rl_stock_differs(board->device.stock, image, first, operation->size / RL_PAGE)) {
        effect->cause = armed->number;
        armed->observed |= first + operation->size / RL_PAGE > image->pages; /* fewer come */
    }
}

static const char *owed(const struct rl_armed *armed, const struct rl_board *board)
{
    const struct rl_stock_image *image = image_of(armed, board);

    if (armed->what.b != SENT) {
        return "";
    }
    return image == NULL ? NULL
                         : rl_stock_owed(board->device.stock, image, (uint32_t)armed->keep[0]);
}

/* Staging holds another image from here on; what is dirty in the cache goes with what it was. */
static void stage_other(struct rl_armed *armed, struct rl_board *board,
                        const struct rl_operation *operation, relight_result result)
{
    const struct rl_stock_image *image = image_of(armed, board);
    uint32_t staging = board->device.geometry.staging.address / RL_PAGE;

    (void)result;
    if (armed->fired || armed->what.b == SENT || image == NULL) {
        return;
    }
    armed->first = *operation;
    armed->fired = true;
    armed->hits = 1;
    armed->over = armed->what.b == BEHIND_CHECK;
    for (uint32_t i = 0; i < image->pages; i++) {
        rl_board_damage_cached(board, staging + i, UINT32_MAX,
                               rl_slot_make(image->data[i], RL_MARKS_FULL), armed->number);
    }
}

/* An offer does not go on behind a reset. */
static void end_of_offer(struct rl_armed *armed, struct rl_board *board, bool cold)
{
    (void)board;
    (void)cold;
    armed->over = true;
}

static void tell_corruption(const struct rl_injection *injection, const struct rl_operation *first,
                            char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "the sender has the image with corruption %u from here on",
                   injection->a);
}

static void tell_version(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size)
{
    struct rl_version list[RL_VERSIONS];
    char name[80] = "?";

    (void)first;
    if (injection->a < rl_versions(NULL)) {
        (void)rl_versions(list);
        rl_version_name(&list[injection->a], name, sizeof name);
    }
    (void)snprintf(text, size, "%s %s", injection->b == SENT ? "the sender has" : "staging holds",
                   name);
}

static const struct rl_injector rows[] = {
    {
        .fault_class = RL_CLASS_CORRUPT_IMAGE,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_RESET),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = corruptions_at,
        .before = send_other,
        .reset = end_of_offer,
        .refused_as = owed,
        .tell = tell_corruption,
    },
    {
        .fault_class = RL_CLASS_INCOMPATIBLE_VERSION,
        .kinds = ALL_KINDS,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = versions_at,
        .before = send_other,
        .after = stage_other,
        .reset = end_of_offer,
        .refused_as = owed,
        .tell = tell_version,
    },
    {
        .fault_class = RL_CLASS_RECORD_TIE,
        .kinds = ALL_KINDS,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_ties_at,
        .before = rl_tie_before,
        .after = rl_tie_after,
        .tell = rl_tie_tell,
    },
    {
        .fault_class = RL_CLASS_PARTIAL_COMPONENTS,
        .kinds = KIND(RL_KIND_PROGRAM) | KIND(RL_KIND_ERASE) | KIND(RL_KIND_REFRESH),
        .lasts = LASTS(RL_LASTS_RESET) | LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_SILENT),
        .variants = rl_components_at,
        .before = rl_component_before,
        .tell = rl_component_tell,
    },
};
const struct rl_injector_family rl_injectors_images = {rows, sizeof rows / sizeof rows[0]};
