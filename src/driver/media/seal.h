/* Masters that lie sealed: the jail reads them through their key. Only for driver/media. */
#ifndef LANTERNE_DRIVER_MEDIA_SEAL_H
#define LANTERNE_DRIVER_MEDIA_SEAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Inside the jail, before anything is read: the source is sealed by this key (MEDIA_SEAL bytes). */
void seal_set(const uint8_t *key);
/* As pread, in clear. */
ssize_t seal_pread(int fd, void *into, size_t n, int64_t at);

#endif
