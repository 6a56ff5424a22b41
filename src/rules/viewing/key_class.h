/* The classes of content keys: a licence for a phone's plan does not open the greatest picture.
 * Each edition has one key a class that it needs. */
#ifndef LANTERNE_RULES_VIEWING_KEY_CLASS_H
#define LANTERNE_RULES_VIEWING_KEY_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rights/right.h"

enum key_class { KEY_AUDIO, KEY_SD, KEY_HD, KEY_UHD };
enum { KEY_CLASSES = 4 };

const char *key_class_name(enum key_class class); /* "audio", "sd", "hd", "uhd" */
bool key_class_parse(const char *name, enum key_class *out);
/* Of a picture of so many samples. As rights and plans do, by its lines alone: up to 576, up to
 * 1080, above. */
enum key_class key_class_of_picture(uint32_t width, uint32_t height);
/* Whether keys of the class may be handed to who may see pictures up to greatest. */
bool key_class_is_allowed(enum key_class class, enum rights_format greatest);

#endif
