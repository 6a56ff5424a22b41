/* The settings of a service: one table (settings.def) says names, units, defaults, limits and what
 * they mean. Pure: text in, a struct out. */
#ifndef LANTERNE_RULES_SETTINGS_SETTINGS_H
#define LANTERNE_RULES_SETTINGS_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { SETTINGS_FILE_MAX = 64 * 1024 }; /* bytes of lanterne.conf: the default has 4 kB */

struct settings {
#define TEXT(name, standard, longest, sentence) char name[(longest) + 1];
#define NUMBER(name, unit, standard, least, greatest, sentence) int64_t name;
#include "rules/settings/settings.def"
#undef TEXT
#undef NUMBER
};

/* What is wrong with a settings file, and where; line 0: with the file as a whole. */
struct settings_problem {
    int line;
    char text[256];
};

/* Every setting at its default; name and territory are empty. */
void settings_default(struct settings *out);
/* Reads lines `name = value`; `#` begins a comment line. ERR_MALFORMED: an unknown name, a name
 * twice, a value outside its limits, or name or territory missing: the first such in *why. */
MUST_CHECK enum err settings_parse(const char *text, size_t n, struct settings *out,
                                   struct settings_problem *why);
/* ERR_ARGUMENT when a service cannot be called so, or run from there; why: a sentence. */
MUST_CHECK enum err settings_check_identity(const char *name, const char *territory, char *why,
                                            size_t room);
/* Appends a settings file: name and territory set, all others commented out at their default. */
void settings_write(const char *name, const char *territory, struct buf *out);

#endif
