/* What the options of `title add`, `title edit` and their like say of a title. */
#ifndef LANTERNE_APP_TITLE_FIELDS_H
#define LANTERNE_APP_TITLE_FIELDS_H

#include "app/app.h"
#include "rules/catalog/title.h"

#define TITLE_FIELD_OPTIONS                                                                        \
    { "title", "TEXT", "its original title", false },                                              \
        { "title-in", "LANG=TEXT", "its title in a language: fr=La Lanterne", true },              \
        { "synopsis", "LANG=TEXT", "its synopsis in a language", true },                           \
        { "year", "YEAR", "first shown", false }, { "runtime", "MINUTES", "as delivered", false }, \
        { "language", "LANG", "spoken: BCP 47", false },                                           \
        { "genre", "GENRE", "drama, comedy, animation, ...", true },                               \
        { "country", "CC", "of origin: ISO 3166-1", true },                                        \
        { "credit", "ROLE=NAME", "director=..., or actor=NAME as CHARACTER", true },               \
        { "rating", "SYSTEM=VALUE", "CNC=12, BBFC=PG, ...", true },                                \
        { "licensed", NULL, "lives by a studio's avails: without a right it is not shown",         \
          false },                                                                                 \
        { "own", NULL, "the house's own: shown wherever the service is open", false },             \
        { "exclusive", NULL, "to be had here alone: said on its card", false },                    \
        { "not-exclusive", NULL, "to be had elsewhere, too", false },                              \
        { "credit-line", "TEXT", "rights notice shown on its page", false },                       \
        { "poster", "FILE", "JPEG, upright", false },                                              \
    {                                                                                              \
        "backdrop", "FILE", "JPEG, wide", false                                                    \
    }

/* Puts what was said into *title, leaving the rest alone. EXIT_OK, or says what is wrong. */
int title_fields_apply(struct app *app, struct title *title);
/* The same for the texts of an episode or a season. */
int title_fields_texts(struct app *app, struct title_text **texts, size_t *n);
/* app_open, and what it takes to put the pictures that were said. */
int title_fields_open(struct app *app);
/* Checks and stores the pictures that were said, and sets them; after the title is in the store. */
int title_fields_images(struct app *app, const char *id, bool is_episode);

#endif
