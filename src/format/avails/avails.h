/* MDDF Avails (MovieLabs TR-META-AVAIL 2.1 to 2.7 as XML, EMA Avails 1.6 to 1.9 as Excel): bytes
 * in, one model out, faults by place. Both forms of the same content give the same model. Pure:
 * bytes are handed in; XML by libxml2 (no network, no entities, no DTD), Excel by libzip and
 * libxml2 under ceilings.
 *
 * Columns are found by name (rows 1 and 2), never by position; cells that begin with // are
 * comments; names wobble as real files do (BundleALIDs, BundledALIDs). What is good in a file is
 * kept when something else in it is bad: a transaction with a fault is left out and said. */
#ifndef LANTERNE_FORMAT_AVAILS_AVAILS_H
#define LANTERNE_FORMAT_AVAILS_AVAILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/err.h"
#include "base/json.h"

enum {
    AVAILS_FILE_MAX = 256 * 1024 * 1024,     /* bytes of a file as delivered */
    AVAILS_UNPACKED_MAX = 768 * 1024 * 1024, /* bytes of one part of a workbook, unpacked */
    AVAILS_RATIO_MAX = 100, /* unpacked to packed, past the first MiB: more is a bomb */
    AVAILS_TRANSACTIONS_MAX = 1000000,
    AVAILS_FAULTS_MAX = 10000, /* listed; further ones are counted */
};

/* ---- the model ---------------------------------------------------------------------------------
 * Strings live in the arena, equal ones once; NULL: not said. */

enum avails_edge_kind {
    AVAILS_EDGE_NONE,
    AVAILS_EDGE_INSTANT,   /* an xs:dateTime; without a zone it is UTC */
    AVAILS_EDGE_DAY,       /* a bare date; also what the field's converters write for one: a bare
                              T00:00:00 at a start, a bare T23:59:59 at an end */
    AVAILS_EDGE_CONDITION, /* Open, Immediate, ESTStart, EST, Broadcast, Completed, Theatrical, TBD
                            */
};
struct avails_edge {
    enum avails_edge_kind kind;
    utc_time instant;
    civil_day day;
    const char *condition; /* as the vocabulary spells it */
    struct duration lag;   /* on a condition only */
};

struct avails_language {
    const char *tag;   /* BCP 47 in its usual case: "es-419", "en-GB", "cmn" */
    const char *asset; /* "subtitle", "audio", "subdub"; NULL: not said */
};

/* A term of a transaction: exactly one of the values. */
enum avails_term_kind { AVAILS_TEXT, AVAILS_MONEY, AVAILS_DURATION, AVAILS_EDGE, AVAILS_BOOLEAN };
struct avails_term {
    const char *name; /* "Tier", "WSP", "SRP", "RentalDuration", ... of the vocabulary */
    enum avails_term_kind kind;
    const char *text; /* of AVAILS_TEXT; of AVAILS_MONEY the amount, trailing zeros cut ("12.5") */
    const char *currency; /* AVAILS_MONEY; NULL: not said (XTS in converted files is not said) */
    struct duration duration;
    struct avails_edge edge;
    bool boolean;
};

struct avails_transaction {
    const char *id; /* TransactionID, AvailID */
    const char *licensee, *description;
    const char *licence;                  /* LicenseType as the vocabulary spells it; also "AVOD" */
    const char *rights;                   /* LicenseRightsDescription */
    size_t n_territories, n_excluded;     /* n_territories 1 and "ZZ": the world */
    const char **territories, **excluded; /* alpha-2; a countryRegion "US-CA" as said */
    struct avails_edge start, end;
    struct duration window;
    size_t n_allowed, n_asset, n_holdback, n_required;
    struct avails_language *allowed, *asset, *holdback, *required;
    const char *format;                     /* FormatProfile: "SD", "HD", "UHD", "3DHD", ... */
    const char *hdr, *wcg, *hfr, *ng_audio; /* as said, "true" and "false" in one spelling */
    bool exclusive, has_exclusive;
    const char *exclusive_attributes;
    const char *status; /* TitleStatus: Pending, Approved, Revoked, Expired */
    const char *contract, *reporting;
    const char *instructions;
    size_t n_terms, n_references;
    struct avails_term *terms; /* by name; without those that have a field above */
    const char **references;   /* RefALID */
    uint32_t sheet;            /* number of the sheet from 1; 0: XML */
    uint32_t line;             /* row of the sheet, line of the XML */
};

