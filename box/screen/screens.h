/* The screens: each makes itself, and is then the stack's (app_push). */
#ifndef LANTERNE_BOX_SCREEN_SCREENS_H
#define LANTERNE_BOX_SCREEN_SCREENS_H

#include "box/app/app.h"

/* A code to type or to scan. why: what to say above it; N_WORDS: nothing. */
struct screen *activate_screen(enum word why);
/* The operator's assertion signs in; refused, it is a code. */
struct screen *assertion_screen(void);
/* Who is watching? is_asked: somebody wants to change; else one profile is entered at once. */
struct screen *profiles_screen(bool is_asked);
/* The PIN that is needed to go to that profile. */
struct screen *pin_screen(const struct profile *p);
struct screen *home_screen(void);
struct screen *title_screen(const char *id);
struct screen *search_screen(void);
struct screen *settings_screen(void);
struct screen *about_screen(void);
struct screen *log_screen(void);
struct screen *sign_out_screen(void);
struct screen *leave_screen(void);
/* What it costs and how it is paid. */
struct screen *rent_screen(const char *playable, const char *title,
                           const struct rental_offer *offer);
/* Plays it. is_beginning: not from where it was left. */
struct screen *player_screen(const char *playable, bool is_beginning);

/* Why something cannot be, with a way on. */
enum notice_way { NOTICE_BACK, NOTICE_RETRY, NOTICE_HOME };
struct notice {
    const char *title, *text;
    enum notice_way first; /* the button with the focus */
    bool has_second;       /* and the way home beside it */
    const char *qr;        /* an address to scan; NULL: none */
    /* NOTICE_RETRY makes this; NULL: as back. */
    struct screen *(*again)(const char *what);
    const char *what;
};
/* Copies all texts. */
struct screen *notice_screen(const struct notice *n);

#endif
