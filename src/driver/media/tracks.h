/* From libav's streams to the facts of sounds and texts: languages, names, marks. */
#ifndef LANTERNE_DRIVER_MEDIA_TRACKS_H
#define LANTERNE_DRIVER_MEDIA_TRACKS_H

#include <libavformat/avformat.h>

#include "driver/media/media.h"

/* "eng", "fre", "en-GB", ... as BCP 47; "und" when it says nothing that can be used. */
enum { TRACKS_LANGUAGE = 36 };
void tracks_language(const char *tag, char out[TRACKS_LANGUAGE]);

void tracks_sound(const AVStream *stream, struct media_sound *out);
void tracks_text(const AVStream *stream, struct media_text *out);

/* Degrees clockwise by which the decoded picture is turned to be shown; -1: not a quarter turn. */
int tracks_rotation(const AVStream *stream);

/* Encrypted samples: nobody here has their key. */
bool tracks_is_encrypted(const AVStream *stream);

#endif