struct avails_rating {
    const char *territory, *system, *value, *reason;
};
struct avails_release {
    const char *type; /* "original", "DVD", "theatrical", ... as said; Excel: "original", "DVD" */
    const char *territory;
    civil_day day; /* a year or month alone: its first day */
};

/* What an avail is about, one level of it: an episode has a season above it, that a series. */
struct avails_work {
    const char *content_id, *eidr, *edit_eidr, *alt_id; /* EIDR as "10.5240/XXXX-...-C" */
    const char *title, *internal_title; /* TitleDisplayUnlimited, TitleInternalAlias */
    int number;                         /* of season, episode or volume; -1: not said */
    int count;                          /* of seasons or episodes; -1: not said */
    int volume_first;                   /* first episode of a volume; -1: not said */
    int32_t year;                       /* 0: not said */
    struct duration run_length;
    size_t n_ratings, n_releases;
    struct avails_rating *ratings;
    struct avails_release *releases;
    const char *director, *credit, *localization, *group;
    int caption_exemption; /* 1..6; 0: none said */
    int has_captions;      /* 0 no, 1 yes, -1 not said */
};

struct avails_avail {
    const char *alid;
    const char *entry;    /* "Full Extract", "Full Delete", "Create", "Update", "Delete" */
    const char *licensor; /* the studio: DisplayName */
    const char *provider;
    const char *type;        /* AvailType: single, episode, season, series, volume, bundle, ... */
    const char *work_type;   /* Movie, Episode, Season, ... */
    bool is_exception;       /* ExceptionFlag: a person must look at it */
    struct avails_work work; /* of its own level */
    struct avails_work *season; /* NULL: none */
    struct avails_work *series;
    size_t n_bundled, n_transactions;
    const char **bundled; /* ALIDs */
    struct avails_transaction *transactions;
    uint32_t sheet, line; /* of its first row or of its element */
};

/* What is wrong, in a studio's words. */
struct avails_fault {
    bool is_warning;  /* nothing was left out for it */
    const char *code; /* "territory", "language", "date", "eidr", "rating", "column", "vocabulary",
                         "required", "structure", "duplicate", "lag", "price", "xml", "zip", ... */
    const char
        *where; /* "sheet Movies, row 12, column Territory (AvailTrans)", "line 61, Avail/Asset" */
    const char *what; /* "JJ is no country of ISO 3166-1" */
};

struct avails_file {
    bool is_xml;
    const char *version;                                   /* "1.9", "2.3" */
    size_t n_avails, n_faults, faults_left_out, n_refused; /* n_refused: transactions left out */
    struct avails_avail *avails;
    struct avails_fault *faults;
};

/* Reads a delivered file, whatever its name: a zip is a workbook, all else XML. OK with faults:
 * what they name is left out. ERR_MALFORMED, ERR_FULL, ERR_UNSUPPORTED: nothing could be read; the
 * first fault says why. Memory: at most about 2 KiB a transaction. */
MUST_CHECK enum err avails_read(struct arena *arena, const void *bytes, size_t n,
                                struct avails_file *out);

/* The model as JSON, in one order: two files of the same content give the same bytes (sheet and
 * line are left out). One avail as an object that is open; the whole as {"avails":[...]}. */
void avails_json_avail(struct json_writer *w, const char *key, const struct avails_avail *avail);
void avails_json_transaction(struct json_writer *w, const char *key,
                             const struct avails_transaction *transaction);

/* The avail's ALID names; avails of one ALID from several rows are one avail in the model. */

/* EIDR: "10.5240/XXXX-XXXX-XXXX-XXXX-XXXX-C", as a DOI, a urn:eidr:, an md:cid:eidr-s:. Gives it in
 * the first form. ERR_MALFORMED: another shape; ERR_DENIED: the check character (ISO 7064 Mod
 * 37,36) is wrong. */
enum { EIDR_TEXT = 35 };
MUST_CHECK enum err eidr_parse(const char *text, size_t n, char out[EIDR_TEXT]);

#endif
