#include "service/rights/notes.h"

#include <string.h>

void notes_add(struct notes *notes, const char *where, const char *what)
{
    if (notes->n == NOTES_MAX) {
        notes->left_out++;
        return;
    }
    if (notes->n == notes->room) {
        notes->room = notes->room == 0 ? 16 : notes->room * 2;
        struct rights_note *more = ARENA_ARRAY(notes->arena, struct rights_note, notes->room);
        if (notes->n > 0)
            memcpy(more, notes->list, notes->n * sizeof *more);
        notes->list = more;
    }
    notes->list[notes->n++] = (struct rights_note){ .where = where, .what = what };
}

void notes_say(struct notes *notes, const char *where, const char *format, ...)
{
    va_list args;
    if (notes->n == NOTES_MAX) {
        notes->left_out++;
        return;
    }
    va_start(args, format);
    notes_add(notes, where, arena_vprintf(notes->arena, format, args));
    va_end(args);
}
