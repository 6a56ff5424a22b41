/* The token that asks for licences, made from the pass to the same playback's media: who has the
 * one may have the other, for as long, and renewed alike; but each opens its own door only. */
#ifndef LANTERNE_FORMAT_PASS_LICENCE_H
#define LANTERNE_FORMAT_PASS_LICENCE_H

#include "format/pass/pass.h"

/* Where it leads: /licence/TOKEN and below. From where it is used is asked anew with each licence,
 * so no territory stands in it. */
struct pass pass_for_licence(const struct pass *media);

#endif
