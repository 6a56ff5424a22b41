/* What the console's handlers share: titles read from bodies and written with all they have. */
#ifndef LANTERNE_SERVICE_API_CONSOLE_H
#define LANTERNE_SERVICE_API_CONSOLE_H

#include "driver/store/titles.h"
#include "service/api/call.h"

/* Reads the fields of a title that the body has into *title; absent ones stay as they are, null
 * takes away. Faults stay in call->in. */
void console_read_title(struct api_call *call, struct title *title);
/* Reads "texts" of a title, season or episode likewise. */
void console_read_texts(struct api_call *call, struct title_text **texts, size_t *n);
/* Ends the reading and judges the title by the rules. False: answered. */
bool console_title_good(struct api_call *call, const struct title *title);

/* Writes the members of a title into the object that is open. */
void console_write_title(struct api_call *call, const struct title *title, bool is_ready);
/* Writes an episode as an object. */
void console_write_episode(struct api_call *call, const struct title_episode *e, bool is_ready);

/* Whether the title has something ready to play. */
MUST_CHECK enum err console_title_ready(struct api_call *call, const struct title *title,
                                        bool *ready);

#endif
