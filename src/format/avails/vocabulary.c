/* The closed vocabularies of MDDF Avails 2.7, with what earlier versions and the field's workbooks
 * say beside them. */
#include <string.h>
#include <strings.h>

#include "format/avails/internal.h"

#define WORDS(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const struct {
    const char *name;
    const char *const *words;
} vocabularies[] = {
    [VOCABULARY_ENTRY] = { "entry type",
                           WORDS("Full Extract", "Full Delete", "Create", "Update", "Delete") },
    [VOCABULARY_AVAIL_TYPE] = { "avail type", WORDS("single", "episode", "season", "series",
                                                    "miniseries", "collection", "bundle",
                                                    "supplement", "promotion", "volume") },
    [VOCABULARY_WORK_TYPE] = { "work type",
                               WORDS("Movie", "Short", "Series", "Season", "Episode", "Volume",
                                     "Miniseries", "Collection", "Franchise", "Supplemental",
                                     "Promotion", "Non-Episodic Show", "Excerpt", "Compilation",
                                     "Composite", "Performance", "Music Related", "Sports", "Event",
                                     "Advertisement", "Animation", "Documentary") },
    [VOCABULARY_LICENCE] = { "licence type", WORDS("EST", "VOD", "SVOD", "POEST", "Pre-Release",
                                                   "Library", "AVOD") },
    [VOCABULARY_RIGHTS] = { "description of licence rights",
                            WORDS("Next Day TV", "POD", "New Release", "Library",
                                  "Priority Library", "Mega Library", "Early EST", "Early VOD",
                                  "Preorder EST", "Pre-Order EST", "Preorder", "Season Only",
                                  "Current Season", "Day and Date", "Catalog", "Free",
                                  "Promotional", "Pre-Theatrical", "Premium VOD") },
    [VOCABULARY_FORMAT] = { "format profile",
                            WORDS("UHD", "HD", "SD", "3D", "3DUHD", "3DHD", "3DSD") },
    [VOCABULARY_CONDITION] = { "condition", WORDS("Open", "Immediate", "ESTStart", "EST",
                                                  "Broadcast", "Completed", "Theatrical", "TBD") },
    [VOCABULARY_TERM] = { "term",
                          WORDS("Tier", "SRP", "TPR-SRP", "SRP-PostTax", "WSP", "TPR-WSP",
                                "WSP-PostTax", "EpisodeWSP", "TPR-EpisodeWSP", "EpisodeWSP-PostTax",
                                "SeasonWSP", "TPR-SeasonWSP", "SeasonWSP-PostTax", "DMRP",
                                "TPR-DMRP", "DMRP-PostTax", "SMRP", "TPR-SMRP", "SMRP-PostTax",
                                "LicenseFee", "TPR-LicenseFee", "Category", "TPR-Category",
                                "Included", "AnnounceDate", "PreorderFulfillDate",
                                "SuppressionLiftDate", "RentalDuration", "WatchDuration",
                                "FixedEndDate", "LocalizationOffering", "ContractStatus",
                                "Download", "Exclusive", "ExclusiveAttributes", "BrandingRights",
                                "BrandingRightsAttributes", "TitleStatus", "NA", "TPRType",
                                "CampaignID", "OtherTerms") },
    [VOCABULARY_STATUS] = { "title status", WORDS("Pending", "Approved", "Revoked", "Expired") },
    [VOCABULARY_TPR] = { "type of price reduction",
                         WORDS("Conditional", "Unconditional", "unspecified") },
    [VOCABULARY_LOCALIZATION] = { "localization offering", WORDS("sub", "dub", "subdub", "any") },
    [VOCABULARY_ASSET] = { "kind of language asset",
                           WORDS("subtitle", "audio", "subdub", "sub", "dub", "any") },
};

const char *vocabulary_find(enum vocabulary v, const char *text)
{
    for (const char *const *word = vocabularies[v].words; *word != NULL; word++) {
        if (strcasecmp(*word, text) == 0)
            return *word;
    }
    return NULL;
}

const char *vocabulary_name(enum vocabulary v)
{
    return vocabularies[v].name;
}

const char *avail_type_of(const char *work_type)
{
    static const char *const rows[][2] = {
        { "Episode", "episode" },         { "Season", "season" },
        { "Series", "series" },           { "Miniseries", "miniseries" },
        { "Volume", "volume" },           { "Collection", "collection" },
        { "Supplemental", "supplement" }, { "Promotion", "promotion" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i][0], work_type) == 0)
            return rows[i][1];
    }
    return "single";
}
