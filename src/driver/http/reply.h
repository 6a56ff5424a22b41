/* From a handler's answer to what is sent: conditions, ranges, headers. */
#ifndef LANTERNE_DRIVER_HTTP_REPLY_H
#define LANTERNE_DRIVER_HTTP_REPLY_H

#include "driver/http/exchange.h"

/* Settles ex->answer into reply, all but the headers, taking the references the answer lends or
 * gives. An answer that cannot be sent (a status that is none, a part of no file) becomes an empty
 * 500. */
void http_reply_settle(struct http_reply *reply, const struct http_exchange *ex);
/* Lists the headers; needless where an engine has a prepared form. May turn reply into an empty
 * 500, when a header has a line break in it. */
void http_reply_describe(struct http_reply *reply, const struct http_exchange *ex);
/* Makes it an empty 500, to be described anew. */
void http_reply_fail(struct http_reply *reply);
/* Lets go of what it refers to. */
void http_reply_finish(struct http_reply *reply);

#endif
