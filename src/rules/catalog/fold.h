/* Text folded for searching: lower case, without accents, words apart by single spaces. */
#ifndef LANTERNE_RULES_CATALOG_FOLD_H
#define LANTERNE_RULES_CATALOG_FOLD_H

#include <stddef.h>

#include "base/buf.h"

/* Appends each word of UTF-8 text folded, with a space before it: "L'\303\211t\303\251" becomes
 * " l ete". Latin letters lose their marks (Latin-1, Latin Extended-A, the Vietnamese and Romanian
 * letters), \305\223 \303\246 \303\237 are written out, Greek and Cyrillic become lower case,
 * combining marks go, punctuation parts words; all else stays as it is. */
void fold_put(struct buf *out, const char *text, size_t n);

#endif
