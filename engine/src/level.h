/* What differs between builds of fastload. Each image carries the build of its level, so two of
 * them meet in an update, and a third, the boot ROM's, outlives both.
 *
 * What another build may read keeps its meaning for ever: images, boot records, persistent data,
 * the key, the handover. What only the build itself reads may change with its level. */
#ifndef FASTLOAD_LEVEL_H
#define FASTLOAD_LEVEL_H

#ifndef FL_LEVEL
#define FL_LEVEL 1
#endif

_Static_assert(FL_LEVEL == 1 || FL_LEVEL == 2, "there are two");

#define FL_HANDOVER_VERSION ((uint32_t)FL_LEVEL)

/* A build takes up only what its own level had journalled. */
#define FL_JOURNAL_VERSION  ((uint32_t)FL_LEVEL)

/* Bytes that one step asks the sender for. */
#define FL_CHUNK            (FL_LEVEL == 1 ? 1024u : 2048u)

#endif
