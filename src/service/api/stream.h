/* The streams of a household as it sees them: who is watching what where, since when. */
#ifndef LANTERNE_SERVICE_API_STREAM_H
#define LANTERNE_SERVICE_API_STREAM_H

#include "rules/viewing/streams.h"
#include "service/api/call.h"

/* Whom streams are shown to. */
enum stream_reader { STREAM_HOUSEHOLD, STREAM_HOUSE };

/* Writes the streams of a member that run now as an array. To the household a title is named when
 * the profile that reads may see it, or plays it itself; the house sees all. */
MUST_CHECK enum err stream_write_all(struct api_call *call, const char *key, member_id member,
                                     enum stream_reader reader);
/* Answers 409: every seat of the account is taken, and by whom; or the title's ceiling is reached.
 */
void stream_answer_full(struct api_call *call, bool is_title_full);
/* Answers 409: the stream was stopped, and why. */
void stream_answer_ended(struct api_call *call, enum stream_stop why);

#endif
