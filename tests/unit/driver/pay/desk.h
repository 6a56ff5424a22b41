/* A server that gives the answers it was told, one a connection, and keeps what it was asked. */
#ifndef LANTERNE_TESTS_DRIVER_PAY_DESK_H
#define LANTERNE_TESTS_DRIVER_PAY_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DESK_ANSWERS = 16, DESK_ASKED = 8192 };

struct desk;
struct desk *desk_open(void);
void desk_close(struct desk **desk);
uint16_t desk_port(const struct desk *desk);
/* The next answer: a whole one with this status and body. */
void desk_says(struct desk *desk, int status, const char *body);
/* Bytes as they are, after which the connection is closed; "" : it is closed at once. */
void desk_sends(struct desk *desk, const char *bytes);
/* No answer at all until the other end gives up. */
void desk_is_silent(struct desk *desk);
/* How many requests came since it was opened, and the i-th: head and body as they came. */
size_t desk_asked(struct desk *desk);
const char *desk_request(struct desk *desk, size_t i);

#endif
