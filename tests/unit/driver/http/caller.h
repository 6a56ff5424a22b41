/* A client for the server's tests that sends exactly what it is told to, and a server to send to.
 */
#ifndef LANTERNE_TEST_HTTP_CALLER_H
#define LANTERNE_TEST_HTTP_CALLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer {
    int status;
    char head[8192]; /* with its lines, as it came */
    uint8_t *body;
    size_t size;
};

int client_connect(uint16_t port);
/* -1 when nobody listens. */
int client_connect_or_not(uint16_t port);
/* A connection whose receive buffer is small, so that much stays with the server. */
int client_connect_slow(uint16_t port);
void client_send(int fd, const char *text);
/* False when the other end has reset the connection meanwhile. */
bool client_send_bytes(int fd, const void *bytes, size_t n);
/* Reads one answer; without_body for HEAD. Fails the test when none comes within 10 s. */
struct answer client_read(int fd, bool without_body);
struct answer client_ask(int fd, const char *text);
/* Copies a header's value to out; false when absent. */
bool answer_header(const struct answer *a, const char *name, char out[256]);
void answer_free(struct answer *a);
/* True when the other end closes (or has reset) before `ms` are over; bytes that still come are
 * dropped. */
bool client_sees_end(int fd, int ms);
/* True when the end comes within 10 s and is no reset. */
bool client_sees_orderly_end(int fd);

#endif
