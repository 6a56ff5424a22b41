/* What the handlers of activation share. */
#ifndef LANTERNE_SERVICE_API_DEVICE_H
#define LANTERNE_SERVICE_API_DEVICE_H

#include "rules/members/activation.h"
#include "service/api/call.h"

#define DEVICE_GRANT_TYPE                                                                          \
    "urn:ietf:params:oauth:grant-type:device_code" /* RFC 8628 section 3.4                         \
                                                    */

/* What is kept of the code that people type. */
void device_mark(const struct api_call *call, const char code[ACTIVATION_CODE_TEXT],
                 uint8_t mark[32]);

#endif
