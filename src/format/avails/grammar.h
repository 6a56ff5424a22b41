/* The elements of Avails 2.1 to 2.7 that are read, in the order of the schemas. One grammar holds
 * for all versions: what a later one added may stand in an earlier one. */
#ifndef LANTERNE_FORMAT_AVAILS_GRAMMAR_H
#define LANTERNE_FORMAT_AVAILS_GRAMMAR_H

#include <stdbool.h>
#include <stdint.h>

enum element_namespace { NS_AVAILS, NS_MD, NS_OTHER };

enum element {
    E_NONE,
    E_AVAIL_LIST,
    E_AVAIL,
    E_ALID,
    E_DISPOSITION,
    E_ENTRY_TYPE,
    E_LICENSOR,
    E_PROVIDER,
    E_AVAIL_TYPE,
    E_EXCEPTION,
    E_ORG_NAME,
    E_ASSET,
    E_WORK_TYPE,
    E_BUNDLED_ASSET,
    E_BUNDLED_ALID,
    E_UNIT,
    E_EPISODE,
    E_SEASON,
    E_SERIES,
    E_VOLUME,
    E_CONTENT_ID,
    E_TITLE_EIDR,
    E_EDIT_EIDR,
    E_TITLE,
    E_INTERNAL_TITLE,
    E_SEQUENCE,
    E_NUMBER,
    E_COUNT,
    E_VOLUME_FIRST,
    E_YEAR,
    E_RUN_LENGTH,
    E_LOCALIZATION,
    E_CAPTION_EXEMPTION,
    E_ALT_IDENTIFIER,
    E_IDENTIFIER,
    E_PEOPLE,
    E_JOB,
    E_JOB_FUNCTION,
    E_PERSON,
    E_PERSON_NAME,
    E_RELEASE,
    E_RELEASE_TYPE,
    E_RELEASE_DATE,
    E_RELEASE_TERRITORY,
    E_RATINGS,
    E_RATING,
    E_RATING_REGION,
    E_RATING_SYSTEM,
    E_RATING_VALUE,
    E_RATING_REASON,
    E_CREDIT,
    E_CREDIT_NAME,
    E_GROUPING,
    E_GROUP,
    E_TRANSACTION,
    E_LICENSEE,
    E_LICENCE,
    E_DESCRIPTION,
    E_TERRITORY,
    E_EXCLUDED,
    E_COUNTRY,
    E_START,
    E_START_CONDITION,
    E_END,
    E_END_CONDITION,
    E_WINDOW,
    E_ALLOWED,
    E_ASSET_LANGUAGE,
    E_HOLDBACK,
    E_RIGHTS,
    E_FORMAT,
    E_CONTRACT,
    E_REPORTING,
    E_REFERENCE,
    E_TERM,
    E_TERM_MONEY,
    E_TERM_VALUE,
    E_INSTRUCTIONS,
    E_SKIPPED, /* known, and not of the model: with all that is in it */
};

enum { RULE_REQUIRED = 1, RULE_MANY = 2 };

/* A child of an element. Alternatives share a rank. */
struct element_rule {
    const char *name;
    enum element_namespace space;
    enum element element;
    uint8_t rank, flags;
};

/* The rules of an element's children, ended by a name of NULL; NULL: it holds text. */
const struct element_rule *element_children(enum element e);

#endif
