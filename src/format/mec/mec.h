/* MovieLabs Media Entertainment Core (mdmec 2.1 to 2.12): what a studio says of a title. Pure:
 * bytes in, a model out. XML by libxml2, no network, no entities, no DTD. */
#ifndef LANTERNE_FORMAT_MEC_MEC_H
#define LANTERNE_FORMAT_MEC_MEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

enum { MEC_FILE_MAX = 16 * 1024 * 1024, MEC_FAULTS_MAX = 200 };

struct mec_text {
    const char *language; /* BCP 47 */
    bool is_default;
    const char *region; /* alpha-2 when it is for one territory alone (the first said); NULL: all */
    const char *title;  /* TitleDisplayUnlimited, else TitleDisplay60, ... */
    const char *sort_title;
    const char *synopsis;    /* the longest of Summary4000, 400, 190 */
    const char *credit_line; /* CopyrightLine */
    size_t n_genres, n_art;
    const char **genres; /* as said */
    const char **art;    /* ArtReference: names of files */
};
struct mec_person {
    const char *job; /* "director", "actor", "writer", ...: JobFunction in our credit roles; as said
                        in lower case when we have none */
    const char *name, *character;
    int order; /* BillingBlockOrder; 0: none */
};
struct mec_rating {
    const char *territory, *system, *value, *reason;
};
struct mec_release {
    const char *type;      /* ReleaseType as said: "Broadcast", "original", "theatrical" */
    const char *territory; /* alpha-2; NULL: not said */
    civil_day day;         /* a year or month alone: its first day */
    bool is_precise;       /* the day was said */
};
struct mec_parent {
    const char *relationship; /* "isepisodeof", "isseasonof", ... */
    const char *content_id;
    int sequence; /* its place within this parent; -1: not said */
};

struct mec_title {
    size_t line;                        /* of the file */
    const char *content_id, *work_type; /* "movie", "episode", "season", "series", ... */
    const char *eidr, *edit_eidr;       /* in their checked form; NULL */
    const char *original_title;         /* OriginalTitle; NULL: not said */
    size_t n_texts, n_people, n_ratings, n_countries, n_languages, n_releases, n_alt_ids;
    struct mec_text *texts;
    struct mec_person *people;
    struct mec_rating *ratings;
    const char **countries; /* CountryOfOrigin */
    const char **languages; /* PrimarySpokenLanguage, OriginalLanguage first */
    struct mec_release *releases;
    const char **alt_ids;    /* "NAMESPACE:IDENTIFIER" */
    const char **alt_values; /* IDENTIFIER alone, as avails have it */
    int year, run_seconds;   /* 0: not said */
    int sequence;            /* Number of SequenceInfo; -1: not said */
    size_t n_parents;
    struct mec_parent *parents;
};

struct mec_fault {
    bool is_warning; /* what else the title says can be used; else a value is wrong and left out */
    const char *where, *what;
};
struct mec_file {
    size_t n_titles, n_faults;
    struct mec_title
        *titles; /* CoreMetadata of the file; of an MMC manifest, each of its Inventory's */
    struct mec_fault *faults;
};

/* ERR_MALFORMED, ERR_FULL: nothing could be read; the first fault says why. OK with faults: what
 * they name is left out. */
MUST_CHECK enum err mec_read(struct arena *arena, const void *bytes, size_t n,
                             struct mec_file *out);

#endif
