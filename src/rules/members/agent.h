/* What program and system a User-Agent names, for lists and letters that people read. Pure. */
#ifndef LANTERNE_RULES_MEMBERS_AGENT_H
#define LANTERNE_RULES_MEMBERS_AGENT_H

#include <stdbool.h>
#include <stddef.h>

enum { AGENT_TEXT = 64 };
/* "Firefox, Windows"; "Firefox" or "Windows" when the other is not known. False: neither is, and
 * out is "". */
bool agent_words(const char *user_agent, char out[AGENT_TEXT]);

#endif
