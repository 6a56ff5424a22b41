/* Where a request comes from, and so whose catalogue is seen: of visitors where they are, of
 * members what the roaming rule of their own country says. Looked at anew with every request. */
#ifndef LANTERNE_SERVICE_API_WHERE_H
#define LANTERNE_SERVICE_API_WHERE_H

#include "service/api/call.h"

/* The territory the request comes from: what a trusted proxy says, else what the map of addresses
 * says; "" : not known. */
void where_place(const struct api_call *call, char out[3]);
/* The same without a call. */
void where_client(const struct api_params *p, const struct http_request *rq,
                  const struct client *client, char out[3]);
/* Fills in call->viewer for call->member. */
MUST_CHECK enum err where_find(struct api_call *call);

#endif
