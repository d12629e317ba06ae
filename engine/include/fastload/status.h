/* What fastload answers: one list, extended only at its end, so that a number seen in a log always
 * names the same thing.
 *
 * FL_OK and FL_AGAIN are not failures. Until the commit every other value leaves the old image
 * running. */
#ifndef FASTLOAD_STATUS_H
#define FASTLOAD_STATUS_H

typedef enum fl_status {
    FL_OK = 0,
    /* Work remains; call again. */
    FL_AGAIN = 1,

    /* The device refused or failed an access. */
    FL_E_IO = 2,
    /* A read met an uncorrectable ECC error. */
    FL_E_ECC = 3,
    /* An address or size lies outside the region it was meant for. */
    FL_E_RANGE = 4,
    /* The sender ended, or has no more bytes where some were due. */
    FL_E_SENDER = 5,

    /* Refusals of an image, in the order in which the checks are made. */
    FL_E_MAGIC = 6,
    FL_E_FORMAT = 7,
    FL_E_HEADER_CRC = 8,
    FL_E_SIZE = 9,
    FL_E_SEGMENT = 10,
    FL_E_MODULE = 11,
    FL_E_SIGNATURE = 12,
    FL_E_DIGEST = 13,
    FL_E_HARDWARE = 14,
    FL_E_DATA_FORMAT = 15,
    FL_E_CAPABILITY = 16,
    FL_E_SECURITY_COUNTER = 17,
    FL_E_SAME_IMAGE = 18,
    FL_E_START_ADDRESS = 19,

    /* Flash does not hold what was just erased or programmed. */
    FL_E_CONFIRM = 20,
    /* The overlaid copy is not the image that was checked. */
    FL_E_OVERLAY = 21,
    /* No bank carries an image that may run. */
    FL_E_NO_IMAGE = 22,
    /* Cancelled by the caller before the commit. */
    FL_E_CANCELLED = 23,
    /* A request came while an update was already under way. */
    FL_E_BUSY = 24,
    /* The engine's own struct or an argument is not what it must be: a bug, never the world. */
    FL_E_INTERNAL = 25,

    /* More refusals of an image, by what the device or the running image is. */
    FL_E_LEVEL = 26,     /* the update engines of the two images do not fit together */
    FL_E_STAGING = 27,   /* no room in staging, or the CPU cannot execute from there */
    FL_E_PLACE = 28,     /* a segment's place lies outside of the resident region */
    FL_E_COMPANION = 29, /* the board lacks a companion, or room for its configuration */
    /* The running image does not read without ECC errors, or is not what was verified. */
    FL_E_MACHINE = 30,
    /* Persistent data cannot be read, or not be written in its new format. */
    FL_E_DATA = 31,
    /* What the running image left for the new one is missing or damaged. */
    FL_E_HANDOVER = 32,

    FL_STATUS_COUNT
} fl_status;

/* A short constant name such as "header-crc", for logs and reports; never NULL. */
const char *fl_status_name(fl_status status);
/* The same as a sentence for a person: what is wrong and what can be done. Never NULL. */
const char *fl_status_sentence(fl_status status);

#endif
