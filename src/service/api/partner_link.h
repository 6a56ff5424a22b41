/* Partners as members see them. */
#ifndef LANTERNE_SERVICE_API_PARTNER_LINK_H
#define LANTERNE_SERVICE_API_PARTNER_LINK_H

#include "rules/partners/link.h"
#include "service/api/call.h"

/* Writes the partner by whom the member has a subscription that has not ended, or null. */
MUST_CHECK enum err partner_link_write(struct api_call *call, const char *key, member_id member);
/* Answers who may not watch for want of a subscription: whom to ask, when a partner suspended it.
 */
void partner_link_subscribe(struct api_call *call);

#endif
